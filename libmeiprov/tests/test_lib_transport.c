// SPDX-License-Identifier: LGPL-2.1-or-later
/* One body of tests on every transport that carries messages: the socket of a
 * virtual ME, the MEI node, a recorder, and the replay of what it wrote. With the name of
 * a transport as argument just that, on it: selftests/e2e/transports-alike.sh has the
 * module's device and the real node.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <signal.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "libmeiprov/message.h"
#include "vme_rig.h"

#define OTP "not-in-any-record-7"

static const char *const settings[] = { "cert-delay-ms=0",
					"uuid=939b524b-13d4-1d18-e487-1c697a6b7a2b",
					"version=12.0.49",
					"ehbc=on",
					"home-suffixes=one.example,two.example",
					"config-server=192.0.2.9",
					"config-server-fqdn=sca.example.org",
					NULL };

static int setup(void **state)
{
	static struct rig rig;

	rig_start(&rig, settings);
	*state = &rig;
	return 0;
}

static int teardown(void **state)
{
	rig_stop(*state);
	return 0;
}

/* --- the body --- */

static void reads_who_the_me_is(struct meiprov_device *dev)
{
	static const uint8_t uuid[16] = { 0x4b, 0x52, 0x9b, 0x93, 0xd4, 0x13, 0x18, 0x1d,
					  0xe4, 0x87, 0x1c, 0x69, 0x7a, 0x6b, 0x7a, 0x2b };
	struct meiprov_info info;

	assert_int_equal(meiprov_info_get(dev, &info, NULL), 0);
	assert_true(info.has_uuid && info.has_versions && info.link_up);
	assert_memory_equal(info.uuid, uuid, sizeof(uuid));
	assert_string_equal(meiprov_info_version(&info, "AMT"), "12.0.49");
	assert_int_equal(info.index, strcmp(info.transport, "chardev") ? -1 : 0);
	assert_string_equal(info.node, meiprov_device_node(dev));
}

static void reads_the_whole_hash_table(struct meiprov_device *dev)
{
	struct meiprov_hash *hashes;
	size_t count;

	assert_int_equal(meiprov_hash_list(dev, &hashes, &count, NULL), 0);
	assert_true(count > 10);
	for (size_t i = 0; i < count; i++) {
		assert_true(hashes[i].digest_len == 20 || hashes[i].digest_len == 32 ||
			    hashes[i].digest_len == 48);
		assert_true(*hashes[i].name);
	}
	free(hashes);
}

static void assert_state(struct meiprov_device *dev, uint32_t provisioning)
{
	struct meiprov_state state;

	assert_int_equal(meiprov_state_get(dev, &state, NULL), 0);
	assert_true(state.has_provisioning && state.has_control);
	assert_int_equal(state.provisioning, provisioning);
	assert_int_equal(state.control, MEIPROV_CONTROL_NONE);
}

static void goes_from_pre_to_in_and_back(struct meiprov_device *dev)
{
	struct meiprov_error err = { 0 };
	int ret;

	assert_state(dev, MEIPROV_STATE_PRE);
	assert_int_equal(meiprov_otp_set(dev, OTP, strlen(OTP), &err), 0);
	while ((ret = meiprov_start(dev, false, &err)) && meiprov_start_retryable(&err))
		usleep(20000);
	assert_int_equal(ret, 0);
	assert_state(dev, MEIPROV_STATE_IN);
	assert_int_equal(meiprov_otp_set(dev, OTP, strlen(OTP), &err), -EREMOTEIO);
	assert_int_equal(err.fw_status, AMTHI_STATUS_INVALID_AMT_MODE);
	assert_int_equal(meiprov_stop(dev, &err), 0);
	assert_state(dev, MEIPROV_STATE_PRE);
	assert_int_equal(meiprov_stop(dev, &err), -EREMOTEIO);
}

