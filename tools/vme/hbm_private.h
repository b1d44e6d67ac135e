/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside HBM: the protocol (hbm.c) and its connections (me_conn.c). */
#ifndef VME_HBM_PRIVATE_H
#define VME_HBM_PRIVATE_H

#include "tools/vme/dma_ring.h"
#include "tools/vme/hbm.h"

#define HBM_CREDITS_MAX 255 /* read credits kept of one connection */
#define HBM_BUFFERS_MAX 16  /* that hosts can lend at once */

enum hbm_command {
	HBM_START = 0x01,
	HBM_STOP = 0x02,
	HBM_ME_STOP = 0x03,
	HBM_ENUMERATE = 0x04,
	HBM_PROPERTIES = 0x05,
	HBM_CONNECT = 0x06,
	HBM_DISCONNECT = 0x07,
	HBM_FLOW_CONTROL = 0x08,
	HBM_POWER_GATE = 0x0a,
	HBM_POWER_EXIT = 0x0b,
	HBM_ADD_CLIENT = 0x0f,
	HBM_NOTIFY = 0x10,
	HBM_NOTIFICATION = 0x11,
	HBM_DMA_SETUP = 0x12,
	HBM_CAPABILITIES = 0x13,
	HBM_DMA_MAP = 0x14,
	HBM_DMA_UNMAP = 0x15,
	HBM_DISCONNECT_REPLY = 0x87,
	HBM_POWER_EXIT_REPLY = 0x8b,
	HBM_ADD_CLIENT_REPLY = 0x8f,
};

#define HBM_REPLY 0x80

/* How far the host is. */
enum hbm_phase {
	HBM_DOWN,    /* nothing was said since the last reset */
	HBM_STARTED, /* a version was agreed on */
	HBM_ENUMERATED,
	HBM_STOPPING, /* the firmware has asked the host to stop */
	HBM_STOPPED,
};

struct me_message {
	STAILQ_ENTRY(me_message) list;
	uint8_t vtag;
	struct heci_spoilt spoilt;
	size_t len;
	uint8_t data[];
};

enum hbm_power_state {
	HBM_POWER_ON,
	HBM_POWER_AGREED, /* 8A was sent */
	HBM_POWER_GATED,
	HBM_POWER_LEAVING, /* 0B was sent */
};

/* Of the host's memory, lent to a client. */
struct hbm_buffer {
	uint8_t id;
	uint64_t at;
	uint32_t size;
};

/* The firmware has ended it and waits for the host's word. */
struct me_parting {
	LIST_ENTRY(me_parting) list;
	uint8_t me;
	uint8_t host;
};

struct me_conn {
	LIST_ENTRY(me_conn) list;
	struct hbm *hbm;
	const struct me_client *client;
	uint8_t host;
	bool open;     /* accepted */
	bool notifies; /* the host wants to be told of events */
	uint8_t vtag;  /* of the message that is, or was, put together; 0: none */

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
	enum hbm_phase phase;
	enum hbm_power_state power;
	bool vtag_granted;
	const struct dma_memory *memory; /* NULL: no DMA ring */
	struct dma_ring ring;
	const struct dma_memory *client_memory; /* NULL: no client DMA */
	bool client_dma;			/* granted */
	struct hbm_buffer buffers[HBM_BUFFERS_MAX];
	size_t buffer_count;
	bool host_adds; /* it wants to be told of clients that come later */
	LIST_HEAD(, me_conn) conns;
	LIST_HEAD(, me_parting) partings;
	struct hbm_stats stats;
	const struct hbm_gate_ops *gate;
	void *gate_ctx;
	bool mute; /* an answer is to be lost */
};

/* --- hbm.c --- */
void hbm_send(struct hbm *hbm, const void *message, size_t len);
void hbm_violation(struct hbm *hbm, const char *what);

/* --- hbm_client.c --- */
const struct me_client *hbm_client(const struct hbm *hbm, uint8_t address);
void hbm_on_enumerate(struct hbm *hbm, const uint8_t *m);
void hbm_on_properties(struct hbm *hbm, const uint8_t *m);
void hbm_on_add_reply(struct hbm *hbm, const uint8_t *m);

/* --- hbm_feature.c --- */
void hbm_on_capabilities(struct hbm *hbm, const uint8_t *m);
void hbm_on_dma_setup(struct hbm *hbm, const uint8_t *m);
void hbm_ring_message(struct hbm *hbm, uint8_t me, uint8_t host, uint32_t len, bool complete);
/* False: it has to go as fragments. */
bool hbm_ring_send(struct hbm *hbm, const uint8_t *data, size_t len);

/* --- hbm_dma.c --- */
void hbm_on_dma_map(struct hbm *hbm, const uint8_t *m);
void hbm_on_dma_unmap(struct hbm *hbm, const uint8_t *m);
void hbm_dma_reset(struct hbm *hbm);

/* --- hbm_power.c --- */
void hbm_on_power_gate(struct hbm *hbm, const uint8_t *m);
void hbm_on_power_exit_reply(struct hbm *hbm, const uint8_t *m);
/* A message has come from the host. */
void hbm_power_heard(struct hbm *hbm, bool exit_reply);
void hbm_power_reset(struct hbm *hbm);

/* --- me_conn.c --- */
struct me_conn *me_conn_find(struct hbm *hbm, uint8_t me, uint8_t host);
/* NULL when out of memory. */
struct me_conn *me_conn_new(struct hbm *hbm, const struct me_client *client, uint8_t host);
void me_conn_end(struct me_conn *conn);
/* Where messages to a client of a fixed address go, by itself. NULL: it is none. */
struct me_conn *me_conn_fixed(struct hbm *hbm, uint8_t me);
void me_conn_read_credit(struct me_conn *conn);
void me_conn_fragment(struct me_conn *conn, const uint8_t *data, size_t len, bool complete);
/* The host has agreed to the end of a connection, or asks for it anew. True: there was one. */
bool me_parting_end(struct hbm *hbm, uint8_t me, uint8_t host);
bool me_parting_is(const struct hbm *hbm, uint8_t me, uint8_t host);
void me_partings_drop(struct hbm *hbm);

#endif /* VME_HBM_PRIVATE_H */
