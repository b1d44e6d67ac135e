// SPDX-License-Identifier: GPL-2.0-or-later
/* Why a device behind --remote did not do it, and what to do about it. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "remote.h"

int remote_error(const struct remote *remote, struct meiprov_error *err, int code, const char *next,
		 const char *why, ...)
{
	va_list args;

	memset(err, 0, sizeof(*err));
	err->code = code;
	snprintf(err->doing, sizeof(err->doing), "%s at %.40s", remote->doing,
		 remote->options.host);
	snprintf(err->next, sizeof(err->next), "%s", next);
	va_start(args, why);
	vsnprintf(err->why, sizeof(err->why), why, args);
	va_end(args);
	return code;
}

int remote_bad_value(const struct remote *remote, const char *name, struct meiprov_error *err)
{
	return remote_error(remote, err, -EBADMSG, "is it AMT that answers there?",
			    "the answer has no %s, or not in its form", name);
}

int remote_unproven(struct meiprov_error *err)
{
	char why[sizeof(err->why)];

	memcpy(why, err->why, sizeof(why));
	err->code = -ECANCELED;
	snprintf(err->why, sizeof(err->why), "AMT took it, and cannot be asked again: %.200s", why);
	return err->code;
}

/* --- faults --- */

static const struct {
	const char *code;
	const char *next;
} faults[] = {
	{ "AccessDenied", "AMT does not do this to that, or not for this user: defaults cannot be "
			  "deleted, only disabled, and only an administrator may change anything" },
	{ "AlreadyExists", "it is there already: see hash list" },
	{ "QuotaLimit", "all slots for hashes of one's own are taken: delete one" },
	{ "MaxLimitReached", "all slots for hashes of one's own are taken: delete one" },
	{ "InvalidRepresentation", "AMT takes no such value: a hash must have the length of its "
				   "algorithm, and releases from 16 on take no SHA-1" },
	{ "InvalidSelectors", "it has gone meanwhile: see hash list" },
	{ "DestinationUnreachable", "this AMT does not have the class: it is older than release 3, "
				    "or not configured" },
	{ "ActionNotSupported", "this AMT does not offer that for the class" },
};

static const char *fault_next(const struct wsman_reply *reply)
{
	const char *code = wsman_reply_fault_code(reply);

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (!strcmp(code, faults[i].code))
			return faults[i].next;
	return "";
}

/* --- the rest --- */

static const struct {
	int code;
	const char *next;
} outcomes[] = {
	[WSMAN_UNAUTHORIZED] = { -EACCES, "--user and the password are those of AMT, set when it "
					  "was configured; not those of the machine's system" },
	[WSMAN_HTTP] = { -EPROTO, "is it AMT that answers there?" },
	[WSMAN_BAD_REPLY] = { -EBADMSG, "is it AMT that answers there?" },
	[WSMAN_CONNECT] = { -EHOSTUNREACH,
			    "is AMT configured there, and the way to it open? TLS is on port "
			    "16993" },
	[WSMAN_TLS] = { -EPROTO, "is it AMT that answers there, and with TLS?" },
	[WSMAN_TIMEOUT] = { -ETIMEDOUT, "--timeout MS gives it more time" },
	[WSMAN_LOST] = { -ECONNRESET, "repeat it" },
	[WSMAN_LOCAL] = { -EIO, "" },
};

/* A device that does without TLS is an exception: others have no such port, or end it. */
static const char *what_next(const struct remote *remote, enum wsman_outcome outcome)
{
	if (remote->options.plain && (outcome == WSMAN_CONNECT || outcome == WSMAN_LOST))
		return "without TLS AMT answers on port 16992, where a server has allowed it, and "
		       "newer releases never: leave out --plain, and say by --ca or --pin which "
		       "certificate to take";
	return outcomes[outcome].next;
}

static bool changes(const struct wsman_request *req)
{
	return req->op != WSMAN_GET && req->op != WSMAN_ENUMERATE && req->op != WSMAN_PULL;
}

static int not_trusted(const struct remote *remote, struct meiprov_error *err)
{
	char text[WSMAN_PIN_TEXT_SIZE], next[256];

	if (!remote->trust.seen)
		return remote_error(remote, err, -EKEYREJECTED, "", "%s", remote->trust.why);
	wsman_pin_format(remote->trust.digest, text);
	snprintf(next, sizeof(next),
		 "--ca FILE names who vouches for it; if the device itself shows this SHA-256, "
		 "--pin %s",
		 text);
	return remote_error(remote, err, -EKEYREJECTED, next, "its certificate is not trusted: %s",
			    remote->trust.why);
}

int remote_failed(const struct remote *remote, const struct wsman_request *req,
		  const struct wsman_result *result, struct meiprov_error *err)
{
	bool unknown = result->sent || result->outcome == WSMAN_BAD_REPLY;

	if (result->outcome == WSMAN_FAULT)
		return remote_error(remote, err, -EREMOTEIO, fault_next(result->reply),
				    "AMT refused: %s", result->why);
	if (*remote->trust.why)
		return not_trusted(remote, err);
	if (changes(req) && unknown)
		return remote_error(remote, err, -ECANCELED,
				    "look at what is there before it is "
				    "repeated",
				    "it was sent, and its outcome is unknown: %s", result->why);
	return remote_error(remote, err, outcomes[result->outcome].code,
			    what_next(remote, result->outcome), "%s", result->why);
}
