// SPDX-License-Identifier: GPL-2.0-or-later
/* The Hello message against typed bytes, and its schedule. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tools/vme/amt.h"
#include "tools/vme/hello.h"

static const uint8_t uuid[16] = { 0x4b, 0x52, 0x9b, 0x93, 0xd4, 0x13, 0x18, 0x1d,
				  0xe4, 0x87, 0x1c, 0x69, 0x7a, 0x6b, 0x7a, 0x2b };
static const uint8_t go_daddy_2[32] = { 0xc3, 0x84, 0x6b, 0xf2, 0x4b, 0x9e, 0x93, 0xca,
					0x64, 0x27, 0x4c, 0x0e, 0xc6, 0x7c, 0x1e, 0xcc,
					0x5e, 0x02, 0x4f, 0xfc, 0xac, 0xd2, 0xd7, 0x40,
					0x19, 0x35, 0x0e, 0x81, 0xfe, 0x54, 0x6a, 0xe4 };
static const uint8_t go_daddy_g2[32] = { 0x45, 0x14, 0x0b, 0x32, 0x47, 0xeb, 0x9c, 0xc8,
					 0xc5, 0xb4, 0xf0, 0xd7, 0xb5, 0x30, 0x91, 0xf7,
					 0x32, 0x92, 0x08, 0x9e, 0x6e, 0x5a, 0x63, 0xe2,
					 0x74, 0x9d, 0xd3, 0xac, 0xa9, 0x19, 0x8e, 0xda };

/* The bytes of a vector file: hex pairs, "#" to the end of the line. */
static size_t read_vector(const char *path, uint8_t *out, size_t size)
{
	FILE *file = fopen(path, "r");
	size_t len = 0;
	char line[512];

	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		char *at = line, *end;

		line[strcspn(line, "#\n")] = '\0';
		for (;; at = end) {
			unsigned long byte = strtoul(at, &end, 16);

			if (end == at)
				break;
			assert_true(len < size);
			out[len++] = byte;
		}
	}
	fclose(file);
	return len;
}

static struct amt_hash slot(uint8_t algorithm, const uint8_t *digest, uint8_t len, bool active)
{
	struct amt_hash hash = {
		.algorithm = algorithm,
		.digest_len = len,
		.is_active = active,
	};

	memcpy(hash.digest, digest, len);
	return hash;
}

static void hello_has_the_recorded_bytes(void **state)
{
	uint8_t want[256], got[HELLO_SIZE_MAX], counting[48];
	struct amt_hash hashes[4];
	struct amt amt = { .hashes = hashes, .hash_count = 4 };
	size_t len, i;

	for (i = 0; i < sizeof(counting); i++)
		counting[i] = i;
	memcpy(amt.uuid, uuid, sizeof(uuid));
	hashes[0] = slot(2, go_daddy_2, 32, true);
	hashes[1] = slot(1, counting, 20, false);
	hashes[2] = slot(2, go_daddy_g2, 32, true);
	hashes[3] = slot(3, counting, 48, true);
	len = read_vector("selftests/vectors/vme-hello.txt", want, sizeof(want));
	assert_int_equal(hello_encode(&amt, 0, got), len);
	assert_memory_equal(got, want, len);
}

static void factory_device_says_so_and_counts_retries(void **state)
{
	static const uint8_t want[25] = { 0,	0,    3,    0,	  0x04, 0x03, 0x02, 0x01, 0x4b,
					  0x52, 0x9b, 0x93, 0xd4, 0x13, 0x18, 0x1d, 0xe4, 0x87,
					  0x1c, 0x69, 0x7a, 0x6b, 0x7a, 0x2b, 0 };
	struct amt amt = { .mebx_default = true };
	uint8_t got[HELLO_SIZE_MAX];

	memcpy(amt.uuid, uuid, sizeof(uuid));
	assert_int_equal(hello_encode(&amt, 0x01020304, got), 25);
	assert_memory_equal(got, want, 25);
	amt.admin_set = true;
	hello_encode(&amt, 0, got);
	assert_int_equal(got[0], 1);
}

static void at_most_23_active_hashes_are_told(void **state)
{
	uint8_t got[HELLO_SIZE_MAX];
	struct amt_hash hashes[33];
	struct amt amt = { .hashes = hashes, .hash_count = 33 };
	size_t i;

	for (i = 0; i < 33; i++) {
		hashes[i] = slot(2, go_daddy_2, 32, i % 5 != 0);
		hashes[i].digest[0] = i;
	}
	/* 807 bytes, as the recorded message with 23 SHA-256 entries */
	assert_int_equal(hello_encode(&amt, 0, got), 807);
	assert_int_equal(got[24], 23);
	assert_int_equal(got[25 + 2], 1);
	assert_int_equal(got[25 + 22 * 34 + 2], 28);
}

static void schedule_waits_as_written(void **state)
{
	struct hello_schedule s;

	assert_int_equal(hello_schedule_parse(&s, "5x60,12x300,23x3600"), 0);
	assert_int_equal(hello_schedule_wait(&s, 0), 0);
	assert_int_equal(hello_schedule_wait(&s, 1), 60000000);
	assert_int_equal(hello_schedule_wait(&s, 4), 60000000);
	assert_int_equal(hello_schedule_wait(&s, 5), 300000000);
	assert_int_equal(hello_schedule_wait(&s, 16), 300000000);
	assert_int_equal(hello_schedule_wait(&s, 17), 3600000000LL);
	assert_int_equal(hello_schedule_wait(&s, 39), 3600000000LL);
	assert_int_equal(hello_schedule_wait(&s, 40), -1);
	assert_int_equal(hello_schedule_parse(&s, "2x0.25,1x1.000001"), 0);
	assert_int_equal(hello_schedule_wait(&s, 1), 250000);
	assert_int_equal(hello_schedule_wait(&s, 2), 1000001);
	assert_int_equal(hello_schedule_wait(&s, 3), -1);
}

static void nonsense_is_no_schedule(void **state)
{
	static const char *const bad[] = {
		"",
		"x",
		"5",
		"5x",
		"x5",
		"0x5",
		"5x5,",
		",5x5",
		"-1x5",
		"5x-1",
		"5x5;5x5",
		"5 x 5",
		"9999999999x1",
		"1x9999999",
		"1x1,1x1,1x1,1x1,1x1,1x1,1x1,1x1,1x1,1x1,1x1,1x1,1x1,1x1,1x1,1x1,1x1",
	};
	struct hello_schedule s;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(hello_schedule_parse(&s, bad[i]), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hello_has_the_recorded_bytes),
		cmocka_unit_test(factory_device_says_so_and_counts_retries),
		cmocka_unit_test(at_most_23_active_hashes_are_told),
		cmocka_unit_test(schedule_waits_as_written),
		cmocka_unit_test(nonsense_is_no_schedule),
	};

	return cmocka_run_group_tests_name("hello", tests, NULL, NULL);
}
