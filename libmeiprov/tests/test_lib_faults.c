// SPDX-License-Identifier: LGPL-2.1-or-later
/* Every message of every command goes wrong once, in each way: the call says so with
 * the errno of that fault and with its words, and the next call is none the worse.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "libmeiprov/device.h"
#include "libmeiprov/message.h"
#include "vectors.h"
#include "vme_rig.h"

#define REFUSAL	   AMTHI_STATUS_INTERNAL_ERROR
#define CALL_STEPS 200 /* more than any call has messages */

static const char *const settings[] = { "cert-delay-ms=0",
					"version=16.1.25",
					"ehbc=on",
					"home-suffixes=one.example,two.example",
					"fqdn=pc.example.org",
					NULL };

/* --- a channel that spoils one message --- */

struct spoiler {
	struct channel inner;
	struct vector audit; /* what a configured ME says to 0x50 */
	int left;	     /* messages before the one to be spoilt */
	int (*spoil)(uint8_t *reply, int len);
};

static int connect_inner(void *ctx, int64_t deadline)
{
	struct spoiler *s = ctx;

	return s->inner.ops->connect(s->inner.ctx, deadline);
}

static int exchange(void *ctx, const void *request, size_t len, void *reply, size_t size,
		    int64_t deadline)
{
	struct spoiler *s = ctx;
	int ret = s->inner.ops->exchange(s->inner.ctx, request, len, reply, size, deadline);

	if (((const uint8_t *)request)[4] == (AMTHI_GET_SETUP_AUDIT_RECORD & 0xff)) {
		memcpy(reply, s->audit.data, s->audit.len);
		ret = (int)s->audit.len;
	}
	return s->left-- || ret < 0 ? ret : s->spoil(reply, ret);
}

static void disconnect(void *ctx)
{
	struct spoiler *s = ctx;

	s->inner.ops->disconnect(s->inner.ctx);
}

static void close_spoiler(void *ctx)
{
	struct spoiler *s = ctx;

	channel_close(&s->inner);
}

static const struct channel_ops ops = {
	.kind = "spoiler",
	.connect = connect_inner,
	.exchange = exchange,
	.disconnect = disconnect,
	.close = close_spoiler,
};

/* --- the ways --- */

static int lose(uint8_t *reply, int len)
{
	return -ECANCELED;
}

static void set_length(uint8_t *reply, int len)
{
	reply[8] = (uint8_t)(len - AMTHI_HEADER_SIZE);
	reply[9] = (uint8_t)((len - AMTHI_HEADER_SIZE) >> 8);
}

/* Its head agrees with it, so that what it lacks is found where it is read. */
static int shorten(uint8_t *reply, int len)
{
	set_length(reply, len - 1);
	return len - 1;
}

static int lengthen(uint8_t *reply, int len)
{
	reply[len] = 0;
	set_length(reply, len + 1);
	return len + 1;
}

static int refuse(uint8_t *reply, int len)
{
	memset(reply + 12, 0, 4);
	reply[12] = REFUSAL;
	set_length(reply, AMTHI_REPLY_MIN);
	return AMTHI_REPLY_MIN;
}

/* --- the calls --- */

static int info(struct meiprov_device *dev, struct meiprov_error *err)
{
	struct meiprov_info out;

	return meiprov_info_get(dev, &out, err);
}

static int state_of(struct meiprov_device *dev, struct meiprov_error *err)
{
	struct meiprov_state out;

	return meiprov_state_get(dev, &out, err);
}

static int hashes(struct meiprov_device *dev, struct meiprov_error *err)
{
	struct meiprov_hash *out;
	size_t count;
	int ret = meiprov_hash_list(dev, &out, &count, err);

	assert_true(!ret || (!out && !count));
	free(out);
	return ret;
}

static int network(struct meiprov_device *dev, struct meiprov_error *err)
{
	struct meiprov_network out;

	return meiprov_network_get(dev, &out, err);
}

static int suffix(struct meiprov_device *dev, struct meiprov_error *err)
{
	char out[MEIPROV_SUFFIX_SIZE];

	return meiprov_suffix_get(dev, out, err);
}

