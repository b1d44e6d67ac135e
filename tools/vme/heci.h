/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The HECI register block (amthi.md A.3, A.4): two rings of dwords, the two
 * control registers with their edge rules, the reset handshake and the power
 * gating registers. Knows neither sockets nor time nor what messages mean.
 */
#ifndef VME_HECI_H
#define VME_HECI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

/* More than 128 and Linux writes fragments longer than the length field. */
#define HECI_DEPTH	 128
#define HECI_PAYLOAD_MAX ((HECI_DEPTH - 1) * 4)
#define HECI_BAR_SIZE	 4096
/* With that many messages waiting for the host no more of its own are read. */
#define HECI_QUEUE_MAX 64

/* Header of a message, one dword. */
#define HECI_LEN_SHIFT 16
#define HECI_LEN_MASK  0x1ffu
#define HECI_EXTENDED  0x10000000u
#define HECI_DMA_RING  0x20000000u
#define HECI_COMPLETE  0x80000000u

enum heci_reset { HECI_RESET_HOST, HECI_RESET_FIRMWARE, HECI_RESET_POWER };

/* What the host does with the registers of power gating. */
enum heci_power {
	HECI_POWER_ISOLATED, /* H_HPG_CSR: PGI is set */
	HECI_POWER_EXIT,     /* H_HPG_CSR: PGIHEXR, the host wants out */
	HECI_POWER_D0I3,     /* H_D0I3C: in progress until heci_d0i3_done() */
	HECI_POWER_HELD,     /* heci_hold() keeps a message from the host */
};

struct heci_ops {
	/* One message from the host; @len bytes of payload. */
	void (*message)(void *ctx, uint32_t header, const uint8_t *payload, size_t len);
	/* Everything about the link is to be forgotten. */
	void (*reset)(void *ctx, enum heci_reset by);
	/* The interrupt line has changed its level. */
	void (*line)(void *ctx, bool level);
	/* NULL: D0i3 takes no time, and nothing else happens. */
	void (*power)(void *ctx, enum heci_power what);
};

struct heci_message;

/* What is wrong with one message in the ring to the host. */
struct heci_spoilt {
	uint32_t header; /* bits of its header that are turned */
	bool overflow;	 /* while it is read, the ring claims to hold more than it can */
};

struct heci_ring {
	uint32_t dwords[HECI_DEPTH];
	uint8_t wp; /* free-running, as the registers show them */
	uint8_t rp;
};

struct heci {
	const struct heci_ops *ops;
	void *ctx;

	uint32_t h_csr; /* IE, IS, RDY, RST, D0I3C_IE and _IS only */
	uint32_t d0i3c;
	uint32_t hpg_csr;
	uint32_t trc; /* what the register shows, from CSME 15 on */
	bool me_ready;
	bool awaits_host; /* firmware reset: RDY stays low until H_RST */
	bool recovering;  /* the firmware needs its time */
	bool pg_legacy;	  /* ME_CSR.PGIC */
	bool d0i3_loss;	  /* D0i3 costs the host's RDY, as on some machines */
	bool in_d0i3;
	bool line;
	bool holding;

	struct heci_ring from_host;
	struct heci_ring to_host;
	struct heci_spoilt spoilt; /* of the next message to the host */
	uint8_t overflow_at;	   /* where the message with that fault begins */
	bool overflow_waits;	   /* it is in the ring, and not read yet */
	bool overflows;
	STAILQ_HEAD(, heci_message) queue; /* did not fit yet */
	size_t queued;
};

void heci_init(struct heci *heci, const struct heci_ops *ops, void *ctx);
/* Power-on of the link: registers, rings and queue as new. */
void heci_power_on(struct heci *heci);
void heci_drop(struct heci *heci);

/* Aligned dwords of BAR0. */
uint32_t heci_read(struct heci *heci, uint32_t offset);
void heci_write(struct heci *heci, uint32_t offset, uint32_t value);

/* Send a message, now or when there is room. 0 or -ENOMEM. */
int heci_send(struct heci *heci, uint32_t header, const void *payload, size_t len);
/* Something is to be wrong with the next message; NULL: no more. */
void heci_spoil(struct heci *heci, const struct heci_spoilt *spoilt);

/*
 * The firmware restarts: RDY falls and stays low until the host has reset its
 * side and heci_recovered() has been called.
 */
void heci_firmware_reset(struct heci *heci);
void heci_recovered(struct heci *heci);
/*
 * The same so fast that the host cannot see RDY low: it finds its own RDY gone, and the
 * firmware waiting for it.
 */
void heci_pulse(struct heci *heci);
/* The firmware gives the link up, as with a host that is broken; without a pause. */
void heci_fail(struct heci *heci, const char *why);

/* Raise IS without a message: the exit of legacy power gating ends with it. */
void heci_interrupt(struct heci *heci);

/* Keep messages from a host that is isolated; heci_send_ahead() goes past them. */
void heci_hold(struct heci *heci);
int heci_send_ahead(struct heci *heci, uint32_t header, const void *payload, size_t len);
/* The host is no longer isolated: PGI falls, and it gets what was kept. */
void heci_release(struct heci *heci);

/* The command in H_D0I3C is done. */
void heci_d0i3_done(struct heci *heci);
bool heci_in_d0i3(const struct heci *heci);

#endif /* VME_HECI_H */
