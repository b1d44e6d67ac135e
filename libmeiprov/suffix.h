/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef MEIPROV_SUFFIX_H
#define MEIPROV_SUFFIX_H

#include <stdbool.h>

/* Would a device whose trusted suffix is @suffix take a server named @cn? */
bool suffix_match(const char *cn, const char *suffix);

#endif /* MEIPROV_SUFFIX_H */
