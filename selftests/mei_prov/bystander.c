// SPDX-License-Identifier: GPL-2.0-only
/* Others on the machine who use generic netlink. */
#include "bystander.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include "clock.h"

/* selftests/mei_prov/run puts it there. */
#define MODULE_FILE "/usr/local/bin/family.ko"

static int lookup(void)
{
	struct nl_sock *sock = nl_socket_alloc();
	int ret = -ENOMEM;

	if (sock)
		ret = genl_connect(sock);
	if (ret == 0)
		ret = genl_ctrl_resolve(sock, "nlctrl");
	nl_socket_free(sock);
	return ret < 0 ? ret : 0;
}

static int load(void)
{
	int fd = open(MODULE_FILE, O_RDONLY | O_CLOEXEC);
	long ret;

	if (fd < 0)
		return -errno;
	ret = syscall(SYS_finit_module, fd, "", 0);
	if (ret == 0)
		ret = syscall(SYS_delete_module, "family", O_NONBLOCK);
	if (ret < 0)
		fprintf(stderr, "# %s: %s\n", MODULE_FILE, strerror(errno));
	close(fd);
	return ret < 0 ? -errno : 0;
}

static uint64_t time_of(int (*fn)(void))
{
	uint64_t start = clock_ms();

	return fn() < 0 ? UINT64_MAX : clock_ms() - start;
}

uint64_t bystander_lookup(void)
{
	return time_of(lookup);
}

uint64_t bystander_load(void)
{
	return time_of(load);
}
