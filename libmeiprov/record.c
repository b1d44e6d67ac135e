// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <string.h>

#include "record.h"
#include "uapi/amthi/amthi_wire.h"

static const struct {
	int code;
	const char *name;
} errnos[] = {
	{ -EBUSY, "EBUSY" },	     { -ENOENT, "ENOENT" },	  { -ENODEV, "ENODEV" },
	{ -ETIMEDOUT, "ETIMEDOUT" }, { -ECANCELED, "ECANCELED" }, { -EINTR, "EINTR" },
	{ -EACCES, "EACCES" },	     { -EMSGSIZE, "EMSGSIZE" },	  { -EIO, "EIO" },
};

const char *record_errno_name(int code)
{
	for (size_t i = 0; i < sizeof(errnos) / sizeof(errnos[0]); i++)
		if (errnos[i].code == code)
			return errnos[i].name;
	return "EIO";
}

int record_errno(const char *name)
{
	for (size_t i = 0; i < sizeof(errnos) / sizeof(errnos[0]); i++)
		if (!strcmp(errnos[i].name, name))
			return errnos[i].code;
	return 0;
}

/* Everything behind the length of the password: amthi.md 2A. */
size_t record_secret_at(const uint8_t *request, size_t len)
{
	size_t at = AMTHI_HEADER_SIZE + 2;

	if (len < AT_LENGTH || get32(request + AT_COMMAND) != AMTHI_SET_PROVISIONING_OTP)
		return len;
	return at < len ? at : len;
}
