// SPDX-License-Identifier: LGPL-2.1-or-later
/* Names, sentences and advice: nothing that firmware or kernel can answer is
 * left without words.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <string.h>
#include <cmocka.h>

#include <meiprov/meiprov.h>

#include "libmeiprov/error.h"
#include "uapi/amthi/amthi.h"

/* The ranges of amthi.md 4, and the holes in them. */
static bool documented(uint32_t status)
{
	switch (status) {
	case 0x817:
	case 0x819:
	case 0x81a:
		return false;
	case 0x400:
	case 0x821:
	case 0x9c4:
	case 0x9c5:
		return true;
	}
	return status <= 0x31 || (status >= 0x200 && status <= 0x203) ||
	       (status >= 0x800 && status <= 0x81c);
}

static void exactly_the_documented_statuses_have_a_name(void **state)
{
	for (uint32_t status = 0; status < 0x5000; status++) {
		if (!!meiprov_fw_status_name(status) != documented(status))
			fail_msg("0x%x: name %s", status, meiprov_fw_status_name(status));
		assert_true(strlen(meiprov_fw_status_text(status)) > 8);
	}
	assert_null(meiprov_fw_status_name(0xffffffff));
}

static void no_name_is_used_twice(void **state)
{
	for (uint32_t a = 0; a < 0xa00; a++)
		for (uint32_t b = a + 1; documented(a) && b < 0xa00; b++)
			if (documented(b))
				assert_string_not_equal(meiprov_fw_status_name(a),
							meiprov_fw_status_name(b));
}

static void names_are_those_of_the_documents(void **state)
{
	assert_string_equal(meiprov_fw_status_name(AMTHI_STATUS_SUCCESS), "SUCCESS");
	assert_string_equal(meiprov_fw_status_name(AMTHI_STATUS_INVALID_AMT_MODE),
			    "INVALID_AMT_MODE");
	assert_string_equal(meiprov_fw_status_name(AMTHI_STATUS_MAX_LIMIT_REACHED),
			    "MAX_LIMIT_REACHED");
	assert_string_equal(meiprov_fw_status_name(AMTHI_STATUS_INVALID_PARAMETER),
			    "INVALID_PARAMETER");
	assert_string_equal(meiprov_fw_status_name(AMTHI_STATUS_CERTIFICATE_NOT_READY),
			    "CERTIFICATE_NOT_READY");
	assert_string_equal(meiprov_fw_status_name(AMTHI_STATUS_INVALID_COMMAND),
			    "INVALID_COMMAND");
	assert_string_equal(meiprov_fw_status_name(AMTHI_STATUS_NOT_FOUND), "NOT_FOUND");
}

/* Those that linux/mei_prov_ioctl.h lists. */
static void every_errno_of_the_abi_has_reason_and_advice(void **state)
{
	static const int codes[] = { EACCES,	      E2BIG,	 EOPNOTSUPP, ENOTTY,
				     EBUSY,	      ETIMEDOUT, ECANCELED,  EINTR,
				     ENOLINK,	      ENODEV,	 EMSGSIZE,   EPROTO,
				     EPROTONOSUPPORT, ENODATA,	 EBADMSG,    EAGAIN };
	struct meiprov_error err;

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		assert_int_equal(error_errno(&err, -codes[i], "testing"), -codes[i]);
		assert_int_equal(err.code, -codes[i]);
		assert_int_equal(err.fw_status, 0);
		assert_string_equal(err.doing, "testing");
		assert_string_not_equal(err.why, strerror(codes[i]));
		assert_true(strlen(err.why) > 8);
		assert_true(strlen(err.next) > 5);
	}
	assert_int_equal(error_errno(&err, -EXDEV, "testing"), -EXDEV);
	assert_string_equal(err.why, strerror(EXDEV));
	assert_int_equal(error_errno(NULL, -EBUSY, "testing"), -EBUSY);
}

static void refusal_names_number_name_sentence_and_advice(void **state)
{
	static const struct error_hint hints[] = { { 3, "stop it first" }, { 0 } };
	struct meiprov_error err;

	assert_int_equal(error_refused(&err, 0x31, "starting", hints), -EREMOTEIO);
	assert_int_equal(err.fw_status, 0x31);
	assert_non_null(strstr(err.why, "0x31"));
	assert_non_null(strstr(err.why, "CERTIFICATE_NOT_READY"));
	assert_non_null(strstr(err.why, meiprov_fw_status_text(0x31)));
	assert_true(strlen(err.next) > 5);
	assert_int_equal(error_refused(&err, 3, "starting", hints), -EREMOTEIO);
	assert_string_equal(err.next, "stop it first");
	assert_int_equal(error_refused(&err, 0x7777, "starting", NULL), -EREMOTEIO);
	assert_non_null(strstr(err.why, "0x7777"));
	assert_int_equal(error_refused(NULL, 3, "starting", hints), -EREMOTEIO);
}

static void texts_longer_than_their_field_are_cut(void **state)
{
	struct meiprov_error err;
	char text[1024];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(error_set(&err, -EIO, text, text, text), -EIO);
	assert_int_equal(strlen(err.doing), sizeof(err.doing) - 1);
	assert_int_equal(strlen(err.why), sizeof(err.why) - 1);
	assert_int_equal(strlen(err.next), sizeof(err.next) - 1);
}

static void all_refusals_fit_their_field(void **state)
{
	struct meiprov_error err;

	for (uint32_t status = 0; status < 0xa00; status++) {
		error_refused(&err, status, "testing", NULL);
		assert_true(strlen(err.why) < sizeof(err.why) - 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exactly_the_documented_statuses_have_a_name),
		cmocka_unit_test(no_name_is_used_twice),
		cmocka_unit_test(names_are_those_of_the_documents),
		cmocka_unit_test(every_errno_of_the_abi_has_reason_and_advice),
		cmocka_unit_test(refusal_names_number_name_sentence_and_advice),
		cmocka_unit_test(texts_longer_than_their_field_are_cut),
		cmocka_unit_test(all_refusals_fit_their_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
