/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An input as a file, for what reads from a path. */
#ifndef SELFTESTS_FUZZ_INPUT_FILE_H
#define SELFTESTS_FUZZ_INPUT_FILE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define INPUT_PATH_MAX 32

/* Opens it; the path holds while the descriptor that is returned is open. */
static inline int input_file(const uint8_t *data, size_t size, char path[INPUT_PATH_MAX])
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, INPUT_PATH_MAX, "/proc/self/fd/%d", fd);
	return fd;
}

#endif /* SELFTESTS_FUZZ_INPUT_FILE_H */
