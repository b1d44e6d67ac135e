// SPDX-License-Identifier: GPL-2.0-or-later
/* For programs: one object for each answer, its form in "schema"; events are
 * one object a line. The manual page lists the members.
 */
#include <string.h>

#include "json.h"
#include "output.h"

static void begin(struct json *j, FILE *out, const char *command, bool compact)
{
	json_begin(j, out, compact);
	json_text(j, "schema", "meiprov/0");
	json_text(j, "command", command);
}

static void info(FILE *out, const struct meiprov_info *info, bool full)
{
	char uuid[MEIPROV_UUID_TEXT_SIZE];
	struct json j;

	begin(&j, out, "info", false);
	if (info->index >= 0)
		json_number(&j, "device", (uint64_t)info->index);
	else
		json_null(&j, "device");
	json_text(&j, "transport", info->transport);
	json_text(&j, "node", info->node);
	json_text(&j, "parent", info->parent);
	json_text(&j, "link", info->link_up ? "up" : "down");
	if (info->has_uuid) {
		meiprov_uuid_format(info->uuid, uuid);
		json_text(&j, "uuid", uuid);
	} else {
		json_null(&j, "uuid");
	}
	if (info->has_versions) {
		if (*info->bios)
			json_text(&j, "bios", info->bios);
		else
			json_null(&j, "bios");
		json_object_begin(&j, "versions");
		for (size_t i = 0; i < info->version_count; i++)
			json_text(&j, info->versions[i].name, info->versions[i].value);
		json_object_end(&j);
	} else {
		json_null(&j, "bios");
		json_null(&j, "versions");
	}
	json_end(&j);
}

/* NAME and NAME_number; null when the firmware did not say. */
static void named(struct json *j, const char *name, const char *number_name, bool has,
		  const char *value, uint32_t number)
{
	if (!has) {
		json_null(j, name);
		json_null(j, number_name);
		return;
	}
	json_text(j, name, value);
	json_number(j, number_name, number);
}

static void state_members(struct json *j, const struct meiprov_state *s)
{
	named(j, "provisioning", "provisioning_number", s->has_provisioning,
	      meiprov_state_name(s->provisioning), s->provisioning);
	named(j, "control", "control_number", s->has_control, meiprov_control_name(s->control),
	      s->control);
	json_number(j, "generation", s->generation);
}

static void state(FILE *out, const struct meiprov_state *state)
{
	struct json j;

	begin(&j, out, "state", false);
	state_members(&j, state);
	json_end(&j);
}

static void ztc(FILE *out, bool enabled)
{
	struct json j;

	begin(&j, out, "ztc get", false);
	json_bool(&j, "enabled", enabled);
	json_end(&j);
}

static void hash(struct json *j, const struct meiprov_hash *h)
{
	size_t len = h->digest_len ? h->digest_len : sizeof(h->digest);

	json_object_begin(j, NULL);
	if (h->handle == MEIPROV_HANDLE_NONE)
		json_null(j, "handle");
	else
		json_number(j, "handle", h->handle);
	json_text(j, "name", h->name);
	json_bool(j, "active", h->is_active);
	json_bool(j, "default", h->is_default);
	json_text(j, "algorithm", meiprov_hash_algorithm_name(h->algorithm));
	json_number(j, "algorithm_number", h->algorithm);
	json_hex(j, "digest", h->digest, len);
	json_object_end(j);
}

static void hashes(FILE *out, const char *command, const struct meiprov_hash *hashes, size_t count)
{
	struct json j;

	begin(&j, out, command, false);
	json_array_begin(&j, "hashes");
	for (size_t i = 0; i < count; i++)
		hash(&j, &hashes[i]);
	json_array_end(&j);
	json_end(&j);
}

static void otp(FILE *out, const char *otp)
{
	struct json j;

	begin(&j, out, "otp generate", false);
	json_text(&j, "otp", otp);
	json_end(&j);
}

static void suffix(FILE *out, const char *suffix)
{
	struct json j;

	begin(&j, out, "suffix get", false);
	json_text(&j, "suffix", suffix);
	json_end(&j);
}

static void suffixes(FILE *out, const char *names)
{
	struct json j;

	begin(&j, out, "suffix list", false);
	json_array_begin(&j, "suffixes");
	for (; *names; names += strlen(names) + 1)
		json_text(&j, NULL, names);
	json_array_end(&j);
	json_end(&j);
}

static void ehbc(FILE *out, bool enabled)
{
	struct json j;

	begin(&j, out, "ehbc get", false);
	json_bool(&j, "enabled", enabled);
	json_end(&j);
}

static void cap_members(struct json *j, const struct meiprov_capability *cap)
{
	json_text(j, "verdict", meiprov_verdict_name(cap->verdict));
	json_text(j, "why", cap->why);
	json_text(j, "rule", cap->rule);
	json_text(j, "source", cap->source);
	json_text(j, "confidence", meiprov_confidence_name(cap->confidence));
}

static void caps(FILE *out, const struct meiprov_capability *caps, size_t count)
{
	struct json j;

	begin(&j, out, "caps", false);
	json_object_begin(&j, "capabilities");
	for (size_t i = 0; i < count; i++) {
		json_object_begin(&j, caps[i].name);
		cap_members(&j, &caps[i]);
		json_object_end(&j);
	}
	json_object_end(&j);
	json_end(&j);
}

