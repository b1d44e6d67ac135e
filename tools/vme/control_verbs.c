// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/control_verbs.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "tools/vme/amt.h"
#include "tools/vme/fleet.h"
#include "tools/vme/json_put.h"
#include "tools/vme/me_dev.h"
#include "tools/vme/text.h"
#include "tools/vme/vme.h"

#define RECOVERY_MAX_MS	 (3600 * 1000)
#define CLOCK_JUMP_MAX_S (366 * 24 * 3600)

static json_t *fail(char why[VERB_WHY_MAX], const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static json_t *fail(char why[VERB_WHY_MAX], const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(why, VERB_WHY_MAX, fmt, args);
	va_end(args);
	return NULL;
}

/* --- settings --- */

static json_t *get(struct vme *vme, const char *const *words, size_t count, char why[VERB_WHY_MAX])
{
	char value[CONFIG_VALUE_MAX];

	switch (config_get(&vme->config, words[1], value)) {
	case 0:
		return json_string(value);
	case -EPERM:
		return fail(why, "%.60s is a secret", words[1]);
	default:
		return fail(why, "no key \"%.60s\" to show; meiprov-vme --list-keys shows all",
			    words[1]);
	}
}

static json_t *set(struct vme *vme, const char *const *words, size_t count, char why[VERB_WHY_MAX])
{
	return vme_set(vme, words[1], words[2], why) ? NULL : json_true();
}

/* --- hash table --- */

static json_t *hash_row(const struct amt_hash *hash)
{
	char hex[2 * AMT_DIGEST_MAX + 1];
	json_t *row = json_object();
	int i;

	for (i = 0; i < hash->digest_len; i++)
		snprintf(hex + 2 * i, 3, "%02x", hash->digest[i]);
	put_number(row, "handle", hash->handle);
	put_text(row, "name", hash->name);
	put_text(row, "algorithm", text_algorithm(hash->algorithm));
	put_text(row, "digest", hex);
	put_bool(row, "active", hash->is_active);
	put_bool(row, "default", hash->is_default);
	return row;
}

static json_t *hash_list(struct vme *vme, const char *const *words, size_t count,
			 char why[VERB_WHY_MAX])
{
	json_t *rows = json_array();
	size_t i;

	for (i = 0; i < vme->amt->hash_count; i++)
		json_array_append_new(rows, hash_row(&vme->amt->hashes[i]));
	return rows;
}

static json_t *hash_add(struct vme *vme, const char *const *words, size_t count,
			char why[VERB_WHY_MAX])
{
	struct amt_hash hash;

	if (text_hash(words[2], &hash))
		return fail(why,
			    "\"%.100s\" is not NAME,sha1|sha256|sha384,HEX[,inactive]"
			    "[,default]",
			    words[2]);
	switch (amt_hash_add(vme->amt, &hash)) {
	case 0:
		return json_true();
	case -ENOSPC:
		return fail(why, "no slot is free");
	case -EEXIST:
		return fail(why, "this digest is in the table already");
	default:
		return fail(why, "out of memory");
	}
}

static json_t *hash_result(int ret, const char *handle, char why[VERB_WHY_MAX])
{
	switch (ret) {
	case 0:
		return json_true();
	case -EPERM:
		return fail(why, "hash %.20s came with the firmware: it can only be disabled",
			    handle);
	default:
		return fail(why, "no hash has the handle \"%.20s\"", handle);
	}
}

static json_t *hash_change(struct vme *vme, const char *const *words, size_t count,
			   char why[VERB_WHY_MAX])
{
	uint32_t handle;
	int ret;

	if (text_u32(words[2], 0, UINT32_MAX, &handle))
		ret = -ENOENT;
	else if (!strcmp(words[1], "delete"))
		ret = amt_hash_remove(vme->amt, handle);
	else
		ret = amt_hash_set_active(vme->amt, handle, !strcmp(words[1], "enable"));
	return hash_result(ret, words[2], why);
}

/* --- the firmware's life --- */

static json_t *reset(struct vme *vme, const char *const *words, size_t count,
		     char why[VERB_WHY_MAX])
{
	uint32_t ms = vme->config.reset_recovery_ms;

	if (!vme->me)
		return fail(why, "there is no PCI device: socket is not set");
	if (count == 2 && !strcmp(words[1], "--never")) {
		me_dev_reset(vme->me, ME_RESET_NEVER);
		return json_true();
	}
	if (count == 2 && !strcmp(words[1], "--pulse")) {
		me_dev_pulse(vme->me);
		return json_true();
	}
	if (count != 1 && (count != 3 || strcmp(words[1], "--recovery-ms") ||
			   text_u32(words[2], 0, RECOVERY_MAX_MS, &ms)))
		return fail(why, "reset takes --recovery-ms N, --never or --pulse");
	me_dev_reset(vme->me, (int)ms);
	return json_true();
}

static json_t *vanish(struct vme *vme, const char *const *words, size_t count,
		      char why[VERB_WHY_MAX])
{
	if (!vme->me)
		return fail(why, "there is no PCI device: socket is not set");
	me_dev_vanish(vme->me);
	return json_true();
}

static json_t *window_end(struct vme *vme, const char *const *words, size_t count,
			  char why[VERB_WHY_MAX])
{
	if (!amt_window_runs(vme->amt))
		return fail(why, "no window is open");
	amt_window_end(vme->amt);
	return json_true();
}

static json_t *clock_show(struct vme *vme, const char *const *words, size_t count,
			  char why[VERB_WHY_MAX])
{
	const struct vme_clock *clock = &vme->amt->clock;
	json_t *result = json_object();

	put_number(result, "utc", vme_clock_utc(clock));
	put_number(result, "uptime_s", vme_clock_us(clock) / VME_CLOCK_US);
	put_number(result, "scale", clock->scale);
	return result;
}

static json_t *clock_change(struct vme *vme, const char *const *words, size_t count,
			    char why[VERB_WHY_MAX])
{
	bool jump = !strcmp(words[1], "jump");
	uint32_t max = jump ? CLOCK_JUMP_MAX_S : VME_CLOCK_SCALE_MAX;
	uint32_t value;

	if (text_u32(words[2], 1, max, &value))
		return fail(why, "\"%.20s\" is not a number from 1 to %u", words[2], max);
	if (jump)
		amt_clock_jump(vme->amt, value);
	else
		amt_clock_set_scale(vme->amt, value);
	return json_true();
}

static json_t *power_on(struct vme *vme, const char *const *words, size_t count,
			char why[VERB_WHY_MAX])
{
	amt_power_on(vme->amt);
	return json_true();
}

static json_t *unprovision(struct vme *vme, const char *const *words, size_t count,
			   char why[VERB_WHY_MAX])
{
	amt_unprovision(vme->amt);
	return json_true();
}

/* --- faults --- */

static json_t *fault_new(struct vme *vme, const char *const *words, size_t count,
			 char why[VERB_WHY_MAX])
{
	char reason[FAULT_WHY_MAX];
	uint32_t id;

	if (fault_add(&vme->faults, words + 2, count - 2, &id, reason))
		return fail(why, "%s", reason);
	return json_integer(id);
}

static json_t *fault_row(const struct fault *fault)
{
	char text[FAULT_TEXT_MAX];
	json_t *row = json_object();

	put_number(row, "id", fault->id);
	put_text(row, "event", fault->event);
	put_text(row, "action", fault_text(fault, text));
	put_number(row, "nth", fault->nth);
	if (fault->times == FAULT_FOREVER)
		put_text(row, "times", "forever");
	else
		put_number(row, "times", fault->times);
	put_number(row, "seen", fault->seen);
	put_number(row, "fired", fault->fired);
	return row;
}

static json_t *faults_show(struct vme *vme, const char *const *words, size_t count,
			   char why[VERB_WHY_MAX])
{
	json_t *rows = json_array();
	const struct fault *fault;

	STAILQ_FOREACH(fault, &vme->faults.faults, list)
		json_array_append_new(rows, fault_row(fault));
	return rows;
}

static json_t *faults_clear(struct vme *vme, const char *const *words, size_t count,
			    char why[VERB_WHY_MAX])
{
	fault_list_clear(&vme->faults);
	return json_true();
}

/* --- the fleet --- */

static json_t *list_fleet(struct vme *vme, const char *const *words, size_t count,
			  char why[VERB_WHY_MAX])
{
	uint32_t first, number;

	if (!vme->fleet)
		return fail(why, "there is no fleet: the key fleet is 1");
	if (text_u32(words[2], 0, UINT32_MAX, &first) ||
	    text_u32(words[3], 1, FLEET_LIST_MAX, &number))
		return fail(why,
			    "fleet list takes the number of the first device and how many, "
			    "at most %d",
			    FLEET_LIST_MAX);
	return fleet_list(vme->fleet, first, number);
}

/* --- the table --- */

/* @object: the second word; NULL when the verb has none. Counts include all words. */
static const struct verb {
	const char *verb;
	const char *object;
	size_t min;
	size_t max;
	json_t *(*run)(struct vme *vme, const char *const *words, size_t count,
		       char why[VERB_WHY_MAX]);
	const char *usage;
} verbs[] = {
	{ "status", NULL, 1, 1, verb_status, "status" },
	{ "get", NULL, 2, 2, get, "get KEY" },
	{ "set", NULL, 3, 3, set, "set KEY VALUE" },
	{ "hash", "list", 2, 2, hash_list, "hash list" },
	{ "hash", "add", 3, 3, hash_add, "hash add NAME,ALGORITHM,HEX[,inactive][,default]" },
	{ "hash", "enable", 3, 3, hash_change, "hash enable HANDLE" },
	{ "hash", "disable", 3, 3, hash_change, "hash disable HANDLE" },
	{ "hash", "delete", 3, 3, hash_change, "hash delete HANDLE" },
	{ "reset", NULL, 1, 3, reset, "reset [--recovery-ms N | --never | --pulse]" },
	{ "vanish", NULL, 1, 1, vanish, "vanish" },
	{ "client", NULL, 2, 3, verb_client,
	  "client list | client add|remove|disconnect|notify NAME" },
	{ "bus", "stop", 2, 2, verb_bus_stop, "bus stop" },
	{ "window", "end", 2, 2, window_end, "window end" },
	{ "clock", "show", 2, 2, clock_show, "clock show" },
	{ "clock", "jump", 3, 3, clock_change, "clock jump SECONDS" },
	{ "clock", "scale", 3, 3, clock_change, "clock scale N" },
	{ "mebx", NULL, 2, 4, verb_mebx, "mebx ACTION [WORD]" },
	{ "power-on", NULL, 1, 1, power_on, "power-on" },
	{ "unprovision", NULL, 1, 1, unprovision, "unprovision" },
	{ "fleet", "list", 4, 4, list_fleet, "fleet list FIRST COUNT" },
	{ "fault", "add", 4, 6, fault_new, "fault add EVENT ACTION [nth=N] [times=N|forever]" },
	{ "fault", "list", 2, 2, faults_show, "fault list" },
	{ "fault", "clear", 2, 2, faults_clear, "fault clear" },
};

static const struct verb *find(const char *const *words, size_t count)
{
	const struct verb *verb;

	for (verb = verbs; verb < verbs + sizeof(verbs) / sizeof(verbs[0]); verb++) {
		if (strcmp(verb->verb, words[0]))
			continue;
		if (!verb->object || (count > 1 && !strcmp(verb->object, words[1])))
			return verb;
	}
	return NULL;
}

json_t *verb_run(struct vme *vme, const char *const *words, size_t count, char why[VERB_WHY_MAX])
{
	const struct verb *verb = find(words, count);
	json_t *result;

	if (!verb)
		return fail(why, "no verb \"%.40s%s%.40s\"; vmectl --help shows all", words[0],
			    count > 1 ? " " : "", count > 1 ? words[1] : "");
	if (count < verb->min || count > verb->max)
		return fail(why, "usage: %s", verb->usage);
	why[0] = '\0';
	result = verb->run(vme, words, count, why);
	if (!result && !why[0])
		fail(why, "out of memory");
	return result;
}
