/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A fuzz target is one function, as libFuzzer wants it. "make fuzz" runs it under
 * libFuzzer; "make check" plays the files of corpus/NAME through it (replay.c).
 */
#ifndef SELFTESTS_FUZZ_H
#define SELFTESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Always 0. Aborts when a promise is broken. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif /* SELFTESTS_FUZZ_H */
