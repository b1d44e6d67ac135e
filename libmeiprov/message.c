// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "device.h"
#include "message.h"

#define BACKOFF_FIRST_MS 20
#define BACKOFF_MAX_MS	 250

struct message_device {
	struct channel channel;
	bool writable;
};

/* --- one message --- */

/* @len: what the encoder returned. A secret does not stay in the buffer. */
static int transact(struct message_call *call, uint32_t command, int len)
{
	const struct channel *channel = call->channel;
	int ret;

	if (len < 0)
		return len;
	ret = channel->ops->exchange(channel->ctx, call->request, (size_t)len, call->reply,
				     sizeof(call->reply), call->deadline);
	explicit_bzero(call->request, sizeof(call->request));
	if (ret < 0)
		return ret;
	if (ret > AMTHI_MSG_MAX)
		return -EMSGSIZE;
	call->received = (size_t)ret;
	ret = amthi_reply_check(call->reply, call->received, command, &call->status);
	if (!ret && call->status && !call->fw_status)
		call->fw_status = call->status;
	return ret;
}

int message_ask(struct message_call *call, uint32_t command)
{
	return transact(call, command, amthi_encode(call->request, sizeof(call->request), command));
}

int message_ask_u32(struct message_call *call, uint32_t command, uint32_t value)
{
	return transact(call, command,
			amthi_encode_u32(call->request, sizeof(call->request), command, value));
}

int message_ask_string(struct message_call *call, uint32_t command, const void *text, size_t len)
{
	return transact(call, command,
			amthi_encode_string(call->request, sizeof(call->request), command, text,
					    len));
}

int message_ask_host_based(struct message_call *call, const struct amthi_host_based *args)
{
	return transact(call, AMTHI_START_HOST_BASED,
			amthi_encode_host_based(call->request, sizeof(call->request), args));
}

/* --- one command --- */

/* False when a signal came. */
static bool pause_ms(int64_t ms)
{
	const struct timespec ts = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	return !nanosleep(&ts, NULL);
}

/* While another program has the connection: again, until the deadline. */
static int connect_until(const struct channel *channel, int64_t deadline)
{
	int64_t wait = BACKOFF_FIRST_MS;
	bool busy = false;

	for (;;) {
		int64_t left = deadline - channel_now();
		int ret = channel->ops->connect(channel->ctx, deadline);

		busy |= ret == -EBUSY;
		if (ret == -ETIMEDOUT && busy) /* the last try had no time left to hear it */
			return -EBUSY;
		if (ret != -EBUSY || left <= 0)
			return ret;
		if (!pause_ms(wait < left ? wait : left))
			return -EINTR;
		wait = 2 * wait < BACKOFF_MAX_MS ? 2 * wait : BACKOFF_MAX_MS;
	}
}

static const struct message_row *find_row(unsigned int request)
{
	static const struct message_table *const tables[] = { &message_facts, &message_reads,
							      &message_changes };

	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++)
		for (size_t i = 0; i < tables[t]->count; i++)
			if (tables[t]->rows[i].request == request)
				return &tables[t]->rows[i];
	return NULL;
}

static int run(const struct channel *channel, const struct message_row *row,
	       struct mei_prov_head *arg)
{
	uint32_t ms = arg->timeout_ms ? arg->timeout_ms : MEI_PROV_TIMEOUT_DEFAULT_MS;
	struct message_call call = { .channel = channel, .deadline = channel_now() + ms };
	int ret = connect_until(channel, call.deadline);

	if (ret)
		return ret;
	ret = row->run(&call, row, arg);
	channel->ops->disconnect(channel->ctx);
	if (!ret)
		arg->fw_status = call.fw_status;
	return ret;
}

static int command(void *ctx, unsigned int request, struct mei_prov_head *arg)
{
	struct message_device *device = ctx;
	const struct message_row *row = find_row(request);

	if (!row)
		return -ENOTTY;
	if (row->changes && !device->writable)
		return -EACCES;
	if (arg->size < row->size || arg->timeout_ms > MEI_PROV_TIMEOUT_MAX_MS)
		return -EINVAL;
	return run(&device->channel, row, arg);
}

static void close_device(void *ctx)
{
	struct message_device *device = ctx;

	channel_close(&device->channel);
	free(device);
}

static const struct transport messages = {
	.command = command,
	.close = close_device,
};

int message_device(const struct channel *channel, bool writable, struct meiprov_device **out)
{
	struct message_device *device = calloc(1, sizeof(*device));
	int ret;

	if (!device)
		return -ENOMEM;
	device->channel = *channel;
	device->writable = writable;
	ret = device_new(&messages, device, out);
	if (ret) {
		free(device);
		return ret;
	}
	device_set_place(*out, channel->ops->kind, channel->node);
	return 0;
}
