// SPDX-License-Identifier: LGPL-2.1-or-later
/* Rules of the capabilities: properties that hold for every situation, the cases the
 * sources name, and agreement with a virtual ME that is in that situation.
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

#include <meiprov/meiprov.h>

#include "uapi/amthi/amthi.h"
#include "vme_rig.h"

static const unsigned int majors[] = { 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 16, 18, 19, 22 };

#define MAJORS (sizeof(majors) / sizeof(majors[0]))
#define STATES 4 /* one that does not exist */
#define MODES  4
#define ALL    (MAJORS * STATES * MODES * 2 * 2)

/* Situation number @n of ALL, with every fact known. */
static struct meiprov_situation known(size_t n)
{
	struct meiprov_situation s = { .has_version = true,
				       .has_state = true,
				       .has_control = true,
				       .has_ztc = true,
				       .has_suffix = true,
				       .minor = 1 };

	s.major = majors[n % MAJORS];
	n /= MAJORS;
	s.provisioning = n % STATES;
	n /= STATES;
	s.control = n % MODES;
	n /= MODES;
	s.ztc = n % 2;
	s.suffix_set = n / 2;
	return s;
}

static enum meiprov_verdict verdict(const struct meiprov_situation *s,
				    enum meiprov_capability_id id)
{
	struct meiprov_capability c;

	assert_int_equal(meiprov_capability_get(s, id, &c), 0);
	return c.verdict;
}

#define FACTS 5

static bool *fact(struct meiprov_situation *s, int i)
{
	bool *const facts[FACTS] = { &s->has_version, &s->has_state, &s->has_control, &s->has_ztc,
				     &s->has_suffix };

	return facts[i];
}

static void knowing_less_never_turns_a_verdict_around(void **state)
{
	for (size_t n = 0; n < ALL; n++)
		for (int i = 0; i < FACTS; i++)
			for (int id = 0; id < MEIPROV_CAPABILITIES; id++) {
				struct meiprov_situation s = known(n);
				enum meiprov_verdict full = verdict(&s, id), less;

				*fact(&s, i) = false;
				less = verdict(&s, id);
				assert_true(less == full || less == MEIPROV_UNKNOWN ||
					    full == MEIPROV_UNKNOWN);
			}
}

static void without_facts_nothing_that_depends_on_one_is_promised(void **state)
{
	const struct meiprov_situation nothing = { 0 };

	for (int id = 0; id < MEIPROV_CAPABILITIES; id++) {
		enum meiprov_verdict v = verdict(&nothing, id);
		bool always = id == MEIPROV_CAP_ZTC_READ || id == MEIPROV_CAP_HASH_READ ||
			      id == MEIPROV_CAP_SUFFIX_READ;
		bool never = id == MEIPROV_CAP_ZTC_ENABLE || id == MEIPROV_CAP_HASH_WRITE;

		assert_int_equal(v, always ? MEIPROV_YES : never ? MEIPROV_NO : MEIPROV_UNKNOWN);
	}
}

static void every_verdict_comes_with_rule_source_and_reason(void **state)
{
	for (size_t n = 0; n < ALL; n++)
		for (int id = 0; id < MEIPROV_CAPABILITIES; id++) {
			struct meiprov_situation s = known(n);
			struct meiprov_capability c;

			assert_int_equal(meiprov_capability_get(&s, id, &c), 0);
			assert_true(*c.name && *c.rule && *c.source);
			assert_int_equal(*c.why != '\0', c.verdict != MEIPROV_YES);
		}
}

static void names_are_distinct_and_ids_are_in_range(void **state)
{
	const struct meiprov_situation s = { 0 };
	struct meiprov_capability a, b;

	for (int i = 0; i < MEIPROV_CAPABILITIES; i++)
		for (int j = 0; j < i; j++) {
			meiprov_capability_get(&s, i, &a);
			meiprov_capability_get(&s, j, &b);
			assert_string_not_equal(a.name, b.name);
		}
	assert_int_equal(meiprov_capability_get(&s, MEIPROV_CAPABILITIES, &a), -EINVAL);
	assert_string_equal(meiprov_verdict_name(MEIPROV_NO), "no");
	assert_string_equal(meiprov_verdict_name(MEIPROV_YES), "yes");
	assert_string_equal(meiprov_verdict_name(MEIPROV_UNKNOWN), "unknown");
	assert_string_equal(meiprov_verdict_name((enum meiprov_verdict)99), "unknown");
}

