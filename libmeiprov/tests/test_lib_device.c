// SPDX-License-Identifier: LGPL-2.1-or-later
/* Commands of the library over a transport that is scripted here: what it hands
 * to the kernel, and what it makes of every kind of answer.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "libmeiprov/device.h"

/* The next answer, and what was asked. */
static struct script {
	int ret;
	uint32_t fw_status;
	unsigned int calls;
	unsigned int closed;
	unsigned int request;
	struct mei_prov_head head;
	union {
		struct mei_prov_info info;
		struct mei_prov_state state;
		struct mei_prov_ztc ztc;
		struct mei_prov_hash_get hash_get;
		struct mei_prov_otp_set otp;
	} in, out;
	uint32_t table; /* entries of the hash table */
} script;

static void answer_info(struct mei_prov_info *arg)
{
	struct mei_prov_version *v = (void *)(uintptr_t)arg->versions;

	script.in.info = *arg;
	assert_true(arg->version_count >= 2);
	memcpy((char *)arg + sizeof(arg->head), (char *)&script.out.info + sizeof(arg->head),
	       offsetof(struct mei_prov_info, versions) - sizeof(arg->head));
	memcpy(arg->uuid, script.out.info.uuid, sizeof(arg->uuid));
	memcpy(arg->parent, script.out.info.parent, sizeof(arg->parent));
	memcpy(arg->bios, script.out.info.bios, sizeof(arg->bios));
	strcpy(v[0].name, "AMT");
	strcpy(v[0].value, "12.0.49");
	memset(&v[1], 'x', sizeof(v[1])); /* without any NUL */
}

static void answer_hashes(struct mei_prov_hash_get *arg)
{
	struct mei_prov_hash *h = (void *)(uintptr_t)arg->hashes;

	script.in.hash_get = *arg;
	for (uint32_t i = 0; i < arg->count && i < script.table; i++) {
		h[i].handle = 7 * i;
		h[i].flags = i % 2 ? MEI_PROV_HASH_ACTIVE : MEI_PROV_HASH_DEFAULT;
		h[i].algorithm = 2;
		h[i].digest_len = i == 3 ? 200 : 32;
		memset(h[i].digest, (int)i, sizeof(h[i].digest));
		memset(h[i].name, 'n', sizeof(h[i].name));
	}
	arg->count = script.table;
}

static void answer(unsigned int request, struct mei_prov_head *arg)
{
	switch (request) {
	case MEI_PROV_IOC_INFO:
		answer_info((struct mei_prov_info *)arg);
		break;
	case MEI_PROV_IOC_STATE:
		memcpy(arg + 1, (char *)&script.out.state + sizeof(*arg),
		       sizeof(script.out.state) - sizeof(*arg));
		break;
	case MEI_PROV_IOC_ZTC_GET:
		((struct mei_prov_ztc *)arg)->enabled = script.out.ztc.enabled;
		break;
	case MEI_PROV_IOC_HASH_GET:
		answer_hashes((struct mei_prov_hash_get *)arg);
		break;
	case MEI_PROV_IOC_OTP_SET:
		script.in.otp = *(struct mei_prov_otp_set *)arg;
		break;
	}
}

static int command(void *ctx, unsigned int request, struct mei_prov_head *arg)
{
	assert_ptr_equal(ctx, &script);
	script.calls++;
	script.request = request;
	script.head = *arg;
	if (script.ret)
		return script.ret;
	answer(request, arg);
	arg->fw_status = script.fw_status;
	return 0;
}

static void closed(void *ctx)
{
	((struct script *)ctx)->closed++;
}

static const struct transport transport = { .command = command, .close = closed };

static int setup(void **state)
{
	struct meiprov_device *dev;

	memset(&script, 0, sizeof(script));
	assert_int_equal(device_new(&transport, &script, &dev), 0);
	*state = dev;
	return 0;
}

static int teardown(void **state)
{
	meiprov_device_close(*state);
	return script.closed == 1 ? 0 : -1;
}

