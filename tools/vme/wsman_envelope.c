// SPDX-License-Identifier: GPL-2.0-or-later
/* Envelopes, faults and references, in the form of hardware (protocol.md 5.1). */
#include <inttypes.h>
#include <stdio.h>
#include "tools/vme/wsman_exchange.h"

#define WSMAN_ANONYMOUS NS_ADDRESSING "/role/anonymous"

void wsman_envelope_open(struct exchange *ex, const char *action, const char *suffix,
			 const char *body_ns)
{
	struct xml_out *out = &ex->out;
	char id[64];

	xml_raw(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
		     "<a:Envelope xmlns:a=\"" NS_SOAP "\" xmlns:b=\"" NS_ADDRESSING
		     "\" xmlns:c=\"" NS_WSMAN "\" xmlns:d=\"" NS_ENUMERATION
		     "\" xmlns:e=\"" NS_TRANSFER "\"");
	if (body_ns) {
		xml_raw(out, " xmlns:" WSMAN_CLASS_PREFIX "=\"");
		xml_text(out, body_ns);
		xml_raw(out, "\"");
	}
	xml_raw(out, "><a:Header><b:To>" WSMAN_ANONYMOUS "</b:To>");
	if (ex->req.message_id)
		xml_leaf(out, "b", "RelatesTo", ex->req.message_id);
	xml_raw(out, "<b:Action a:mustUnderstand=\"true\">");
	xml_text(out, action);
	xml_raw(out, suffix);
	xml_raw(out, "</b:Action>");
	snprintf(id, sizeof(id), "uuid:00000000-8086-8086-8086-%012" PRIX64,
		 ++ex->wsman->messages & UINT64_C(0xffffffffffff));
	xml_leaf(out, "b", "MessageID", id);
	if (ex->req.resource)
		xml_leaf(out, "c", "ResourceURI", ex->req.resource);
	xml_raw(out, "</a:Header><a:Body>");
}

void wsman_envelope_close(struct exchange *ex)
{
	xml_raw(&ex->out, "</a:Body></a:Envelope>");
}

void wsman_answer_fault(struct exchange *ex, enum wsman_fault fault)
{
	const struct wsman_fault_info *info = wsman_fault_info(fault);
	struct xml_out *out = &ex->out;

	xml_drop(out);
	wsman_string_free(ex->req.resource); /* faults carry none */
	ex->req.resource = NULL;
	wsman_envelope_open(ex, info->action, "", NULL);
	xml_raw(out, "<a:Fault><a:Code>");
	xml_leaf(out, "a", "Value", info->code);
	if (info->subcode) {
		xml_raw(out, "<a:Subcode>");
		xml_leaf(out, "a", "Value", info->subcode);
		xml_raw(out, "</a:Subcode>");
	}
	xml_raw(out, "</a:Code><a:Reason><a:Text xml:lang=\"en-US\">");
	xml_text(out, info->reason);
	xml_raw(out, "</a:Text></a:Reason><a:Detail></a:Detail></a:Fault>");
	wsman_envelope_close(ex);
}

void wsman_epr_write(struct xml_out *out, const char *prefix, const char *name,
		     const char *class_name, const char *key, const char *value)
{
	char uri[WSMAN_URI_MAX];

	wsman_class_uri(class_name, uri);
	xml_open(out, prefix, name);
	xml_leaf(out, "b", "Address", WSMAN_ANONYMOUS);
	xml_raw(out, "<b:ReferenceParameters>");
	xml_leaf(out, "c", "ResourceURI", uri);
	if (key) {
		xml_raw(out, "<c:SelectorSet><c:Selector Name=\"");
		xml_text(out, key);
		xml_raw(out, "\">");
		xml_text(out, value);
		xml_raw(out, "</c:Selector></c:SelectorSet>");
	}
	xml_raw(out, "</b:ReferenceParameters>");
	xml_close(out, prefix, name);
}
