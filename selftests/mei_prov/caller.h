/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A caller of its own: one command in a child process, so that a test can look
 * on while it waits, send it a signal, and see how and when it ended.
 */
#ifndef SELFTESTS_MEI_PROV_CALLER_H
#define SELFTESTS_MEI_PROV_CALLER_H

#include <stdint.h>
#include <sys/types.h>

/* What the child does; its return value (0 to -255) is what caller_wait() gives. */
typedef int (*caller_fn)(int fd, uint32_t timeout_ms);

#define CALLER_KILLED 1 /* a signal ended it */
#define CALLER_STUCK  2 /* it did not end in time */

/* A child that calls @fn and has no file but @fd; its process id, or -errno. */
pid_t caller_start(caller_fn fn, int fd, uint32_t timeout_ms);
/* Its result, CALLER_KILLED, or CALLER_STUCK after @within_ms. */
int caller_wait(pid_t pid, uint64_t within_ms);

/* Callers' commands. */
int caller_state(int fd, uint32_t timeout_ms);
int caller_ztc(int fd, uint32_t timeout_ms);
int caller_stop(int fd, uint32_t timeout_ms);

#endif /* SELFTESTS_MEI_PROV_CALLER_H */