static void reads_and_sets_the_trusted_suffix(struct meiprov_device *dev)
{
	char suffix[MEIPROV_SUFFIX_SIZE] = "?";
	char *names;

	assert_int_equal(meiprov_suffix_get(dev, suffix, NULL), 0);
	assert_string_equal(suffix, "");
	assert_int_equal(meiprov_suffix_list(dev, &names, NULL), 0);
	assert_string_equal(names, "one.example");
	assert_string_equal(names + strlen(names) + 1, "two.example");
	assert_string_equal(names + 2 * (strlen(names) + 1), "");
	free(names);
	assert_int_equal(meiprov_suffix_set(dev, "example.net", NULL), 0);
	assert_int_equal(meiprov_suffix_get(dev, suffix, NULL), 0);
	assert_string_equal(suffix, "example.net");
	memset(suffix, 'x', sizeof(suffix) - 1);
	suffix[sizeof(suffix) - 1] = '\0';
	assert_int_equal(meiprov_suffix_set(dev, suffix, NULL), 0);
	assert_int_equal(meiprov_suffix_set(dev, "", NULL), 0);
}

static void reads_what_the_firmware_knows_of_its_network(struct meiprov_device *dev)
{
	static const uint8_t mac[6] = { 0x02, 0x4d, 0x45, 0, 0, 1 };
	struct meiprov_network net;

	assert_int_equal(meiprov_network_get(dev, &net, NULL), 0);
	assert_true(net.has_lan && net.has_tcpip && net.has_server && net.has_security);
	assert_true(net.link_up && net.dhcp && net.crypto);
	assert_int_equal(net.ipv4, 0xc000020a);
	assert_memory_equal(net.mac, mac, sizeof(mac));
	assert_string_equal(net.domain, "example.org");
	assert_string_equal(net.server_fqdn, "sca.example.org");
	assert_int_equal(net.server_port, 9971);
}

static void takes_away_what_cannot_be_given_back(struct meiprov_device *dev)
{
	bool on = false;

	assert_int_equal(meiprov_ehbc_get(dev, &on, NULL), 0);
	assert_true(on);
	assert_int_equal(meiprov_ehbc_disable(dev, NULL), 0);
	assert_int_equal(meiprov_ehbc_get(dev, &on, NULL), 0);
	assert_false(on);
	assert_int_equal(meiprov_unprovision(dev, NULL), -EREMOTEIO); /* it is in PRE */
	assert_int_equal(meiprov_ztc_disable(dev, NULL), 0);
	assert_int_equal(meiprov_ztc_get(dev, &on, NULL), 0);
	assert_false(on);
	assert_int_equal(meiprov_disable_clear(dev, NULL), 0);
}

static void body(struct meiprov_device *dev)
{
	bool ztc = false;

	reads_who_the_me_is(dev);
	reads_the_whole_hash_table(dev);
	assert_int_equal(meiprov_ztc_get(dev, &ztc, NULL), 0);
	assert_true(ztc);
	reads_what_the_firmware_knows_of_its_network(dev);
	goes_from_pre_to_in_and_back(dev);
	reads_and_sets_the_trusted_suffix(dev);
	takes_away_what_cannot_be_given_back(dev);
}

/* --- the transports --- */

static struct meiprov_device *open_one(const char *transport, const char *record, bool writable)
{
	struct meiprov_open how = {
		.size = sizeof(how), .transport = transport, .record = record, .writable = writable
	};
	struct meiprov_error err = { 0 };
	struct meiprov_device *dev;

	if (meiprov_device_open_by(&how, &dev, &err))
		fail_msg("%s: %s", err.doing, err.why);
	return dev;
}

static struct meiprov_device *open_socket(const struct rig *rig, bool writable)
{
	char transport[128];

	snprintf(transport, sizeof(transport), "socket:%s", rig->socket);
	return open_one(transport, NULL, writable);
}

static void all_commands_work_over_the_socket(void **state)
{
	struct meiprov_device *dev = open_socket(*state, true);

	assert_string_equal(meiprov_device_transport(dev), "socket");
	body(dev);
	meiprov_device_close(dev);
}

