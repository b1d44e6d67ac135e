/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Freed memory of the libraries that see secrets is wiped. */
#ifndef SCA_WIPE_H
#define SCA_WIPE_H

/*
 * Give libcurl, libevent, libxml2 and jansson an allocator that overwrites what
 * is freed. Call first in main(), instead of curl_global_init().
 */
int wipe_install(void);
/* No core dumps, no ptrace by the same user. */
int wipe_no_dumps(void);

#endif /* SCA_WIPE_H */
