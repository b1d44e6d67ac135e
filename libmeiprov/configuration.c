// SPDX-License-Identifier: LGPL-2.1-or-later
/* A configuration from its start to its end: what takes minutes, with its progress. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "channel.h"
#include "host_based.h"

#define DOING_NEW    "making ready for configuration"
#define DOING_START  "starting configuration"
#define DOING_FOLLOW "following configuration"

/* Without a distance of the program's own: often at first. */
#define POLL_FIRST_MS 1000
#define POLL_LATER_MS 5000
#define POLL_FIRST    15000

/**
 * struct meiprov_configuration
 * @host_based: argument of a host-based start
 * @certificate: its answer
 * @cancel: an eventfd; readable for ever once it is cancelled
 * @under_way: IN is to be expected: a start was taken, or IN has been seen
 */
struct meiprov_configuration {
	struct meiprov_device *dev;
	enum meiprov_start_kind kind;
	struct mei_prov_start_host_based host_based;
	struct meiprov_host_certificate certificate;
	unsigned int poll_ms;
	meiprov_progress_fn progress;
	void *progress_ctx;
	int cancel;
	bool started;
	bool under_way;
};

/**
 * struct run - one call of start or follow
 * @begin, @deadline: of channel_now()
 */
struct run {
	struct meiprov_configuration *configuration;
	const char *doing;
	int64_t begin;
	int64_t deadline;
};

static struct run run_begin(struct meiprov_configuration *configuration, const char *doing,
			    unsigned int timeout_ms)
{
	int64_t now = channel_now();

	return (struct run){ configuration, doing, now, now + timeout_ms };
}

static void tell(const struct run *run, enum meiprov_progress_type type,
		 const struct meiprov_state *state, const struct meiprov_error *error)
{
	struct meiprov_configuration *c = run->configuration;
	const struct meiprov_progress progress = {
		.type = type,
		.elapsed_ms = (uint64_t)(channel_now() - run->begin),
		.state = state,
		.error = error,
	};

	if (c->progress && !c->progress(c->progress_ctx, &progress))
		meiprov_configuration_cancel(c);
}

static int cancelled(const struct run *run, struct meiprov_error *err)
{
	return error_set(err, -EINTR, run->doing, "it was cancelled",
			 "what runs in the ME goes on until it is stopped");
}

/* Wait @ms unless it is, or gets, cancelled. */
static int pause_ms(const struct run *run, int ms, struct meiprov_error *err)
{
	struct pollfd p = { .fd = run->configuration->cancel, .events = POLLIN };
	int ret = poll(&p, 1, ms);

	if (ret < 0)
		return error_errno(err, -errno, run->doing);
	return ret ? cancelled(run, err) : 0;
}

/* Until the next attempt, but not beyond the deadline. */
static int wait_for_next(const struct run *run, struct meiprov_error *err)
{
	int64_t now = channel_now(), left = run->deadline - now;
	int64_t ms = run->configuration->poll_ms;

	if (!ms)
		ms = now - run->begin < POLL_FIRST ? POLL_FIRST_MS : POLL_LATER_MS;
	if (ms > left)
		ms = left;
	return pause_ms(run, ms < INT_MAX ? (int)ms : INT_MAX, err);
}

static bool is_over(const struct run *run)
{
	return channel_now() >= run->deadline;
}

/* That the time is up, and not @last, is why it ended. */
static int time_is_up(const struct run *run, const char *last, const char *next,
		      struct meiprov_error *err)
{
	char why[sizeof(err->why)];

	snprintf(why, sizeof(why), "not done after %lld s; at last %.200s",
		 (long long)(run->deadline - run->begin) / 1000, last);
	return error_set(err, -ETIMEDOUT, run->doing, why, next);
}

/* --- start --- */

static int start_once(struct meiprov_configuration *c, struct meiprov_error *err)
{
	switch (c->kind) {
	case MEIPROV_START_HOST_BASED:
		return host_based_start(c->dev, &c->host_based, &c->certificate, err);
	case MEIPROV_START_LEGACY:
		return meiprov_start_legacy(c->dev, err);
	default:
		return meiprov_start(c->dev, c->kind == MEIPROV_START_REMOTE_IPV6, err);
	}
}

/* Fills @got. */
static int start_until(const struct run *run, struct meiprov_error *got)
{
	int ret = pause_ms(run, 0, got);

	while (!ret) {
		ret = start_once(run->configuration, got);
		if (!ret || !meiprov_start_retryable(got) || run->deadline == run->begin)
			return ret;
		tell(run, MEIPROV_PROGRESS_NOT_READY, NULL, got);
		if (is_over(run))
			return time_is_up(run, got->why, "repeat it until it succeeds", got);
		ret = wait_for_next(run, got);
	}
	return ret;
}

int meiprov_configuration_start(struct meiprov_configuration *configuration,
				unsigned int timeout_ms, struct meiprov_error *err)
{
	const struct run run = run_begin(configuration, DOING_START, timeout_ms);
	struct meiprov_error got = { 0 };
	int ret = start_until(&run, &got);

	if (ret) {
		if (err)
			*err = got;
		return ret;
	}
	configuration->started = true;
	configuration->under_way = true;
	tell(&run, MEIPROV_PROGRESS_STARTED, NULL, NULL);
	return 0;
}

