// SPDX-License-Identifier: GPL-2.0-or-later
/* The server side of digest: published sums, replays, hostile headers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "tools/vme/digest.h"

#define REALM "testrealm@host.com"

static bool rfc_user(void *ctx, const char *user, uint8_t ha1[16])
{
	/* MD5("Mufasa:testrealm@host.com:Circle Of Life"), RFC 2617 3.5 */
	static const uint8_t mufasa[16] = { 0x93, 0x9e, 0x75, 0x78, 0xed, 0x9e, 0x3c, 0x51,
					    0x8a, 0x45, 0x2a, 0xce, 0xe7, 0x63, 0xbc, 0xe9 };

	memcpy(ha1, mufasa, 16);
	return !strcmp(user, "Mufasa");
}

static const struct digest_question rfc = {
	.realm = REALM,
	.method = "GET",
	.target = "/dir/index.html",
	.qops = DIGEST_AUTH,
	.lookup = rfc_user,
};

/* The example of RFC 2617 3.5, whole. */
#define RFC_NONCE "dcd98b7102dd2f0e8b11d0f600bfb0c093"
static const char rfc_header[] = "Digest username=\"Mufasa\",\r\n\trealm=\"testrealm@host.com\", "
				 "nonce=\"" RFC_NONCE "\", uri=\"/dir/index.html\", qop=auth, "
				 "nc=00000001, cnonce=\"0a4f113b\", "
				 "response=\"6629fae49393a05397450978507c4ef1\", "
				 "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"";

/* Header lines are joined by the time they get here. */
static const char *rfc_line(void)
{
	static char line[sizeof(rfc_header)];
	size_t i, n = 0;

	for (i = 0; rfc_header[i]; i++)
		if (rfc_header[i] != '\r' && rfc_header[i] != '\n')
			line[n++] = rfc_header[i];
	line[n] = '\0';
	return line;
}

static void known_nonce(struct digest *digest, const char *text)
{
	memset(digest, 0, sizeof(*digest));
	snprintf(digest->nonces[0].text, sizeof(digest->nonces[0].text), "%s", text);
}

static enum digest_result check(struct digest *digest, const char *header, int64_t now)
{
	char user[DIGEST_USER_MAX];

	return digest_check(digest, &rfc, header, now, user);
}

/* RFC 2617 answers with a 34 character nonce; ours have 32, so the sum is right
 * and the nonce unknown.
 */
static void rfc_example_has_the_right_sum(void **state)
{
	struct digest digest = { .next = 0 };
	char user[DIGEST_USER_MAX];

	assert_int_equal(digest_check(&digest, &rfc, rfc_line(), 0, user), DIGEST_STALE);
	assert_string_equal(user, "Mufasa");
}

/* Sum made with md5sum(1): nonce of 32 "A", cnonce "c", nc as given. */
#define OUR_NONCE "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
static void header_with_nc(char out[512], const char *nc, const char *response)
{
	snprintf(out, 512,
		 "Digest username=\"Mufasa\",realm=\"" REALM "\",nonce=\"" OUR_NONCE
		 "\",uri=\"/dir/index.html\",qop=\"auth\",nc=%s,"
		 "cnonce=\"c\",response=\"%s\",algorithm=MD5",
		 nc, response);
}

#define SUM_1 "d677c54bfb432fb6ce07d1b2ba4871b6"
#define SUM_2 "520fee24b9f80da2c4a9d87bc6fff9a5"

static void nonce_count_must_grow(void **state)
{
	struct digest digest;
	char first[512], second[512];

	header_with_nc(first, "00000001", SUM_1);
	header_with_nc(second, "00000002", SUM_2);
	known_nonce(&digest, OUR_NONCE);
	assert_int_equal(check(&digest, first, 0), DIGEST_OK);
	assert_int_equal(check(&digest, first, 0), DIGEST_STALE);
	assert_int_equal(check(&digest, second, 0), DIGEST_OK);
	assert_int_equal(check(&digest, first, 0), DIGEST_STALE);
}

