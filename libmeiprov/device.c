// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channel.h"
#include "context.h"
#include "device.h"

struct meiprov_device {
	pthread_mutex_t lock;
	const struct transport *transport;
	void *ctx;
	struct meiprov_context *context;
	unsigned int timeout_ms;
	char kind[16];
	char node[108];
};

int device_new(const struct transport *transport, void *ctx, struct meiprov_device **out)
{
	struct meiprov_device *dev = calloc(1, sizeof(*dev));
	int ret;

	if (!dev)
		return -ENOMEM;
	ret = pthread_mutex_init(&dev->lock, NULL);
	if (ret) {
		free(dev);
		return -ret;
	}
	dev->transport = transport;
	dev->ctx = ctx;
	*out = dev;
	return 0;
}

void device_set_place(struct meiprov_device *dev, const char *kind, const char *node)
{
	snprintf(dev->kind, sizeof(dev->kind), "%s", kind);
	snprintf(dev->node, sizeof(dev->node), "%s", node);
}

void device_set_context(struct meiprov_device *dev, struct meiprov_context *context)
{
	dev->context = meiprov_context_ref(context);
}

const char *meiprov_device_transport(const struct meiprov_device *dev)
{
	return dev->kind;
}

const char *meiprov_device_node(const struct meiprov_device *dev)
{
	return dev->node;
}

void meiprov_device_close(struct meiprov_device *dev)
{
	if (!dev)
		return;
	dev->transport->close(dev->ctx);
	meiprov_context_unref(dev->context);
	pthread_mutex_destroy(&dev->lock);
	free(dev);
}

void meiprov_device_set_timeout(struct meiprov_device *dev, unsigned int ms)
{
	pthread_mutex_lock(&dev->lock);
	dev->timeout_ms = ms;
	pthread_mutex_unlock(&dev->lock);
}

/* Never what a command carries: it may be a secret. */
static void say_outcome(struct meiprov_device *dev, const struct command *command, int ret,
			uint32_t fw_status, int64_t began)
{
	const char *name = meiprov_fw_status_name(fw_status);
	char outcome[96] = "done";

	if (ret < 0)
		snprintf(outcome, sizeof(outcome), "%s", strerror(-ret));
	else if (fw_status)
		snprintf(outcome, sizeof(outcome), "refused with status 0x%x %s", fw_status,
			 name ? name : "(no known name)");
	context_say(dev->context, LOG_DEBUG, "%s: %s: %s, %lld ms", dev->node, command->doing,
		    outcome, (long long)(channel_now() - began));
}

int device_command(struct meiprov_device *dev, const struct command *command,
		   struct mei_prov_head *arg, struct meiprov_error *err)
{
	int64_t began = channel_now();
	int ret;

	pthread_mutex_lock(&dev->lock);
	arg->size = command->size;
	arg->timeout_ms = dev->timeout_ms;
	ret = dev->transport->command(dev->ctx, command->request, arg);
	pthread_mutex_unlock(&dev->lock);
	say_outcome(dev, command, ret, arg->fw_status, began);
	return ret < 0 ? error_errno(err, ret, command->doing) : 0;
}

int device_refusal(const struct command *command, const struct mei_prov_head *arg,
		   struct meiprov_error *err)
{
	if (!arg->fw_status)
		return 0;
	return error_refused(err, arg->fw_status, command->doing, command->hints);
}

int device_run(struct meiprov_device *dev, const struct command *command, struct mei_prov_head *arg,
	       struct meiprov_error *err)
{
	int ret = device_command(dev, command, arg, err);

	return ret ? ret : device_refusal(command, arg, err);
}

void device_text(char *out, size_t size, const char *in, size_t in_size)
{
	size_t len = strnlen(in, in_size < size - 1 ? in_size : size - 1);

	memcpy(out, in, len);
	out[len] = '\0';
}
