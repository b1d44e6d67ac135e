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

static void capabilities_and_preflight_work_from_cxx(void **)
{
	struct meiprov_situation situation = {};
	struct meiprov_capability capability = {};
	struct meiprov_open how = {};
	struct meiprov_check_options options = {};
	struct meiprov_check *check = nullptr;
	struct meiprov_device *dev = nullptr;

	assert_int_equal(meiprov_capability_get(&situation, MEIPROV_CAP_HASH_WRITE, &capability), 0);
	assert_string_equal(meiprov_verdict_name(capability.verdict), "no");
	assert_string_equal(meiprov_confidence_name(capability.confidence), "documented");
	assert_string_equal(meiprov_severity_name(MEIPROV_FAILURE), "failure");
	how.size = sizeof(how);
	how.transport = "no such";
	assert_true(meiprov_device_open_by(&how, &dev, nullptr) < 0);
	assert_null(dev);
	assert_true(meiprov_check_run(&options, &check) < 0);
	meiprov_check_free(check);
}

#define ADDRESS(f) reinterpret_cast<void (*)()>(&f)

/* Whoever calls these needs a device; the table makes the linker look for each. */
static void functions_of_devices_and_chains_link_from_cxx(void **)
{
	static void (*const volatile functions[])() = {
		ADDRESS(meiprov_context_new),
		ADDRESS(meiprov_context_ref),
		ADDRESS(meiprov_context_unref),
		ADDRESS(meiprov_context_set_log),
		ADDRESS(meiprov_suffix_get),
		ADDRESS(meiprov_suffix_set),
		ADDRESS(meiprov_suffix_list),
		ADDRESS(meiprov_ztc_disable),
		ADDRESS(meiprov_get_ztc_mode),
		ADDRESS(meiprov_set_ztc_mode),
		ADDRESS(meiprov_start_legacy),
		ADDRESS(meiprov_start_host_based),
		ADDRESS(meiprov_configuration_new),
		ADDRESS(meiprov_configuration_free),
		ADDRESS(meiprov_configuration_start),
		ADDRESS(meiprov_configuration_certificate),
		ADDRESS(meiprov_configuration_follow),
		ADDRESS(meiprov_configuration_cancel),
		ADDRESS(meiprov_chain_digest),
		ADDRESS(meiprov_unprovision),
		ADDRESS(meiprov_disable_clear),
		ADDRESS(meiprov_ehbc_get),
		ADDRESS(meiprov_ehbc_disable),
		ADDRESS(meiprov_network_get),
		ADDRESS(meiprov_situation_get),
		ADDRESS(meiprov_device_transport),
		ADDRESS(meiprov_device_node),
		ADDRESS(meiprov_chain_match),
		ADDRESS(meiprov_chain_judge),
		ADDRESS(meiprov_chain_verdict),
		ADDRESS(meiprov_check_count),
		ADDRESS(meiprov_check_finding),
		ADDRESS(meiprov_check_worst),
	};

	for (const auto &function : functions)
		assert_true(function != nullptr);
}

int main()
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_link_and_run_from_cxx),
		cmocka_unit_test(objects_are_values_in_cxx),
		cmocka_unit_test(capabilities_and_preflight_work_from_cxx),
		cmocka_unit_test(functions_of_devices_and_chains_link_from_cxx),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
