/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One libcurl multi handle driven by the event loop. Each session has its own,
 * so that no session ever uses another one's connection.
 */
#ifndef SCA_LOOP_H
#define SCA_LOOP_H

#include <curl/curl.h>

struct event_base;
struct loop;

/* A transfer has ended; @client is its CURLINFO_PRIVATE. Must not free the
 * loop.
 */
typedef void (*loop_done_fn)(void *client, CURLcode code, void *ctx);

struct loop *loop_new(struct event_base *base, loop_done_fn done, void *ctx);
/* Closes its connections. Remove the easy handles first. */
void loop_free(struct loop *loop);
CURLM *loop_multi(struct loop *loop);

#endif /* SCA_LOOP_H */