static void disable_and_clear_switches_amt_off(void **state)
{
	struct meiprov_device *dev = open_socket(*state, true);
	const struct rig *rig = *state;
	char program[256], command[512], out[64];

	assert_int_equal(meiprov_disable_clear(dev, NULL), 0);
	meiprov_device_close(dev);
	rig_program("vmectl", program, sizeof(program));
	snprintf(command, sizeof(command), "%s --socket %s get amt", program, rig->control);
	assert_int_equal(rig_shell(command, out, sizeof(out)), 0);
	assert_string_equal(out, "off\n");
}

static void make_node(const struct rig *rig, const char *name)
{
	char path[128];

	rig_path(rig, "dev", path, sizeof(path));
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/dev/%s", rig->dir, name);
	close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
}

static struct meiprov_device *open_mei(const struct rig *rig, const struct channel_mei_calls *calls)
{
	struct meiprov_error err = { 0 };
	struct meiprov_device *dev;
	struct channel channel;

	rig_mei_use(rig);
	if (channel_mei_with(calls, rig->dir, NULL, &channel, &err))
		fail_msg("%s: %s", err.doing, err.why);
	assert_int_equal(message_device(&channel, true, &dev), 0);
	return dev;
}

static void all_commands_work_over_the_mei_node(void **state)
{
	struct meiprov_device *dev;

	make_node(*state, "mei0");
	dev = open_mei(*state, &rig_mei_calls);
	assert_string_equal(meiprov_device_node(dev), "/dev/mei0");
	body(dev);
	meiprov_device_close(dev);
}

static void record_body(const struct rig *rig, const char *path)
{
	struct meiprov_device *dev;
	char transport[128];

	snprintf(transport, sizeof(transport), "socket:%s", rig->socket);
	dev = open_one(transport, path, true);
	body(dev);
	meiprov_device_close(dev);
}

static void a_record_plays_back_without_a_device(void **state)
{
	struct rig *rig = *state;
	struct meiprov_device *dev;
	char path[128], transport[160];

	rig_path(rig, "record", path, sizeof(path));
	record_body(rig, path);
	snprintf(transport, sizeof(transport), "replay:%s", path);
	dev = open_one(transport, NULL, true);
	body(dev);
	meiprov_device_close(dev);
}

static void a_record_holds_no_password(void **state)
{
	char path[128], command[512], out[256];
	const struct rig *rig = *state;
	size_t len = strlen(OTP);

	rig_path(rig, "record", path, sizeof(path));
	record_body(rig, path);
	snprintf(command, sizeof(command), "grep -c '^> .*2a000004.*[*]\\{%zu\\}$' %s", 2 * len,
		 path);
	assert_int_equal(rig_shell(command, out, sizeof(out)), 0); /* the request is there */
	snprintf(command, sizeof(command), "grep -c 6e6f742d696e2d616e79 %s", path);
	assert_int_equal(rig_shell(command, out, sizeof(out)), 1); /* its bytes are not */
	snprintf(command, sizeof(command), "stat -c %%a %s", path);
	assert_int_equal(rig_shell(command, out, sizeof(out)), 0);
	assert_string_equal(out, "600\n");
}

static void a_record_overwrites_no_file(void **state)
{
	const struct rig *rig = *state;
	struct meiprov_error err;
	struct meiprov_device *dev;
	char transport[128];
	struct meiprov_open how = { .size = sizeof(how), .transport = transport, .index = -1 };

	snprintf(transport, sizeof(transport), "socket:%s", rig->socket);
	how.record = rig->control;
	assert_int_equal(meiprov_device_open_by(&how, &dev, &err), -EEXIST);
	assert_null(dev);
	assert_non_null(strstr(err.why, rig->control));
}

