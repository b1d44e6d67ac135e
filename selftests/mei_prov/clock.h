/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Time in the tests. Lower bounds ("not before its deadline") are exact. Upper
 * bounds are figures for a real machine and are stretched by clock_slow(): the
 * emulated one the tests run on is several times slower, and unevenly so.
 */
#ifndef SELFTESTS_MEI_PROV_CLOCK_H
#define SELFTESTS_MEI_PROV_CLOCK_H

#include <stdint.h>

/* Factor of clock_slow(); the environment's MEI_PROV_SLOW overrides it. */
#define CLOCK_SLOW_DEFAULT 4

/* CLOCK_MONOTONIC in milliseconds. */
uint64_t clock_ms(void);
void clock_sleep_ms(unsigned int ms);
/* @ms as an upper bound on this machine. */
uint64_t clock_slow(uint64_t ms);
/* A figure that is kept to the letter on a distribution's kernel, as it is meant
 * there: a debug kernel (told by its kmemleak) has three times that.
 */
uint64_t clock_to_the_letter(uint64_t ms);

#endif /* SELFTESTS_MEI_PROV_CLOCK_H */
