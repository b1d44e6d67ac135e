// SPDX-License-Identifier: LGPL-2.1-or-later
/* Writes down what goes over another channel. Form: record.h. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "channel.h"
#include "error.h"
#include "record.h"

#define DOING "writing a record"

struct recorder {
	struct channel inner;
	FILE *file;
	struct timespec begin;
};

static void stamp(struct recorder *rec, char what)
{
	struct timespec now;
	int64_t us;

	clock_gettime(CLOCK_MONOTONIC, &now);
	us = (int64_t)(now.tv_sec - rec->begin.tv_sec) * 1000000 +
	     (now.tv_nsec - rec->begin.tv_nsec) / 1000;
	fprintf(rec->file, "%c %" PRId64 ".%06" PRId64, what, us / 1000000, us % 1000000);
}

/* Bytes from @secret on are not written. */
static void bytes(struct recorder *rec, char what, const uint8_t *data, size_t len, size_t secret)
{
	stamp(rec, what);
	fputc(' ', rec->file);
	for (size_t i = 0; i < len; i++)
		if (i < secret)
			fprintf(rec->file, "%02x", data[i]);
		else
			fputs("**", rec->file);
	fputc('\n', rec->file);
}

static void failure(struct recorder *rec, char what, int code)
{
	stamp(rec, what);
	fprintf(rec->file, "%s%s\n", code ? " " : "", code ? record_errno_name(code) : "");
}

static int connect_inner(void *ctx, int64_t deadline)
{
	struct recorder *rec = ctx;
	int ret = rec->inner.ops->connect(rec->inner.ctx, deadline);

	failure(rec, '=', ret);
	return ret;
}

/* The request is in the file before it is on its way: a record shows what was sent
 * even if the machine does not live to see the reply. What cannot be recorded is not
 * sent.
 */
static int exchange(void *ctx, const void *request, size_t len, void *reply, size_t size,
		    int64_t deadline)
{
	struct recorder *rec = ctx;
	int ret;

	bytes(rec, '>', request, len, record_secret_at(request, len));
	if (fflush(rec->file))
		return -errno;
	ret = rec->inner.ops->exchange(rec->inner.ctx, request, len, reply, size, deadline);
	if (ret < 0)
		failure(rec, '!', ret);
	else
		bytes(rec, '<', reply, (size_t)ret, (size_t)ret);
	return ret;
}

static void disconnect(void *ctx)
{
	struct recorder *rec = ctx;

	rec->inner.ops->disconnect(rec->inner.ctx);
}

static void close_recorder(void *ctx)
{
	struct recorder *rec = ctx;

	channel_close(&rec->inner);
	fclose(rec->file);
	free(rec);
}

static const struct channel_ops recorder_ops = {
	.kind = "record",
	.connect = connect_inner,
	.exchange = exchange,
	.disconnect = disconnect,
	.close = close_recorder,
};

/* A new file that its owner alone may read: it names the machine. */
static FILE *create(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

	if (fd >= 0 && !file)
		close(fd);
	return file;
}

static int cannot(int code, const char *path, struct meiprov_error *err)
{
	char why[192];

	snprintf(why, sizeof(why), "cannot make %.100s: %s", path, strerror(-code));
	return error_set(err, code, DOING, why,
			 code == -EEXIST ? "give a name that is not taken" : "");
}

int channel_record(const char *path, struct channel *channel, struct meiprov_error *err)
{
	struct recorder *rec = calloc(1, sizeof(*rec));

	if (!rec)
		return error_errno(err, -ENOMEM, DOING);
	rec->file = create(path);
	if (!rec->file) {
		free(rec);
		return cannot(-errno, path, err);
	}
	clock_gettime(CLOCK_MONOTONIC, &rec->begin);
	fprintf(rec->file, "%s\n# %s %s\n", RECORD_MAGIC, channel->ops->kind, channel->node);
	rec->inner = *channel;
	channel->ops = &recorder_ops;
	channel->ctx = rec;
	return 0;
}
