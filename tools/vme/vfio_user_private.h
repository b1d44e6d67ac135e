/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside the vfio-user server: transport (vfio_user.c), commands (vfio_message.c). */
#ifndef VME_VFIO_USER_PRIVATE_H
#define VME_VFIO_USER_PRIVATE_H

#include "tools/vme/vfio_user.h"

#define VFIO_HEAD_LEN 16
#define VFIO_FDS_MAX  8 /* of one message; what VERSION announces */
/* The largest is a region write with its 16 bytes of description. */
#define VFIO_BODY_MAX (VFIO_ACCESS_MAX + 64)

struct vfio_head {
	uint16_t id;
	uint16_t command;
	uint32_t size; /* header included */
	uint32_t flags;
	uint32_t error;
};

/* A message and the descriptors that came with it. */
struct vfio_message {
	struct vfio_head head;
	uint8_t body[VFIO_BODY_MAX];
	size_t len;
	int fds[VFIO_FDS_MAX];
	size_t fd_count;
};

struct vfio_reply {
	uint8_t body[VFIO_BODY_MAX];
	size_t len;
};

/* Memory of the machine; @fd -1: it cannot be reached. */
struct vfio_map {
	uint64_t at;
	uint64_t size;
	uint64_t offset; /* in the file */
	int fd;
	bool readable;
	bool writable;
};

struct vfio_user {
	struct event_base *base;
	const struct vfio_user_ops *ops;
	void *ctx;
	char *path;
	int listener;
	struct event *accepting;

	int peer; /* -1 = none */
	struct event *readable;
	struct event *writable; /* a reply did not fit the socket */
	bool agreed;		/* on a version */
	struct vfio_message in;
	size_t filled; /* bytes of @in, header first */
	uint8_t head[VFIO_HEAD_LEN];
	uint8_t out[VFIO_HEAD_LEN + VFIO_BODY_MAX];
	size_t out_len;
	size_t out_sent;

	int irq[VFIO_IRQS]; /* eventfd or -1 */
	bool line;
	bool intx_masked;
	bool intx_off; /* by the command register */
	struct vfio_map *maps;
	size_t map_count;
};

/* --- vfio_message.c --- */
/* Run @in, fill @reply: 0 or the errno to answer with, or -1 to end the connection.
 * Descriptors that are kept are set to -1 in @in.
 */
int vfio_message_run(struct vfio_user *server, struct vfio_message *in, struct vfio_reply *reply);
/* --- vfio_irq.c --- */
int vfio_irq_set(struct vfio_user *server, struct vfio_message *in);
void vfio_irqs_drop(struct vfio_user *server);

/* --- vfio_dma.c --- */
int vfio_dma_map(struct vfio_user *server, struct vfio_message *in);
int vfio_dma_unmap(struct vfio_user *server, struct vfio_message *in);
void vfio_dma_drop(struct vfio_user *server);

#endif /* VME_VFIO_USER_PRIVATE_H */
