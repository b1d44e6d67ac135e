// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/heci.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tools/vme/log.h"

enum heci_register {
	H_CB_WW = 0x000, /* write: into the ring to the firmware */
	H_CSR = 0x004,
	ME_CB_RW = 0x008, /* read: out of the ring from the firmware */
	ME_CSR_HA = 0x00c,
	H_HPG_CSR = 0x010,
	ME_TRC = 0x030,
	H_D0I3C = 0x800,
};

#define CSR_IE	     (1u << 0)
#define CSR_IS	     (1u << 1)
#define CSR_IG	     (1u << 2)
#define CSR_RDY	     (1u << 3)
#define CSR_RST	     (1u << 4)
#define CSR_D0I3C_IE (1u << 5)
#define CSR_D0I3C_IS (1u << 6)
#define CSR_IS_BITS  (CSR_IS | CSR_D0I3C_IS)
#define CSR_RW_BITS  (CSR_IE | CSR_RDY | CSR_RST | CSR_D0I3C_IE)
#define ME_CSR_PGIC  (1u << 6)

#define D0I3C_CIP (1u << 0)
#define D0I3C_IR  (1u << 1)
#define D0I3C_I3  (1u << 2)
#define D0I3C_RR  (1u << 3)

#define HPG_PGIHEXR (1u << 0)
#define HPG_PGI	    (1u << 1)

struct heci_message {
	STAILQ_ENTRY(heci_message) list;
	size_t dwords;
	bool ahead;
	bool overflow;
	uint32_t data[];
};

/* --- rings --- */

static unsigned int ring_fill(const struct heci_ring *ring)
{
	return (uint8_t)(ring->wp - ring->rp);
}

static void ring_push(struct heci_ring *ring, uint32_t dword)
{
	ring->dwords[ring->wp++ % HECI_DEPTH] = dword;
}

static uint32_t ring_peek(const struct heci_ring *ring, unsigned int at)
{
	return ring->dwords[(uint8_t)(ring->rp + at) % HECI_DEPTH];
}

/* What has been read does not stay: it may be an OTP. */
static uint32_t ring_pop(struct heci_ring *ring)
{
	uint32_t *slot = &ring->dwords[ring->rp++ % HECI_DEPTH];
	uint32_t dword = *slot;

	*slot = 0;
	return dword;
}

/* --- the interrupt line --- */

/* It rises too when an enable bit is set while its status bit already is. */
static void update_line(struct heci *heci)
{
	uint32_t csr = heci->h_csr;
	bool level = (csr & CSR_IS && csr & CSR_IE) || (csr & CSR_D0I3C_IS && csr & CSR_D0I3C_IE);

	if (level == heci->line)
		return;
	heci->line = level;
	heci->ops->line(heci->ctx, level);
}

void heci_interrupt(struct heci *heci)
{
	heci->h_csr |= CSR_IS;
	update_line(heci);
}

static void tell_power(struct heci *heci, enum heci_power what)
{
	if (heci->ops->power)
		heci->ops->power(heci->ctx, what);
	else if (what == HECI_POWER_D0I3)
		heci_d0i3_done(heci);
}

/* --- to the host --- */

static void queue_clear(struct heci *heci)
{
	struct heci_message *message;

	while ((message = STAILQ_FIRST(&heci->queue))) {
		STAILQ_REMOVE_HEAD(&heci->queue, list);
		free(message);
	}
	heci->queued = 0;
}

static void put(struct heci *heci, const struct heci_message *message)
{
	size_t i;

	if (message->overflow) {
		heci->overflow_at = heci->to_host.wp;
		heci->overflow_waits = true;
	}
	for (i = 0; i < message->dwords; i++)
		ring_push(&heci->to_host, message->data[i]);
}

