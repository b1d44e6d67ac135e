// SPDX-License-Identifier: GPL-2.0-or-later
/* Hello messages. What can be decoded has one form only: encoding gives it back. */
#include <stdlib.h>
#include <string.h>
#include <meiprov/meiprov.h>
#include "selftests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t again[MEIPROV_HELLO_MAX];
	struct meiprov_hello hello;
	int ret = meiprov_hello_decode(data, size, &hello);

	if (ret > 0)
		abort();
	if (ret)
		return 0;
	if (meiprov_hello_encode(&hello, again, sizeof(again)) != (ssize_t)size ||
	    memcmp(again, data, size))
		abort();
	if (meiprov_hello_encode(&hello, again, size - 1) >= 0)
		abort();
	return 0;
}
