// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>
#include <openssl/ssl.h>
#include "tools/vme/amthi_answer.h"
#include "tools/vme/profile.h"

static const char *tls_name(int version)
{
	switch (version) {
	case TLS1_VERSION:
		return "1.0";
	case TLS1_1_VERSION:
		return "1.1";
	case TLS1_2_VERSION:
		return "1.2";
	default:
		return "?";
	}
}

static const char *hashes_name(enum profile_hashes hashes)
{
	switch (hashes) {
	case PROFILE_HASHES_8:
		return "8";
	case PROFILE_HASHES_11:
		return "11";
	default:
		return "12";
	}
}

static void list_one(const struct vme_profile *profile, FILE *out)
{
	const struct net_profile *net = &profile->net;

	fprintf(out, "%-6s version %s.%s, PCI %s, HBM %s, %zu commands, %s + %s slots\n",
		profile->name, profile->version, profile->build, profile->device_id, profile->hbm,
		amthi_known(profile->version), profile->factory_slots, profile->user_slots);
	fprintf(out, "       hash set %s, TLS %s to %s, SHA-1 %s, RSA from %d bits\n",
		hashes_name(profile->hashes), tls_name(net->tls_min), tls_name(net->tls_max),
		net->sha1 ? "taken" : "refused", net->rsa_bits_min);
	fprintf(out, "       %s in setup, host may switch ZTC off: %s, suffix %s%s\n",
		profile->setup_digest ? "digest" : "no digest", profile->os_ztc_off ? "yes" : "no",
		profile->keeps_suffix ? "survives" : "is wiped",
		strcmp(profile->name, VME_PROFILE_DEFAULT) ? "" : "; the default");
}

void vme_profile_list(FILE *out)
{
	const struct vme_profile *profile;

	for (profile = vme_profiles; profile->name; profile++)
		list_one(profile, out);
}
