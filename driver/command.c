// SPDX-License-Identifier: GPL-2.0-only
/*
 * One command of a caller: it may take several transactions, which share one
 * deadline and one buffer.
 */
#include <linux/errno.h>
#include <linux/freezer.h>
#include <linux/jiffies.h>
#include <linux/sched/signal.h>

#include "mei_prov.h"

/**
 * mei_prov_call_begin() - start a command
 * @call: to be filled
 * @mdev: the device
 * @timeout_ms: deadline from now on, in ms
 * @background: a poll, not a caller
 *
 * Return: 0 or -ENOMEM. mei_prov_call_end() ends it.
 */
int mei_prov_call_begin(struct mei_prov_call *call, struct mei_prov_device *mdev,
			unsigned int timeout_ms, bool background)
{
	call->mdev = mdev;
	call->fw_status = 0;
	call->t = mei_prov_transaction_new();
	if (!call->t)
		return -ENOMEM;
	/* The present jiffy has partly passed: one more, never too early. */
	call->t->deadline = jiffies + msecs_to_jiffies(timeout_ms) + 1;
	call->t->background = background;
	return 0;
}

/**
 * mei_prov_call_end() - end a command
 * @call: the command
 *
 * Its request and reply are zeroed if nobody else needs them.
 */
void mei_prov_call_end(struct mei_prov_call *call)
{
	mei_prov_transaction_put(call->t);
}

/**
 * mei_prov_call_cancel() - end a command from outside
 * @call: the command; it may be under way
 *
 * What was not sent is not sent any more, and the command ends in -EINTR at its
 * next step; what was sent is waited for. The caller gets no sign if the last
 * step has been sent.
 */
void mei_prov_call_cancel(struct mei_prov_call *call)
{
	struct mei_prov_engine *e = &call->mdev->engine;

	spin_lock(&e->lock);
	WRITE_ONCE(call->t->cancelled, true);
	spin_unlock(&e->lock);
	wake_up_all(&call->t->wait);
	wake_up_all(&e->sequence_wait);
}

/* @len: what the encoder returned. */
static int mei_prov_call_encoded(struct mei_prov_call *call, u32 command, int len)
{
	int ret;

	if (len < 0)
		return len;
	call->t->command = command;
	call->t->request_len = len;
	ret = mei_prov_transact(call->mdev, call->t);
	if (!ret && call->t->fw_status && !call->fw_status)
		call->fw_status = call->t->fw_status;
	return ret;
}

/**
 * mei_prov_call() - one transaction whose request has no data
 * @call: the command
 * @command: AMTHI request id
 *
 * Return: 0 with the AMT status in call->t->fw_status, or a negative errno as
 * mei_prov_transact(); after an error the command must end.
 */
int mei_prov_call(struct mei_prov_call *call, u32 command)
{
	u8 *buf = call->t->request;

	return mei_prov_call_encoded(call, command,
				     amthi_encode(buf, MEI_PROV_REQUEST_MAX, command));
}

/* The same for a request with one number. */
int mei_prov_call_u32(struct mei_prov_call *call, u32 command, u32 value)
{
	u8 *buf = call->t->request;

	return mei_prov_call_encoded(call, command,
				     amthi_encode_u32(buf, MEI_PROV_REQUEST_MAX,
						      command, value));
}

/* The same for a request with a string, which may be secret. */
int mei_prov_call_string(struct mei_prov_call *call, u32 command,
			 const void *str, size_t len)
{
	u8 *buf = call->t->request;

	return mei_prov_call_encoded(call, command,
				     amthi_encode_string(buf, MEI_PROV_REQUEST_MAX,
							 command, str, len));
}

/* StartConfigurationHBased. */
int mei_prov_call_host_based(struct mei_prov_call *call,
			     const struct amthi_host_based *args)
{
	u8 *buf = call->t->request;

	return mei_prov_call_encoded(call, AMTHI_START_HOST_BASED,
				     amthi_encode_host_based(buf, MEI_PROV_REQUEST_MAX, args));
}

static bool mei_prov_sequence_is_first(struct mei_prov_call *call)
{
	struct mei_prov_engine *e = &call->mdev->engine;
	bool first;

	spin_lock(&e->lock);
	first = list_first_entry(&e->sequences, struct mei_prov_call, sequence) == call;
	spin_unlock(&e->lock);
	return first || mei_prov_engine_gone(call->mdev) || READ_ONCE(call->t->cancelled);
}

static int mei_prov_sequence_wait(struct mei_prov_call *call)
{
	struct mei_prov_engine *e = &call->mdev->engine;
	long left = call->t->deadline - jiffies;

	left = wait_event_freezable_timeout(e->sequence_wait,
					    mei_prov_sequence_is_first(call),
					    max(left, 0L));
	if (left < 0 || READ_ONCE(call->t->cancelled))
		return -EINTR;
	if (left > 0)
		return 0;
	return mei_prov_engine_link_up(call->mdev) ? -ETIMEDOUT : -ENOLINK;
}

/**
 * mei_prov_call_sequence() - have the connection alone until the sequence ends
 * @call: the command
 *
 * From its first step on. One sequence at a time, in the order of asking, so
 * that others can connect after each of them.
 *
 * Return: 0, or -EINTR, -ENOLINK or -ETIMEDOUT while waiting for others to end.
 */
int mei_prov_call_sequence(struct mei_prov_call *call)
{
	struct mei_prov_engine *e = &call->mdev->engine;
	int ret;

	spin_lock(&e->lock);
	list_add_tail(&call->sequence, &e->sequences);
	spin_unlock(&e->lock);
	ret = mei_prov_sequence_wait(call);
	if (ret)
		mei_prov_call_sequence_end(call);
	else
		call->t->holds = true;
	return ret;
}

/**
 * mei_prov_call_sequence_end() - let the next caller have the connection
 * @call: the command that has its turn
 */
void mei_prov_call_sequence_end(struct mei_prov_call *call)
{
	struct mei_prov_engine *e = &call->mdev->engine;

	spin_lock(&e->lock);
	list_del(&call->sequence);
	if (call->t->holds)
		WRITE_ONCE(e->held, false);
	spin_unlock(&e->lock);
	call->t->holds = false;
	wake_up(&e->sequence_wait);
	mei_prov_engine_kick(call->mdev);
}
