// SPDX-License-Identifier: GPL-2.0-only
/* /dev/meiprovN for the tests. */
#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "clock.h"

/* clang-format off */
#define ROW(name, first, type, writes, flags) \
	{ #name, MEI_PROV_IOC_##name, first, sizeof(struct type), writes, flags }

const struct device_command device_commands[DEVICE_COMMANDS] = {
	ROW(INFO, 160, mei_prov_info, false, MEI_PROV_F_FRESH),
	ROW(STATE, DEVICE_STATE_SIZE, mei_prov_state, false, 0),
	ROW(ZTC_GET, 24, mei_prov_ztc, false, 0),
	ROW(HASH_GET, 32, mei_prov_hash_get, false, 0),
	ROW(OTP_SET, 56, mei_prov_otp_set, true, 0),
	ROW(START, 16, mei_prov_start, true, MEI_PROV_START_IPV6),
	ROW(STOP, 16, mei_prov_stop, true, 0),
};
/* clang-format on */

void device_arg_init(union device_arg *arg, const struct device_command *command)
{
	memset(arg, 0, sizeof(*arg));
	arg->head.size = command->size;
	arg->head.timeout_ms = ENOUGH_MS;
	if (command->nr == MEI_PROV_IOC_OTP_SET) {
		arg->otp_set.otp_len = MEI_PROV_OTP_MIN;
		memset(arg->otp_set.otp, 'o', MEI_PROV_OTP_MIN);
	}
}

static bool first_node(char *path, size_t size)
{
	glob_t found;
	bool any;

	any = glob("/dev/meiprov[0-9]*", 0, NULL, &found) == 0;
	if (any)
		snprintf(path, size, "%s", found.gl_pathv[0]);
	globfree(&found);
	return any;
}

const char *device_path(void)
{
	static char path[64];
	uint64_t end = clock_ms() + 10000;

	while (!first_node(path, sizeof(path))) {
		if (clock_ms() > end)
			return NULL;
		clock_sleep_ms(20);
	}
	return path;
}

int device_open(int flags)
{
	const char *path = device_path();
	int fd;

	if (!path)
		return -ENOENT;
	fd = open(path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int device_ioctl(int fd, unsigned long nr, void *arg)
{
	int ret = ioctl(fd, nr, arg);

	return ret < 0 ? -errno : ret;
}

int device_call(int fd, unsigned long nr, struct mei_prov_head *head, size_t size,
		uint32_t timeout_ms)
{
	head->size = size;
	head->timeout_ms = timeout_ms;
	return device_ioctl(fd, nr, head);
}

int device_info(int fd, struct mei_prov_info *info, uint32_t timeout_ms)
{
	memset(info, 0, sizeof(*info));
	return DEVICE_CALL(fd, MEI_PROV_IOC_INFO, info, timeout_ms);
}

int device_state(int fd, struct mei_prov_state *state, uint32_t timeout_ms)
{
	memset(state, 0, sizeof(*state));
	return device_call(fd, MEI_PROV_IOC_STATE, &state->head, DEVICE_STATE_SIZE, timeout_ms);
}

int device_ztc(int fd, struct mei_prov_ztc *ztc, uint32_t timeout_ms)
{
	memset(ztc, 0, sizeof(*ztc));
	return DEVICE_CALL(fd, MEI_PROV_IOC_ZTC_GET, ztc, timeout_ms);
}

int device_hashes(int fd, struct mei_prov_hash *hashes, uint32_t *count, uint32_t *fw_status,
		  uint32_t timeout_ms)
{
	struct mei_prov_hash_get get = {
		.count = *count,
		.hashes = (uintptr_t)hashes,
	};
	int ret = DEVICE_CALL(fd, MEI_PROV_IOC_HASH_GET, &get, timeout_ms);

	*count = get.count;
	*fw_status = get.head.fw_status;
	return ret;
}

int device_otp(int fd, const void *otp, size_t len, uint32_t *fw_status, uint32_t timeout_ms)
{
	struct mei_prov_otp_set set = { .otp_len = len };
	int ret;

	memcpy(set.otp, otp, len < sizeof(set.otp) ? len : sizeof(set.otp));
	ret = DEVICE_CALL(fd, MEI_PROV_IOC_OTP_SET, &set, timeout_ms);
	*fw_status = set.head.fw_status;
	return ret;
}

int device_start(int fd, uint32_t flags, uint32_t *fw_status, uint32_t timeout_ms)
{
	struct mei_prov_start start = { .head.flags = flags };
	int ret = DEVICE_CALL(fd, MEI_PROV_IOC_START, &start, timeout_ms);

	*fw_status = start.head.fw_status;
	return ret;
}

int device_stop(int fd, uint32_t *fw_status, uint32_t timeout_ms)
{
	struct mei_prov_stop stop = { 0 };
	int ret = DEVICE_CALL(fd, MEI_PROV_IOC_STOP, &stop, timeout_ms);

	*fw_status = stop.head.fw_status;
	return ret;
}
