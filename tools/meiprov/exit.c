// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stddef.h>

#include "exit.h"

static const char *const texts[] = {
	[EXIT_DONE] = "done",
	[EXIT_FAILED] = "failed: a fault of kernel, transport or this machine",
	[EXIT_USAGE] = "the command line is wrong",
	[EXIT_REFUSED] = "the firmware got the command and refused it, or never takes it",
	[EXIT_ABSENT] = "no device, no module, or no AMT; --remote: nobody answers there",
	[EXIT_DENIED] = "no permission",
	[EXIT_BUSY] = "another program held the ME's only connection",
	[EXIT_UNKNOWN] = "the command was sent and its reply lost: outcome unknown",
	[EXIT_TIMED_OUT] = "timed out",
	[EXIT_DOUBT] = "check: something could not be read",
	[EXIT_WARNING] = "check: something may stop configuration",
	[EXIT_FINDING] = "check: something stops configuration; hash match: no slot fits",
};

static const struct {
	int code;
	enum exit_status status;
} errnos[] = {
	{ EREMOTEIO, EXIT_REFUSED }, { EOPNOTSUPP, EXIT_REFUSED },  { EHOSTUNREACH, EXIT_ABSENT },
	{ ENOENT, EXIT_ABSENT },     { ENODEV, EXIT_ABSENT },	    { ENXIO, EXIT_ABSENT },
	{ EACCES, EXIT_DENIED },     { EPERM, EXIT_DENIED },	    { EBUSY, EXIT_BUSY },
	{ ECANCELED, EXIT_UNKNOWN }, { ETIMEDOUT, EXIT_TIMED_OUT },
};

enum exit_status exit_status(const struct meiprov_error *err)
{
	for (size_t i = 0; i < sizeof(errnos) / sizeof(errnos[0]); i++)
		if (errnos[i].code == -err->code)
			return errnos[i].status;
	return EXIT_FAILED;
}

const char *exit_text(enum exit_status status)
{
	return status < sizeof(texts) / sizeof(texts[0]) ? texts[status] : NULL;
}
