/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines over a UNIX socket or a character device, with a time limit. A device may
 * be held by somebody else for a while, and its far end may not be there yet.
 */
#ifndef VME_VMECTL_LINE_H
#define VME_VMECTL_LINE_H

#include <stddef.h>

struct line;

/* NULL with -errno in @ret. @timeout_s is for every call from now on. */
struct line *line_open(const char *path, unsigned int timeout_s, int *ret);
void line_close(struct line *line);
void line_set_timeout(struct line *line, unsigned int timeout_s); /* 0 = for ever */

/* 0 or -errno; -ETIMEDOUT when the far end does not take it. */
int line_write(struct line *line, const char *text, size_t len);
/* The next line without its end, valid until the next call; NULL with -errno. */
const char *line_read(struct line *line, int *ret);

#endif /* VME_VMECTL_LINE_H */
