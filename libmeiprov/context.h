/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LIBMEIPROV_CONTEXT_H
#define LIBMEIPROV_CONTEXT_H

#include <syslog.h>

#include <meiprov/meiprov.h>

/* Tell whoever wants @priority of @context, which may be NULL. Not with a lock held
 * that a public function takes: the one who is told may call it.
 */
void context_say(struct meiprov_context *context, int priority, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif /* LIBMEIPROV_CONTEXT_H */
