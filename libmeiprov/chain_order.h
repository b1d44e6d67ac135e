/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef MEIPROV_CHAIN_ORDER_H
#define MEIPROV_CHAIN_ORDER_H

#include <openssl/x509.h>

/* More than firmware takes (protocol.md 3.3, point 6), and still little. */
#define CHAIN_MAX 16

/**
 * chain_order() - put certificates in order, leaf first
 * @certs: @n different certificates; only their order changes
 * @why: set to the reason when they are refused
 *
 * Every certificate must have its place between one leaf and one self-signed
 * root, and every signature must verify. Expiry does not count, as in firmware.
 * Errors: -ENOENT no leaf or no root, -EINVAL no single chain, or a signature.
 */
int chain_order(X509 *certs[], size_t n, const char **why);

#endif /* MEIPROV_CHAIN_ORDER_H */
