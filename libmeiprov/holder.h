/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who has the ME open: the driver cannot tell, /proc can. */
#ifndef MEIPROV_HOLDER_H
#define MEIPROV_HOLDER_H

#include <stdbool.h>
#include <stddef.h>

#define HOLDER_TEXT_SIZE 96

/**
 * holder_find() - name a program that has a /dev/mei* node open
 * @root: prefix of /proc, "" but in tests
 * @text: filled with a clause such as "lms (pid 812) has /dev/mei0 open"
 *
 * A program may have the node open for another ME client than AMTHI, and
 * another user's programs are hidden from an unprivileged caller. Returns
 * false when none was seen.
 */
bool holder_find(const char *root, char *text, size_t size);

/* "mei", "mei0", ... but not "meiprov0": the name of a node of the MEI bus driver. */
bool holder_is_mei_node(const char *name);

#endif /* MEIPROV_HOLDER_H */
