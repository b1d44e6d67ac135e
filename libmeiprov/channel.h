/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A way to carry AMTHI messages to an ME and back: /dev/meiN, a socket of the
 * virtual ME, a record. What the messages mean is not known here (message.h).
 */
#ifndef MEIPROV_CHANNEL_H
#define MEIPROV_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <meiprov/meiprov.h>

/**
 * struct channel_ops - one kind of channel
 * @kind: as in struct meiprov_open
 * @connect: make a connection to AMTHI; tries once. -EBUSY: it is taken, -ENOENT:
 *	this ME has no AMTHI client
 * @exchange: send a request and wait for its reply. Returns the reply's length;
 *	-ETIMEDOUT not sent in time, -ECANCELED sent and the reply is lost,
 *	-EMSGSIZE longer than @size. After an error the caller disconnects
 * @disconnect: end the connection; allowed when there is none
 * @close: disconnect and free @ctx
 *
 * A @deadline is one of channel_now().
 */
struct channel_ops {
	const char *kind;
	int (*connect)(void *ctx, int64_t deadline);
	int (*exchange)(void *ctx, const void *request, size_t len, void *reply, size_t size,
			int64_t deadline);
	void (*disconnect)(void *ctx);
	void (*close)(void *ctx);
};

/**
 * struct channel - one ME
 * @node: what a person calls it: a path
 * @parent: PCI name, or ""
 */
struct channel {
	const struct channel_ops *ops;
	void *ctx;
	char node[108];
	char parent[32];
};

/* Monotonic time in ms. */
int64_t channel_now(void);
/* Wait for @events on @fd: 0, -ETIMEDOUT, -EINTR, or another errno. */
int channel_wait(int fd, short events, int64_t deadline);
/* Give it back; the channel is empty then. */
void channel_close(struct channel *channel);

/* All: 0, or a negative errno with @err filled. @root is the prefix of /dev and
 * /sys, "" but in tests.
 */
int channel_socket(const char *path, struct channel *out, struct meiprov_error *err);
/* @path: NULL, the node whose ME has AMTHI is looked for. */
int channel_mei(const char *root, const char *path, struct channel *out, struct meiprov_error *err);
int channel_replay(const char *path, struct channel *out, struct meiprov_error *err);
/* Write what goes over @channel to a new file; @channel is then the recorder. */
int channel_record(const char *path, struct channel *channel, struct meiprov_error *err);

/* Send a packet and receive one on @fd, non-blocking, which keeps their borders. */
int channel_packets(int fd, const void *request, size_t len, void *reply, size_t size,
		    int64_t deadline);

/**
 * struct channel_mei_calls - what the kernel does for channel_mei()
 * @open: as open(2): a descriptor or a negative errno
 * @connect: IOCTL_MEI_CONNECT_CLIENT with AMTHI's UUID: 0 or a negative errno
 */
struct channel_mei_calls {
	int (*open)(const char *path);
	int (*connect)(int fd);
};

/* channel_mei() on other calls than the kernel's, for tests. */
int channel_mei_with(const struct channel_mei_calls *calls, const char *root, const char *path,
		     struct channel *out, struct meiprov_error *err);

#endif /* MEIPROV_CHANNEL_H */