/* Whole messages only: the host takes a header without its payload for a fault. */
static void flush(struct heci *heci)
{
	struct heci_message *message;

	while ((message = STAILQ_FIRST(&heci->queue)) && (!heci->holding || message->ahead) &&
	       message->dwords <= HECI_DEPTH - ring_fill(&heci->to_host)) {
		put(heci, message);
		STAILQ_REMOVE_HEAD(&heci->queue, list);
		heci->queued--;
		free(message);
		heci->h_csr |= CSR_IS;
	}
}

/* The fault of the next message, for once. */
static void spoil(struct heci *heci, struct heci_message *message)
{
	message->data[0] ^= heci->spoilt.header;
	message->overflow = heci->spoilt.overflow;
	heci_spoil(heci, NULL);
}

static struct heci_message *message_new(uint32_t header, const void *payload, size_t len)
{
	size_t dwords = 1 + (len + 3) / 4;
	struct heci_message *message = calloc(1, sizeof(*message) + dwords * 4);

	if (!message)
		return NULL;
	message->dwords = dwords;
	message->data[0] = header | (uint32_t)len << HECI_LEN_SHIFT;
	memcpy(&message->data[1], payload, len);
	return message;
}

static void go(struct heci *heci)
{
	heci->queued++;
	flush(heci);
	update_line(heci);
}

int heci_send(struct heci *heci, uint32_t header, const void *payload, size_t len)
{
	struct heci_message *message = message_new(header, payload, len);

	if (!message)
		return -ENOMEM;
	spoil(heci, message);
	STAILQ_INSERT_TAIL(&heci->queue, message, list);
	go(heci);
	if (heci->holding)
		tell_power(heci, HECI_POWER_HELD);
	return 0;
}

int heci_send_ahead(struct heci *heci, uint32_t header, const void *payload, size_t len)
{
	struct heci_message *message = message_new(header, payload, len);

	if (!message)
		return -ENOMEM;
	message->ahead = true;
	STAILQ_INSERT_HEAD(&heci->queue, message, list);
	go(heci);
	return 0;
}

void heci_spoil(struct heci *heci, const struct heci_spoilt *spoilt)
{
	heci->spoilt = spoilt ? *spoilt : (struct heci_spoilt){ 0 };
}

void heci_hold(struct heci *heci)
{
	heci->holding = true;
}

void heci_release(struct heci *heci)
{
	heci->holding = false;
	heci->hpg_csr = 0;
	flush(heci);
	update_line(heci);
}

/* --- from the host --- */

void heci_fail(struct heci *heci, const char *why)
{
	log_error("heci", "%s, the link is reset", why);
	heci_firmware_reset(heci);
	heci_recovered(heci);
}

/* False: no whole message is there. */
static bool take_message(struct heci *heci)
{
	struct heci_ring *ring = &heci->from_host;
	uint32_t payload[HECI_DEPTH];
	uint32_t header = ring_peek(ring, 0);
	size_t len = header >> HECI_LEN_SHIFT & HECI_LEN_MASK;
	size_t dwords = (len + 3) / 4;
	size_t i;

	if (!ring_fill(ring))
		return false;
	if (dwords >= HECI_DEPTH) {
		heci_fail(heci, "the host announced a message longer than its ring");
		return false;
	}
	if (ring_fill(ring) < 1 + dwords)
		return false;
	ring_pop(ring);
	for (i = 0; i < dwords; i++)
		payload[i] = ring_pop(ring);
	heci->ops->message(heci->ctx, header, (const uint8_t *)payload, len);
	explicit_bzero(payload, sizeof(payload));
	return true;
}

/* What is held must not keep us from hearing that the host is back. */
static bool host_has_room(const struct heci *heci)
{
	return heci->holding || heci->queued < HECI_QUEUE_MAX;
}

/*
 * The doorbell says: look at both rings again. Having consumed something is told
 * by IS, as the host waits for it before it writes on.
 */
