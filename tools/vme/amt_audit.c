// SPDX-License-Identifier: GPL-2.0-or-later
/* The record of who configured the device (protocol.md 3.3, amthi.md 50). */
#include <string.h>
#include "tools/vme/amt_private.h"

void amt_audit_write(struct amt *amt)
{
	const struct amt_tls_verdict *peer = &amt->admitted;
	struct amt_audit *audit = &amt->audit;

	memset(audit, 0, sizeof(*audit));
	audit->exists = true;
	audit->secure_dns = amt->pki_suffix[0];
	audit->host_initiated = amt->priv->host_started;
	audit->hash_algorithm = peer->root.algorithm;
	memcpy(audit->digest, peer->root.digest, sizeof(audit->digest));
	memcpy(audit->serials, peer->serials, sizeof(audit->serials));
	audit->more_serials = peer->more_serials;
	audit->hash_is_default = peer->root.is_default;
	audit->time_valid = peer->time_valid;
	memcpy(audit->server_ip, peer->server_ip, sizeof(audit->server_ip));
	memcpy(audit->server_cn, peer->server_cn, sizeof(audit->server_cn));
	audit->time = vme_clock_utc(&amt->clock);
}
