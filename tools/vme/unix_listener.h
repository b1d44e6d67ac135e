/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A listening UNIX socket on a path. */
#ifndef VME_UNIX_LISTENER_H
#define VME_UNIX_LISTENER_H

/*
 * A socket left behind by a process that is gone is replaced; a living one is
 * not (-EADDRINUSE), nor is a file of another kind (-EEXIST). Returns a
 * non-blocking descriptor or -errno.
 */
int unix_listen(const char *path);
/* The same for packets (SOCK_SEQPACKET) in place of a stream. */
int unix_listen_packets(const char *path);
void unix_unlisten(int fd, const char *path);

#endif /* VME_UNIX_LISTENER_H */
