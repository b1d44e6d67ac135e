/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The form of a record, which channel_record() writes and channel_replay() reads:
 * lines of text, each an event with its time in seconds since the first.
 *
 *	meiprov-record 1	the first line
 *	# ...			a remark, ignored
 *	= TIME			a connection was made
 *	= TIME ERRNO		it was not: EBUSY, ...
 *	> TIME HEX		a request; ** is a byte of a secret, which is left out
 *	< TIME HEX		the reply to it
 *	! TIME ERRNO		there was none
 */
#ifndef MEIPROV_RECORD_H
#define MEIPROV_RECORD_H

#include <stddef.h>
#include <stdint.h>

#define RECORD_MAGIC "meiprov-record 1"

/* "EBUSY" for -EBUSY; "EIO" for one that has no name here. */
const char *record_errno_name(int code);
/* -EBUSY for "EBUSY"; 0 for a name that is not known here. */
int record_errno(const char *name);

/* Offset of the first secret byte of a request of @len bytes; @len if none is. */
size_t record_secret_at(const uint8_t *request, size_t len);

#endif /* MEIPROV_RECORD_H */