/* Any command at all, by number. */
static int run(struct meiprov_device *dev, int which, struct meiprov_error *err)
{
	struct meiprov_hash *hashes;
	struct meiprov_state state;
	struct meiprov_info info;
	bool enabled;
	size_t count;

	switch (which) {
	case 0:
		return meiprov_info_get(dev, &info, err);
	case 1:
		return meiprov_state_get(dev, &state, err);
	case 2:
		return meiprov_ztc_get(dev, &enabled, err);
	case 3:
		return meiprov_hash_list(dev, &hashes, &count, err);
	case 4:
		return meiprov_otp_set(dev, "12345678", 8, err);
	case 5:
		return meiprov_start(dev, false, err);
	default:
		return meiprov_stop(dev, err);
	}
}

static const struct {
	unsigned int request;
	uint32_t size;
} rows[] = {
	{ MEI_PROV_IOC_INFO, sizeof(struct mei_prov_info) },
	{ MEI_PROV_IOC_STATE, offsetof(struct mei_prov_state, provisioning_mode) },
	{ MEI_PROV_IOC_ZTC_GET, sizeof(struct mei_prov_ztc) },
	{ MEI_PROV_IOC_HASH_GET, sizeof(struct mei_prov_hash_get) },
	{ MEI_PROV_IOC_OTP_SET, sizeof(struct mei_prov_otp_set) },
	{ MEI_PROV_IOC_START, sizeof(struct mei_prov_start) },
	{ MEI_PROV_IOC_STOP, sizeof(struct mei_prov_stop) },
};

static void every_command_sends_its_number_size_and_deadline(void **state)
{
	script.out.info.valid = MEI_PROV_INFO_UUID;
	script.out.state.valid = MEI_PROV_STATE_PROVISIONING;
	for (int i = 0; i < 7; i++) {
		meiprov_device_set_timeout(*state, i ? 1234 : 0);
		assert_int_equal(run(*state, i, NULL), 0);
		assert_int_equal(script.request, rows[i].request);
		assert_int_equal(script.head.size, rows[i].size);
		assert_int_equal(script.head.timeout_ms, i ? 1234 : 0);
		assert_int_equal(script.head.flags, 0);
		assert_int_equal(script.head.fw_status, 0);
	}
}

static void every_errno_comes_through_with_words(void **state)
{
	static const int codes[] = { -EACCES, -ETIMEDOUT, -ECANCELED, -ENOLINK, -ENODEV, -EPROTO };
	struct meiprov_error err;

	for (int i = 0; i < 7; i++)
		for (size_t k = 0; k < sizeof(codes) / sizeof(codes[0]); k++) {
			memset(&err, 0, sizeof(err));
			script.ret = codes[k];
			script.calls = 0;
			assert_int_equal(run(*state, i, &err), codes[k]);
			assert_int_equal(script.calls, 1); /* never repeated */
			assert_int_equal(err.code, codes[k]);
			assert_int_equal(err.fw_status, 0);
			assert_true(strlen(err.doing) && strlen(err.why) && strlen(err.next));
			assert_int_equal(run(*state, i, NULL), codes[k]);
		}
}

static void refusal_is_eremoteio_with_the_status(void **state)
{
	struct meiprov_error err;

	script.fw_status = 0x24;
	for (int i = 0; i < 7; i++) {
		memset(&err, 0, sizeof(err));
		assert_int_equal(run(*state, i, &err), -EREMOTEIO);
		assert_int_equal(err.code, -EREMOTEIO);
		assert_int_equal(err.fw_status, 0x24);
		assert_non_null(strstr(err.why, "INVALID_PARAMETER"));
	}
}

static void refused_part_of_info_leaves_the_other(void **state)
{
	struct meiprov_info info;

	script.fw_status = 0x803;
	script.out.info.valid = MEI_PROV_INFO_UUID;
	script.out.info.uuid[0] = 0x4b;
	script.out.info.link = MEI_PROV_IOCTL_LINK_UP;
	strcpy(script.out.info.parent, "0000:00:16.0");
	assert_int_equal(meiprov_info_get(*state, &info, NULL), 0);
	assert_true(info.has_uuid);
	assert_false(info.has_versions);
	assert_int_equal(info.version_count, 0);
	assert_int_equal(info.uuid[0], 0x4b);
	assert_true(info.link_up);
	assert_string_equal(info.parent, "0000:00:16.0");
}

