/* SPDX-License-Identifier: GPL-2.0-only */
/* Putting the machine to sleep, in part and for real. */
#ifndef SELFTESTS_MEI_PROV_SUSPEND_H
#define SELFTESTS_MEI_PROV_SUSPEND_H

/* On the way to @state (freeze, mem) turn round at @level of /sys/power/pm_test,
 * after a second there. 0 or -errno.
 */
int suspend_test(const char *state, const char *level);

/* Suspend to memory for @seconds or a little more. 0 or -errno. */
int suspend_to_memory(unsigned int seconds);

#endif /* SELFTESTS_MEI_PROV_SUSPEND_H */
