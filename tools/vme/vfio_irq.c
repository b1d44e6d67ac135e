// SPDX-License-Identifier: GPL-2.0-or-later
/* Interrupts of the vfio-user device: eventfds of the peer, level and edge. */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "tools/vme/vfio_user_private.h"

/* Flags of SET_IRQS, those of the kernel's VFIO_DEVICE_SET_IRQS. */
#define SET_DATA_NONE	   (1u << 0)
#define SET_DATA_EVENTFD   (1u << 2)
#define SET_ACTION_MASK	   (1u << 3)
#define SET_ACTION_UNMASK  (1u << 4)
#define SET_ACTION_TRIGGER (1u << 5)

struct irq_set {
	uint32_t argsz;
	uint32_t flags;
	uint32_t index;
	uint32_t start;
	uint32_t count;
};

/* A full counter or a dead peer is the peer's loss. */
static void signal_irq(struct vfio_user *server, enum vfio_irq irq)
{
	const uint64_t one = 1;

	if (server->irq[irq] >= 0 && write(server->irq[irq], &one, sizeof(one)) < 0)
		return;
}

/* INTx: the peer masks it with each event and unmasks when the guest is done. */
static void signal_intx(struct vfio_user *server)
{
	if (!server->line || server->intx_masked || server->intx_off || server->irq[VFIO_INTX] < 0)
		return;
	server->intx_masked = true;
	signal_irq(server, VFIO_INTX);
}

void vfio_user_line(struct vfio_user *server, bool level)
{
	bool rises = level && !server->line;

	server->line = level;
	if (rises && server->irq[VFIO_MSI] >= 0)
		signal_irq(server, VFIO_MSI);
	else
		signal_intx(server);
}

void vfio_user_intx_off(struct vfio_user *server, bool off)
{
	server->intx_off = off;
	signal_intx(server);
}

static void irq_close(struct vfio_user *server, unsigned int irq)
{
	if (server->irq[irq] >= 0)
		close(server->irq[irq]);
	server->irq[irq] = -1;
}

void vfio_irqs_drop(struct vfio_user *server)
{
	unsigned int irq;

	for (irq = 0; irq < VFIO_IRQS; irq++)
		irq_close(server, irq);
	server->intx_masked = false;
}

/* No data and a count: trigger it now. An event without a descriptor, or a count
 * of 0: take the old one away.
 */
static void set_trigger(struct vfio_user *server, struct vfio_message *in,
			const struct irq_set *set)
{
	if (set->flags & SET_DATA_NONE && set->count) {
		signal_irq(server, set->index);
		return;
	}
	irq_close(server, set->index);
	if (!(set->flags & SET_DATA_EVENTFD) || !in->fd_count)
		return;
	server->irq[set->index] = in->fds[0];
	in->fds[0] = -1;
	if (set->index == VFIO_INTX) {
		server->intx_masked = false;
		signal_intx(server);
	}
}

int vfio_irq_set(struct vfio_user *server, struct vfio_message *in)
{
	struct irq_set set;

	if (in->len < sizeof(set))
		return EINVAL;
	memcpy(&set, in->body, sizeof(set));
	if (set.index >= VFIO_IRQS || set.start || set.count > 1)
		return EINVAL;
	if (set.index > VFIO_MSI) /* MSI-X and the like: there are none */
		return set.count ? EINVAL : 0;
	if (set.flags & SET_ACTION_TRIGGER) {
		set_trigger(server, in, &set);
	} else if (set.index == VFIO_INTX && set.flags & SET_ACTION_MASK) {
		server->intx_masked = true;
	} else if (set.index == VFIO_INTX && set.flags & SET_ACTION_UNMASK) {
		server->intx_masked = false;
		signal_intx(server);
	}
	return 0;
}