static void versions_are_found_by_name_and_always_ended(void **state)
{
	struct meiprov_info info;

	script.out.info.valid = MEI_PROV_INFO_VERSIONS;
	script.out.info.version_count = 2;
	memset(script.out.info.bios, 'b', sizeof(script.out.info.bios));
	assert_int_equal(meiprov_info_get(*state, &info, NULL), 0);
	assert_int_equal(info.version_count, 2);
	assert_string_equal(meiprov_info_version(&info, "AMT"), "12.0.49");
	assert_null(meiprov_info_version(&info, "amt"));
	assert_int_equal(strlen(info.versions[1].name), sizeof(info.versions[1].name) - 1);
	assert_int_equal(strlen(info.bios), sizeof(info.bios) - 1);
}

static void more_versions_than_there_is_room_for_are_cut(void **state)
{
	struct meiprov_info info;

	script.out.info.valid = MEI_PROV_INFO_VERSIONS;
	script.out.info.version_count = 0xffffffff;
	assert_int_equal(meiprov_info_get(*state, &info, NULL), 0);
	assert_int_equal(info.version_count, MEIPROV_VERSIONS_MAX);
}

static void refused_part_of_state_leaves_the_other(void **state)
{
	struct meiprov_state s;

	script.fw_status = 0x803;
	script.out.state.valid = MEI_PROV_STATE_PROVISIONING;
	script.out.state.provisioning_state = 2;
	script.out.state.generation = 0x123456789;
	assert_int_equal(meiprov_state_get(*state, &s, NULL), 0);
	assert_true(s.has_provisioning);
	assert_false(s.has_control);
	assert_int_equal(s.provisioning, MEIPROV_STATE_POST);
	assert_true(s.generation == 0x123456789);
}

static void state_values_have_names(void **state)
{
	assert_string_equal(meiprov_state_name(0), "PRE");
	assert_string_equal(meiprov_state_name(1), "IN");
	assert_string_equal(meiprov_state_name(2), "POST");
	assert_string_equal(meiprov_state_name(3), "unknown");
	assert_string_equal(meiprov_state_name(0xffffffff), "unknown");
	assert_string_equal(meiprov_control_name(0), "none");
	assert_string_equal(meiprov_control_name(1), "client");
	assert_string_equal(meiprov_control_name(2), "admin");
	assert_string_equal(meiprov_control_name(3), "unknown");
}

static void ztc_mode_is_read(void **state)
{
	bool enabled = false;

	script.out.ztc.enabled = 1;
	assert_int_equal(meiprov_ztc_get(*state, &enabled, NULL), 0);
	assert_true(enabled);
	script.out.ztc.enabled = 0;
	assert_int_equal(meiprov_ztc_get(*state, &enabled, NULL), 0);
	assert_false(enabled);
}

static void hash_table_of_any_size_is_read_whole(void **state)
{
	static const uint32_t sizes[] = { 0, 1, 33, 64, 65, 200, MEI_PROV_HASHES_MAX };

	for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
		struct meiprov_hash *hashes;
		size_t count;

		script.table = sizes[k];
		assert_int_equal(meiprov_hash_list(*state, &hashes, &count, NULL), 0);
		assert_int_equal(count, sizes[k]);
		assert_int_equal(hashes == NULL, count == 0);
		for (size_t i = 0; i < count; i++) {
			assert_int_equal(hashes[i].handle, 7 * i);
			assert_int_equal(hashes[i].is_active, i % 2);
			assert_int_equal(hashes[i].is_default, !(i % 2));
			assert_int_equal(hashes[i].digest[63], i & 0xff);
			assert_int_equal(strlen(hashes[i].name), sizeof(hashes[i].name) - 1);
			assert_int_equal(hashes[i].digest_len, i == 3 ? 0 : 32);
		}
		free(hashes);
	}
}

