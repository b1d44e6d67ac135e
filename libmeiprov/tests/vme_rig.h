/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A virtual ME of the test's own: a real meiprov-vme process, reached over its
 * socket of AMTHI messages, no virtual machine.
 */
#ifndef VME_RIG_H
#define VME_RIG_H

#include <sys/types.h>

#include "libmeiprov/channel.h"

struct rig {
	char dir[64]; /* of the test's own, removed at the end */
	char socket[96];
	char control[96];
	pid_t pid;
};

/* Start one with more settings, KEY=VALUE, up to NULL; waits until it listens. */
void rig_start(struct rig *rig, const char *const settings[]);
void rig_stop(struct rig *rig);
/* vmectl WORDS: must succeed. */
void rig_order(const struct rig *rig, const char *words);
/* Path of a file in the rig's folder. */
void rig_path(const struct rig *rig, const char *name, char *path, size_t size);
/* Run SHELL; its standard output into @out, cut to @size. Returns the exit status. */
int rig_shell(const char *shell, char *out, size_t size);
/* Path of a program that was built. */
void rig_program(const char *name, char *path, size_t size);

/* What the kernel does for channel_mei(), done by the rig: any node leads to it. */
extern const struct channel_mei_calls rig_mei_calls;
void rig_mei_use(const struct rig *rig);

#endif /* VME_RIG_H */
