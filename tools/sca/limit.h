/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A token bucket for each source address, in bounded memory. */
#ifndef SCA_LIMIT_H
#define SCA_LIMIT_H

#include <stdbool.h>
#include <sys/socket.h>

struct limit;

/* @per_second 0: everything passes. NULL when out of memory. */
struct limit *limit_new(unsigned int per_second, unsigned int burst);
void limit_free(struct limit *limit);
/* May one more from @from pass? IPv6 sources count by /64. */
bool limit_take(struct limit *limit, const struct sockaddr_storage *from);

#endif /* SCA_LIMIT_H */
