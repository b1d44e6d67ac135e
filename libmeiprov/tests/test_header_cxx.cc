// SPDX-License-Identifier: LGPL-2.1-or-later
/* The public header serves C++ as it stands, and its functions link from there. */
#include <cstdarg>
#include <cstddef>
#include <cstring>
#include <csetjmp>
#include <cstdint>
extern "C" {
#include <cmocka.h>
}

#include <meiprov/meiprov.h>

static void functions_link_and_run_from_cxx(void **)
{
	const char *text = "939b524b-13d4-1d18-e487-1c697a6b7a2b";
	uint8_t uuid[16];
	char back[MEIPROV_UUID_TEXT_SIZE];

	assert_int_equal(meiprov_uuid_parse(text, uuid), 0);
	meiprov_uuid_format(uuid, back);
	assert_string_equal(back, text);
	assert_string_equal(meiprov_state_name(MEIPROV_STATE_IN), "IN");
	assert_int_equal(meiprov_otp_compare("12345678", 8, "12345678", 8), MEIPROV_OTP_MATCH);
}

static void objects_are_values_in_cxx(void **)
{
	struct meiprov_error err = {};
	struct meiprov_info info = {};
	struct meiprov_event event = {};

	event.type = MEIPROV_EVENT_LOST;
	assert_int_equal(event.type, MEIPROV_EVENT_LOST);
	assert_null(meiprov_info_version(&info, "AMT"));
	assert_false(meiprov_start_retryable(&err));
}

int main()
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_link_and_run_from_cxx),
		cmocka_unit_test(objects_are_values_in_cxx),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
