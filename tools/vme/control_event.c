// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/control_event.h"

#include <stdio.h>
#include "tools/vme/amt.h"
#include "tools/vme/amthi_answer.h"
#include "tools/vme/report.h"

static json_t *command_event(const struct report *report)
{
	char id[9];

	snprintf(id, sizeof(id), "%08x", report->command);
	return json_pack("{s:s, s:s, s:s, s:I}", "type", "command", "id", id, "name",
			 amthi_command_name(report->command), "status", (json_int_t)report->status);
}

static json_t *network_event(const char *type, const char *result, const struct report *report)
{
	return json_pack("{s:s, s:s, s:s, s:s}", "type", type, "device", report->device, "peer",
			 report->peer, result, report->who);
}

json_t *control_event_of_report(const struct report *report)
{
	switch (report->kind) {
	case REPORT_COMMAND:
		return command_event(report);
	case REPORT_CONNECT:
		return json_pack("{s:s, s:i, s:i, s:i}", "type", "connect", "me", report->me,
				 "host", report->host, "status", (int)report->status);
	case REPORT_DISCONNECT:
		return json_pack("{s:s, s:i, s:i}", "type", "disconnect", "me", report->me, "host",
				 report->host);
	case REPORT_CLIENT:
		return json_pack("{s:s, s:i, s:s}", "type", "client", "me", report->me, "what",
				 report->who);
	case REPORT_POWER:
		return json_pack("{s:s, s:s}", "type", "power", "link", report->who);
	case REPORT_RESET:
		return json_pack("{s:s, s:s}", "type", "reset", "by", report->who);
	case REPORT_FAULT:
		return json_pack("{s:s, s:s}", "type", "fault", "fault", report->who);
	case REPORT_HELLO:
		return network_event("hello", "result", report);
	case REPORT_TLS:
		return network_event("tls", "result", report);
	case REPORT_REQUEST:
		return network_event("request", "what", report);
	default:
		return NULL;
	}
}

json_t *control_event_of_model(const struct amt *amt, unsigned int changed)
{
	static const struct {
		unsigned int what;
		const char *name;
	} parts[] = {
		{ AMT_CHANGED_STATE, "state" },
		{ AMT_CHANGED_HASHES, "hashes" },
		{ AMT_CHANGED_SUFFIX, "suffix" },
		{ AMT_CHANGED_CERT, "certificate" },
		{ AMT_CHANGED_CREDENTIALS, "credentials" },
		{ AMT_CHANGED_SETTINGS, "settings" },
		{ AMT_CHANGED_CLOCK, "clock" },
		{ AMT_CHANGED_NETWORK, "network" },
	};
	json_t *names = json_array();
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (changed & parts[i].what)
			json_array_append_new(names, json_string(parts[i].name));
	return json_pack("{s:s, s:o, s:s, s:b}", "type", "change", "changed", names, "state",
			 amt_state_name(amt->state), "window_open", amt->window_open);
}
