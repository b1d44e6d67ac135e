/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A model that AMTHI requests from selftests/vectors are put to. */
#ifndef TEST_AMTHI_DEVICE_H
#define TEST_AMTHI_DEVICE_H

#include <stddef.h>
#include <stdint.h>

struct amt;

/* cmocka fixtures: *state is a struct amt in PRE, release 16, in example.org. */
int device_setup(void **state);
int device_teardown(void **state);

/* The request in one file is answered with the bytes in the other. */
void expect(struct amt *amt, const char *request, const char *reply);
/* The request in the file is refused with @status, and nothing but it is sent. */
void expect_refusal(struct amt *amt, const char *request, uint32_t status);
/* Status of the reply to literal bytes; it must be a bare refusal. */
uint32_t refusal(struct amt *amt, const uint8_t *request, size_t len);

#endif /* TEST_AMTHI_DEVICE_H */
