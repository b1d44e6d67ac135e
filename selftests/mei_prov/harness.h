/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's test harness, with more time for each test: on an emulated
 * machine with a debug kernel everything takes many times as long as on a PC.
 */
#ifndef MEI_PROV_TEST_HARNESS_H
#define MEI_PROV_TEST_HARNESS_H

#include "kselftest_harness.h"

#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 120

#endif /* MEI_PROV_TEST_HARNESS_H */
