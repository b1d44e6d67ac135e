/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
/* Numbers and strings on the wire, for the parts of the codec. */
#ifndef MEI_PROV_AMTHI_WIRE_H
#define MEI_PROV_AMTHI_WIRE_H

#include "amthi.h"

/* Offsets in every message. */
#define AT_COMMAND		4
#define AT_LENGTH		8
#define AT_STATUS		12
#define AT_DATA			16

/* Where the string of a reply begins: it is the last thing in it. */
#define TCPIP_AT_DOMAIN		40
#define REMOTE_ACCESS_AT_MPS	28
#define CONFIG_SERVER_AT_FQDN	64
#define AUDIT_AT_FQDN		213
#define FQDN_AT_FQDN		36

static inline __u32 get16(const __u8 *at)
{
	return at[0] | (__u32)at[1] << 8;
}

static inline __u32 get32(const __u8 *at)
{
	return get16(at) | get16(at + 2) << 16;
}

/* The ANSI string {u16 length, text} that fills a message from @at on: into
 * @out, padded with zeros, as amthi_decode_string().
 */
int amthi_text_at(const void *buf, size_t len, size_t at, char *out, size_t size);

#endif /* MEI_PROV_AMTHI_WIRE_H */
