// SPDX-License-Identifier: GPL-2.0-or-later
/* For a person: a label, its value, and the number where a name stands for one.
 * Text from the firmware is shown with its unprintable bytes escaped.
 */
#include <ctype.h>
#include <string.h>
#include <unistd.h>

#include "output.h"

static void label(FILE *out, const char *text)
{
	fprintf(out, "%-20s", text);
}

/* Text of the firmware cannot steer the terminal. */
static int safe_text(FILE *out, const char *text)
{
	int width = 0;

	for (; *text; text++)
		if (isprint((unsigned char)*text))
			width += fprintf(out, "%c", *text);
		else
			width += fprintf(out, "\\x%02x", (unsigned char)*text);
	return width;
}

static void text_line(FILE *out, const char *name, const char *value)
{
	label(out, name);
	safe_text(out, value);
	fputc('\n', out);
}

static void info(FILE *out, const struct meiprov_info *info, bool full)
{
	char text[MEIPROV_UUID_TEXT_SIZE] = "not given by the firmware";
	const char *amt = meiprov_info_version(info, "AMT");

	if (info->has_uuid)
		meiprov_uuid_format(info->uuid, text);
	if (info->has_uuid && !full)
		strcpy(strchr(text, '-'), "...");
	text_line(out, "device", info->node);
	text_line(out, "parent", *info->parent ? info->parent : "not known");
	text_line(out, "link", info->link_up ? "up" : "down");
	text_line(out, "UUID", text);
	if (!info->has_versions) {
		text_line(out, "versions", "not given by the firmware");
		return;
	}
	text_line(out, "AMT", amt ? amt : "not named by the firmware");
	if (*info->bios)
		text_line(out, "BIOS", info->bios);
	for (size_t i = 0; i < info->version_count; i++)
		if (strcmp(info->versions[i].name, "AMT"))
			text_line(out, info->versions[i].name, info->versions[i].value);
}

static void named(FILE *out, const char *name, const char *value, uint32_t number)
{
	label(out, name);
	fprintf(out, "%s (%u)\n", value, number);
}

static void state(FILE *out, const struct meiprov_state *state)
{
	if (state->has_provisioning)
		named(out, "provisioning state", meiprov_state_name(state->provisioning),
		      state->provisioning);
	else
		text_line(out, "provisioning state", "not given by the firmware");
	if (state->has_control)
		named(out, "control mode", meiprov_control_name(state->control), state->control);
	else
		text_line(out, "control mode", "not given by the firmware");
}

static void ztc(FILE *out, bool enabled)
{
	text_line(out, "ZTC mode", enabled ? "enabled" : "disabled");
}

static void hex(FILE *out, const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		fprintf(out, "%02x", data[i]);
}

static void hash(FILE *out, const struct meiprov_hash *h)
{
	size_t len = h->digest_len ? h->digest_len : sizeof(h->digest);

	if (h->handle == MEIPROV_HANDLE_NONE)
		fprintf(out, "%6s", "-");
	else
		fprintf(out, "%6u", h->handle);
	fprintf(out, "  %-8s  %-7s  %-7s  ", h->is_active ? "active" : "inactive",
		h->is_default ? "default" : "custom", meiprov_hash_algorithm_name(h->algorithm));
	safe_text(out, h->name);
	fputs("\n        ", out);
	hex(out, h->digest, len);
	if (!h->digest_len)
		fprintf(out, "  (algorithm %u, as received)", h->algorithm);
	fputc('\n', out);
}

static void hashes(FILE *out, const char *command, const struct meiprov_hash *hashes, size_t count)
{
	size_t active = 0;

	for (size_t i = 0; i < count; i++)
		active += hashes[i].is_active;
	fprintf(out, "handle  state     origin   hash     name\n");
	for (size_t i = 0; i < count; i++)
		hash(out, &hashes[i]);
	fprintf(out, "%zu in all, %zu active\n", count, active);
}

static void otp(FILE *out, const char *otp)
{
	fprintf(out, "%s\n", otp);
}

static void suffix(FILE *out, const char *suffix)
{
	text_line(out, "trusted suffix", *suffix ? suffix : "none");
}

static void suffixes(FILE *out, const char *names)
{
	for (; *names; names += strlen(names) + 1) {
		safe_text(out, names);
		fputc('\n', out);
	}
}

static void ehbc(FILE *out, bool enabled)
{
	text_line(out, "EHBC", enabled ? "enabled" : "disabled");
}

static void rule(FILE *out, const struct meiprov_capability *cap)
{
	if (*cap->why)
		fprintf(out, "    %s\n", cap->why);
	fprintf(out, "    %s (%s, %s)\n", cap->rule, meiprov_confidence_name(cap->confidence),
		cap->source);
}

static void caps(FILE *out, const struct meiprov_capability *caps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		fprintf(out, "%-18s %s\n", caps[i].name, meiprov_verdict_name(caps[i].verdict));
		rule(out, &caps[i]);
	}
}