/* Sums made with Python's hashlib: of the body "the body", and of none. */
#define INT_1 "65dafcde9e21584de82b445f424377a7"
#define INT_2 "8fc8333b1ccbf525eb6d25dc25e318d8"

static enum digest_result check_int(struct digest *digest, const char *header, const char *body,
				    unsigned int qops)
{
	struct digest_question question = rfc;
	char user[DIGEST_USER_MAX];

	question.body = body;
	question.body_len = strlen(body);
	question.qops = qops;
	return digest_check(digest, &question, header, 0, user);
}

static void int_header(char out[512], const char *nc, const char *response)
{
	snprintf(out, 512,
		 "Digest username=\"Mufasa\",realm=\"" REALM "\",nonce=\"" OUR_NONCE
		 "\",uri=\"/dir/index.html\",qop=auth-int,nc=%s,cnonce=\"c\",response=\"%s\"",
		 nc, response);
}

static void auth_int_covers_the_body(void **state)
{
	const unsigned int both = DIGEST_AUTH | DIGEST_AUTH_INT;
	char header[512], empty[512];
	struct digest digest;

	int_header(header, "00000001", INT_1);
	int_header(empty, "00000002", INT_2);
	known_nonce(&digest, OUR_NONCE);
	assert_int_equal(check_int(&digest, header, "the bodY", both), DIGEST_DENIED);
	assert_int_equal(check_int(&digest, header, "", both), DIGEST_DENIED);
	assert_int_equal(check_int(&digest, header, "the body", DIGEST_AUTH), DIGEST_DENIED);
	assert_int_equal(check_int(&digest, header, "the body", both), DIGEST_OK);
	assert_int_equal(check_int(&digest, empty, "", DIGEST_AUTH_INT), DIGEST_OK);
}

static void auth_alone_is_denied_where_the_body_is_to_be_covered(void **state)
{
	struct digest digest;
	char header[512], challenge[DIGEST_CHALLENGE_MAX];

	header_with_nc(header, "00000001", SUM_1);
	known_nonce(&digest, OUR_NONCE);
	assert_int_equal(check_int(&digest, header, "", DIGEST_AUTH_INT), DIGEST_DENIED);
	assert_int_equal(check_int(&digest, header, "", DIGEST_AUTH), DIGEST_OK);
	assert_int_equal(digest_challenge(&digest, REALM, DIGEST_AUTH_INT, false, 0, challenge), 0);
	assert_non_null(strstr(challenge, "qop=\"auth-int\""));
}

static void nonce_grows_old(void **state)
{
	struct digest digest;
	char first[512];

	header_with_nc(first, "00000001", SUM_1);
	known_nonce(&digest, OUR_NONCE);
	assert_int_equal(check(&digest, first, DIGEST_NONCE_LIFE_S + 1), DIGEST_STALE);
	assert_int_equal(check(&digest, first, DIGEST_NONCE_LIFE_S), DIGEST_OK);
}

static void answer_for_another_target_is_denied(void **state)
{
	struct digest_question elsewhere = rfc;
	char first[512], user[DIGEST_USER_MAX];
	struct digest digest;

	header_with_nc(first, "00000001", SUM_1);
	known_nonce(&digest, OUR_NONCE);
	elsewhere.target = "/other";
	assert_int_equal(digest_check(&digest, &elsewhere, first, 0, user), DIGEST_DENIED);
	elsewhere.target = rfc.target;
	elsewhere.method = "POST";
	assert_int_equal(digest_check(&digest, &elsewhere, first, 0, user), DIGEST_DENIED);
}

/* Any single character changed, anywhere, and the door stays shut. */
static void changed_header_is_denied(void **state)
{
	struct digest digest;
	char header[512], changed[512];
	size_t i, from;

	header_with_nc(header, "00000001", SUM_1);
	from = strlen("Digest ");
	for (i = from; i < strlen(header) - strlen(",algorithm=MD5"); i++) {
		strcpy(changed, header);
		changed[i] = changed[i] == 'x' ? 'y' : 'x';
		known_nonce(&digest, OUR_NONCE);
		assert_int_not_equal(check(&digest, changed, 0), DIGEST_OK);
	}
}

