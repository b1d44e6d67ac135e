// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "context.h"

/**
 * struct meiprov_context - what handles share
 * @refs: whoever made it, and each handle
 * @lock: of all below; held while @log runs, and recursive, so that @log may call us
 * @telling: @log is running, so whatever is said now is of its own making
 */
struct meiprov_context {
	atomic_uint refs;
	pthread_mutex_t lock;
	meiprov_log_fn log;
	void *data;
	int priority;
	bool telling;
};

static int lock_init(pthread_mutex_t *lock)
{
	pthread_mutexattr_t attr;
	int ret = pthread_mutexattr_init(&attr);

	if (ret)
		return -ret;
	ret = pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
	if (!ret)
		ret = pthread_mutex_init(lock, &attr);
	pthread_mutexattr_destroy(&attr);
	return -ret;
}

int meiprov_context_new(struct meiprov_context **out)
{
	struct meiprov_context *context = calloc(1, sizeof(*context));
	int ret;

	*out = NULL;
	if (!context)
		return -ENOMEM;
	ret = lock_init(&context->lock);
	if (ret) {
		free(context);
		return ret;
	}
	atomic_init(&context->refs, 1);
	*out = context;
	return 0;
}

struct meiprov_context *meiprov_context_ref(struct meiprov_context *context)
{
	if (context)
		atomic_fetch_add(&context->refs, 1);
	return context;
}

void meiprov_context_unref(struct meiprov_context *context)
{
	if (!context || atomic_fetch_sub(&context->refs, 1) != 1)
		return;
	pthread_mutex_destroy(&context->lock);
	free(context);
}

void meiprov_context_set_log(struct meiprov_context *context, meiprov_log_fn log, void *data,
			     int priority)
{
	pthread_mutex_lock(&context->lock);
	context->log = log;
	context->data = data;
	context->priority = priority;
	pthread_mutex_unlock(&context->lock);
}

static bool wanted(const struct meiprov_context *context, int priority)
{
	return context->log && !context->telling && priority <= context->priority;
}

void context_say(struct meiprov_context *context, int priority, const char *format, ...)
{
	char text[512];
	va_list args;

	if (!context)
		return;
	pthread_mutex_lock(&context->lock);
	if (wanted(context, priority)) {
		va_start(args, format);
		vsnprintf(text, sizeof(text), format, args);
		va_end(args);
		context->telling = true;
		context->log(context->data, priority, text);
		context->telling = false;
	}
	pthread_mutex_unlock(&context->lock);
}
