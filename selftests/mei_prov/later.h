/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The commands that came after the first version of the ABI, numbers 0x07 to
 * 0x1b: what is the same for all of them can be tested for all of them.
 */
#ifndef SELFTESTS_MEI_PROV_LATER_H
#define SELFTESTS_MEI_PROV_LATER_H

#include <stdbool.h>
#include <stddef.h>

#include "device.h"

struct later_command {
	const char *name;
	unsigned long nr;
	size_t size;
	size_t reserved;    /* offset of a reserved field, 0 when there is none */
	unsigned int amthi; /* low byte of the command it becomes */
	bool writes;	    /* needs a file that is open for writing */
	bool returns;	    /* something comes back besides the head */
};

#define LATER_COMMANDS 21
extern const struct later_command later_commands[LATER_COMMANDS];

/* Zero @arg and give it what a well-formed call of @command needs. */
void later_init(union device_arg *arg, const struct later_command *command);

#endif /* SELFTESTS_MEI_PROV_LATER_H */