static void malformed_headers_are_denied(void **state)
{
	static const char *const bad[] = {
		"",
		"Digest",
		"Digest ",
		"Basic YWRtaW46YWRtaW4=",
		"Digestx y=z",
		"Digest username",
		"Digest username=",
		"Digest =x",
		"Digest username=\"Mufasa",
		"Digest username=\"Mufasa\" realm=x",
		"Digest username=\"\\",
		"Digest ,,,,",
		"Digest a=b c",
	};
	struct digest digest = { .next = 0 };
	char user[DIGEST_USER_MAX];
	char twice[1024], big[2048];
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(digest_check(&digest, &rfc, bad[i], 0, user), DIGEST_DENIED);
	snprintf(twice, sizeof(twice), "%s, username=\"Mufasa\"", rfc_line());
	assert_int_equal(check(&digest, twice, 0), DIGEST_DENIED);
	memset(big, 'a', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	memcpy(big, "Digest username=\"", 17);
	assert_int_equal(check(&digest, big, 0), DIGEST_DENIED);
	snprintf(twice, sizeof(twice), "Digest username=\"%040d\"", 1);
	assert_int_equal(check(&digest, twice, 0), DIGEST_DENIED);
}

static void unknown_user_is_denied(void **state)
{
	struct digest digest = { .next = 0 };
	char header[512];
	char *at;

	snprintf(header, sizeof(header), "%s", rfc_line());
	at = strstr(header, "Mufasa");
	memcpy(at, "Nobody", 6);
	assert_int_equal(check(&digest, header, 0), DIGEST_DENIED);
}

static void challenge_looks_like_hardware(void **state)
{
	struct digest digest = { .next = 0 };
	char one[DIGEST_CHALLENGE_MAX], two[DIGEST_CHALLENGE_MAX];
	const char head[] = "Digest realm=\"Digest:727734D63A1FC0423736E48DA554E462\", nonce=\"";
	const char tail[] = "\",stale=\"false\",qop=\"auth\"";

	assert_int_equal(digest_challenge(&digest, "Digest:727734D63A1FC0423736E48DA554E462",
					  DIGEST_AUTH, false, 5, one),
			 0);
	assert_int_equal(strlen(one), strlen(head) + 32 + strlen(tail));
	assert_int_equal(strncmp(one, head, strlen(head)), 0);
	assert_string_equal(one + strlen(head) + 32, tail);
	assert_int_equal(digest_challenge(&digest, "Digest:727734D63A1FC0423736E48DA554E462",
					  DIGEST_AUTH, true, 5, two),
			 0);
	assert_string_not_equal(one, two);
	assert_non_null(strstr(two, "stale=\"true\""));
}

static void old_nonces_are_forgotten_not_leaked(void **state)
{
	struct digest digest;
	char out[DIGEST_CHALLENGE_MAX], first[512];
	int i;

	header_with_nc(first, "00000001", SUM_1);
	known_nonce(&digest, OUR_NONCE);
	digest.next = 1;
	for (i = 0; i < DIGEST_NONCES; i++)
		assert_int_equal(digest_challenge(&digest, REALM, DIGEST_AUTH, false, 0, out), 0);
	assert_int_equal(check(&digest, first, 0), DIGEST_STALE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc_example_has_the_right_sum),
		cmocka_unit_test(nonce_count_must_grow),
		cmocka_unit_test(auth_int_covers_the_body),
		cmocka_unit_test(auth_alone_is_denied_where_the_body_is_to_be_covered),
		cmocka_unit_test(nonce_grows_old),
		cmocka_unit_test(answer_for_another_target_is_denied),
		cmocka_unit_test(changed_header_is_denied),
		cmocka_unit_test(malformed_headers_are_denied),
		cmocka_unit_test(unknown_user_is_denied),
		cmocka_unit_test(challenge_looks_like_hardware),
		cmocka_unit_test(old_nonces_are_forgotten_not_leaked),
	};

	return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
