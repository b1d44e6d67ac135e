// SPDX-License-Identifier: GPL-2.0-or-later
/* The commands of vfio-user, each from its bytes to its reply. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "tools/vme/log.h"
#include "tools/vme/vfio_user_private.h"

enum vfio_command {
	VFIO_VERSION = 1,
	VFIO_DMA_MAP = 2,
	VFIO_DMA_UNMAP = 3,
	VFIO_GET_INFO = 4,
	VFIO_GET_REGION_INFO = 5,
	VFIO_GET_IRQ_INFO = 7,
	VFIO_SET_IRQS = 8,
	VFIO_REGION_READ = 9,
	VFIO_REGION_WRITE = 10,
	VFIO_RESET = 13,
};

#define INFO_RESET     (1u << 0)
#define INFO_PCI       (1u << 1)
#define REGION_READ    (1u << 0)
#define REGION_WRITE   (1u << 1)
#define IRQ_EVENTFD    (1u << 0)
#define IRQ_MASKABLE   (1u << 1)
#define IRQ_AUTOMASKED (1u << 2)
#define IRQ_NORESIZE   (1u << 3)

static uint32_t field(const struct vfio_message *in, size_t at)
{
	uint32_t value;

	memcpy(&value, in->body + at, sizeof(value));
	return value;
}

static void answer(struct vfio_reply *reply, const void *bytes, size_t len)
{
	memcpy(reply->body + reply->len, bytes, len);
	reply->len += len;
}

/*
 * QEMU gives its own version and takes nothing else back, though the protocol
 * would let the server choose (seen with 10.1 to 11.1).
 */
static int on_version(struct vfio_user *server, struct vfio_message *in, struct vfio_reply *reply)
{
	char caps[160];
	uint16_t major;
	int len;

	memcpy(&major, in->body, sizeof(major));
	if (major) {
		log_error("vfio", "the peer speaks version %u, only 0 is known", major);
		return ENOTSUP;
	}
	len = snprintf(caps, sizeof(caps),
		       "{\"capabilities\":{\"max_msg_fds\":%d,\"max_data_xfer_size\":%d,"
		       "\"pgsizes\":4096}}",
		       VFIO_FDS_MAX, VFIO_ACCESS_MAX);
	answer(reply, in->body, 4);
	answer(reply, caps, (size_t)len + 1);
	server->agreed = true;
	return 0;
}

static int on_dma_map(struct vfio_user *server, struct vfio_message *in, struct vfio_reply *reply)
{
	return vfio_dma_map(server, in);
}

static int on_dma_unmap(struct vfio_user *server, struct vfio_message *in, struct vfio_reply *reply)
{
	answer(reply, in->body, 24);
	return vfio_dma_unmap(server, in);
}

static int on_get_info(struct vfio_user *server, struct vfio_message *in, struct vfio_reply *reply)
{
	const uint32_t info[] = { 16, INFO_RESET | INFO_PCI, VFIO_REGIONS, VFIO_IRQS };

	answer(reply, info, sizeof(info));
	return 0;
}

static int on_region_info(struct vfio_user *server, struct vfio_message *in,
			  struct vfio_reply *reply)
{
	uint32_t index = field(in, 8);
	uint64_t size = index < VFIO_REGIONS ? server->ops->region_size(server->ctx, index) : 0;
	const uint32_t info[] = { 32, size ? REGION_READ | REGION_WRITE : 0, index, 0 };
	const uint64_t place[] = { size, 0 };

	if (index >= VFIO_REGIONS)
		return EINVAL;
	answer(reply, info, sizeof(info));
	answer(reply, place, sizeof(place));
	return 0;
}

static int on_irq_info(struct vfio_user *server, struct vfio_message *in, struct vfio_reply *reply)
{
	static const uint32_t flags[VFIO_IRQS] = {
		[VFIO_INTX] = IRQ_EVENTFD | IRQ_MASKABLE | IRQ_AUTOMASKED,
		[VFIO_MSI] = IRQ_EVENTFD | IRQ_NORESIZE,
	};
	uint32_t index = field(in, 8);

	if (index >= VFIO_IRQS)
		return EINVAL;
	answer(reply, (uint32_t[]){ 16, flags[index], index, flags[index] != 0 }, 16);
	return 0;
}

static int on_set_irqs(struct vfio_user *server, struct vfio_message *in, struct vfio_reply *reply)
{
	return vfio_irq_set(server, in);
}

struct access {
	uint64_t at;
	uint32_t region;
	uint32_t count;
};

static int read_access(const struct vfio_message *in, struct access *access)
{
	memcpy(access, in->body, sizeof(*access));
	if (access->region >= VFIO_REGIONS || !access->count || access->count > VFIO_ACCESS_MAX)
		return EINVAL;
	return 0;
}

static int on_region_read(struct vfio_user *server, struct vfio_message *in,
			  struct vfio_reply *reply)
{
	struct access access;
	int ret = read_access(in, &access);

	if (ret)
		return ret;
	answer(reply, &access, sizeof(access));
	ret = -server->ops->read(server->ctx, access.region, access.at, reply->body + reply->len,
				 access.count);
	reply->len += access.count;
	return ret;
}

static int on_region_write(struct vfio_user *server, struct vfio_message *in,
			   struct vfio_reply *reply)
{
	struct access access;
	int ret = read_access(in, &access);

	if (ret)
		return ret;
	if (access.count != in->len - sizeof(access))
		return EINVAL;
	answer(reply, &access, sizeof(access));
	return -server->ops->write(server->ctx, access.region, access.at, in->body + sizeof(access),
				   access.count);
}

static int on_reset(struct vfio_user *server, struct vfio_message *in, struct vfio_reply *reply)
{
	server->ops->reset(server->ctx);
	return 0;
}

static const struct {
	uint16_t command;
	uint16_t len; /* of the body, at least */
	int (*run)(struct vfio_user *server, struct vfio_message *in, struct vfio_reply *reply);
} handlers[] = {
	{ VFIO_VERSION, 4, on_version },
	{ VFIO_DMA_MAP, 32, on_dma_map },
	{ VFIO_DMA_UNMAP, 24, on_dma_unmap },
	{ VFIO_GET_INFO, 16, on_get_info },
	{ VFIO_GET_REGION_INFO, 16, on_region_info },
	{ VFIO_GET_IRQ_INFO, 16, on_irq_info },
	{ VFIO_SET_IRQS, 20, on_set_irqs },
	{ VFIO_REGION_READ, sizeof(struct access), on_region_read },
	{ VFIO_REGION_WRITE, sizeof(struct access), on_region_write },
	{ VFIO_RESET, 0, on_reset },
};

int vfio_message_run(struct vfio_user *server, struct vfio_message *in, struct vfio_reply *reply)
{
	size_t i;

	reply->len = 0;
	if (!server->agreed && in->head.command != VFIO_VERSION)
		return -1;
	for (i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++) {
		if (handlers[i].command != in->head.command)
			continue;
		return in->len < handlers[i].len ? EINVAL : handlers[i].run(server, in, reply);
	}
	log_debug("vfio", "unknown command %u", in->head.command);
	return ENOTSUP;
}
