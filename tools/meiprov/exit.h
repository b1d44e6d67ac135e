/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MEIPROV_EXIT_H
#define MEIPROV_EXIT_H

#include <meiprov/meiprov.h>

/* Exit statuses; the manual page and --help list them. */
enum exit_status {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_REFUSED = 3,
	EXIT_ABSENT = 4,
	EXIT_DENIED = 5,
	EXIT_BUSY = 6,
	EXIT_UNKNOWN = 7,
	EXIT_TIMED_OUT = 8,
	EXIT_DOUBT = 9,
	EXIT_WARNING = 10,
	EXIT_FINDING = 11,
};

/* The status that belongs to a failure. */
enum exit_status exit_status(const struct meiprov_error *err);
/* One line about a status, NULL behind the last one. */
const char *exit_text(enum exit_status status);

#endif /* MEIPROV_EXIT_H */
