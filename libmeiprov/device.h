/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What all commands share: a transport, a lock, a deadline, the error texts. */
#ifndef MEIPROV_DEVICE_H
#define MEIPROV_DEVICE_H

#include <linux/mei_prov_ioctl.h>

#include <meiprov/meiprov.h>

#include "error.h"

/**
 * struct transport - the way commands reach the ME
 * @command: carry out one MEI_PROV_IOC_* with its argument, with the meaning
 *	that linux/mei_prov_ioctl.h gives them; 0 or a negative errno
 * @close: free @ctx
 */
struct transport {
	int (*command)(void *ctx, unsigned int request, struct mei_prov_head *arg);
	void (*close)(void *ctx);
};

/* Takes @ctx over on success. */
int device_new(const struct transport *transport, void *ctx, struct meiprov_device **out);
/* What meiprov_device_transport() and meiprov_device_node() are to say. */
void device_set_place(struct meiprov_device *dev, const char *kind, const char *node);

/* Tell @context of each command from now on; takes a reference. Once, on a new handle. */
void device_set_context(struct meiprov_device *dev, struct meiprov_context *context);

/**
 * struct command - one row for each command
 * @request: MEI_PROV_IOC_*
 * @size: of its argument
 * @doing: for the error text
 * @hints: better advice than the status table's, or NULL
 */
struct command {
	unsigned int request;
	uint32_t size;
	const char *doing;
	const struct error_hint *hints;
};

/* Carry out @command. A refusal by the firmware is not an error here. */
int device_command(struct meiprov_device *dev, const struct command *command,
		   struct mei_prov_head *arg, struct meiprov_error *err);
/* -EREMOTEIO if the firmware refused, else 0. */
int device_refusal(const struct command *command, const struct mei_prov_head *arg,
		   struct meiprov_error *err);
/* Both, for commands that are taken or refused as a whole. */
int device_run(struct meiprov_device *dev, const struct command *command, struct mei_prov_head *arg,
	       struct meiprov_error *err);

/* Copy a text field of the ABI; the copy ends with a NUL whatever came. */
void device_text(char *out, size_t size, const char *in, size_t in_size);

#endif /* MEIPROV_DEVICE_H */