static void forecast(FILE *out, const char *command, const struct meiprov_capability *cap,
		     const char *loses)
{
	struct json j;

	begin(&j, out, command, false);
	json_bool(&j, "dry_run", true);
	json_text(&j, "capability", cap->name);
	cap_members(&j, cap);
	json_text(&j, "loses", loses ? loses : "");
	json_end(&j);
}

static void match(FILE *out, const struct meiprov_chain_match *match,
		  const struct meiprov_hash *slot, size_t count)
{
	static const char *const fits[] = {
		[MEIPROV_FIT_ACTIVE] = "active",
		[MEIPROV_FIT_INACTIVE] = "inactive",
		[MEIPROV_FIT_INTERMEDIATE] = "intermediate",
		[MEIPROV_FIT_NONE] = "none",
	};
	struct json j;

	begin(&j, out, "hash match", false);
	json_text(&j, "fit", fits[match->fit]);
	json_array_begin(&j, "hashes");
	if (match->fit != MEIPROV_FIT_NONE)
		hash(&j, slot);
	json_array_end(&j);
	json_end(&j);
}

static void finding(struct json *j, const struct meiprov_finding *f)
{
	json_object_begin(j, NULL);
	json_text(j, "code", f->code);
	json_text(j, "severity", meiprov_severity_name(f->severity));
	json_text(j, "looked_at", f->looked_at);
	json_text(j, "seen", f->seen);
	json_text(j, "why", f->why);
	json_text(j, "next", f->next);
	json_object_end(j);
}

static void check(FILE *out, const struct meiprov_check *check, bool all)
{
	struct json j;

	begin(&j, out, "check", false);
	json_text(&j, "worst", meiprov_severity_name(meiprov_check_worst(check)));
	json_array_begin(&j, "findings");
	for (size_t i = 0; i < meiprov_check_count(check); i++)
		finding(&j, meiprov_check_finding(check, i));
	json_array_end(&j);
	json_end(&j);
}

static void started(FILE *out, bool configured, const struct meiprov_host_certificate *certificate)
{
	struct json j;

	begin(&j, out, "start", false);
	json_bool(&j, "done", true);
	json_bool(&j, "configured", configured);
	if (certificate) {
		size_t len = certificate->digest_len;

		json_object_begin(&j, "certificate");
		json_text(&j, "algorithm", meiprov_hash_algorithm_name(certificate->algorithm));
		json_number(&j, "algorithm_number", certificate->algorithm);
		json_hex(&j, "digest", certificate->digest,
			 len ? len : sizeof(certificate->digest));
		json_object_end(&j);
	}
	json_end(&j);
}

static void done(FILE *out, const char *command, const char *text)
{
	struct json j;

	begin(&j, out, command, false);
	json_bool(&j, "done", true);
	json_end(&j);
}

const char *event_name(enum meiprov_event_type type)
{
	static const char *const names[] = {
		[MEIPROV_EVENT_DEVICE_ADD] = "device-add",
		[MEIPROV_EVENT_DEVICE_DEL] = "device-del",
		[MEIPROV_EVENT_DEVICE_CHANGE] = "device-change",
		[MEIPROV_EVENT_STATE] = "state",
		[MEIPROV_EVENT_LOST] = "lost",
	};

	return names[type];
}

static void event(FILE *out, const struct meiprov_event *event)
{
	struct json j;

	begin(&j, out, "watch", true);
	json_text(&j, "event", event_name(event->type));
	if (event->index >= 0)
		json_number(&j, "device", (uint64_t)event->index);
	if (event->type == MEIPROV_EVENT_STATE)
		state_members(&j, &event->state);
	if (event->type != MEIPROV_EVENT_LOST)
		json_text(&j, "link", event->link_up ? "up" : "down");
	json_end(&j);
}

static void version(FILE *out, const char *version)
{
	struct json j;

	begin(&j, out, "version", false);
	json_text(&j, "version", version);
	json_end(&j);
}

static void error(FILE *out, FILE *diagnostics, const struct meiprov_error *err)
{
	const char *name = meiprov_fw_status_name(err->fw_status);
	struct json j;

	output_plain.error(out, diagnostics, err);
	json_begin(&j, out, false);
	json_text(&j, "schema", "meiprov/0");
	json_object_begin(&j, "error");
	json_number(&j, "errno", (uint64_t)-err->code);
	json_number(&j, "fw_status", err->fw_status);
	if (err->fw_status && name)
		json_text(&j, "fw_status_name", name);
	json_text(&j, "doing", err->doing);
	json_text(&j, "why", err->why);
	json_text(&j, "next", err->next);
	json_object_end(&j);
	json_end(&j);
}

const struct output output_json = {
	.info = info,
	.state = state,
	.ztc = ztc,
	.hashes = hashes,
	.otp = otp,
	.suffix = suffix,
	.suffixes = suffixes,
	.ehbc = ehbc,
	.caps = caps,
	.forecast = forecast,
	.match = match,
	.check = check,
	.started = started,
	.done = done,
	.event = event,
	.version = version,
	.error = error,
};
