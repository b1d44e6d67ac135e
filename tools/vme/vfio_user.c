// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/vfio_user.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <event2/event.h>
#include "tools/vme/log.h"
#include "tools/vme/unix_listener.h"
#include "tools/vme/vfio_user_private.h"

#define FLAG_TYPE     0xfu /* 0 command, 1 reply */
#define FLAG_REPLY    1u
#define FLAG_NO_REPLY (1u << 4)
#define FLAG_ERROR    (1u << 5)

/* After that many messages others in the loop have their turn. */
#define TURN_MESSAGES 64

/* --- end of a connection --- */

static void fds_close(struct vfio_message *in)
{
	while (in->fd_count)
		if (in->fds[--in->fd_count] >= 0)
			close(in->fds[in->fd_count]);
}

static void peer_drop(struct vfio_user *server)
{
	if (server->peer < 0)
		return;
	event_free(server->readable);
	event_free(server->writable);
	close(server->peer);
	server->peer = -1;
	fds_close(&server->in);
	vfio_irqs_drop(server);
	vfio_dma_drop(server);
	explicit_bzero(&server->in, sizeof(server->in));
}

/* The machine is off: the link is back at power-on, the firmware lives on. */
static void peer_lost(struct vfio_user *server, const char *why)
{
	log_info("vfio", "connection ended: %s", why);
	peer_drop(server);
	server->ops->reset(server->ctx);
}

/* --- out --- */

/* True when everything is out; false when waiting, or the peer is gone. */
static bool flush(struct vfio_user *server)
{
	ssize_t n;

	while (server->out_sent < server->out_len) {
		n = send(server->peer, server->out + server->out_sent,
			 server->out_len - server->out_sent, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			event_del(server->readable);
			event_add(server->writable, NULL);
			return false;
		}
		if (n < 0) {
			peer_lost(server, strerror(errno));
			return false;
		}
		server->out_sent += (size_t)n;
	}
	return true;
}

static void put_reply(struct vfio_user *server, const struct vfio_reply *reply, int error)
{
	struct vfio_head head = server->in.head;

	head.flags = FLAG_REPLY | (error ? FLAG_ERROR : 0);
	head.error = (uint32_t)error;
	head.size = VFIO_HEAD_LEN + (error ? 0 : (uint32_t)reply->len);
	memcpy(server->out, &head, VFIO_HEAD_LEN);
	if (!error)
		memcpy(server->out + VFIO_HEAD_LEN, reply->body, reply->len);
	server->out_len = head.size;
	server->out_sent = 0;
}

/* --- in --- */

static void take_fds(struct vfio_user *server, struct msghdr *msg)
{
	struct vfio_message *in = &server->in;
	struct cmsghdr *cmsg;
	size_t count, i;
	int fd;

	for (cmsg = CMSG_FIRSTHDR(msg); cmsg; cmsg = CMSG_NXTHDR(msg, cmsg)) {
		if (cmsg->cmsg_level != SOL_SOCKET || cmsg->cmsg_type != SCM_RIGHTS)
			continue;
		count = (cmsg->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < count; i++) {
			memcpy(&fd, CMSG_DATA(cmsg) + i * sizeof(int), sizeof(fd));
			if (in->fd_count < VFIO_FDS_MAX)
				in->fds[in->fd_count++] = fd;
			else
				close(fd);
		}
	}
}

static ssize_t receive(struct vfio_user *server, void *out, size_t len)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(VFIO_FDS_MAX * sizeof(int))];
	} control;
	struct iovec iov = { .iov_base = out, .iov_len = len };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	ssize_t n;

	do {
		n = recvmsg(server->peer, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n > 0)
		take_fds(server, &msg);
	return n;
}

/* Where the next bytes of the message go, and how many it lacks there. */
static void *next_part(struct vfio_user *server, size_t *lacks)
{
	if (server->filled < VFIO_HEAD_LEN) {
		*lacks = VFIO_HEAD_LEN - server->filled;
		return server->head + server->filled;
	}
	*lacks = server->in.head.size - server->filled;
	return server->in.body + (server->filled - VFIO_HEAD_LEN);
}

