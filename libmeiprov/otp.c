// SPDX-License-Identifier: LGPL-2.1-or-later
/* The one-time password: protocol.md 4.3. */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include <meiprov/meiprov.h>

/* All ones if @a < @b, else 0, without a branch; both below 2^31. */
static uint32_t mask_less(uint32_t a, uint32_t b)
{
	return 0u - ((a - b) >> 31);
}

/* Length without trailing zero bytes; the time depends on @len alone. */
static uint32_t visible_len(const uint8_t *seen, size_t len)
{
	uint32_t last = 0;

	for (size_t i = 0; i < len; i++) {
		uint32_t used = mask_less(0, seen[i]);

		last = (last & ~used) | ((uint32_t)(i + 1) & used);
	}
	return last;
}

/* 0 if the first @n bytes of @expected are those of @seen, 0 standing for what
 * lies beyond @seen_len.
 */
static uint32_t difference(const uint8_t *seen, size_t seen_len, const uint8_t *expected, size_t n)
{
	uint32_t diff = 0;

	for (size_t i = 0; i < n; i++)
		diff |= expected[i] ^ (i < seen_len ? seen[i] : 0u);
	return diff;
}

enum meiprov_otp_result meiprov_otp_compare(const void *seen, size_t seen_len, const void *expected,
					    size_t expected_len)
{
	uint32_t shown, diff;

	if (!seen_len || seen_len > INT32_MAX)
		return seen_len ? MEIPROV_OTP_WRONG : MEIPROV_OTP_ABSENT;
	shown = visible_len(seen, seen_len);
	if (!shown)
		return MEIPROV_OTP_ABSENT;
	if (expected_len < MEIPROV_OTP_MIN || expected_len > MEIPROV_OTP_MAX)
		return MEIPROV_OTP_WRONG;
	diff = difference(seen, seen_len, expected, expected_len);
	diff |= shown ^ (uint32_t)expected_len;
	return diff ? MEIPROV_OTP_WRONG : MEIPROV_OTP_MATCH;
}

static int random_bytes(uint8_t *out, size_t len)
{
	while (len) {
		ssize_t n = getrandom(out, len, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		out += n;
		len -= (size_t)n;
	}
	return 0;
}

int meiprov_otp_generate(char *out, size_t len)
{
	/* 32 characters, so that five random bits choose without bias; none of
	 * I, O, 0, 1 and no lower case to confuse when read aloud or typed.
	 */
	static const char alphabet[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
	uint8_t bits[MEIPROV_OTP_MAX];
	int ret;

	_Static_assert(sizeof(alphabet) == 32 + 1, "five bits for each character");
	if (len < MEIPROV_OTP_MIN || len > MEIPROV_OTP_MAX)
		return -EINVAL;
	ret = random_bytes(bits, len);
	for (size_t i = 0; i < len && !ret; i++)
		out[i] = alphabet[bits[i] & 31];
	if (!ret)
		out[len] = '\0';
	explicit_bzero(bits, sizeof(bits));
	return ret;
}