const struct meiprov_host_certificate *
meiprov_configuration_certificate(const struct meiprov_configuration *configuration)
{
	return configuration->started && configuration->kind == MEIPROV_START_HOST_BASED ?
		       &configuration->certificate :
		       NULL;
}

/* --- follow --- */

/* It may be different next time. */
static bool passes(int code)
{
	static const int codes[] = { EREMOTEIO, EBUSY,	EPROTONOSUPPORT, EBADMSG, ETIMEDOUT,
				     ECANCELED, EPROTO, EMSGSIZE,	 ENOLINK, ENODATA };

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i] == -code)
			return true;
	return false;
}

static bool is_other(const struct meiprov_state *a, const struct meiprov_state *b)
{
	return a->has_provisioning != b->has_provisioning || a->provisioning != b->provisioning ||
	       a->has_control != b->has_control || a->control != b->control;
}

static bool is_in(const struct meiprov_state *state, uint32_t provisioning)
{
	return state->has_provisioning && state->provisioning == provisioning;
}

/* Read it once: 0 go on, 1 done, or a negative errno. */
static int look(const struct run *run, struct meiprov_state *last, bool *known,
		struct meiprov_error *err)
{
	struct meiprov_configuration *c = run->configuration;
	struct meiprov_state state;
	int ret = meiprov_state_get(c->dev, &state, err);

	if (ret && passes(ret))
		tell(run, MEIPROV_PROGRESS_TROUBLE, NULL, err);
	if (ret)
		return passes(ret) ? 0 : ret;
	if (!*known || is_other(&state, last))
		tell(run, MEIPROV_PROGRESS_STATE, &state, NULL);
	*last = state;
	*known = true;
	if (is_in(&state, MEIPROV_STATE_IN))
		c->under_way = true;
	if (c->under_way && is_in(&state, MEIPROV_STATE_PRE))
		return error_set(err, -ECONNABORTED, run->doing,
				 "the state went back to PRE: configuration was stopped, or its "
				 "window has run out",
				 "look at the server's log, then start again");
	return is_in(&state, MEIPROV_STATE_POST);
}

static const char *last_seen(const struct meiprov_state *state, bool known)
{
	static const char *const texts[] = { "the state was PRE", "the state was IN",
					     "the state was POST" };

	if (!known || !state->has_provisioning || state->provisioning > MEIPROV_STATE_POST)
		return "the state was not known";
	return texts[state->provisioning];
}

int meiprov_configuration_follow(struct meiprov_configuration *configuration,
				 unsigned int timeout_ms, struct meiprov_error *err)
{
	const struct run run = run_begin(configuration, DOING_FOLLOW, timeout_ms);
	struct meiprov_state last = { 0 };
	struct meiprov_error got = { 0 };
	bool known = false;
	int ret = pause_ms(&run, 0, &got);

	while (!ret) {
		ret = look(&run, &last, &known, &got);
		if (!ret && is_over(&run))
			ret = time_is_up(&run, last_seen(&last, known),
					 "does the server get the ME's Hello? its log says", &got);
		if (!ret)
			ret = wait_for_next(&run, &got);
	}
	if (ret < 0 && err)
		*err = got;
	return ret < 0 ? ret : 0;
}

/* --- its life --- */

/* Fills in what @options says of the start. */
static int take_kind(struct meiprov_configuration *c,
		     const struct meiprov_configuration_options *options, struct meiprov_error *err)
{
	bool host_based = options->kind == MEIPROV_START_HOST_BASED;

	if ((unsigned int)options->kind > MEIPROV_START_HOST_BASED ||
	    host_based != (options->host_based != NULL))
		return error_set(err, -EINVAL, DOING_NEW, "the kind of start is none",
				 "host_based belongs with a host-based start alone");
	c->kind = options->kind;
	return host_based ? host_based_argument(options->host_based, &c->host_based, err) : 0;
}

int meiprov_configuration_new(struct meiprov_device *dev,
			      const struct meiprov_configuration_options *options,
			      struct meiprov_configuration **out, struct meiprov_error *err)
{
	struct meiprov_configuration made = {
		.dev = dev,
		.poll_ms = options->poll_ms,
		.progress = options->progress,
		.progress_ctx = options->progress_ctx,
	};
	int ret;

	if (options->size != sizeof(*options))
		return error_errno(err, -EINVAL, DOING_NEW);
	ret = take_kind(&made, options, err);
	if (ret)
		return ret;
	*out = malloc(sizeof(**out));
	if (!*out)
		return error_errno(err, -ENOMEM, DOING_NEW);
	made.cancel = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (made.cancel < 0) {
		ret = error_errno(err, -errno, DOING_NEW);
		free(*out);
		*out = NULL;
		return ret;
	}
	**out = made;
	return 0;
}

void meiprov_configuration_free(struct meiprov_configuration *configuration)
{
	if (!configuration)
		return;
	close(configuration->cancel);
	free(configuration);
}

void meiprov_configuration_cancel(struct meiprov_configuration *configuration)
{
	int error = errno;

	eventfd_write(configuration->cancel, 1);
	errno = error;
}
