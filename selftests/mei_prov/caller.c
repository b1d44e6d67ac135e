// SPDX-License-Identifier: GPL-2.0-only
/* A caller of its own. */
#include "caller.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "device.h"

/* What the parent closes must be closed: a child would hold it open. */
static void close_all_but(int fd)
{
	if (fd < 3) {
		close_range(3, ~0u, 0);
		return;
	}
	if (fd > 3)
		close_range(3, fd - 1, 0);
	close_range(fd + 1, ~0u, 0);
}

pid_t caller_start(caller_fn fn, int fd, uint32_t timeout_ms)
{
	pid_t pid = fork();

	if (pid == 0) {
		close_all_but(fd);
		_exit(-fn(fd, timeout_ms));
	}
	return pid < 0 ? -errno : pid;
}

int caller_wait(pid_t pid, uint64_t within_ms)
{
	uint64_t end = clock_ms() + within_ms;
	int status;
	pid_t got;

	while ((got = waitpid(pid, &status, WNOHANG)) == 0) {
		if (clock_ms() > end)
			return CALLER_STUCK;
		clock_sleep_ms(5);
	}
	if (got < 0)
		return -errno;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : CALLER_KILLED;
}

int caller_state(int fd, uint32_t timeout_ms)
{
	struct mei_prov_state state;

	return device_state(fd, &state, timeout_ms);
}

int caller_ztc(int fd, uint32_t timeout_ms)
{
	struct mei_prov_ztc ztc;

	return device_ztc(fd, &ztc, timeout_ms);
}

int caller_stop(int fd, uint32_t timeout_ms)
{
	uint32_t status;

	return device_stop(fd, &status, timeout_ms);
}
