/* SPDX-License-Identifier: GPL-2.0-only */
/* Others on the machine who use generic netlink and have no business with AMT. */
#ifndef SELFTESTS_MEI_PROV_BYSTANDER_H
#define SELFTESTS_MEI_PROV_BYSTANDER_H

#include <stdint.h>

/* The milliseconds it takes, or UINT64_MAX if it fails: the kernel's list of
 * families is asked for one that is not ours; a module registers a family and
 * takes it back.
 */
uint64_t bystander_lookup(void);
uint64_t bystander_load(void);

#endif /* SELFTESTS_MEI_PROV_BYSTANDER_H */
