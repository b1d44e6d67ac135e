/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Faults of the bus protocol (fault.h, event hbm:XX): stands before HBM and decides
 * what becomes of a message of the host.
 */
#ifndef VME_HBM_FAULT_H
#define VME_HBM_FAULT_H

struct event_base;
struct fault_list;
struct hbm_fault;
struct me_dev;
struct reporter;

/* Puts itself before the HBM of @me, which must be freed first. NULL: out of memory. */
struct hbm_fault *hbm_fault_new(struct event_base *base, struct me_dev *me,
				struct fault_list *faults, const struct reporter *reporter);
void hbm_fault_free(struct hbm_fault *hf);

/* How long the firmware is away after a reset that a fault orders. */
void hbm_fault_set_recovery(struct hbm_fault *hf, int recovery_ms);

#endif /* VME_HBM_FAULT_H */