static void doorbell(struct heci *heci)
{
	bool took = false;

	flush(heci);
	while (heci->me_ready && heci->h_csr & CSR_RDY && host_has_room(heci) && take_message(heci))
		took = true;
	flush(heci);
	if (took)
		heci->h_csr |= CSR_IS;
}

static void host_writes(struct heci *heci, uint32_t dword)
{
	if (!heci->me_ready)
		return;
	if (ring_fill(&heci->from_host) < HECI_DEPTH) {
		ring_push(&heci->from_host, dword);
		return;
	}
	heci_fail(heci, "the host overran its ring");
}

/* Before it, the host would not read at all: it looks at the pointers first. */
static uint32_t host_reads(struct heci *heci)
{
	if (heci->overflow_waits && heci->to_host.rp == heci->overflow_at) {
		heci->overflow_waits = false;
		heci->overflows = true;
	}
	return ring_fill(&heci->to_host) ? ring_pop(&heci->to_host) : 0;
}

/* --- reset --- */

static void link_down(struct heci *heci, enum heci_reset by)
{
	queue_clear(heci);
	heci->holding = false;
	heci->hpg_csr = 0;
	heci->me_ready = false;
	heci->ops->reset(heci->ctx, by);
}

static void link_clear(struct heci *heci, enum heci_reset by)
{
	heci->from_host.wp = 0;
	heci->from_host.rp = 0;
	heci->to_host.wp = 0;
	heci->to_host.rp = 0;
	heci->overflow_waits = false;
	heci->overflows = false;
	heci_spoil(heci, NULL);
	link_down(heci, by);
}

static void become_ready(struct heci *heci)
{
	if (heci->me_ready || heci->awaits_host || heci->recovering)
		return;
	heci->me_ready = true;
	heci->h_csr |= CSR_IS;
}

static void host_resets(struct heci *heci)
{
	heci->h_csr &= ~CSR_RDY;
	heci->awaits_host = false;
	link_clear(heci, HECI_RESET_HOST);
	become_ready(heci);
}

/*
 * The rings stay as they are until the host resets its side: it may be in the
 * middle of a message and would take what it reads there for its payload.
 */
void heci_firmware_reset(struct heci *heci)
{
	/* a host that is holding its reset has been seen already */
	heci->awaits_host = !(heci->h_csr & CSR_RST);
	heci->recovering = true;
	link_down(heci, HECI_RESET_FIRMWARE);
	heci->h_csr |= CSR_IS; /* RDY has changed */
	update_line(heci);
}

void heci_pulse(struct heci *heci)
{
	link_down(heci, HECI_RESET_FIRMWARE);
	heci->h_csr &= ~CSR_RDY;
	heci->awaits_host = false;
	heci->recovering = false;
	become_ready(heci);
	update_line(heci);
}

void heci_recovered(struct heci *heci)
{
	heci->recovering = false;
	become_ready(heci);
	update_line(heci);
}

void heci_power_on(struct heci *heci)
{
	heci->h_csr = 0;
	heci->d0i3c = D0I3C_RR;
	heci->in_d0i3 = false;
	heci->awaits_host = false;
	heci->recovering = false;
	link_clear(heci, HECI_RESET_POWER);
	heci->me_ready = true;
	update_line(heci);
}

void heci_init(struct heci *heci, const struct heci_ops *ops, void *ctx)
{
	memset(heci, 0, sizeof(*heci));
	heci->ops = ops;
	heci->ctx = ctx;
	STAILQ_INIT(&heci->queue);
	heci->d0i3c = D0I3C_RR;
	heci->me_ready = true;
}

void heci_drop(struct heci *heci)
{
	queue_clear(heci);
}

/* --- registers --- */

static uint32_t pointers(uint8_t wp, uint8_t rp)
{
	return (uint32_t)HECI_DEPTH << 24 | (uint32_t)wp << 16 | (uint32_t)rp << 8;
}

