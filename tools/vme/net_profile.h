/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a firmware generation takes on the provisioning port; part of its profile. */
#ifndef VME_NET_PROFILE_H
#define VME_NET_PROFILE_H

#include <stdbool.h>

struct net_profile {
	int tls_min; /* OpenSSL version numbers */
	int tls_max;
	bool sha1; /* SHA-1 in the chain and as root hash */
	int rsa_bits_min;
};

/* The profile of a version text such as "12.0.49". */
const struct net_profile *net_profile_of(const char *fw_version);

#endif /* VME_NET_PROFILE_H */
