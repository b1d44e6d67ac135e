// SPDX-License-Identifier: GPL-2.0-or-later
/* For a person: a label, its value, and the number where a name stands for one.
 * Text from the firmware is shown with its unprintable bytes escaped.
 */
#include <ctype.h>
#include <string.h>

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

static void info(FILE *out, const struct meiprov_info *info)
{
	char text[MEIPROV_UUID_TEXT_SIZE] = "not given by the firmware";
	const char *amt = meiprov_info_version(info, "AMT");
	char node[32];

	if (info->has_uuid)
		meiprov_uuid_format(info->uuid, text);
	snprintf(node, sizeof(node), "/dev/meiprov%d", info->index);
	text_line(out, "device", node);
	text_line(out, "parent", info->parent);
	text_line(out, "link", info->link_up ? "up" : "down");
	text_line(out, "UUID", text);
	if (!info->has_versions) {
		text_line(out, "versions", "not given by the firmware");
		return;
	}
	text_line(out, "AMT", amt ? amt : "not named by the firmware");
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

	fprintf(out, "%6u  %-8s  %-7s  %-7s  ", h->handle, h->is_active ? "active" : "inactive",
		h->is_default ? "default" : "custom", meiprov_hash_algorithm_name(h->algorithm));
	safe_text(out, h->name);
	fputs("\n        ", out);
	hex(out, h->digest, len);
	if (!h->digest_len)
		fprintf(out, "  (algorithm %u, as received)", h->algorithm);
	fputc('\n', out);
}

static void hashes(FILE *out, const struct meiprov_hash *hashes, size_t count)
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
	.done = done,
	.event = event,
	.version = version,
	.error = error,
};