static void forecast(FILE *out, const char *command, const struct meiprov_capability *cap,
		     const char *loses)
{
	static const char *const texts[] = {
		[MEIPROV_NO] = "the firmware would refuse it",
		[MEIPROV_YES] = "the firmware would take it",
		[MEIPROV_UNKNOWN] = "whether the firmware would take it is not known",
	};

	fprintf(out, "%s: %s; nothing was changed\n", command, texts[cap->verdict]);
	rule(out, cap);
	if (loses)
		fprintf(out, "What would be lost for good:\n%s", loses);
}

static void match(FILE *out, const struct meiprov_chain_match *match,
		  const struct meiprov_hash *slot, size_t count)
{
	switch (match->fit) {
	case MEIPROV_FIT_ACTIVE:
		fputs("an active slot holds the hash of the chain's root:\n", out);
		break;
	case MEIPROV_FIT_INACTIVE:
		fputs("a slot holds the hash of the chain's root, but it is not active:\n", out);
		break;
	case MEIPROV_FIT_INTERMEDIATE:
		fprintf(out, "a slot holds the hash of certificate %zu, which is not the root:\n",
			match->cert);
		break;
	default:
		fprintf(out, "none of %zu slots holds the hash of a certificate of the chain\n",
			count);
		return;
	}
	hash(out, slot);
}

static void finding(FILE *out, const struct meiprov_finding *f)
{
	static const char *const colours[] = {
		[MEIPROV_OK] = "\033[32m",	[MEIPROV_NOTE] = "",
		[MEIPROV_DOUBT] = "\033[36m",	[MEIPROV_WARNING] = "\033[33m",
		[MEIPROV_FAILURE] = "\033[31m",
	};
	bool terminal = isatty(fileno(out));

	fprintf(out, "%s%-8s%s %-26s %s: ", terminal ? colours[f->severity] : "",
		meiprov_severity_name(f->severity), terminal ? "\033[0m" : "", f->code,
		f->looked_at);
	safe_text(out, f->seen);
	fputc('\n', out);
	if (*f->why)
		fprintf(out, "         why:  %s\n", f->why);
	if (*f->next)
		fprintf(out, "         next: %s\n", f->next);
}

static void check(FILE *out, const struct meiprov_check *check, bool all)
{
	size_t counts[MEIPROV_FAILURE + 1] = { 0 };

	for (size_t i = 0; i < meiprov_check_count(check); i++) {
		const struct meiprov_finding *f = meiprov_check_finding(check, i);

		counts[f->severity]++;
		if (all || f->severity > MEIPROV_OK)
			finding(out, f);
	}
	fprintf(out, "%zu looked at: %zu ok, %zu notes, %zu unknown, %zu warnings, %zu failures\n",
		meiprov_check_count(check), counts[MEIPROV_OK], counts[MEIPROV_NOTE],
		counts[MEIPROV_DOUBT], counts[MEIPROV_WARNING], counts[MEIPROV_FAILURE]);
}

static void started(FILE *out, bool configured, const struct meiprov_host_certificate *certificate)
{
	if (configured)
		fputs("the ME is configured\n", out);
	else if (certificate)
		fputs("configuration runs: the ME waits for TLS from this host\n", out);
	else
		fputs("configuration runs: the ME says Hello to its server\n", out);
	if (!certificate)
		return;
	label(out, "ME's certificate");
	fprintf(out, "%s ", meiprov_hash_algorithm_name(certificate->algorithm));
	hex(out, certificate->digest,
	    certificate->digest_len ? certificate->digest_len : sizeof(certificate->digest));
	fputc('\n', out);
}

static void done(FILE *out, const char *command, const char *text)
{
	fprintf(out, "%s\n", text);
}

const char *event_text(enum meiprov_event_type type)
{
	static const char *const texts[] = {
		[MEIPROV_EVENT_DEVICE_ADD] = "added",
		[MEIPROV_EVENT_DEVICE_DEL] = "gone",
		[MEIPROV_EVENT_DEVICE_CHANGE] = "changed",
		[MEIPROV_EVENT_STATE] = "state",
		[MEIPROV_EVENT_LOST] = "events were lost: read the state anew",
	};

	return texts[type];
}

static void event(FILE *out, const struct meiprov_event *event)
{
	const struct meiprov_state *s = &event->state;

	if (event->index >= 0)
		fprintf(out, "meiprov%d: ", event->index);
	fputs(event_text(event->type), out);
	if (event->type == MEIPROV_EVENT_STATE && s->has_provisioning)
		fprintf(out, " %s (%u)", meiprov_state_name(s->provisioning), s->provisioning);
	if (event->type == MEIPROV_EVENT_STATE && s->has_control)
		fprintf(out, ", control mode %s (%u)", meiprov_control_name(s->control),
			s->control);
	if (event->type <= MEIPROV_EVENT_DEVICE_CHANGE)
		fprintf(out, ", link %s", event->link_up ? "up" : "down");
	fputc('\n', out);
	fflush(out);
}

static void version(FILE *out, const char *version)
{
	fprintf(out, "meiprov %s\n", version);
}

static void error(FILE *out, FILE *diagnostics, const struct meiprov_error *err)
{
	fprintf(diagnostics, "meiprov: %s: %s\n", err->doing, err->why);
	if (*err->next)
		fprintf(diagnostics, "  next: %s\n", err->next);
}

const struct output output_plain = {
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
