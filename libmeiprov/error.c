// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "holder.h"
#include "status.h"

static const struct {
	int code;
	const char *why;
	const char *next;
} texts[] = {
	{ EACCES, "permission denied",
	  "run it as root or as user meiprov; group meiprov may read" },
	{ EPERM, "operation not permitted", "run it as root" },
	{ EBUSY, "another program held the ME's only AMTHI connection until the deadline",
	  "stop that program or repeat with a longer timeout" },
	{ ETIMEDOUT, "the deadline passed before the request could be sent",
	  "repeat with a longer timeout; does the ME answer others?" },
	{ ECANCELED, "the request was sent and its reply was lost: its outcome is unknown",
	  "a command that reads can be repeated; after one that changes, read the state first" },
	{ EINTR, "interrupted by a signal; a request that was already sent still completes",
	  "a command that reads can be repeated; after one that changes, read the state first" },
	{ ENOLINK, "the link to the firmware was down until the deadline",
	  "repeat it; if it stays down, look for mei lines in the kernel log" },
	{ ENODEV, "the ME is gone from the bus", "look for mei lines in the kernel log" },
	{ ENXIO, "the ME is gone from the bus", "look for mei lines in the kernel log" },
	{ EMSGSIZE, "the reply has an impossible length",
	  "repeat it; report it if it happens again" },
	{ EPROTO, "the reply belongs to another command",
	  "repeat it; report it if it happens again" },
	{ EPROTONOSUPPORT, "the reply has an unknown version of the protocol",
	  "report it with the firmware's version" },
	{ ENODATA, "the reply lacks its data", "repeat it; report it if it happens again" },
	{ EBADMSG, "the reply contradicts itself", "repeat it; report it if it happens again" },
	{ EAGAIN, "the table changed under each of three readings", "repeat it" },
	{ E2BIG, "the module is older than this library and lacks what was asked for",
	  "update the module" },
	{ EOPNOTSUPP, "the module is older than this library and lacks what was asked for",
	  "update the module" },
	{ ENOTTY, "the module does not know this command",
	  "update the module; is this a meiprov device?" },
	{ ENOENT, "this ME offers no AMTHI client: it has no AMT, or AMT is off",
	  "switch Intel AMT (manageability) on in the BIOS setup, if it is there" },
	{ ENOMSG, "the record holds no reply to this request",
	  "record again, with the same command" },
	{ EINVAL, "an argument is out of range", "" },
	{ ENOMEM, "out of memory", "" },
};

int error_set(struct meiprov_error *err, int code, const char *doing, const char *why,
	      const char *next)
{
	if (!err)
		return code;
	err->code = code;
	err->fw_status = 0;
	snprintf(err->doing, sizeof(err->doing), "%s", doing);
	snprintf(err->why, sizeof(err->why), "%s", why);
	snprintf(err->next, sizeof(err->next), "%s", next);
	return code;
}

/* Name the program, when /proc lets us see it. */
static void add_holder(struct meiprov_error *err)
{
	char holder[HOLDER_TEXT_SIZE];

	if (err && holder_find("", holder, sizeof(holder)))
		snprintf(err->why, sizeof(err->why),
			 "the ME's only AMTHI connection was taken until the deadline; %s", holder);
}

int error_errno(struct meiprov_error *err, int code, const char *doing)
{
	char why[128];

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (texts[i].code != -code)
			continue;
		error_set(err, code, doing, texts[i].why, texts[i].next);
		if (code == -EBUSY)
			add_holder(err);
		return code;
	}
	snprintf(why, sizeof(why), "%s", strerror(-code));
	return error_set(err, code, doing, why, "");
}

static const char *advice(uint32_t fw_status, const struct error_hint *hints)
{
	for (; hints && hints->next; hints++)
		if (hints->status == fw_status)
			return hints->next;
	return status_next(fw_status);
}

int error_refused(struct meiprov_error *err, uint32_t fw_status, const char *doing,
		  const struct error_hint *hints)
{
	const char *name = meiprov_fw_status_name(fw_status);
	char why[256];

	snprintf(why, sizeof(why), "the firmware refused with status 0x%x %s: %s", fw_status,
		 name ? name : "(no known name)", meiprov_fw_status_text(fw_status));
	error_set(err, -EREMOTEIO, doing, why, advice(fw_status, hints));
	if (err)
		err->fw_status = fw_status;
	return -EREMOTEIO;
}
