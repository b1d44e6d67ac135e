/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Faults to order: "at EVENT, the NTH time, do ACTION, TIMES times". An event is a
 * name or CLASS:DETAIL; which there are and what each can suffer is in the table of
 * fault.c, what an action means there belongs to the code that asks:
 *
 *	amthi:XX	an AMTHI command, low byte in hex (amthi_dev.c)
 *	connect		a host wants to connect to AMTHI (amthi_dev.c)
 *	hbm:XX		a bus message of the host, its first byte in hex (hbm_fault.c)
 *	hello		a Hello is due (net_hello.c)
 *	port:setup, port:operation	the TLS port is about to open (net.c)
 *	tls:accept, tls:hello, tls:certificate, tls:open	(net_conn.c, tls.c)
 *	http:request	a request is whole (net_answer.c)
 *	wsman:CLASS.OPERATION	one of WS-Management (net_answer.c)
 *
 * A star at the end stands for every rest.
 */
#ifndef VME_FAULT_H
#define VME_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

enum fault_action {
	FAULT_NONE,
	FAULT_DROP,
	FAULT_DELAY,	/* value: ms */
	FAULT_TRUNCATE, /* value: bytes that are left */
	FAULT_PAD,	/* value: bytes more than the header says */
	FAULT_CORRUPT,	/* value: offset, mask: what is XORed */
	FAULT_DUPLICATE,
	FAULT_WRONG_ID,
	FAULT_STATUS, /* value: status */
	FAULT_NO_CREDIT,
	FAULT_RESET,
	FAULT_BUSY,
	FAULT_RAW,	  /* bytes: what is sent instead */
	FAULT_CUT,	  /* value: bytes that are sent before the end */
	FAULT_ALERT,	  /* value: TLS alert */
	FAULT_NO_RFC5746, /* as a peer that never heard of it */
	FAULT_NONCE_RESET,
	FAULT_RDY_LOW, /* value: ms the firmware is not ready */
	FAULT_NEVER_READY,
	FAULT_VANISH, /* the device is gone from the bus */
	FAULT_RDY_PULSE,
	FAULT_HEADER,	/* value: bits that are turned in the header of the ring */
	FAULT_OVERFLOW, /* the ring claims to be fuller than it can be */
	FAULT_ACTIONS
};

#define FAULT_EVENT_MAX 127
#define FAULT_RAW_MAX	5120
#define FAULT_FOREVER	UINT32_MAX
#define FAULTS_MAX	64 /* at once */

struct fault {
	STAILQ_ENTRY(fault) list;
	uint32_t id;
	char event[FAULT_EVENT_MAX + 1];
	enum fault_action action;
	uint32_t value;
	uint8_t mask;
	uint8_t *bytes;
	size_t len;
	uint32_t nth; /* 1 = the first that comes */
	uint32_t times;
	uint32_t seen;
	uint32_t fired;
};

struct fault_list {
	STAILQ_HEAD(, fault) faults;
	size_t count;
	uint32_t last_id;
};

void fault_list_init(struct fault_list *list);
void fault_list_clear(struct fault_list *list);

/*
 * @words: EVENT ACTION [nth=N] [times=N|forever]. 0 or -errno with a sentence in
 * @why; the new fault's id in @id.
 */
#define FAULT_WHY_MAX 240
int fault_add(struct fault_list *list, const char *const *words, size_t count, uint32_t *id,
	      char why[FAULT_WHY_MAX]);

/*
 * The faults of a file, one a line as for fault_add(); empty lines and those that
 * begin with # are skipped. The sentence names the line.
 */
int fault_load(struct fault_list *list, const char *path, char why[FAULT_WHY_MAX]);

/* The event happens: the fault to apply now, or NULL. Of several the first counts. */
const struct fault *fault_hit(struct fault_list *list, const char *event);

/* "delay=100" and so on. */
#define FAULT_TEXT_MAX 64
const char *fault_text(const struct fault *fault, char out[FAULT_TEXT_MAX]);

#endif /* VME_FAULT_H */