static uint32_t host_csr(const struct heci *heci)
{
	return pointers(heci->from_host.wp, heci->from_host.rp) | heci->h_csr;
}

/* What is not ready is in a reset of its own. */
static uint32_t me_csr(const struct heci *heci)
{
	uint8_t rp = heci->to_host.rp;
	uint8_t wp = heci->overflows ? rp + HECI_DEPTH + 1 : heci->to_host.wp;

	return pointers(wp, rp) | (heci->me_ready ? CSR_RDY : CSR_RST) |
	       (heci->pg_legacy ? ME_CSR_PGIC : 0) | CSR_IE;
}

uint32_t heci_read(struct heci *heci, uint32_t offset)
{
	switch (offset) {
	case H_CSR:
		return host_csr(heci);
	case ME_CB_RW:
		return host_reads(heci);
	case ME_CSR_HA:
		return me_csr(heci);
	case H_HPG_CSR:
		return heci->hpg_csr;
	case ME_TRC:
		return heci->trc;
	case H_D0I3C:
		return heci->d0i3c;
	default:
		return 0;
	}
}

/* IS bits are write-one-to-clear; IG reads 0, it only rings. */
static void write_csr(struct heci *heci, uint32_t value)
{
	bool resets = value & CSR_RST && !(heci->h_csr & CSR_RST);

	heci->h_csr &= ~(value & CSR_IS_BITS);
	heci->h_csr = (heci->h_csr & CSR_IS_BITS) | (value & CSR_RW_BITS);
	if (resets)
		host_resets(heci);
	if (value & CSR_IG)
		doorbell(heci);
	update_line(heci);
}

/*
 * One command at a time: what is written while one is in progress is not seen. RR is
 * write-one-to-clear.
 */
static void write_d0i3c(struct heci *heci, uint32_t value)
{
	bool changes = (value ^ heci->d0i3c) & D0I3C_I3;

	if (heci->d0i3c & D0I3C_CIP)
		return;
	heci->d0i3c = (value & (D0I3C_IR | D0I3C_I3)) | (heci->d0i3c & ~value & D0I3C_RR);
	if (!changes && !(value & D0I3C_IR))
		return;
	heci->d0i3c |= D0I3C_CIP;
	tell_power(heci, HECI_POWER_D0I3);
}

/* Its power was off: ready is gone, and the host has to say it again. */
static void lose_host(struct heci *heci)
{
	heci->d0i3c |= D0I3C_RR;
	heci->h_csr &= ~CSR_RDY;
}

void heci_d0i3_done(struct heci *heci)
{
	bool left = heci->in_d0i3 && !(heci->d0i3c & D0I3C_I3);

	heci->d0i3c &= ~D0I3C_CIP;
	heci->in_d0i3 = heci->d0i3c & D0I3C_I3;
	if (left && heci->d0i3_loss)
		lose_host(heci);
	if (heci->d0i3c & D0I3C_IR)
		heci->h_csr |= CSR_D0I3C_IS;
	update_line(heci);
}

bool heci_in_d0i3(const struct heci *heci)
{
	return heci->d0i3c & D0I3C_I3 && !(heci->d0i3c & D0I3C_CIP);
}

static void write_hpg(struct heci *heci, uint32_t value)
{
	if (!heci->pg_legacy)
		return;
	heci->hpg_csr = value & HPG_PGI;
	if (value & HPG_PGIHEXR)
		tell_power(heci, HECI_POWER_EXIT);
	else if (value & HPG_PGI)
		tell_power(heci, HECI_POWER_ISOLATED);
}

void heci_write(struct heci *heci, uint32_t offset, uint32_t value)
{
	switch (offset) {
	case H_CB_WW:
		host_writes(heci, value);
		break;
	case H_CSR:
		write_csr(heci, value);
		break;
	case H_HPG_CSR:
		write_hpg(heci, value);
		break;
	case H_D0I3C:
		write_d0i3c(heci, value);
		break;
	}
}