static void a_command_the_firmware_does_not_know_is_no_capability(void **state)
{
	for (int id = 0; id < MEIPROV_CAPABILITIES; id++) {
		struct meiprov_situation s = known(0);

		s.seen[id].asked = true;
		s.seen[id].status = AMTHI_STATUS_INVALID_COMMAND;
		assert_int_equal(verdict(&s, id), MEIPROV_NO);
	}
}

/* The cases that amthi.md names: capability, version, state, control, suffix set. */
static const struct {
	enum meiprov_capability_id id;
	unsigned int major;
	uint32_t provisioning, control;
	bool suffix_set, ztc_off;
	enum meiprov_verdict expected;
} cases[] = {
	{ MEIPROV_CAP_ZTC_DISABLE, 11, 0, 0, false, false, MEIPROV_NO },
	{ MEIPROV_CAP_ZTC_DISABLE, 12, 0, 0, false, false, MEIPROV_YES },
	{ MEIPROV_CAP_ZTC_DISABLE, 12, 0, 0, true, false, MEIPROV_NO },
	{ MEIPROV_CAP_ZTC_DISABLE, 12, 1, 0, false, false, MEIPROV_NO },
	{ MEIPROV_CAP_ZTC_DISABLE, 12, 2, 2, false, false, MEIPROV_NO },
	{ MEIPROV_CAP_OTP_SET, 8, 0, 0, false, false, MEIPROV_YES },
	{ MEIPROV_CAP_OTP_SET, 8, 1, 0, false, false, MEIPROV_UNKNOWN },
	{ MEIPROV_CAP_OTP_SET, 8, 2, 2, false, false, MEIPROV_NO },
	{ MEIPROV_CAP_SUFFIX_SET, 8, 2, 1, false, false, MEIPROV_NO },
	{ MEIPROV_CAP_START, 3, 0, 0, false, false, MEIPROV_YES },
	{ MEIPROV_CAP_START, 12, 0, 0, false, true, MEIPROV_NO },
	{ MEIPROV_CAP_START, 19, 0, 0, false, false, MEIPROV_UNKNOWN },
	{ MEIPROV_CAP_START_IPV6, 5, 0, 0, false, false, MEIPROV_NO },
	{ MEIPROV_CAP_START_IPV6, 6, 0, 0, false, false, MEIPROV_YES },
	{ MEIPROV_CAP_START_HOST_BASED, 12, 0, 0, false, false, MEIPROV_NO },
	{ MEIPROV_CAP_START_HOST_BASED, 14, 0, 0, false, false, MEIPROV_YES },
	{ MEIPROV_CAP_STOP, 12, 0, 0, false, false, MEIPROV_NO },
	{ MEIPROV_CAP_STOP, 12, 1, 0, false, false, MEIPROV_UNKNOWN },
	{ MEIPROV_CAP_UNPROVISION, 12, 2, 1, false, false, MEIPROV_YES },
	{ MEIPROV_CAP_UNPROVISION, 12, 2, 2, false, false, MEIPROV_NO },
	{ MEIPROV_CAP_EHBC_DISABLE, 8, 0, 0, false, false, MEIPROV_NO },
	{ MEIPROV_CAP_DISABLE_CLEAR, 12, 0, 0, false, false, MEIPROV_YES },
	{ MEIPROV_CAP_DISABLE_CLEAR, 12, 2, 2, false, false, MEIPROV_NO },
	{ MEIPROV_CAP_HASH_WRITE, 12, 0, 0, false, false, MEIPROV_NO },
};

static void documented_cases_have_their_verdict(void **state)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct meiprov_situation s = known(0);

		s.major = cases[i].major;
		s.minor = 0;
		s.provisioning = cases[i].provisioning;
		s.control = cases[i].control;
		s.suffix_set = cases[i].suffix_set;
		s.ztc = !cases[i].ztc_off;
		assert_int_equal(verdict(&s, cases[i].id), cases[i].expected);
	}
}

/* --- agreement with a virtual ME: what is "yes" is taken, what is "no" refused --- */

static const char otp[] = "0123456789abcdef";

static int try_otp(struct meiprov_device *dev)
{
	return meiprov_otp_set(dev, otp, sizeof(otp) - 1, NULL);
}

static int try_suffix(struct meiprov_device *dev)
{
	return meiprov_suffix_set(dev, "example.net", NULL);
}

static int try_ztc(struct meiprov_device *dev)
{
	return meiprov_ztc_disable(dev, NULL);
}

static int try_unprovision(struct meiprov_device *dev)
{
	return meiprov_unprovision(dev, NULL);
}

static int try_stop(struct meiprov_device *dev)
{
	return meiprov_stop(dev, NULL);
}

