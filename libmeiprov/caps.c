// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What this firmware will take from the host now: a rule for each capability, as
 * far as it is public, and no guess beyond it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <meiprov/meiprov.h>

#include "uapi/amthi/amthi.h"

#define ARRAY_SIZE(a)	      (sizeof(a) / sizeof((a)[0]))
#define VERSION(major, minor) ((major) << 8 | (minor))
#define ANY_STATE \
	{ \
		MEIPROV_YES, MEIPROV_YES, MEIPROV_YES \
	}

enum condition {
	NEEDS_CLIENT_CONTROL = 1 << 0,
	NEEDS_NO_SUFFIX = 1 << 1,
	NEEDS_ZTC = 1 << 2,
	NOT_OFFERED = 1 << 3, /* to the host, by any firmware */
};

/**
 * struct rule - one capability
 * @since: the first version that has it, 0: all that are known
 * @doubt: no source says that versions from this one on still have it; 0: none
 * @by_state: in PRE, IN, POST
 * @conditions: enum condition
 */
static const struct rule {
	enum meiprov_capability_id id;
	const char *name;
	unsigned int since;
	unsigned int doubt;
	enum meiprov_verdict by_state[3];
	unsigned int conditions;
	enum meiprov_confidence confidence;
	const char *text;
	const char *source;
} rules[] = {
	{ MEIPROV_CAP_ZTC_READ, "ztc-read", 0, 0, ANY_STATE, 0, MEIPROV_SEEN,
	  "the host may read it in every state", "amthi.md 30" },
	{ MEIPROV_CAP_ZTC_DISABLE,
	  "ztc-disable",
	  VERSION(12, 0),
	  0,
	  { MEIPROV_YES, MEIPROV_NO, MEIPROV_NO },
	  NEEDS_NO_SUFFIX,
	  MEIPROV_DOCUMENTED,
	  "from ME 12.0 on, in state PRE, with no trusted suffix set",
	  "amthi.md 3A" },
	{ MEIPROV_CAP_ZTC_ENABLE, "ztc-enable", 0, 0, ANY_STATE, NOT_OFFERED, MEIPROV_DOCUMENTED,
	  "in MEBx, or over the network with administrator credentials", "amthi.md 3" },
	{ MEIPROV_CAP_HASH_READ, "hash-read", 0, 0, ANY_STATE, 0, MEIPROV_SEEN,
	  "the host may read the table in every state", "amthi.md 2C, 2D" },
	{ MEIPROV_CAP_HASH_WRITE, "hash-write", 0, 0, ANY_STATE, NOT_OFFERED, MEIPROV_DOCUMENTED,
	  "in MEBx, by USB key, or over the network with administrator credentials", "amthi.md 3" },
	{ MEIPROV_CAP_OTP_SET,
	  "otp-set",
	  0,
	  0,
	  { MEIPROV_YES, MEIPROV_UNKNOWN, MEIPROV_NO },
	  0,
	  MEIPROV_DOCUMENTED,
	  "in PRE; in IN only when the window has run out: stop first",
	  "amthi.md 2A" },
	{ MEIPROV_CAP_SUFFIX_READ, "suffix-read", 0, 0, ANY_STATE, 0, MEIPROV_SEEN,
	  "the host may read it in every state", "amthi.md 36" },
	{ MEIPROV_CAP_SUFFIX_SET,
	  "suffix-set",
	  0,
	  0,
	  { MEIPROV_YES, MEIPROV_UNKNOWN, MEIPROV_NO },
	  0,
	  MEIPROV_DOCUMENTED,
	  "in PRE; in IN only when the window has run out: stop first",
	  "amthi.md 2F" },
	{ MEIPROV_CAP_START,
	  "start",
	  0,
	  VERSION(19, 0),
	  { MEIPROV_YES, MEIPROV_UNKNOWN, MEIPROV_NO },
	  NEEDS_ZTC,
	  MEIPROV_DOCUMENTED,
	  "in PRE with ZTC on; in IN only when the window has run out; no source names it for "
	  "AMT 19 and later",
	  "amthi.md 29, 62, 8B" },
	{ MEIPROV_CAP_START_IPV6,
	  "start-ipv6",
	  VERSION(6, 0),
	  VERSION(19, 0),
	  { MEIPROV_YES, MEIPROV_UNKNOWN, MEIPROV_NO },
	  NEEDS_ZTC,
	  MEIPROV_DOCUMENTED,
	  "from AMT 6.0 on, as start",
	  "amthi.md 29, 62" },
	{ MEIPROV_CAP_START_HOST_BASED,
	  "start-host-based",
	  VERSION(14, 0),
	  0,
	  { MEIPROV_YES, MEIPROV_UNKNOWN, MEIPROV_NO },
	  0,
	  MEIPROV_DOCUMENTED,
	  "from CSME 14 on; in IN only when the window has run out",
	  "amthi.md 8B" },
	{ MEIPROV_CAP_STOP,
	  "stop",
	  0,
	  0,
	  { MEIPROV_NO, MEIPROV_UNKNOWN, MEIPROV_NO },
	  0,
	  MEIPROV_DOCUMENTED,
	  "in IN while its window runs, which cannot be read",
	  "amthi.md 5E" },
	{ MEIPROV_CAP_UNPROVISION,
	  "unprovision",
	  0,
	  0,
	  { MEIPROV_NO, MEIPROV_NO, MEIPROV_YES },
	  NEEDS_CLIENT_CONTROL,
	  MEIPROV_DOCUMENTED,
	  "in POST under client control; under admin control only over the network",
	  "amthi.md 10" },
	{ MEIPROV_CAP_EHBC_READ, "ehbc-read", VERSION(8, 1), 0, ANY_STATE, 0, MEIPROV_DOCUMENTED,
	  "from AMT 8.1.20 on", "amthi.md 84" },
	{ MEIPROV_CAP_EHBC_DISABLE, "ehbc-disable", VERSION(9, 0), 0, ANY_STATE, 0,
	  MEIPROV_DOCUMENTED, "from ME 9.0 on; only the maker of the machine can enable it",
	  "amthi.md 85" },
	{ MEIPROV_CAP_DISABLE_CLEAR,
	  "disable-clear",
	  VERSION(12, 0),
	  0,
	  { MEIPROV_YES, MEIPROV_NO, MEIPROV_NO },
	  0,
	  MEIPROV_DOCUMENTED,
	  "from AMT 12 on, in state PRE",
	  "amthi.md 88" },
};

