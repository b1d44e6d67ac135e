// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/hello.h"

#include <errno.h>
#include <string.h>
#include "tools/vme/amt.h"

#define WAIT_MAX_US (400ULL * 3600 * 1000000) /* beyond any window */

static uint8_t *put_le(uint8_t *out, uint32_t value, int bytes)
{
	while (bytes--) {
		*out++ = value & 0xff;
		value >>= 8;
	}
	return out;
}

size_t hello_encode(const struct amt *amt, uint32_t retry, uint8_t out[HELLO_SIZE_MAX])
{
	uint8_t *at = out;
	uint8_t *count;
	size_t i;

	/* 1 = a person or a server has changed the factory credentials */
	at = put_le(at, amt->admin_set || !amt->mebx_default, 2);
	at = put_le(at, HELLO_VERSION_PKI, 2);
	at = put_le(at, retry, 4);
	memcpy(at, amt->uuid, sizeof(amt->uuid));
	at += sizeof(amt->uuid);
	count = at++;
	*count = 0;
	for (i = 0; i < amt->hash_count && *count < HELLO_HASHES_MAX; i++) {
		const struct amt_hash *hash = &amt->hashes[i];

		if (!hash->is_active || hash->digest_len > AMT_DIGEST_MAX)
			continue;
		*at++ = hash->algorithm;
		*at++ = hash->digest_len;
		memcpy(at, hash->digest, hash->digest_len);
		at += hash->digest_len;
		++*count;
	}
	return at - out;
}

/* Decimal digits at *@text; -EINVAL if there are none or too many. */
static int read_number(const char **text, uint64_t *value)
{
	const char *at = *text;

	for (*value = 0; *at >= '0' && *at <= '9'; at++) {
		if (at - *text >= 9)
			return -EINVAL;
		*value = *value * 10 + (*at - '0');
	}
	if (at == *text)
		return -EINVAL;
	*text = at;
	return 0;
}

static int read_seconds(const char **text, uint64_t *us)
{
	uint64_t unit = 100000;

	if (read_number(text, us))
		return -EINVAL;
	*us *= 1000000;
	if (**text != '.')
		return *us <= WAIT_MAX_US ? 0 : -EINVAL;
	for (++*text; **text >= '0' && **text <= '9'; ++*text) {
		*us += unit * (**text - '0');
		unit /= 10;
	}
	return *us <= WAIT_MAX_US ? 0 : -EINVAL;
}

int hello_schedule_parse(struct hello_schedule *schedule, const char *text)
{
	struct hello_schedule read = { .step_count = 0 };
	struct hello_step *step;
	uint64_t count;

	for (;;) {
		if (read.step_count == HELLO_STEPS_MAX)
			return -EINVAL;
		step = &read.steps[read.step_count++];
		if (read_number(&text, &count) || !count || *text++ != 'x' ||
		    read_seconds(&text, &step->wait_us))
			return -EINVAL;
		step->count = count;
		if (!*text)
			break;
		if (*text++ != ',')
			return -EINVAL;
	}
	*schedule = read;
	return 0;
}

int64_t hello_schedule_wait(const struct hello_schedule *schedule, uint32_t n)
{
	uint32_t left = n;
	size_t i;

	for (i = 0; i < schedule->step_count; i++) {
		if (left < schedule->steps[i].count)
			return n ? (int64_t)schedule->steps[i].wait_us : 0;
		left -= schedule->steps[i].count;
	}
	return -1;
}
