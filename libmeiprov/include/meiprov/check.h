/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The preflight as data. Part of meiprov.h, which has the
 * conventions and includes it.
 */
#ifndef MEIPROV_PREFLIGHT_H
#define MEIPROV_PREFLIGHT_H

#include "meiprov.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/* In order: a higher one is worse. */
enum meiprov_severity {
	MEIPROV_OK,
	MEIPROV_NOTE,	 /* worth knowing, stops nothing */
	MEIPROV_DOUBT,	 /* could not be read, or no source decides it */
	MEIPROV_WARNING, /* may stop configuration */
	MEIPROV_FAILURE, /* stops configuration */
};

/* "ok", "note", "unknown", "warning", "failure". */
const char *meiprov_severity_name(enum meiprov_severity severity);

/**
 * struct meiprov_finding - one precondition
 * @code: stable, for programs: "ztc-off"; all of them: meiprov-check(7)
 * @looked_at: what was looked at
 * @seen: what was seen. Text of the firmware in it is not filtered
 * @why: why it matters, "" when all is well
 * @next: what to do next, "" when nothing is to be done
 */
struct meiprov_finding {
	enum meiprov_severity severity;
	char code[40];
	char looked_at[64];
	char seen[256];
	char why[256];
	char next[256];
};

/**
 * struct meiprov_check_options - what the preflight is to look at
 * @size: sizeof(struct meiprov_check_options); a zero there is -EINVAL
 * @how: the way to the ME; needs no @writable
 * @chain: NULL, or the chain whose chances are to be judged
 * @server: NULL, or the setup server's name; without it what the ME will look for
 * @timeout_ms: deadline of each command to the ME, 0: the default
 */
struct meiprov_check_options {
	size_t size;
	const struct meiprov_open *how;
	const struct meiprov_chain *chain;
	const char *server;
	unsigned int timeout_ms;
};

/* Several threads may read one: it does not change. */
struct meiprov_check;

/**
 * meiprov_check_run() - look at every precondition of remote configuration
 * @out: the findings; free with meiprov_check_free()
 *
 * Changes nothing. It asks the ME, looks at /sys and /proc, resolves the server's
 * name and connects to its port 9971 without sending anything. What cannot be read
 * (no ME, no rights) is a finding and no failure: only -EINVAL and -ENOMEM are.
 */
int meiprov_check_run(const struct meiprov_check_options *options, struct meiprov_check **out);
/* NULL is allowed. */
void meiprov_check_free(struct meiprov_check *check);
/* How many findings there are. */
size_t meiprov_check_count(const struct meiprov_check *check);
/* Lives as long as @check; NULL beyond the last. */
const struct meiprov_finding *meiprov_check_finding(const struct meiprov_check *check, size_t i);
/* The worst severity of all. */
enum meiprov_severity meiprov_check_worst(const struct meiprov_check *check);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif /* MEIPROV_PREFLIGHT_H */
