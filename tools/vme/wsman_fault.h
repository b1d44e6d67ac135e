/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SOAP faults of the WS-Management engine (protocol.md 5.1). */
#ifndef VME_WSMAN_FAULT_H
#define VME_WSMAN_FAULT_H

struct xml_out;

enum wsman_fault {
	WSMAN_NO_FAULT,
	WSMAN_SCHEMA, /* not a WS-Man envelope */
	WSMAN_MUST_UNDERSTAND,
	WSMAN_NO_ROUTE, /* DestinationUnreachable */
	WSMAN_ACTION_NOT_SUPPORTED,
	WSMAN_HEADER_REQUIRED,
	WSMAN_INVALID_PARAMETER,
	WSMAN_INVALID_SELECTORS,
	WSMAN_INVALID_CONTEXT,
	WSMAN_ENCODING_LIMIT,
	WSMAN_UNSUPPORTED_FEATURE,
	WSMAN_INVALID_REPRESENTATION,
	WSMAN_ALREADY_EXISTS,
	WSMAN_ACCESS_DENIED,
	WSMAN_QUOTA_LIMIT,
	WSMAN_CONCURRENCY, /* in use */
	WSMAN_INTERNAL,
	WSMAN_FAULTS
};

struct wsman_fault_info {
	int http_status;
	const char *action;
	const char *code;    /* a:Sender, a:Receiver … */
	const char *subcode; /* with its prefix; NULL = none */
	const char *reason;
};

const struct wsman_fault_info *wsman_fault_info(enum wsman_fault fault);

#endif /* VME_WSMAN_FAULT_H */