static int suffixes(struct meiprov_device *dev, struct meiprov_error *err)
{
	char *out = NULL;
	int ret = meiprov_suffix_list(dev, &out, err);

	assert_true(!ret || !out);
	free(out);
	return ret;
}

static int situation(struct meiprov_device *dev, struct meiprov_error *err)
{
	struct meiprov_situation out;

	return meiprov_situation_get(dev, &out, err);
}

static int ztc(struct meiprov_device *dev, struct meiprov_error *err)
{
	bool out;

	return meiprov_ztc_get(dev, &out, err);
}

static int ehbc(struct meiprov_device *dev, struct meiprov_error *err)
{
	bool out;

	return meiprov_ehbc_get(dev, &out, err);
}

/* Those that no function of the library asks for. */
#define RAW(name, request_name, type) \
	static int name(struct meiprov_device *dev, struct meiprov_error *err) \
	{ \
		const struct command command = { .request = MEI_PROV_IOC_##request_name, \
						 .size = sizeof(struct type), \
						 .doing = "testing" }; \
		struct type arg = { 0 }; \
\
		return device_run(dev, &command, &arg.head, err); \
	}

RAW(raw_state, STATE, mei_prov_state)
RAW(mac, MAC, mei_prov_mac)
RAW(fqdn, FQDN, mei_prov_fqdn)
RAW(remote_access, REMOTE_ACCESS, mei_prov_remote_access)
RAW(audit, AUDIT, mei_prov_audit)
RAW(rng, RNG_STATUS, mei_prov_rng)

struct call {
	const char *name;
	int (*run)(struct meiprov_device *dev, struct meiprov_error *err);
};

static const struct call calls[] = {
	{ "info", info },
	{ "state", state_of },
	{ "hashes", hashes },
	{ "network", network },
	{ "suffix", suffix },
	{ "suffixes", suffixes },
	{ "situation", situation },
	{ "ztc", ztc },
	{ "ehbc", ehbc },
	{ "raw state", raw_state },
	{ "mac", mac },
	{ "fqdn", fqdn },
	{ "remote", remote_access },
	{ "audit", audit },
	{ "rng", rng },
};

#define CALLS (sizeof(calls) / sizeof(calls[0]))

/* --- the promises --- */

struct test {
	struct rig rig;
	struct spoiler spoiler;
	struct meiprov_device *dev;
};

static int setup(void **state)
{
	static struct test t;
	struct channel channel = { .ops = &ops, .ctx = &t.spoiler, .node = "spoilt" };

	rig_start(&t.rig, settings);
	vector_read("amthi-50-reply", &t.spoiler.audit);
	assert_int_equal(channel_socket(t.rig.socket, &t.spoiler.inner, NULL), 0);
	*state = &t;
	return message_device(&channel, true, &t.dev);
}

static int teardown(void **state)
{
	struct test *t = *state;

	meiprov_device_close(t->dev);
	rig_stop(&t->rig);
	return 0;
}

/* Spoil each message of @call in turn, until it has none left to spoil; @judge gets
 * what the call made of it.
 */
static void each_message(struct test *t, const struct call *call,
			 int (*spoil)(uint8_t *reply, int len),
			 bool (*judge)(int ret, const struct meiprov_error *err))
{
	for (int step = 0; step < CALL_STEPS; step++) {
		struct meiprov_error err = { 0 };
		int ret;

		t->spoiler.spoil = spoil;
		t->spoiler.left = step;
		ret = call->run(t->dev, &err);
		if (t->spoiler.left >= 0) {
			assert_true(step > 0);
			assert_int_equal(ret, 0);
			return;
		}
		if (!judge(ret, &err))
			fail_msg("%s, message %d: %d (%s)", call->name, step, ret, err.why);
		t->spoiler.left = -1;
		assert_int_equal(ztc(t->dev, NULL), 0); /* nothing slipped */
	}
	fail_msg("%s does not end", call->name);
}

static void each_call(void **state, int (*spoil)(uint8_t *reply, int len),
		      bool (*judge)(int ret, const struct meiprov_error *err))
{
	for (size_t i = 0; i < CALLS; i++)
		each_message(*state, &calls[i], spoil, judge);
}

