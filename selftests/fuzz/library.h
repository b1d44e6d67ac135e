/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Everything the library asks of a device and tells it, with the promises of
 * meiprov.h checked after each call; for targets that are the device.
 */
#ifndef SELFTESTS_FUZZ_LIBRARY_H
#define SELFTESTS_FUZZ_LIBRARY_H

#include <stddef.h>

#include <meiprov/meiprov.h>

/* How many there are. */
size_t library_calls(void);
/* Make call number @i. */
void library_call(struct meiprov_device *dev, size_t i);

#endif /* SELFTESTS_FUZZ_LIBRARY_H */
