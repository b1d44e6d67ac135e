// SPDX-License-Identifier: GPL-2.0-only
/* Putting the machine to sleep. */
#include "suspend.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "sysfs.h"

#define STATE	  "/sys/power/state"
#define MEM_SLEEP "/sys/power/mem_sleep"
#define PM_TEST	  "/sys/power/pm_test"
#define PM_DELAY  "/sys/module/suspend/parameters/pm_test_delay"
#define ALARM	  "/sys/class/rtc/rtc0/wakealarm"
#define WAKEUPS	  "/sys/power/wakeup_count"
#define LONGEST_S 60

/* Power management registers of the chipset, with the address of the rest. */
#define CHIPSET	     "/sys/bus/pci/devices/0000:00:1f.0/config"
#define CHIPSET_AT   0x40
#define CHIPSET_SIZE 8

int suspend_test(const char *state, const char *level)
{
	int ret = sysfs_write(PM_DELAY, "1");

	ret = ret ? ret : sysfs_write(PM_TEST, level);
	ret = ret ? ret : sysfs_write(STATE, state);
	sysfs_write(PM_TEST, "none");
	return ret;
}

static int set_alarm(unsigned int seconds)
{
	char alarm[16];
	int ret = sysfs_write(ALARM, "0");

	snprintf(alarm, sizeof(alarm), "+%u", seconds);
	return ret ? ret : sysfs_write(ALARM, alarm);
}

/* What a PC's firmware does on waking and SeaBIOS does not. */
static int sleep_and_restore(int chipset)
{
	uint8_t kept[CHIPSET_SIZE];
	int ret;

	if (pread(chipset, kept, sizeof(kept), CHIPSET_AT) != sizeof(kept))
		return -EIO;
	ret = sysfs_write(STATE, "mem");
	if (pwrite(chipset, kept, sizeof(kept), CHIPSET_AT) != sizeof(kept))
		return -EIO;
	return ret;
}

/* Writing the count of wakeups back makes an alarm that comes before the machine
 * sleeps call the sleep off: nothing else would wake it.
 */
static int sleep_unless_woken(int chipset, unsigned int seconds)
{
	char count[16];
	int ret = sysfs_read(WAKEUPS, count, sizeof(count));

	ret = ret < 0 ? ret : set_alarm(seconds);
	ret = ret ? ret : sysfs_write(WAKEUPS, count);
	return ret ? ret : sleep_and_restore(chipset);
}

/* A slow machine may need longer than that to fall asleep. */
int suspend_to_memory(unsigned int seconds)
{
	int ret, chipset = open(CHIPSET, O_RDWR | O_CLOEXEC);

	if (chipset < 0)
		return -errno;
	ret = sysfs_write(MEM_SLEEP, "deep");
	ret = ret ? ret : -EBUSY;
	for (; ret == -EBUSY && seconds <= LONGEST_S; seconds *= 2)
		ret = sleep_unless_woken(chipset, seconds);
	close(chipset);
	return ret;
}