static int try_clear(struct meiprov_device *dev)
{
	return meiprov_disable_clear(dev, NULL);
}

static const struct trial {
	enum meiprov_capability_id id;
	int (*run)(struct meiprov_device *dev);
} trials[] = {
	{ MEIPROV_CAP_OTP_SET, try_otp },
	{ MEIPROV_CAP_STOP, try_stop },
	{ MEIPROV_CAP_UNPROVISION, try_unprovision },
	{ MEIPROV_CAP_ZTC_DISABLE, try_ztc },
	{ MEIPROV_CAP_SUFFIX_SET, try_suffix },
	{ MEIPROV_CAP_DISABLE_CLEAR, try_clear },
};

static struct meiprov_device *open_rig(const struct rig *rig)
{
	char transport[128];
	const struct meiprov_open how = { .size = sizeof(how),
					  .transport = transport,
					  .writable = true };
	struct meiprov_device *dev;

	snprintf(transport, sizeof(transport), "socket:%s", rig->socket);
	assert_int_equal(meiprov_device_open_by(&how, &dev, NULL), 0);
	return dev;
}

/* Each trial on what the ones before it have left, with the situation read anew. */
static void agree(const char *const settings[])
{
	struct meiprov_situation s;
	struct meiprov_device *dev;
	struct rig rig;

	rig_start(&rig, settings);
	dev = open_rig(&rig);
	for (size_t i = 0; i < sizeof(trials) / sizeof(trials[0]); i++) {
		enum meiprov_verdict forecast;
		int ret;

		assert_int_equal(meiprov_situation_get(dev, &s, NULL), 0);
		forecast = verdict(&s, trials[i].id);
		ret = trials[i].run(dev);
		if (forecast != MEIPROV_UNKNOWN)
			assert_int_equal(ret, forecast == MEIPROV_YES ? 0 : -EREMOTEIO);
	}
	meiprov_device_close(dev);
	rig_stop(&rig);
}

static void forecasts_agree_with_a_virtual_me(void **state)
{
	static const char *const settings[][4] = {
		{ "version=12.0.49", NULL },
		{ "version=11.8.50", NULL },
		{ "version=12.0.49", "state=in", NULL },
		{ "version=12.0.49", "state=post", NULL },
		{ "version=16.1.25", "state=post", "control-mode=client", NULL },
		{ "version=16.1.25", "suffix=example.org", NULL },
	};

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		agree(settings[i]);
}

static void the_situation_is_read_from_the_device(void **state)
{
	static const char *const settings[] = { "version=11.8.50", "suffix=example.org", "ztc=off",
						NULL };
	struct meiprov_situation s;
	struct meiprov_device *dev;
	struct rig rig;

	rig_start(&rig, settings);
	dev = open_rig(&rig);
	rig_order(&rig, "fault add amthi:84 status=0x803");
	assert_int_equal(meiprov_situation_get(dev, &s, NULL), 0);
	assert_true(s.has_version && s.has_state && s.has_control && s.has_ztc && s.has_suffix);
	assert_int_equal(s.major, 11);
	assert_int_equal(s.minor, 8);
	assert_false(s.ztc);
	assert_true(s.suffix_set);
	assert_int_equal(verdict(&s, MEIPROV_CAP_EHBC_READ), MEIPROV_NO);
	meiprov_device_close(dev);
	rig_stop(&rig);
}

static void versions_are_read_or_refused(void **state)
{
	static const char *const wrong[] = { "", "12", "12.", "x.1", "12,1", "300.1", "12.300" };
	unsigned int major = 0, minor = 0;

	assert_true(meiprov_version_parse("12.0.49", &major, &minor));
	assert_int_equal(major, 12);
	assert_true(meiprov_version_parse("8.1", &major, &minor));
	assert_int_equal(minor, 1);
	assert_false(meiprov_version_parse(NULL, &major, &minor));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(meiprov_version_parse(wrong[i], &major, &minor));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knowing_less_never_turns_a_verdict_around),
		cmocka_unit_test(without_facts_nothing_that_depends_on_one_is_promised),
		cmocka_unit_test(every_verdict_comes_with_rule_source_and_reason),
		cmocka_unit_test(names_are_distinct_and_ids_are_in_range),
		cmocka_unit_test(a_command_the_firmware_does_not_know_is_no_capability),
		cmocka_unit_test(documented_cases_have_their_verdict),
		cmocka_unit_test(forecasts_agree_with_a_virtual_me),
		cmocka_unit_test(the_situation_is_read_from_the_device),
		cmocka_unit_test(versions_are_read_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
