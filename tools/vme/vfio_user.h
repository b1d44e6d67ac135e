/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A vfio-user server: one PCI device on a UNIX socket, one peer at a time. Takes
 * what QEMU's vfio-user-pci sends; the protocol is that of QEMU's
 * docs/interop/vfio-user.rst. The peer is not trusted: sizes are bounded, nonsense
 * gets an error reply or ends the connection.
 */
#ifndef VME_VFIO_USER_H
#define VME_VFIO_USER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event_base;
struct vfio_user;

enum vfio_region { VFIO_BAR0 = 0, VFIO_CONFIG = 7, VFIO_REGIONS = 9 };
enum vfio_irq { VFIO_INTX = 0, VFIO_MSI = 1, VFIO_IRQS = 5 };

#define VFIO_ACCESS_MAX 4096 /* bytes of one region access */

struct vfio_user_ops {
	/* Region accesses; 0 or -errno. */
	int (*read)(void *ctx, enum vfio_region region, uint64_t at, uint8_t *out, size_t len);
	int (*write)(void *ctx, enum vfio_region region, uint64_t at, const uint8_t *data,
		     size_t len);
	/* The device is reset: asked for, or the peer has gone. */
	void (*reset)(void *ctx);
	/* 0: no such region. */
	size_t (*region_size)(void *ctx, unsigned int region);
};

/*
 * Listen on @path (unix_listener.h). NULL with errno set. The socket is removed
 * with the server.
 */
struct vfio_user *vfio_user_new(struct event_base *base, const char *path,
				const struct vfio_user_ops *ops, void *ctx);
void vfio_user_free(struct vfio_user *server);

/* The level of the device's interrupt; MSI is sent when it rises. */
void vfio_user_line(struct vfio_user *server, bool level);
/* The guest has switched INTx off in the command register, or on. */
void vfio_user_intx_off(struct vfio_user *server, bool off);
/* Memory of the machine. 0 or -EFAULT: not all of it is mapped so. */
int vfio_user_dma_read(struct vfio_user *server, uint64_t at, void *out, size_t len);
int vfio_user_dma_write(struct vfio_user *server, uint64_t at, const void *data, size_t len);
bool vfio_user_is_connected(const struct vfio_user *server);

#endif /* VME_VFIO_USER_H */
