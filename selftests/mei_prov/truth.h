/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Right answers. A test learns from the virtual ME what the driver must say
 * and checks each answer against it, so that a reply paired with the wrong
 * request shows.
 */
#ifndef SELFTESTS_MEI_PROV_TRUTH_H
#define SELFTESTS_MEI_PROV_TRUTH_H

#include <stdint.h>

#include <linux/mei_prov_ioctl.h>

#define TRUTH_HASHES 64
#define TRUTH_WRONG  1 /* answered, but not with the truth */

struct truth {
	uint8_t uuid[16];
	uint32_t state;
	uint32_t control_mode;
	uint32_t ztc;
	uint32_t hash_count;
	struct mei_prov_hash hashes[TRUTH_HASHES];
};

/* Commands that can be checked. */
enum truth_question {
	TRUTH_INFO,
	TRUTH_STATE,
	TRUTH_ZTC,
	TRUTH_HASH_TABLE,
	TRUTH_QUESTIONS,
};

/* What a calm virtual ME (vme_calm()) has to say. 0 or -errno. */
int truth_learn(struct truth *truth);

/*
 * Ask one thing, always the firmware, never a copy: 0 for the right answer,
 * TRUTH_WRONG for another one, or the negative errno of the call.
 */
int truth_ask(int fd, const struct truth *truth, enum truth_question question, uint32_t timeout_ms);
/* All of them in turn; the first result that is not 0. */
int truth_ask_all(int fd, const struct truth *truth, uint32_t timeout_ms);

#endif /* SELFTESTS_MEI_PROV_TRUTH_H */
