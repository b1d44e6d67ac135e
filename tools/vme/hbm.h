/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host bus protocol, HBM (amthi.md A.5): which ME clients there are, who is
 * connected to them, and flow control. Client messages of any length are cut
 * into fragments and put together here.
 */
#ifndef VME_HBM_H
#define VME_HBM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>
#include "tools/vme/heci.h"

struct dma_memory;
struct hbm;
struct me_conn;
struct reporter;

/* Answers to a connect request. */
enum hbm_status {
	HBM_SUCCESS = 0,
	HBM_NOT_FOUND = 1,
	HBM_ALREADY_EXISTS = 2,
	HBM_REJECTED = 3, /* no connection is free */
	HBM_INVALID_PARAMETER = 4,
	HBM_NOT_ALLOWED = 5,
};

struct me_client_ops {
	/* A host asks for a connection that would be free. The client calls
	 * me_conn_accept() or me_conn_refuse(), now or later, or never.
	 */
	void (*connect)(void *ctx, struct me_conn *conn);
	/* The connection is gone, decided on or not. */
	void (*disconnect)(void *ctx, struct me_conn *conn);
	/* A whole message. The client gives the credit back when it likes. */
	void (*message)(void *ctx, struct me_conn *conn, const uint8_t *data, size_t len);
	/* All that was sent has gone to the host. */
	void (*drained)(void *ctx, struct me_conn *conn);
};

/* A service of the firmware, as the host enumerates it. */
struct me_client {
	uint8_t address;  /* 1-255 */
	uint8_t uuid[16]; /* as on the wire */
	uint8_t version;
	uint8_t max_connections;
	uint32_t mtu;
	bool fixed;	    /* the host does not connect, it just sends; no credits */
	bool vtag;	    /* messages may carry a tag, which the answer repeats */
	bool single_buffer; /* connections share it, and the credit to fill it */
	const struct me_client_ops *ops;
	void *ctx;
};

struct hbm_stats {
	uint32_t connects;
	uint32_t refused;
	uint32_t disconnects;
	uint32_t violations; /* of the protocol, by the host */
	uint32_t gatings;    /* how often the link lost its power */
	uint32_t ring_in;    /* messages that came through the DMA ring */
	uint32_t ring_out;
};

struct hbm *hbm_new(struct heci *heci, uint8_t major, uint8_t minor,
		    const struct reporter *reporter);
void hbm_free(struct hbm *hbm);

/*
 * @client must outlive the link, or be removed. A host that has enumerated is told of
 * it. 0, -ENOMEM, -EEXIST, or -EOPNOTSUPP: the host does not want to hear of new ones.
 */
int hbm_add_client(struct hbm *hbm, const struct me_client *client);
/* Its connections end. 0 or -ENOENT. */
int hbm_remove_client(struct hbm *hbm, uint8_t address);
bool hbm_has_client(const struct hbm *hbm, uint8_t address);

/* The firmware ends all connections of a client; how many there were. */
size_t hbm_disconnect(struct hbm *hbm, uint8_t me);
/* Tell of an event those connections of a client that want to know; how many. */
size_t hbm_notify(struct hbm *hbm, uint8_t me);
/* The firmware asks the host to stop. 0, or -ENOTCONN: there is no link to stop. */
int hbm_stop(struct hbm *hbm);

/* Grant a DMA ring in this memory; NULL: decline it. */
void hbm_set_memory(struct hbm *hbm, const struct dma_memory *memory);
bool hbm_has_ring(const struct hbm *hbm);
/* Grant client DMA from this memory; NULL: do not. */
void hbm_set_client_dma(struct hbm *hbm, const struct dma_memory *memory);
size_t hbm_buffers(const struct hbm *hbm); /* that are mapped */

/* Stands before HBM: the bus messages of the host come to it first. */
struct hbm_gate_ops {
	/* True: the gate has dealt with it. */
	bool (*message)(void *ctx, const uint8_t *message, size_t len);
	/* All connections have ended. */
	void (*reset)(void *ctx);
};
void hbm_set_gate(struct hbm *hbm, const struct hbm_gate_ops *ops, void *ctx);

/* --- for the gate --- */
/* As if no gate were there. */
void hbm_bus_message(struct hbm *hbm, const uint8_t *message, size_t len);
/* It does what it does, and its answer is not sent. One without an answer is not seen. */
void hbm_bus_message_mute(struct hbm *hbm, const uint8_t *message, size_t len);
/* It does nothing, and is answered with @status. False: its answer has none. */
bool hbm_bus_refuse(struct hbm *hbm, const uint8_t *message, size_t len, uint8_t status);

/* What heci_ops carry here. */
void hbm_message(struct hbm *hbm, uint32_t header, const uint8_t *payload, size_t len);
void hbm_reset(struct hbm *hbm);
/* HECI_POWER_D0I3: when the command is done. */
void hbm_power(struct hbm *hbm, enum heci_power what);

const struct hbm_stats *hbm_stats(const struct hbm *hbm);
const char *hbm_power_name(const struct hbm *hbm);
size_t hbm_connections(const struct hbm *hbm, uint8_t me);
uint8_t hbm_host_address(const struct me_conn *conn);

/* --- for clients --- */
void me_conn_accept(struct me_conn *conn, bool with_credit);
void me_conn_refuse(struct me_conn *conn, enum hbm_status status);
/* Let the host send one more message. */
void me_conn_credit(struct me_conn *conn);
/* Send when the host has asked for a message. 0 or -ENOMEM. */
int me_conn_send(struct me_conn *conn, const void *data, size_t len);
/* The same, with something wrong with its first fragment. */
int me_conn_send_spoilt(struct me_conn *conn, const void *data, size_t len,
			const struct heci_spoilt *spoilt);
bool me_conn_is_drained(const struct me_conn *conn);

#endif /* VME_HBM_H */
