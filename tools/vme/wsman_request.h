/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A WS-Management request, read from the bytes of a stranger. */
#ifndef VME_WSMAN_REQUEST_H
#define VME_WSMAN_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <libxml/tree.h>
#include "tools/vme/wsman_fault.h"

#define NS_SOAP	       "http://www.w3.org/2003/05/soap-envelope"
#define NS_ADDRESSING  "http://schemas.xmlsoap.org/ws/2004/08/addressing"
#define NS_WSMAN       "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
#define NS_TRANSFER    "http://schemas.xmlsoap.org/ws/2004/09/transfer"
#define NS_ENUMERATION "http://schemas.xmlsoap.org/ws/2004/09/enumeration"

#define WSMAN_DEPTH_MAX	     24 /* nested elements */
#define WSMAN_ELEMENTS_MAX   1024
#define WSMAN_ATTRIBUTES_MAX 32	   /* of one element */
#define WSMAN_ENVELOPE_MIN   50000 /* least MaxEnvelopeSize AMT takes */

struct wsman_request {
	xmlDoc *doc;
	char *action;
	char *resource;	    /* ResourceURI */
	char *message_id;   /* verbatim */
	xmlNode *selectors; /* the SelectorSet or NULL */
	xmlNode *payload;   /* first element of Body or NULL */
};

/*
 * Read @len bytes at @text. WSMAN_NO_FAULT, or what to answer; message_id may be
 * set even then. Free with wsman_request_free() in any case.
 */
enum wsman_fault wsman_request_read(struct wsman_request *req, const char *text, size_t len);
void wsman_request_free(struct wsman_request *req);

/* First child element of that local name; @ns NULL = any namespace. */
xmlNode *wsman_child(const xmlNode *parent, const char *ns, const char *name);

/* The text inside @node without blanks at its ends; NULL when there is no node.
 * Free with wsman_string_free(), which wipes it.
 */
char *wsman_string(const xmlNode *node);
void wsman_string_free(char *text);

/* Value of the selector @name or NULL; free as above. */
char *wsman_selector(const struct wsman_request *req, const char *name);

#endif /* VME_WSMAN_REQUEST_H */
