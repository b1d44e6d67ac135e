// SPDX-License-Identifier: GPL-2.0-only
/* Other persons. */
#include "person.h"

#include <errno.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/capability.h>

#include "sysfs.h"

#define COULD_NOT 255

int person_last_capability(void)
{
	char text[16];
	int ret = sysfs_read("/proc/sys/kernel/cap_last_cap", text, sizeof(text));

	return ret < 0 ? ret : atoi(text);
}

static int set_ids(const struct person *person)
{
	gid_t groups[] = { person->group };

	if (prctl(PR_SET_KEEPCAPS, 1) < 0 || setgroups(1, groups) < 0 ||
	    setresgid(person->user, person->user, person->user) < 0 ||
	    setresuid(person->user, person->user, person->user) < 0)
		return -errno;
	return 0;
}

/* Whatever the kernel does not know of these masks is not held now. */
static int set_capabilities(uint64_t permitted, uint64_t effective)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct now[2], data[2] = { 0 };
	int i;

	if (syscall(SYS_capget, &head, now) < 0)
		return -errno;
	for (i = 0; i < 2; i++) {
		data[i].permitted = now[i].permitted & (uint32_t)(permitted >> (32 * i));
		data[i].effective = data[i].permitted & (uint32_t)(effective >> (32 * i));
	}
	return syscall(SYS_capset, &head, data) < 0 ? -errno : 0;
}

int person_limit_self(uint64_t capabilities)
{
	return set_capabilities(EVERY, capabilities);
}

/* What a change of ids took away; /proc/self is ours only with it. */
static int own_oneself(void)
{
	return prctl(PR_SET_DUMPABLE, 1) < 0 ? -errno : 0;
}

static int enter_namespaces(const struct person *person)
{
	char map[32];
	int ret;

	if (!person->namespaces)
		return 0;
	snprintf(map, sizeof(map), "0 %u 1", person->user);
	if (unshare(person->namespaces) < 0)
		return -errno;
	if (!(person->namespaces & CLONE_NEWUSER))
		return 0;
	ret = sysfs_write("/proc/self/setgroups", "deny");
	ret = ret ? ret : sysfs_write("/proc/self/uid_map", map);
	return ret ? ret : sysfs_write("/proc/self/gid_map", map);
}

static int become(const struct person *person)
{
	int ret = set_ids(person);

	ret = ret ? ret : set_capabilities(person->capabilities, EVERY);
	ret = ret ? ret : own_oneself();
	ret = ret ? ret : enter_namespaces(person);
	if (ret)
		printf("# cannot become %s: error %d\n", person->name, ret);
	return ret;
}

int person_does(const struct person *person, person_fn fn, void *arg)
{
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		status = become(person) ? COULD_NOT : fn(arg);
		fflush(stdout);
		_exit(status);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -errno;
	if (!WIFEXITED(status) || WEXITSTATUS(status) == COULD_NOT)
		return -ECHILD;
	return WEXITSTATUS(status);
}
