// SPDX-License-Identifier: LGPL-2.1-or-later
/* The preflight: every precondition of remote configuration, in one list. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

void check_add(struct meiprov_check *check, enum finding_id id, const char *seen, ...)
{
	const struct finding_row *row = &finding_rows[id];
	struct meiprov_finding *finding = &check->findings[check->count];
	va_list args;

	if (check->count == ARRAY_SIZE(check->findings))
		return;
	check->count++;
	finding->severity = row->severity;
	snprintf(finding->code, sizeof(finding->code), "%s", row->code);
	snprintf(finding->looked_at, sizeof(finding->looked_at), "%s", row->looked_at);
	snprintf(finding->why, sizeof(finding->why), "%s", row->why);
	snprintf(finding->next, sizeof(finding->next), "%s", row->next);
	va_start(args, seen);
	vsnprintf(finding->seen, sizeof(finding->seen), seen, args);
	va_end(args);
}

/* What cannot be read is not passed over in silence. */
static void nothing_read(struct meiprov_check *check)
{
	static const enum finding_id ids[] = {
		VERSION_UNKNOWN, SKU_UNKNOWN,	 STATE_UNKNOWN,	 ZTC_UNKNOWN,
		HASH_UNKNOWN,	 SUFFIX_UNKNOWN, LINK_UNKNOWN,	 DHCP_UNKNOWN,
		DOMAIN_UNKNOWN,	 CRYPTO_UNKNOWN, SERVER_UNKNOWN, REDIRECTION_UNKNOWN,
	};

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		check_add(check, ids[i], "not read");
}

int check_run(const struct check_world *world, const struct meiprov_check_options *options,
	      struct meiprov_check **out)
{
	struct meiprov_check *check;

	*out = NULL;
	if (options->size != sizeof(*options) || !options->how)
		return -EINVAL;
	check = calloc(1, sizeof(*check));
	if (!check)
		return -ENOMEM;
	check->world = world;
	check->options = options;
	check_host(check);
	if (check_access(check)) {
		check_me(check);
		check_network(check);
	} else {
		nothing_read(check);
	}
	check_chain(check);
	check_server(check);
	check->options = NULL; /* they are the caller's */
	*out = check;
	return 0;
}

int meiprov_check_run(const struct meiprov_check_options *options, struct meiprov_check **out)
{
	return check_run(&check_this_world, options, out);
}

void meiprov_check_free(struct meiprov_check *check)
{
	if (check)
		free(check->facts.hashes);
	free(check);
}

size_t meiprov_check_count(const struct meiprov_check *check)
{
	return check->count;
}

const struct meiprov_finding *meiprov_check_finding(const struct meiprov_check *check, size_t i)
{
	return i < check->count ? &check->findings[i] : NULL;
}

enum meiprov_severity meiprov_check_worst(const struct meiprov_check *check)
{
	enum meiprov_severity worst = MEIPROV_OK;

	for (size_t i = 0; i < check->count; i++)
		if (check->findings[i].severity > worst)
			worst = check->findings[i].severity;
	return worst;
}

const char *meiprov_severity_name(enum meiprov_severity severity)
{
	static const char *const names[] = {
		[MEIPROV_OK] = "ok",	       [MEIPROV_NOTE] = "note",
		[MEIPROV_DOUBT] = "unknown",   [MEIPROV_WARNING] = "warning",
		[MEIPROV_FAILURE] = "failure",
	};

	return severity < ARRAY_SIZE(names) ? names[severity] : "unknown";
}
