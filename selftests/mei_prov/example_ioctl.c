// SPDX-License-Identifier: GPL-2.0-only
/*
 * The example of Documentation/ioctl.md: may this machine be configured
 * remotely? Prints what is in the way; the exit status is 0 when nothing is, 1
 * when something is, 2 when the firmware could not be asked.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/mei_prov_ioctl.h>

/* One command: 0, or -1 after saying what was wrong. */
static int ask(int fd, unsigned long command, struct mei_prov_head *head, size_t size,
	       const char *what)
{
	head->size = size;
	head->timeout_ms = 5000;
	if (ioctl(fd, command, head) < 0) {
		fprintf(stderr, "asking for %s: %s\n", what, strerror(errno));
		return -1;
	}
	if (head->fw_status != 0) {
		fprintf(stderr, "asking for %s: the firmware refused, AMT status 0x%x\n", what,
			head->fw_status);
		return -1;
	}
	return 0;
}

static int check(int fd)
{
	struct mei_prov_lan lan = { .interface = MEI_PROV_LAN_WIRED };
	struct mei_prov_state state = { 0 };
	struct mei_prov_ztc ztc = { 0 };
	int bad = 0;

	if (ask(fd, MEI_PROV_IOC_STATE, &state.head, sizeof(state), "the state") ||
	    ask(fd, MEI_PROV_IOC_ZTC_GET, &ztc.head, sizeof(ztc), "the ZTC mode") ||
	    ask(fd, MEI_PROV_IOC_LAN, &lan.head, sizeof(lan), "the wired interface"))
		return 2;
	if (state.provisioning_state == 2)
		bad = printf("it is configured already\n");
	if (!ztc.enabled)
		bad = printf("zero touch configuration is off\n");
	if (!lan.link_up)
		bad = printf("the wired interface has no link\n");
	return bad ? 1 : 0;
}

int main(void)
{
	int fd = open("/dev/meiprov0", O_RDONLY | O_CLOEXEC);
	int status;

	if (fd < 0) {
		perror("/dev/meiprov0");
		return 2;
	}
	status = check(fd);
	if (status == 0)
		puts("nothing is in the way");
	close(fd);
	return status;
}
