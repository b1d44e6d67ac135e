/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a class hangs on the engine: a row in wsman_classes.c, and a table of
 * properties. What a property does not say itself the engine does: show it, check
 * what a Put brings, keep it.
 */
#ifndef VME_WSMAN_CLASS_H
#define VME_WSMAN_CLASS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "tools/vme/wsman_fault.h"

struct amt;
struct net_settings;
struct wsman_request;
struct xml_out;

#define WSMAN_CLASS_PREFIX "g" /* of a class's own elements in answers */
#define WSMAN_ITEM_PREFIX  "h" /* the same inside a PullResponse */

/* Return values of AMT methods beyond those of amt.h (protocol.md 5.2). */
#define PT_SUCCESS	       0
#define PT_INTERNAL_ERROR      1
#define PT_NOT_PERMITTED       16
#define PT_INVALID_NAME	       12
#define PT_MAX_LIMIT_REACHED   23
#define PT_INVALID_INDEX       35
#define PT_INVALID_PARAMETER   36
#define PT_INVALID_PASSWORD    2054
#define PT_INVALID_REALM       2055
#define PT_DUPLICATE	       2058
#define PT_PKI_GENERATING_KEYS 2061
#define PT_INVALID_KEY	       2062
#define PT_INVALID_CERT	       2063
#define PT_UNSUPPORTED	       2066
#define PT_NOT_FOUND	       2068

struct wsman_call {
	struct amt *amt;
	struct net_settings *settings;
	const struct wsman_request *req;
	struct xml_out *out;	/* instance or output parameters */
	const char *prefix;	/* of the elements in @out */
	enum wsman_fault fault; /* set by a method: refuse instead */
	bool wait;		/* set by a method: run it again when woken */
	bool tls_changed;	/* set by CommitChanges */
};

enum wsman_type { WSMAN_TEXT, WSMAN_NUMBER, WSMAN_BOOL, WSMAN_LIST };

#define WSMAN_LIST_MAX	256 /* of all elements with commas between */
#define WSMAN_READ_ONLY 0

struct wsman_property {
	const char *name;
	enum wsman_type type;
	const char *initial; /* NULL: not shown before it is set */
	uint32_t max;	     /* longest text, greatest number, WSMAN_READ_ONLY */
	/* Its value is elsewhere: write the element of instance @i. */
	void (*show)(struct wsman_call *call, const struct wsman_property *property, size_t i);
	/* Goes elsewhere. Called twice: to check, and with @apply to do it. */
	enum wsman_fault (*put)(struct wsman_call *call, size_t i, const char *value, bool apply);
};

struct wsman_method {
	const char *name;
	/* Adds output parameters to @out, returns ReturnValue. */
	uint32_t (*run)(struct wsman_call *call);
	unsigned int until; /* the last release that has it; 0: all have */
};

#define WSMAN_KEY_MAX 80

struct wsman_class {
	const char *name;
	const char *key; /* selector of an instance; NULL: one only */
	/* NULL: always one */
	size_t (*count)(const struct wsman_call *call);
	/* Value of @key of instance @i. */
	void (*key_of)(const struct wsman_call *call, size_t i, char key[WSMAN_KEY_MAX]);
	const struct wsman_property *properties; /* ended by a NULL name */
	/* After the properties: what is not plain. */
	void (*write)(struct wsman_call *call, size_t i);
	/* Of a Put whose properties are right each by itself: do they go together? */
	enum wsman_fault (*check)(struct wsman_call *call, size_t i);
	/* A Put that has to do with more than properties. */
	enum wsman_fault (*put)(struct wsman_call *call, size_t i);
	/* The new instance's number in @i. */
	enum wsman_fault (*create)(struct wsman_call *call, size_t *i);
	enum wsman_fault (*remove)(struct wsman_call *call, size_t i);
	const struct wsman_method *methods; /* ended by a NULL name */
};

/* NULL when no table knows it. */
const struct wsman_class *wsman_class_named(const char *name);
/* The ResourceURI of a class, whose name says which schema it is of. */
#define WSMAN_URI_MAX 160
void wsman_class_uri(const char *name, char uri[WSMAN_URI_MAX]);

/* The child @name of what the request carries; NULL when absent. Free with
 * wsman_string_free().
 */
char *wsman_input(const struct wsman_call *call, const char *name);
/* -ENOENT: absent, -EINVAL: not a number up to @max. */
int wsman_input_number(const struct wsman_call *call, const char *name, uint32_t max,
		       uint32_t *value);
/* "true" and "1", "false" and "0", in any case; else -EINVAL. */
int wsman_read_bool(const char *text, bool *value);
int wsman_read_number(const char *text, uint32_t max, uint32_t *value);
/* The bytes of base64 @text, from malloc, to be wiped and freed; NULL if it is none. */
void *wsman_read_base64(const char *text, size_t *len);

#endif /* VME_WSMAN_CLASS_H */