static void impossible_table_size_is_an_error(void **state)
{
	struct meiprov_hash *hashes;
	struct meiprov_error err;
	size_t count;

	script.table = MEI_PROV_HASHES_MAX + 1;
	assert_int_equal(meiprov_hash_list(*state, &hashes, &count, &err), -EBADMSG);
	assert_null(hashes);
	assert_int_equal(count, 0);
}

static void otp_is_passed_on_exactly(void **state)
{
	static const char otp[] = "0123456789abcdef0123456789ABCDEF";
	static const uint8_t zero[MEI_PROV_OTP_MAX];

	for (size_t len = MEIPROV_OTP_MIN; len <= MEIPROV_OTP_MAX; len++) {
		assert_int_equal(meiprov_otp_set(*state, otp, len, NULL), 0);
		assert_int_equal(script.in.otp.otp_len, len);
		assert_memory_equal(script.in.otp.otp, otp, len);
		assert_memory_equal(script.in.otp.otp + len, zero, MEI_PROV_OTP_MAX - len);
	}
}

static void otp_of_another_length_is_never_sent(void **state)
{
	struct meiprov_error err;

	assert_int_equal(meiprov_otp_set(*state, "1234567", 7, &err), -EINVAL);
	assert_int_equal(meiprov_otp_set(*state, "", 0, &err), -EINVAL);
	assert_int_equal(meiprov_otp_set(*state, "123456789012345678901234567890123", 33, &err),
			 -EINVAL);
	assert_int_equal(script.calls, 0);
	assert_non_null(strstr(err.why, "8 to 32"));
}

static void refused_otp_in_a_window_is_told_to_stop_first(void **state)
{
	struct meiprov_error err;

	script.fw_status = 3;
	assert_int_equal(meiprov_otp_set(*state, "12345678", 8, &err), -EREMOTEIO);
	assert_non_null(strstr(err.next, "stop"));
}

static void start_passes_the_ipv6_flag(void **state)
{
	assert_int_equal(meiprov_start(*state, true, NULL), 0);
	assert_int_equal(script.head.flags, MEI_PROV_START_IPV6);
	assert_int_equal(meiprov_start(*state, false, NULL), 0);
	assert_int_equal(script.head.flags, 0);
}

static void start_is_retryable_while_the_me_makes_its_certificate_only(void **state)
{
	struct meiprov_error err;

	for (uint32_t status = 1; status < 0x900; status++) {
		script.fw_status = status;
		assert_int_equal(meiprov_start(*state, false, &err), -EREMOTEIO);
		assert_int_equal(meiprov_start_retryable(&err),
				 status == 0x2f || status == 0x30 || status == 0x31);
	}
	script.ret = -ECANCELED;
	assert_int_equal(meiprov_start(*state, false, &err), -ECANCELED);
	assert_false(meiprov_start_retryable(&err));
}

static void closing_nothing_is_allowed(void **state)
{
	meiprov_device_close(NULL);
}

int main(void)
{
#define T(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(every_command_sends_its_number_size_and_deadline),
		T(every_errno_comes_through_with_words),
		T(refusal_is_eremoteio_with_the_status),
		T(refused_part_of_info_leaves_the_other),
		T(versions_are_found_by_name_and_always_ended),
		T(more_versions_than_there_is_room_for_are_cut),
		T(refused_part_of_state_leaves_the_other),
		T(state_values_have_names),
		T(ztc_mode_is_read),
		T(hash_table_of_any_size_is_read_whole),
		T(impossible_table_size_is_an_error),
		T(otp_is_passed_on_exactly),
		T(otp_of_another_length_is_never_sent),
		T(refused_otp_in_a_window_is_told_to_stop_first),
		T(start_passes_the_ipv6_flag),
		T(start_is_retryable_while_the_me_makes_its_certificate_only),
		T(closing_nothing_is_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
