// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/wsman_fault.h"

#define ADDRESSING_FAULT "http://schemas.xmlsoap.org/ws/2004/08/addressing/fault"
#define WSMAN_FAULT	 "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault"
#define TRANSFER_FAULT	 "http://schemas.xmlsoap.org/ws/2004/09/transfer/fault"
#define ENUM_FAULT	 "http://schemas.xmlsoap.org/ws/2004/09/enumeration/fault"

/* Prefixes: a SOAP, b addressing, c WS-Man, d enumeration, e transfer (see
 * wsman_envelope_open). */
static const struct wsman_fault_info faults[WSMAN_FAULTS] = {
	[WSMAN_SCHEMA] = { 400, WSMAN_FAULT, "a:Sender", "c:SchemaValidationError",
			   "The supplied SOAP violates the corresponding XML schema definition." },
	[WSMAN_MUST_UNDERSTAND] = { 400, WSMAN_FAULT, "a:MustUnderstand", 0,
				    "A mandatory header is not understood." },
	[WSMAN_NO_ROUTE] = { 400, ADDRESSING_FAULT, "a:Sender", "b:DestinationUnreachable",
			     "No route can be determined to reach the destination role defined by the WSAddressing To." },
	[WSMAN_ACTION_NOT_SUPPORTED] = { 400, ADDRESSING_FAULT, "a:Sender", "b:ActionNotSupported",
					 "The action is not supported by the service." },
	[WSMAN_HEADER_REQUIRED] = { 400, ADDRESSING_FAULT, "a:Sender",
				    "b:MessageInformationHeaderRequired",
				    "A required header is missing." },
	[WSMAN_INVALID_PARAMETER] = { 400, WSMAN_FAULT, "a:Sender", "c:InvalidParameter",
				      "An operation parameter is not valid." },
	[WSMAN_INVALID_SELECTORS] = { 400, WSMAN_FAULT, "a:Sender", "c:InvalidSelectors",
				      "The selectors for the resource are not valid." },
	[WSMAN_INVALID_CONTEXT] = { 400, ENUM_FAULT, "a:Receiver", "d:InvalidEnumerationContext",
				    "The supplied enumeration context is invalid." },
	[WSMAN_ENCODING_LIMIT] = { 400, WSMAN_FAULT, "a:Sender", "c:EncodingLimit",
				   "MaxEnvelopeSize is below the least size this service works with." },
	[WSMAN_UNSUPPORTED_FEATURE] = { 400, WSMAN_FAULT, "a:Sender", "c:UnsupportedFeature",
					"The specified feature is not supported." },
	[WSMAN_INVALID_REPRESENTATION] = { 400, TRANSFER_FAULT, "a:Sender",
					   "e:InvalidRepresentation",
					   "The XML content is not valid for the class." },
	[WSMAN_ALREADY_EXISTS] = { 400, WSMAN_FAULT, "a:Sender", "c:AlreadyExists",
				   "The sender attempted to create a resource which already exists." },
	[WSMAN_ACCESS_DENIED] = { 400, WSMAN_FAULT, "a:Sender", "c:AccessDenied",
				  "The sender was not authorized to access the resource." },
	[WSMAN_QUOTA_LIMIT] = { 400, WSMAN_FAULT, "a:Sender", "c:QuotaLimit",
				"The service is busy servicing other requests or has no room." },
	[WSMAN_CONCURRENCY] = { 400, WSMAN_FAULT, "a:Sender", "c:Concurrency",
				"The action could not be completed because the resource is in use." },
	[WSMAN_INTERNAL] = { 500, WSMAN_FAULT, "a:Receiver", "c:InternalError",
			     "The service cannot comply with the request due to internal processing errors." },
};

const struct wsman_fault_info *wsman_fault_info(enum wsman_fault fault)
{
	return &faults[fault];
}
