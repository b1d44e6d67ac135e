// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Preloaded under the real tool: each call that sets up a library for the network is
 * told in the file $NETWORK_TOLD, and done.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

static void tell(const char *what)
{
	const char *path = getenv("NETWORK_TOLD");
	FILE *file = path ? fopen(path, "ae") : NULL;

	if (!file)
		return;
	fprintf(file, "%s\n", what);
	fclose(file);
}

int curl_global_init(long flags)
{
	int (*next)(long flags) = (int (*)(long))dlsym(RTLD_NEXT, __func__);

	tell(__func__);
	return next(flags);
}

void *curl_easy_init(void)
{
	void *(*next)(void) = (void *(*)(void))dlsym(RTLD_NEXT, __func__);

	tell(__func__);
	return next();
}

int OPENSSL_init_ssl(unsigned long long options, const void *settings)
{
	int (*next)(unsigned long long options,
		    const void *settings) = (int (*)(unsigned long long,
						     const void *))dlsym(RTLD_NEXT, __func__);

	tell(__func__);
	return next(options, settings);
}
