// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Generations of the network face; sources: protocol.md 3.1, 3.2, 3.3.2.
 *
 * AMT 12 is documented with TLS 1.1 too; it is left off, every peer known can
 * speak 1.2. TLS 1.3 is documented for none: in 1.3 a client takes the
 * handshake for done before the device has judged its chain.
 * CSME 16.1 and later are documented to keep the self-signed certificate as
 * TLS server certificate in POST; what older ones present before the SCA has
 * installed one is not published, so all generations here keep it.
 */
#include "tools/vme/net_profile.h"

#include <stddef.h>
#include <stdlib.h>
#include <openssl/ssl.h>

static const struct net_profile profiles[] = {
	{ 16, TLS1_2_VERSION, TLS1_2_VERSION, false, 2048 },
	{ 12, TLS1_2_VERSION, TLS1_2_VERSION, true, 1024 },
	{ 0, TLS1_VERSION, TLS1_1_VERSION, true, 1024 },
};

const struct net_profile *net_profile_of(const char *fw_version)
{
	unsigned long major = strtoul(fw_version, NULL, 10);
	size_t i = 0;

	while (profiles[i].from_major > major)
		i++;
	return &profiles[i];
}
