/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside HBM: the protocol (hbm.c) and its connections (me_conn.c). */
#ifndef VME_HBM_PRIVATE_H
#define VME_HBM_PRIVATE_H

#include "tools/vme/hbm.h"

#define HBM_CREDITS_MAX 255 /* read credits kept of one connection */

struct me_message {
	STAILQ_ENTRY(me_message) list;
	size_t len;
	uint8_t data[];
};

struct me_conn {
	LIST_ENTRY(me_conn) list;
	struct hbm *hbm;
	const struct me_client *client;
	uint8_t host;
	bool open; /* accepted */

	unsigned int send_credits; /* messages the host may send */
	unsigned int read_credits; /* messages the host waits for */
	uint8_t *buffer;	   /* a message being put together, mtu bytes */
	size_t filled;
	STAILQ_HEAD(, me_message) out;
};

struct hbm {
	struct heci *heci;
	uint8_t major;
	uint8_t minor;
	const struct reporter *reporter;
	const struct me_client **clients;
	size_t client_count;
	LIST_HEAD(, me_conn) conns;
	struct hbm_stats stats;
	const struct hbm_gate_ops *gate;
	void *gate_ctx;
	bool mute; /* an answer is to be lost */
};

/* --- hbm.c --- */
void hbm_send(struct hbm *hbm, const void *message, size_t len);
void hbm_violation(struct hbm *hbm, const char *what);
const struct me_client *hbm_client(const struct hbm *hbm, uint8_t address);

/* --- me_conn.c --- */
struct me_conn *me_conn_find(struct hbm *hbm, uint8_t me, uint8_t host);
/* NULL when out of memory. */
struct me_conn *me_conn_new(struct hbm *hbm, const struct me_client *client, uint8_t host);
void me_conn_end(struct me_conn *conn);
void me_conn_read_credit(struct me_conn *conn);
void me_conn_fragment(struct me_conn *conn, const uint8_t *data, size_t len, bool complete);

#endif /* VME_HBM_PRIVATE_H */