static void what_cannot_be_recorded_is_not_sent(void **state)
{
	const struct rlimit small = { 300, RLIM_INFINITY };
	const struct rig *rig = *state;
	struct meiprov_device *dev;
	struct meiprov_info info;
	struct rlimit before;
	char path[128], transport[128], suffix[MEIPROV_SUFFIX_SIZE];

	rig_path(rig, "record", path, sizeof(path));
	snprintf(transport, sizeof(transport), "socket:%s", rig->socket);
	dev = open_one(transport, path, true);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	setrlimit(RLIMIT_FSIZE, &small);
	meiprov_info_get(dev, &info, NULL); /* its answer fills the file */
	assert_int_equal(meiprov_suffix_set(dev, "example.net", NULL), -EFBIG);
	setrlimit(RLIMIT_FSIZE, &before);
	meiprov_device_close(dev);
	dev = open_socket(rig, false);
	assert_int_equal(meiprov_suffix_get(dev, suffix, NULL), 0);
	assert_string_equal(suffix, "");
	meiprov_device_close(dev);
}

/* --- failures --- */

static void a_device_opened_for_reading_changes_nothing(void **state)
{
	struct meiprov_device *dev = open_socket(*state, false);

	assert_int_equal(meiprov_otp_set(dev, OTP, strlen(OTP), NULL), -EACCES);
	assert_int_equal(meiprov_start(dev, false, NULL), -EACCES);
	assert_int_equal(meiprov_stop(dev, NULL), -EACCES);
	assert_state(dev, MEIPROV_STATE_PRE);
	meiprov_device_close(dev);
}

/* Each fault of a reply, with the errno that linux/mei_prov_ioctl.h gives it. */
static const struct {
	const char *action;
	int code;
} reply_faults[] = { { "drop", -ECANCELED },	   { "truncate=13", -EMSGSIZE },
		     { "truncate=18", -EMSGSIZE }, { "pad=4", -EMSGSIZE },
		     { "wrong-id", -EPROTO },	   { "corrupt=0:02", -EPROTONOSUPPORT },
		     { "reset", -ECANCELED },	   { "raw=00", -EMSGSIZE },
		     { "pad=5110", -EMSGSIZE },	   { "status=3", -EREMOTEIO } };

static void each_fault_of_a_reply_has_its_errno(void **state)
{
	struct meiprov_device *dev = open_socket(*state, false);
	char words[96];
	bool ztc;

	meiprov_device_set_timeout(dev, 300);
	for (size_t i = 0; i < sizeof(reply_faults) / sizeof(reply_faults[0]); i++) {
		struct meiprov_error err;

		snprintf(words, sizeof(words), "fault add amthi:30 %s", reply_faults[i].action);
		rig_order(*state, words);
		assert_int_equal(meiprov_ztc_get(dev, &ztc, &err), reply_faults[i].code);
		assert_true(*err.why);
		assert_int_equal(meiprov_ztc_get(dev, &ztc, &err), 0); /* nothing slipped */
	}
	meiprov_device_close(dev);
}

static void a_reply_that_comes_twice_is_not_taken_for_another(void **state)
{
	struct meiprov_device *dev = open_socket(*state, false);

	rig_order(*state, "fault add amthi:30 duplicate");
	for (int i = 0; i < 3; i++) {
		bool ztc = false;

		assert_int_equal(meiprov_ztc_get(dev, &ztc, NULL), 0);
		assert_state(dev, MEIPROV_STATE_PRE);
	}
	meiprov_device_close(dev);
}

/* Connects and keeps the connection, as lms would. */
static int hold(const struct rig *rig)
{
	int fd;

	rig_mei_use(rig);
	fd = rig_mei_calls.open("");
	assert_int_equal(rig_mei_calls.connect(fd), 0);
	return fd;
}