/* 1: a whole message is there; 0: come back later; -1: the peer is gone. */
static int fill(struct vfio_user *server)
{
	size_t lacks;
	ssize_t n;
	void *at;

	for (;;) {
		at = next_part(server, &lacks);
		if (!lacks)
			return 1;
		n = receive(server, at, lacks);
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return 0;
		if (n <= 0) {
			peer_lost(server, n ? strerror(errno) : "the peer has gone");
			return -1;
		}
		server->filled += (size_t)n;
		if (server->filled != VFIO_HEAD_LEN)
			continue;
		memcpy(&server->in.head, server->head, VFIO_HEAD_LEN);
		if (server->in.head.size < VFIO_HEAD_LEN ||
		    server->in.head.size > VFIO_HEAD_LEN + VFIO_BODY_MAX) {
			peer_lost(server, "a message of a size that cannot be");
			return -1;
		}
	}
}

/* True: go on with the next message. */
static bool run_one(struct vfio_user *server)
{
	struct vfio_reply reply;
	uint32_t flags = server->in.head.flags;
	int error;

	server->in.len = server->filled - VFIO_HEAD_LEN;
	server->filled = 0;
	if (flags & FLAG_TYPE) {
		peer_lost(server, "a reply to nothing");
		return false;
	}
	error = vfio_message_run(server, &server->in, &reply);
	fds_close(&server->in);
	if (error < 0) {
		peer_lost(server, "a command before the version was agreed on");
		return false;
	}
	if (flags & FLAG_NO_REPLY)
		return true;
	put_reply(server, &reply, error);
	return flush(server);
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct vfio_user *server = arg;
	int turn;

	for (turn = 0; turn < TURN_MESSAGES; turn++)
		if (fill(server) != 1 || !run_one(server))
			return;
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct vfio_user *server = arg;

	if (flush(server))
		event_add(server->readable, NULL);
}

/* --- listening --- */

static void peer_take(struct vfio_user *server, int fd)
{
	server->readable = event_new(server->base, fd, EV_READ | EV_PERSIST, on_readable, server);
	server->writable = event_new(server->base, fd, EV_WRITE, on_writable, server);
	if (!server->readable || !server->writable || event_add(server->readable, NULL)) {
		log_error("vfio", "a connection was refused: out of memory");
		if (server->readable)
			event_free(server->readable);
		if (server->writable)
			event_free(server->writable);
		close(fd);
		return;
	}
	server->peer = fd;
	server->filled = 0;
	server->agreed = false;
	server->out_len = 0;
	server->out_sent = 0;
	log_info("vfio", "a machine is connected");
}

static void on_accept(evutil_socket_t listener, short what, void *arg)
{
	struct vfio_user *server = arg;
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	if (server->peer >= 0) {
		log_error("vfio", "a second machine was turned away");
		close(fd);
		return;
	}
	peer_take(server, fd);
}

struct vfio_user *vfio_user_new(struct event_base *base, const char *path,
				const struct vfio_user_ops *ops, void *ctx)
{
	struct vfio_user *server = calloc(1, sizeof(*server));
	int rc = ENOMEM;

	if (!server)
		return NULL;
	server->base = base;
	server->ops = ops;
	server->ctx = ctx;
	server->listener = -1;
	server->peer = -1;
	memset(server->irq, -1, sizeof(server->irq));
	server->path = strdup(path);
	if (!server->path)
		goto fail;
	server->listener = unix_listen(path);
	if (server->listener < 0) {
		rc = -server->listener;
		goto fail;
	}
	server->accepting = event_new(base, server->listener, EV_READ | EV_PERSIST, on_accept,
				      server);
	if (server->accepting && !event_add(server->accepting, NULL))
		return server;
fail:
	vfio_user_free(server);
	errno = rc;
	return NULL;
}

void vfio_user_free(struct vfio_user *server)
{
	if (!server)
		return;
	peer_drop(server);
	if (server->accepting)
		event_free(server->accepting);
	if (server->listener >= 0)
		unix_unlisten(server->listener, server->path);
	free(server->path);
	free(server);
}

bool vfio_user_is_connected(const struct vfio_user *server)
{
	return server->peer >= 0;
}