_Static_assert(ARRAY_SIZE(rules) == MEIPROV_CAPABILITIES, "a rule for each capability");

static const char *const verdicts[] = {
	[MEIPROV_NO] = "no",
	[MEIPROV_YES] = "yes",
	[MEIPROV_UNKNOWN] = "unknown",
};

static const char *const confidences[] = {
	[MEIPROV_DOCUMENTED] = "documented",
	[MEIPROV_SEEN] = "seen",
	[MEIPROV_INFERRED] = "inferred",
};

const char *meiprov_verdict_name(enum meiprov_verdict verdict)
{
	return verdict < ARRAY_SIZE(verdicts) ? verdicts[verdict] : "unknown";
}

const char *meiprov_confidence_name(enum meiprov_confidence confidence)
{
	return confidence < ARRAY_SIZE(confidences) ? confidences[confidence] : "unknown";
}

/* --- conditions, each with its reason --- */

typedef struct meiprov_capability out_t;

static enum meiprov_verdict decide(out_t *out, enum meiprov_verdict verdict, const char *why)
{
	snprintf(out->why, sizeof(out->why), "%s", why);
	return verdict;
}

static enum meiprov_verdict by_status(const struct rule *rule, const struct meiprov_situation *in,
				      out_t *out)
{
	if (rule->conditions & NOT_OFFERED)
		return decide(out, MEIPROV_NO, "not offered to the host by any firmware");
	if (in->seen[rule->id].asked && in->seen[rule->id].status == AMTHI_STATUS_INVALID_COMMAND)
		return decide(out, MEIPROV_NO, "the firmware answered that it does not know it");
	return MEIPROV_YES;
}

