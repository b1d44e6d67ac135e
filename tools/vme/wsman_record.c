// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * IPS_TLSProvisioningRecord: who configured the device. The order of a chain's
 * serial numbers is the issuer's first, without the zeros at their ends.
 */
#include "tools/vme/wsman_record.h"

#include <stdio.h>
#include <time.h>
#include "tools/vme/amt.h"
#include "tools/vme/wsman_class.h"
#include "tools/vme/wsman_xml.h"

#define MODE_PKI 2

static size_t count(const struct wsman_call *call)
{
	return call->amt->audit.exists;
}

static size_t digest_len(uint8_t algorithm)
{
	return algorithm == 1 ? 20 : algorithm == 2 ? 32 : 48;
}

static void write_serials(struct wsman_call *call, const struct amt_audit *audit)
{
	size_t i, len;

	for (i = 0; i < AMT_CA_SERIALS; i++) {
		for (len = AMT_SERIAL_LEN; len && !audit->serials[i][len - 1]; len--)
			;
		if (len)
			xml_leaf_base64(call->out, call->prefix, "CaCertificateSerials",
					audit->serials[i], len);
	}
}

static void write_time(struct wsman_call *call, const struct amt_audit *audit)
{
	time_t when = audit->time;
	char text[40];
	struct tm tm;

	gmtime_r(&when, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	xml_open(call->out, call->prefix, "TimeStamp");
	xml_raw(call->out, "<i:Datetime xmlns:i=\"http://schemas.dmtf.org/wbem/wscim/1/common\">");
	xml_text(call->out, text);
	xml_raw(call->out, "</i:Datetime>");
	xml_close(call->out, call->prefix, "TimeStamp");
}

void wsman_record_write(struct wsman_call *call)
{
	const struct amt_audit *audit = &call->amt->audit;
	struct xml_out *out = call->out;
	const char *p = call->prefix;

	xml_leaf_bool(out, p, "AdditionalCaSerialNums", audit->more_serials);
	write_serials(call, audit);
	xml_leaf_bool(out, p, "HashIsOemDefault", audit->hash_is_default);
	xml_leaf_bool(out, p, "HostInitiated", audit->host_initiated);
	xml_leaf_bool(out, p, "IsTimeValid", audit->time_valid);
	xml_leaf(out, p, "ProvServerFQDN", audit->server_cn);
	xml_leaf(out, p, "ProvServerIP", audit->server_ip);
	xml_leaf_u64(out, p, "ProvisioningTLSMode", MODE_PKI);
	xml_leaf_bool(out, p, "SecureDNS", audit->secure_dns);
	xml_leaf_base64(out, p, "SelectedHashData", audit->digest,
			digest_len(audit->hash_algorithm));
	xml_leaf_u64(out, p, "SelectedHashType", audit->hash_algorithm);
	write_time(call, audit);
}

static void record(struct wsman_call *call, size_t i)
{
	xml_leaf(call->out, call->prefix, "ElementName", "Intel(r) TLS Provisioning Record");
	xml_leaf(call->out, call->prefix, "InstanceID", "Intel(r) TLS Provisioning Record");
	wsman_record_write(call);
}

const struct wsman_class wsman_provisioning_record = {
	.name = "IPS_TLSProvisioningRecord",
	.count = count,
	.write = record,
};
