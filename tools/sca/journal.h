/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What happened, for people: to stderr and, with a store, to its log. */
#ifndef SCA_JOURNAL_H
#define SCA_JOURNAL_H

struct store;

/* To both; @store NULL: to stderr only. @uuid NULL: about the server. Never a secret,
 * never raw peer text.
 */
void journal(struct store *store, const char *uuid, const char *event, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* To stderr only: for what strangers can cause as often as they like. */
void journal_note(const char *event, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif /* SCA_JOURNAL_H */
