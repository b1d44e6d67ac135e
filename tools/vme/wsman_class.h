/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a class hangs on the engine; a new one is a new table. */
#ifndef VME_WSMAN_CLASS_H
#define VME_WSMAN_CLASS_H

#include <stddef.h>
#include <stdint.h>
#include "tools/vme/wsman_fault.h"

struct amt;
struct wsman_request;
struct xml_out;

#define WSMAN_CLASS_PREFIX "g" /* of a class's own elements in answers */
#define WSMAN_ITEM_PREFIX  "h" /* the same inside a PullResponse */

/* Return values of AMT methods beyond those of amt.h (protocol.md 5.2). */
#define PT_SUCCESS	     0
#define PT_INTERNAL_ERROR    1
#define PT_NOT_PERMITTED     16
#define PT_INVALID_NAME	     12
#define PT_INVALID_PARAMETER 36
#define PT_INVALID_PASSWORD  2054

struct wsman_call {
	struct amt *amt;
	const struct wsman_request *req;
	int64_t *clock_offset_s; /* device time minus host time */
	struct xml_out *out;	 /* instance or output parameters */
	const char *prefix;	 /* of the elements in @out */
	enum wsman_fault fault;	 /* set by a method: refuse instead */
};

struct wsman_method {
	const char *name;
	/* Adds output parameters to @out, returns ReturnValue. */
	uint32_t (*run)(struct wsman_call *call);
};

struct wsman_class {
	const char *name;
	const char *key; /* selector of an instance; NULL: one only */
	size_t (*count)(const struct amt *amt);
	/* Value of @key of instance @i. */
	const char *(*key_of)(const struct amt *amt, size_t i);
	/* Properties of instance @i to @out. */
	void (*write)(struct wsman_call *call, size_t i);
	const struct wsman_method *methods; /* ended by a NULL name */
};

extern const struct wsman_class wsman_general_settings;
extern const struct wsman_class wsman_software_identity;
extern const struct wsman_class wsman_setup_service;
extern const struct wsman_class wsman_authorization;
extern const struct wsman_class wsman_time_sync;

/* Input parameter @name of a method; NULL when absent. Free with
 * wsman_string_free().
 */
char *wsman_input(const struct wsman_call *call, const char *name);

#endif /* VME_WSMAN_CLASS_H */
