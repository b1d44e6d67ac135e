// SPDX-License-Identifier: LGPL-2.1-or-later
/* Certificates with one thing wrong in their DER: none of them makes a chain, none does
 * harm. Each is put into memory of its own size and into PEM from there.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <openssl/pem.h>

#include <meiprov/meiprov.h>

#include "certs.h"

#define DER_MAX 1024

struct der {
	size_t len;
	uint8_t data[DER_MAX + 64];
};

static struct cert root, leaf;
static struct der good_root, good_leaf;

static void take_der(const struct cert *cert, struct der *out)
{
	uint8_t *at = out->data;
	int len = i2d_X509(cert->x509, NULL);

	assert_in_range(len, 100, DER_MAX);
	out->len = (size_t)i2d_X509(cert->x509, &at);
}

static int setup(void **state)
{
	const struct cert_spec authority = { .cn = "Root", .ca = true };
	const struct cert_spec server = { .cn = "sca.example.org",
					  .eku = "serverAuth,2.16.840.1.113741.1.2.3" };

	root = cert_make(&authority, NULL);
	leaf = cert_make(&server, &root);
	take_der(&root, &good_root);
	take_der(&leaf, &good_leaf);
	return 0;
}

static int teardown(void **state)
{
	cert_free(&leaf);
	cert_free(&root);
	return 0;
}

static int load(const struct der *first, const struct der *second)
{
	BIO *bio = BIO_new(BIO_s_mem());
	struct meiprov_error err = { 0 };
	struct meiprov_chain *chain;
	char *pem;
	long len;
	int ret;

	PEM_write_bio(bio, PEM_STRING_X509, "", first->data, (long)first->len);
	PEM_write_bio(bio, PEM_STRING_X509, "", second->data, (long)second->len);
	len = BIO_get_mem_data(bio, &pem);
	ret = meiprov_chain_load(pem, (size_t)len, &chain, &err);
	BIO_free(bio);
	assert_true(!ret == !!chain);
	assert_true(!ret || (err.code == ret && *err.why && *err.next));
	meiprov_chain_free(chain);
	return ret;
}

static void the_chain_without_a_defect_is_taken(void **state)
{
	assert_int_equal(load(&good_leaf, &good_root), 0);
}

static void a_certificate_cut_at_any_byte_is_refused(void **state)
{
	struct der cut = good_leaf;

	for (cut.len = 1; cut.len < good_leaf.len; cut.len++)
		assert_int_equal(load(&cut, &good_root), -EBADMSG);
}

/* What is signed, how, and the signature: nothing of it is free. */
static void one_bit_anywhere_makes_a_chain_of_it_no_more(void **state)
{
	for (size_t i = 0; i < good_leaf.len; i++) {
		struct der bad = good_leaf;

		bad.data[i] ^= (uint8_t)(1 << i % 8);
		if (!load(&bad, &good_root))
			fail_msg("byte %zu of the leaf", i);
	}
	for (size_t i = 0; i < good_root.len; i++) {
		struct der bad = good_root;

		bad.data[i] ^= (uint8_t)(1 << i % 8);
		if (!load(&good_leaf, &bad))
			fail_msg("byte %zu of the root", i);
	}
}

/* As a first length, and as the length of what is inside. */
static const struct {
	size_t count;
	uint8_t length[10];
} lengths[] = {
	{ 1, { 0x00 } },
	{ 1, { 0x7f } },
	{ 1, { 0x80 } }, /* indefinite */
	{ 1, { 0xff } }, /* reserved */
	{ 2, { 0x81, 0xff } },
	{ 3, { 0x82, 0xff, 0xff } },
	{ 5, { 0x84, 0x7f, 0xff, 0xff, 0xff } },
	{ 5, { 0x84, 0xff, 0xff, 0xff, 0xff } },
	{ 9, { 0x88, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } },
	{ 9, { 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } },
};

/* The three bytes of a length at @at become those of row @row. */
static struct der with_length(size_t at, size_t row)
{
	struct der bad = good_leaf;
	size_t tail = at + 3;

	memcpy(bad.data + at, lengths[row].length, lengths[row].count);
	memcpy(bad.data + at + lengths[row].count, good_leaf.data + tail, good_leaf.len - tail);
	bad.len = at + lengths[row].count + good_leaf.len - tail;
	return bad;
}

static void a_length_that_lies_is_refused(void **state)
{
	static const size_t places[] = { 1, 5 }; /* Certificate, TBSCertificate */

	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(good_leaf.data[places[i] - 1], 0x30);
		assert_int_equal(good_leaf.data[places[i]], 0x82);
		for (size_t row = 0; row < sizeof(lengths) / sizeof(lengths[0]); row++) {
			const struct der bad = with_length(places[i], row);

			assert_int_equal(load(&bad, &good_root), -EBADMSG);
		}
	}
}

/* Thousands of sequences, each in the one before: the parser must not be sent after
 * them without end.
 */
static void what_is_nested_without_end_is_refused(void **state)
{
	struct der deep = { .len = DER_MAX };

	for (size_t i = 0; i + 4 <= DER_MAX; i += 4) {
		size_t rest = DER_MAX - i - 4;

		memcpy(deep.data + i, (uint8_t[]){ 0x30, 0x82, rest >> 8 & 0xff, rest & 0xff }, 4);
	}
	assert_int_equal(load(&deep, &good_root), -EBADMSG);
}

static void something_else_than_a_certificate_is_refused(void **state)
{
	static const struct der others[] = {
		{ 2, { 0x05, 0x00 } },			       /* NULL */
		{ 2, { 0x30, 0x00 } },			       /* an empty sequence */
		{ 3, { 0x02, 0x01, 0x01 } },		       /* a number */
		{ 8, { 0x30, 0x06, 0x30, 0, 0x30, 0, 3, 0 } }, /* all of it empty */
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_int_equal(load(&others[i], &good_root), -EBADMSG);
}

static void a_file_larger_than_any_chain_is_refused(void **state)
{
	const size_t size = 1024 * 1024 + 1;
	struct meiprov_chain *chain;
	char *text = malloc(size);

	assert_non_null(text);
	memset(text, ' ', size);
	assert_int_equal(meiprov_chain_load(text, size, &chain, NULL), -EBADMSG);
	assert_null(chain);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_chain_without_a_defect_is_taken),
		cmocka_unit_test(a_certificate_cut_at_any_byte_is_refused),
		cmocka_unit_test(one_bit_anywhere_makes_a_chain_of_it_no_more),
		cmocka_unit_test(a_length_that_lies_is_refused),
		cmocka_unit_test(what_is_nested_without_end_is_refused),
		cmocka_unit_test(something_else_than_a_certificate_is_refused),
		cmocka_unit_test(a_file_larger_than_any_chain_is_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