static void a_taken_connection_is_waited_for_until_the_deadline(void **state)
{
	struct meiprov_device *dev = open_socket(*state, false);
	int64_t begin = channel_now();
	int fd = hold(*state);
	bool ztc;

	meiprov_device_set_timeout(dev, 400);
	assert_int_equal(meiprov_ztc_get(dev, &ztc, NULL), -EBUSY);
	assert_in_range(channel_now() - begin, 400, 5000);
	close(fd);
	meiprov_device_set_timeout(dev, 5000);
	assert_int_equal(meiprov_ztc_get(dev, &ztc, NULL), 0);
	meiprov_device_close(dev);
}

static void no_connection_is_held_between_commands(void **state)
{
	struct meiprov_device *dev = open_socket(*state, false);
	bool ztc;

	for (int i = 0; i < 100; i++) {
		assert_int_equal(meiprov_ztc_get(dev, &ztc, NULL), 0);
		close(hold(*state)); /* is free at once */
	}
	meiprov_device_close(dev);
}

static void a_taken_node_is_found_all_the_same(void **state)
{
	struct meiprov_device *dev;
	int fd = hold(*state);

	make_node(*state, "mei0");
	dev = open_mei(*state, &rig_mei_calls);
	close(fd);
	assert_state(dev, MEIPROV_STATE_PRE);
	meiprov_device_close(dev);
}

/* mei0 has no AMTHI (a graphics controller's ME), mei1 has. */
static int open_second(const char *path)
{
	return strstr(path, "mei1") ? rig_mei_calls.open(path) : open("/dev/null", O_RDWR);
}

static int connect_second(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISSOCK(st.st_mode) ? rig_mei_calls.connect(fd) : -ENOTTY;
}

static void the_node_with_amthi_is_found_among_others(void **state)
{
	static const struct channel_mei_calls calls = { open_second, connect_second };
	struct meiprov_device *dev;

	make_node(*state, "mei0");
	make_node(*state, "mei1");
	make_node(*state, "meiprov7");
	dev = open_mei(*state, &calls);
	assert_string_equal(meiprov_device_node(dev), "/dev/mei1");
	assert_state(dev, MEIPROV_STATE_PRE);
	meiprov_device_close(dev);
}

static void an_me_without_amthi_says_so(void **state)
{
	struct meiprov_device *dev = open_socket(*state, false);
	struct meiprov_error err;
	bool ztc;

	rig_order(*state, "fault add connect status=1");
	assert_int_equal(meiprov_ztc_get(dev, &ztc, &err), -ENOENT);
	assert_non_null(strstr(err.why, "no AMTHI client"));
	meiprov_device_close(dev);
}

/* --- a transport that is named --- */

static void all_commands_work_over_it(void **state)
{
	struct meiprov_device *dev = open_one(*state, NULL, true);
	const char *kind = meiprov_device_transport(dev);

	assert_memory_equal(kind, *state, strlen(kind));
	body(dev);
	meiprov_device_close(dev);
}

static int run_named(char *transport)
{
	const struct CMUnitTest test = { transport, all_commands_work_over_it, NULL, NULL,
					 transport };

	return _cmocka_run_group_tests("named", &test, 1, NULL, NULL);
}

int main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(all_commands_work_over_the_socket),
		TEST(all_commands_work_over_the_mei_node),
		TEST(disable_and_clear_switches_amt_off),
		TEST(a_record_plays_back_without_a_device),
		TEST(a_record_holds_no_password),
		TEST(a_record_overwrites_no_file),
		TEST(what_cannot_be_recorded_is_not_sent),
		TEST(a_device_opened_for_reading_changes_nothing),
		TEST(each_fault_of_a_reply_has_its_errno),
		TEST(a_reply_that_comes_twice_is_not_taken_for_another),
		TEST(a_taken_connection_is_waited_for_until_the_deadline),
		TEST(no_connection_is_held_between_commands),
		TEST(a_taken_node_is_found_all_the_same),
		TEST(the_node_with_amthi_is_found_among_others),
		TEST(an_me_without_amthi_says_so),
	};

	return argc > 1 ? run_named(argv[1]) : cmocka_run_group_tests(tests, NULL, NULL);
}
