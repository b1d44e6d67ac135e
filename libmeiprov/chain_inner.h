/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef MEIPROV_CHAIN_INNER_H
#define MEIPROV_CHAIN_INNER_H

#include <openssl/x509.h>

#include <meiprov/meiprov.h>

/* Certificate @i (0 = leaf), which the chain keeps; NULL beyond the last. */
X509 *chain_cert(const struct meiprov_chain *chain, size_t i);
/* Digest of certificate @i as meiprov_chain_root_digest(). */
int chain_digest(const struct meiprov_chain *chain, size_t i, uint32_t algorithm,
		 uint8_t digest[MEIPROV_DIGEST_MAX]);

#endif /* MEIPROV_CHAIN_INNER_H */
