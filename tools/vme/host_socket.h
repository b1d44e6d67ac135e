/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AMTHI without a PCI device: a UNIX socket of whole messages (SOCK_SEQPACKET),
 * for tests that need a firmware and no kernel. Each connection stands for one to
 * the AMTHI client. The device speaks first: one byte, the status with which HBM
 * answers a connect request (enum hbm_status), 0 for connected; it closes after
 * any other. Then each packet is a request or a reply. Orders of the fault classes
 * "connect" and "amthi" apply as they do behind PCI; a reset of the link, and
 * credit that is never given, close the connection.
 */
#ifndef VME_HOST_SOCKET_H
#define VME_HOST_SOCKET_H

struct amt;
struct fault_list;
struct host_socket;
struct reporter;

struct host_socket_config {
	const char *path;
	unsigned int max_connections;
};

/* NULL with errno set. */
struct host_socket *host_socket_new(struct amt *amt, const struct host_socket_config *config,
				    struct fault_list *faults, const struct reporter *reporter);
void host_socket_free(struct host_socket *host);

void host_socket_set_delay(struct host_socket *host, unsigned int reply_ms);

#endif /* VME_HOST_SOCKET_H */
