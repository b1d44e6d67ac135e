// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For scripts: one fact a line, its fields separated by tabs, the first of them its kind.
 * Fields may be added at the end of a line. Bytes that would end a field, and backslashes,
 * are written as \xNN; an empty field is what was not given.
 */
#include <inttypes.h>
#include <string.h>

#include "output.h"

static void field(FILE *out, const char *text)
{
	fputc('\t', out);
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == '\\' || *text == 0x7f)
			fprintf(out, "\\x%02x", (unsigned char)*text);
		else
			fputc(*text, out);
}

/* @texts: up to NULL */
static void put_line(FILE *out, const char *kind, const char *const texts[])
{
	fputs(kind, out);
	for (; *texts; texts++)
		field(out, *texts);
	fputc('\n', out);
	fflush(out);
}

#define line(out, kind, ...) put_line(out, kind, (const char *const[]){ __VA_ARGS__, NULL })

static void info(FILE *out, const struct meiprov_info *info, bool full)
{
	char uuid[MEIPROV_UUID_TEXT_SIZE] = "";

	if (info->has_uuid)
		meiprov_uuid_format(info->uuid, uuid);
	line(out, "device", info->node, info->transport, info->parent,
	     info->link_up ? "up" : "down");
	line(out, "uuid", uuid);
	line(out, "bios", info->has_versions ? info->bios : "");
	for (size_t i = 0; info->has_versions && i < info->version_count; i++)
		line(out, "version", info->versions[i].name, info->versions[i].value);
}

static void named(FILE *out, const char *kind, bool has, const char *name, uint32_t number)
{
	char text[16] = "";

	if (has)
		snprintf(text, sizeof(text), "%" PRIu32, number);
	line(out, kind, has ? name : "", text);
}

static void state(FILE *out, const struct meiprov_state *state)
{
	named(out, "provisioning", state->has_provisioning, meiprov_state_name(state->provisioning),
	      state->provisioning);
	named(out, "control", state->has_control, meiprov_control_name(state->control),
	      state->control);
}

static const char *on_off(bool on)
{
	return on ? "enabled" : "disabled";
}

static void ztc(FILE *out, bool enabled)
{
	line(out, "ztc", on_off(enabled));
}

#define HEX_SIZE (2 * MEIPROV_DIGEST_MAX + 1)

/* Of an unknown algorithm, with no length, all bytes. */
static const char *hex(char text[HEX_SIZE], const uint8_t *digest, size_t len)
{
	text[0] = '\0';
	for (size_t i = 0; i < (len ? len : MEIPROV_DIGEST_MAX); i++)
		sprintf(text + 2 * i, "%02x", digest[i]);
	return text;
}

static void hash(FILE *out, const struct meiprov_hash *h)
{
	char handle[16] = "", digest[HEX_SIZE];

	if (h->handle != MEIPROV_HANDLE_NONE)
		snprintf(handle, sizeof(handle), "%" PRIu32, h->handle);
	line(out, "hash", handle, h->is_active ? "active" : "inactive",
	     h->is_default ? "default" : "custom", meiprov_hash_algorithm_name(h->algorithm),
	     hex(digest, h->digest, h->digest_len), h->name);
}

static void hashes(FILE *out, const char *command, const struct meiprov_hash *hashes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		hash(out, &hashes[i]);
}

static void otp(FILE *out, const char *otp)
{
	line(out, "otp", otp);
}

static void suffix(FILE *out, const char *suffix)
{
	line(out, "suffix", suffix);
}

static void suffixes(FILE *out, const char *names)
{
	for (; *names; names += strlen(names) + 1)
		line(out, "network", names);
}

static void ehbc(FILE *out, bool enabled)
{
	line(out, "ehbc", on_off(enabled));
}

static void caps(FILE *out, const struct meiprov_capability *caps, size_t count)
{
	for (size_t i = 0; i < count; i++)
		line(out, "capability", caps[i].name, meiprov_verdict_name(caps[i].verdict),
		     caps[i].why);
}

static void forecast(FILE *out, const char *command, const struct meiprov_capability *cap,
		     const char *loses)
{
	line(out, "forecast", command, meiprov_verdict_name(cap->verdict), cap->why);
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

	line(out, "fit", fits[match->fit]);
	if (match->fit != MEIPROV_FIT_NONE)
		hash(out, slot);
}

static void check(FILE *out, const struct meiprov_check *check, bool all)
{
	for (size_t i = 0; i < meiprov_check_count(check); i++) {
		const struct meiprov_finding *f = meiprov_check_finding(check, i);

		if (all || f->severity > MEIPROV_OK)
			line(out, "finding", meiprov_severity_name(f->severity), f->code, f->seen);
	}
}

static void started(FILE *out, bool configured, const struct meiprov_host_certificate *certificate)
{
	char digest[HEX_SIZE];

	line(out, "done", "start", configured ? "configured" : "");
	if (certificate)
		line(out, "certificate", meiprov_hash_algorithm_name(certificate->algorithm),
		     hex(digest, certificate->digest, certificate->digest_len));
}

static void done(FILE *out, const char *command, const char *text)
{
	line(out, "done", command);
}

static void event(FILE *out, const struct meiprov_event *event)
{
	const struct meiprov_state *s = &event->state;
	bool has_state = event->type == MEIPROV_EVENT_STATE;
	char index[16] = "";

	if (event->index >= 0)
		snprintf(index, sizeof(index), "%d", event->index);
	line(out, "event", event_name(event->type), index,
	     has_state && s->has_provisioning ? meiprov_state_name(s->provisioning) : "",
	     has_state && s->has_control ? meiprov_control_name(s->control) : "",
	     event->type == MEIPROV_EVENT_LOST ? "" :
	     event->link_up		       ? "up" :
						 "down");
}

static void version(FILE *out, const char *version)
{
	line(out, "version", "meiprov", version);
}

static void error(FILE *out, FILE *diagnostics, const struct meiprov_error *err)
{
	output_plain.error(out, diagnostics, err);
}

const struct output output_dump = {
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
