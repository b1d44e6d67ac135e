// SPDX-License-Identifier: GPL-2.0-only
/* Binding, unbinding, removing and reloading. */
#include "sysfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clock.h"
#include "device.h"

int sysfs_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

int sysfs_read(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	if (fd < 0)
		return -errno;
	len = read(fd, text, size - 1);
	close(fd);
	if (len < 0)
		return -EIO;
	text[len] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return 0;
}

bool sysfs_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

int sysfs_wait(const char *path, bool exists, unsigned int ms)
{
	uint64_t end = clock_ms() + ms;

	while (sysfs_exists(path) != exists) {
		if (clock_ms() > end)
			return -ETIMEDOUT;
		clock_sleep_ms(10);
	}
	return 0;
}

int sysfs_module_delete(void)
{
	return syscall(SYS_delete_module, "mei_prov", O_NONBLOCK) < 0 ? -errno : 0;
}

bool sysfs_module_loaded(void)
{
	return sysfs_exists("/sys/module/mei_prov");
}

int sysfs_module_load(void)
{
	if (system("modprobe mei_prov") != 0)
		return -ENOEXEC;
	return device_path() ? 0 : -ENOENT;
}
