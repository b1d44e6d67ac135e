/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The transport over AMTHI messages: carries out what linux/mei_prov_ioctl.h
 * describes as the module would, over a channel. One connection for each command.
 */
#ifndef MEIPROV_MESSAGE_H
#define MEIPROV_MESSAGE_H

#include <linux/mei_prov_ioctl.h>

#include <meiprov/meiprov.h>

#include "channel.h"
#include "uapi/amthi/amthi.h"

/* Takes the channel over on success. */
int message_device(const struct channel *channel, bool writable, struct meiprov_device **out);

/**
 * struct message_call - one command, which may take several messages
 * @fw_status: the first refusal
 * @status: of the last message
 * @received: length of the reply to it
 */
struct message_call {
	const struct channel *channel;
	int64_t deadline;
	uint32_t fw_status;
	uint32_t status;
	size_t received;
	uint8_t request[512];
	uint8_t reply[AMTHI_MSG_MAX + 1];
};

/* One message; 0 when there is a sound reply, a refusal included. */
int message_ask(struct message_call *call, uint32_t command);
int message_ask_u32(struct message_call *call, uint32_t command, uint32_t value);
int message_ask_string(struct message_call *call, uint32_t command, const void *text, size_t len);
int message_ask_host_based(struct message_call *call, const struct amthi_host_based *args);

/**
 * struct message_row - how one MEI_PROV_IOC_* is carried out
 * @size: what its argument must at least have
 * @changes: needs a device opened for writing
 * @command: the AMTHI command, for those that share a @run
 * @run: fills @arg; a refusal is left in @call
 */
struct message_row {
	unsigned int request;
	uint32_t size;
	bool changes;
	uint32_t command;
	int (*run)(struct message_call *call, const struct message_row *row, void *arg);
};

struct message_table {
	const struct message_row *rows;
	size_t count;
};

extern const struct message_table message_facts;   /* INFO, STATE, HASH_GET */
extern const struct message_table message_reads;   /* the other questions */
extern const struct message_table message_changes; /* what changes the ME */

#endif /* MEIPROV_MESSAGE_H */