static enum meiprov_verdict by_version(const struct rule *rule, const struct meiprov_situation *in,
				       out_t *out)
{
	unsigned int version = VERSION(in->major, in->minor);

	if (!rule->since && !rule->doubt)
		return MEIPROV_YES;
	if (!in->has_version)
		return decide(out, MEIPROV_UNKNOWN, "the firmware's version is not known");
	if (version < rule->since) {
		snprintf(out->why, sizeof(out->why), "needs version %u.%u; this is %u.%u",
			 rule->since >> 8, rule->since & 0xff, in->major, in->minor);
		return MEIPROV_NO;
	}
	if (rule->doubt && version >= rule->doubt)
		return decide(out, MEIPROV_UNKNOWN, "no source covers a version as new as this");
	return MEIPROV_YES;
}

static bool depends_on_state(const struct rule *rule)
{
	return rule->by_state[0] != rule->by_state[1] || rule->by_state[1] != rule->by_state[2];
}

static enum meiprov_verdict by_state(const struct rule *rule, const struct meiprov_situation *in,
				     out_t *out)
{
	if (!depends_on_state(rule))
		return MEIPROV_YES;
	if (!in->has_state || in->provisioning > MEIPROV_STATE_POST)
		return decide(out, MEIPROV_UNKNOWN, "the provisioning state is not known");
	if (rule->by_state[in->provisioning] == MEIPROV_YES)
		return MEIPROV_YES;
	snprintf(out->why, sizeof(out->why), "%s in state %s",
		 rule->by_state[in->provisioning] == MEIPROV_NO ? "not" : "not always",
		 meiprov_state_name(in->provisioning));
	return rule->by_state[in->provisioning];
}

static enum meiprov_verdict by_control(const struct rule *rule, const struct meiprov_situation *in,
				       out_t *out)
{
	if (!(rule->conditions & NEEDS_CLIENT_CONTROL))
		return MEIPROV_YES;
	if (!in->has_control || in->control > MEIPROV_CONTROL_ADMIN)
		return decide(out, MEIPROV_UNKNOWN, "the control mode is not known");
	if (in->control == MEIPROV_CONTROL_CLIENT)
		return MEIPROV_YES;
	return decide(out, MEIPROV_NO, "the ME is not under client control");
}

/* Something that is on or off, or was not told. */
static enum meiprov_verdict by_switch(bool needed, bool known, bool right, const char *unknown,
				      const char *wrong, out_t *out)
{
	if (!needed || (known && right))
		return MEIPROV_YES;
	return known ? decide(out, MEIPROV_NO, wrong) : decide(out, MEIPROV_UNKNOWN, unknown);
}

static enum meiprov_verdict by_suffix(const struct rule *rule, const struct meiprov_situation *in,
				      out_t *out)
{
	return by_switch(rule->conditions & NEEDS_NO_SUFFIX, in->has_suffix, !in->suffix_set,
			 "whether a trusted suffix is set is not known", "a trusted suffix is set",
			 out);
}

static enum meiprov_verdict by_ztc(const struct rule *rule, const struct meiprov_situation *in,
				   out_t *out)
{
	return by_switch(rule->conditions & NEEDS_ZTC, in->has_ztc, in->ztc,
			 "whether ZTC is on is not known", "ZTC is off", out);
}

/* A "no" decides; else an "unknown" does. The first of its kind gives the reason. */
static void evaluate(const struct rule *rule, const struct meiprov_situation *in, out_t *out)
{
	static enum meiprov_verdict (*const conditions[])(const struct rule *rule,
							  const struct meiprov_situation *in,
							  out_t *out) = {
		by_status, by_version, by_state, by_control, by_suffix, by_ztc,
	};
	out_t unknown = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(conditions); i++) {
		out->verdict = conditions[i](rule, in, out);
		if (out->verdict == MEIPROV_NO)
			return;
		if (out->verdict == MEIPROV_UNKNOWN && !*unknown.why)
			unknown = *out;
	}
	out->verdict = *unknown.why ? MEIPROV_UNKNOWN : MEIPROV_YES;
	memcpy(out->why, unknown.why, sizeof(out->why));
}

int meiprov_capability_get(const struct meiprov_situation *situation, enum meiprov_capability_id id,
			   struct meiprov_capability *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		if (rules[i].id != id)
			continue;
		*out = (struct meiprov_capability){
			.id = id,
			.name = rules[i].name,
			.rule = rules[i].text,
			.source = rules[i].source,
			.confidence = rules[i].confidence,
		};
		evaluate(&rules[i], situation, out);
		return 0;
	}
	return -EINVAL;
}
