/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside the engine: what wsman.c and the operations share. */
#ifndef VME_WSMAN_EXCHANGE_H
#define VME_WSMAN_EXCHANGE_H

#include "tools/vme/wsman.h"
#include "tools/vme/wsman_class.h"
#include "tools/vme/wsman_request.h"
#include "tools/vme/wsman_xml.h"

#define WSMAN_CLASS_NAME_MAX   80
#define WSMAN_ENUMERATIONS_MAX 16 /* open at once, oldest forgotten */

struct wsman_enumeration {
	uint32_t id; /* 0 = free */
	char class_name[WSMAN_CLASS_NAME_MAX];
	size_t next;
};

struct wsman {
	struct amt *amt;
	uint64_t messages;
	uint32_t enumeration_ids;
	struct wsman_enumeration *enumerations; /* NULL before the first */
};

/* One request on its way. */
struct exchange {
	struct wsman *wsman;
	struct wsman_request req;
	const char *class_name;		 /* inside req.resource */
	const struct wsman_class *class; /* NULL: known form, no table */
	struct wsman_call call;
	struct xml_out out;
};

/* The name of the class in a ResourceURI; NULL if it is none. */
const char *wsman_uri_class(const char *uri);

/* --- wsman_envelope.c --- */
void wsman_envelope_open(struct exchange *ex, const char *action, const char *suffix,
			 const char *body_ns);
void wsman_envelope_close(struct exchange *ex);
void wsman_answer_fault(struct exchange *ex, enum wsman_fault fault);
/* A reference to an instance of @class_name as element @name; @key NULL: the only one. */
void wsman_epr_write(struct xml_out *out, const char *prefix, const char *name,
		     const char *class_name, const char *key, const char *value);

/* --- wsman_transfer.c --- */
size_t wsman_count(struct exchange *ex);
void wsman_instance_write(struct exchange *ex, const char *prefix, size_t i);
enum wsman_fault wsman_get(struct exchange *ex);
enum wsman_fault wsman_put(struct exchange *ex);
enum wsman_fault wsman_create(struct exchange *ex);
enum wsman_fault wsman_delete(struct exchange *ex);

/* --- wsman_property.c --- */
void wsman_properties_write(struct wsman_call *call, const struct wsman_class *class, size_t i);
/* Check, then apply, all that the request's body names. */
enum wsman_fault wsman_properties_put(struct wsman_call *call, const struct wsman_class *class,
				      size_t i);

/* --- wsman_enumerate.c --- */
enum wsman_fault wsman_enumerate(struct exchange *ex);
enum wsman_fault wsman_pull(struct exchange *ex);
enum wsman_fault wsman_release(struct exchange *ex);

#endif /* VME_WSMAN_EXCHANGE_H */
