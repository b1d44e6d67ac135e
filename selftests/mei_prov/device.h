/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /dev/meiprovN for the tests: one call per ioctl, errors as negative errno.
 */
#ifndef SELFTESTS_MEI_PROV_DEVICE_H
#define SELFTESTS_MEI_PROV_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/mei_prov_ioctl.h>

/* A deadline for commands that should simply work, on an emulated machine. */
#define ENOUGH_MS 20000

/* One row for each command of the first version of the ABI. */
struct device_command {
	const char *name;
	unsigned long nr;
	size_t first;	/* size of the first version of its struct, the least there is */
	size_t size;	/* of the struct now */
	bool writes;	/* needs a file that is open for writing */
	uint32_t flags; /* MEI_PROV_* bits it has known from the first version on */
};

#define DEVICE_COMMANDS 7
extern const struct device_command device_commands[DEVICE_COMMANDS];

/* Largest argument struct, and room for tails and canaries behind it. */
union device_arg {
	struct mei_prov_head head;
	struct mei_prov_info info;
	struct mei_prov_state state;
	struct mei_prov_ztc ztc;
	struct mei_prov_hash_get hash_get;
	struct mei_prov_otp_set otp_set;
	struct mei_prov_start start;
	struct mei_prov_stop stop;
	unsigned char bytes[1024];
};

/* Zero @arg and give it what a well-formed call of @command needs. */
void device_arg_init(union device_arg *arg, const struct device_command *command);

/* Path of the first device node, waiting up to ten seconds for it; NULL. */
const char *device_path(void);
int device_open(int flags);

/* The ioctl: its value, or a negative errno. */
int device_ioctl(int fd, unsigned long nr, void *arg);
/* The same with @size and @timeout_ms written into the head. */
int device_call(int fd, unsigned long nr, struct mei_prov_head *head, size_t size,
		uint32_t timeout_ms);
#define DEVICE_CALL(fd, nr, arg, timeout_ms) \
	device_call(fd, nr, &(arg)->head, sizeof(*(arg)), timeout_ms)

/* The state's first version: what this program asks for and its parts. */
#define DEVICE_STATE_SIZE  40
#define DEVICE_STATE_PARTS (MEI_PROV_STATE_PROVISIONING | MEI_PROV_STATE_CONTROL_MODE)

/* The commands with a zeroed argument; @timeout_ms as in the ABI. */
int device_info(int fd, struct mei_prov_info *info, uint32_t timeout_ms);
int device_state(int fd, struct mei_prov_state *state, uint32_t timeout_ms);
int device_ztc(int fd, struct mei_prov_ztc *ztc, uint32_t timeout_ms);
int device_hashes(int fd, struct mei_prov_hash *hashes, uint32_t *count, uint32_t *fw_status,
		  uint32_t timeout_ms);
int device_otp(int fd, const void *otp, size_t len, uint32_t *fw_status, uint32_t timeout_ms);
int device_start(int fd, uint32_t flags, uint32_t *fw_status, uint32_t timeout_ms);
int device_stop(int fd, uint32_t *fw_status, uint32_t timeout_ms);

#endif /* SELFTESTS_MEI_PROV_DEVICE_H */
