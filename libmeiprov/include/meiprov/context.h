/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What handles have in common: whom the library tells what it does. Part of
 * meiprov.h, which has the conventions and includes it.
 */
#ifndef MEIPROV_CONTEXT_H
#define MEIPROV_CONTEXT_H

#include "meiprov.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/* Counted: whoever made it and each handle made under it has a reference. Several
 * threads may do everything at once with one.
 */
struct meiprov_context;

/**
 * meiprov_log_fn - told what the library does; failures are in struct meiprov_error
 * @data: as given to meiprov_context_set_log()
 * @priority: as of syslog(3). LOG_WARNING: something a call left undone though it
 *	succeeded; LOG_INFO: which way to an ME was chosen and why; LOG_DEBUG: each
 *	command, how it ended and how long it took. Never a secret
 * @text: one line without its end; lives for the call only
 *
 * One call at a time, in the thread whose call is told of. It may call this library;
 * what it causes by that is not told.
 */
typedef void (*meiprov_log_fn)(void *data, int priority, const char *text);

/**
 * meiprov_context_new() - a context that tells nobody anything yet
 * @out: the new context; give it back with meiprov_context_unref()
 *
 * Errors: -ENOMEM.
 */
int meiprov_context_new(struct meiprov_context **out);
/* One reference more; returns @context. NULL is allowed. */
struct meiprov_context *meiprov_context_ref(struct meiprov_context *context);
/* One reference less; the last one frees. NULL is allowed. */
void meiprov_context_unref(struct meiprov_context *context);

/**
 * meiprov_context_set_log() - whom to tell
 * @log: NULL: nobody
 * @data: handed to @log
 * @priority: of the least important that @log is told: LOG_DEBUG for everything
 *
 * When it returns the function that was set before is not running and will not be
 * called again, unless it is the caller. Holds for handles that there are already, too.
 */
void meiprov_context_set_log(struct meiprov_context *context, meiprov_log_fn log, void *data,
			     int priority);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif /* MEIPROV_CONTEXT_H */