static bool is_told(int ret, const struct meiprov_error *err, int code)
{
	return ret == code && err->code == code && *err->doing && *err->why;
}

static bool is_lost(int ret, const struct meiprov_error *err)
{
	return is_told(ret, err, -ECANCELED);
}

static void a_lost_reply_is_an_unknown_outcome_everywhere(void **state)
{
	each_call(state, lose, is_lost);
}

static bool is_malformed(int ret, const struct meiprov_error *err)
{
	return is_told(ret, err, -EMSGSIZE) || is_told(ret, err, -EBADMSG) ||
	       is_told(ret, err, -ENODATA);
}

static void a_reply_one_byte_short_is_refused_everywhere(void **state)
{
	each_call(state, shorten, is_malformed);
}

static void a_reply_one_byte_long_is_refused_everywhere(void **state)
{
	each_call(state, lengthen, is_malformed);
}

/* A part that is refused may be left out; what else is wrong may not. */
static bool is_refused(int ret, const struct meiprov_error *err)
{
	return !ret || (is_told(ret, err, -EREMOTEIO) && err->fw_status == REFUSAL && *err->next);
}

static void a_refusal_is_told_with_its_status_everywhere(void **state)
{
	each_call(state, refuse, is_refused);
}

/* --- what is left when a part is refused --- */

static void order(const struct test *t, const char *command)
{
	char words[64];

	snprintf(words, sizeof(words), "fault add amthi:%s status=3", command);
	rig_order(&t->rig, words);
}

static void a_part_of_the_network_that_is_refused_is_left_out(void **state)
{
	static const char *const parts[] = { "48", "06", "4e", "1b" };
	struct test *t = *state;

	t->spoiler.left = -1;
	for (size_t i = 0; i < 4; i++) {
		struct meiprov_network net;

		order(t, parts[i]);
		assert_int_equal(meiprov_network_get(t->dev, &net, NULL), 0);
		assert_int_equal(net.has_lan, i != 0);
		assert_int_equal(net.has_tcpip, i != 1);
		assert_int_equal(net.has_server, i != 2);
		assert_int_equal(net.has_security, i != 3);
	}
}

static void the_first_of_two_refusals_is_told(void **state)
{
	struct meiprov_info out;
	struct meiprov_error err;
	struct test *t = *state;

	t->spoiler.left = -1;
	order(t, "1a");
	rig_order(&t->rig, "fault add amthi:5c status=16");
	assert_int_equal(meiprov_info_get(t->dev, &out, &err), -EREMOTEIO);
	assert_int_equal(err.fw_status, 3);
}

static void a_list_longer_than_its_room_is_cut_and_counted(void **state)
{
	const struct command command = { .request = MEI_PROV_IOC_SUFFIX_LIST,
					 .size = sizeof(struct mei_prov_suffix_list),
					 .doing = "testing" };
	char room[5] = "....";
	struct mei_prov_suffix_list arg = { .len = 3, .list = (uintptr_t)room };
	struct test *t = *state;

	t->spoiler.left = -1;
	assert_int_equal(device_run(t->dev, &command, &arg.head, NULL), 0);
	assert_int_equal(arg.len, sizeof("one.example") + sizeof("two.example"));
	assert_string_equal(room, "one.");
}

static void a_suffix_that_is_too_long_is_refused_with_its_limit(void **state)
{
	char name[MEIPROV_SUFFIX_SIZE + 1];
	struct meiprov_error err;
	struct test *t = *state;

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(meiprov_suffix_set(t->dev, name, &err), -EINVAL);
	assert_non_null(strstr(err.why, "223 bytes"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_lost_reply_is_an_unknown_outcome_everywhere),
		TEST(a_reply_one_byte_short_is_refused_everywhere),
		TEST(a_reply_one_byte_long_is_refused_everywhere),
		TEST(a_refusal_is_told_with_its_status_everywhere),
		TEST(a_part_of_the_network_that_is_refused_is_left_out),
		TEST(the_first_of_two_refusals_is_told),
		TEST(a_list_longer_than_its_room_is_cut_and_counted),
		TEST(a_suffix_that_is_too_long_is_refused_with_its_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
