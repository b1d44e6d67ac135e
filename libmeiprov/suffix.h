/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef MEIPROV_SUFFIX_H
#define MEIPROV_SUFFIX_H

#include <stdbool.h>

/* How a server's name and a suffix go together, the surest first. */
enum suffix_fit {
	SUFFIX_EQUAL,  /* they are equal */
	SUFFIX_DOMAIN, /* the suffix is the name's domain: one label more */
	SUFFIX_WITHIN, /* the name is farther below the suffix */
	SUFFIX_OWNER,  /* the suffix is, or is below, the part that names the name's owner */
	SUFFIX_NONE,
};

enum suffix_fit suffix_fit(const char *cn, const char *suffix);

/* Would a device whose trusted suffix is @suffix take a server named @cn? */
bool suffix_match(const char *cn, const char *suffix);

#endif /* MEIPROV_SUFFIX_H */
