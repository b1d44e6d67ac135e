// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <curl/curl.h>
#include <event2/event.h>
#include <jansson.h>
#include <libxml/parser.h>

#include "wipe.h"

static void wiping_free(void *p)
{
	if (!p)
		return;
	explicit_bzero(p, malloc_usable_size(p));
	free(p);
}

static void *wiping_realloc(void *old, size_t size)
{
	size_t had = old ? malloc_usable_size(old) : 0;
	void *p;

	if (old && size <= had && size >= had / 2)
		return old;
	p = malloc(size ? size : 1);
	if (!p || !old)
		return p;
	memcpy(p, old, had < size ? had : size);
	wiping_free(old);
	return p;
}

int wipe_install(void)
{
	event_set_mem_functions(malloc, wiping_realloc, wiping_free);
	json_set_alloc_funcs(malloc, wiping_free);
	if (xmlMemSetup(wiping_free, malloc, wiping_realloc, strdup))
		return -EINVAL;
	xmlInitParser();
	return curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, wiping_free, wiping_realloc,
				    strdup, calloc) ?
		       -ENOMEM :
		       0;
}

int wipe_no_dumps(void)
{
	struct rlimit none = { 0, 0 };

	if (setrlimit(RLIMIT_CORE, &none) || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		return -errno;
	return 0;
}
