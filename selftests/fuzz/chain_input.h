/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An input of fuzz_chain is a provisioning chain in the form that its first three bytes
 * name. What is in the way of a mutation is put around it here: base64, signatures,
 * the MAC of a PKCS#12 file and its encryption.
 */
#ifndef SELFTESTS_FUZZ_CHAIN_INPUT_H
#define SELFTESTS_FUZZ_CHAIN_INPUT_H

#include <stddef.h>
#include <stdint.h>
#include <meiprov/meiprov.h>

/*
 * DER  certificates, each behind its length in two bytes, which become PEM
 * SIG  the same, which are made to issue each other and are signed anew
 * P12  a PKCS#12 file with the password "fuzz"
 * NPW  the same without a password
 * SAF  an AuthenticatedSafe of RFC 7292, which becomes such a file with its MAC
 * BAG  SafeContents, which are encrypted and become such a file
 * and all others: a file in PEM or DER.
 */
int chain_input(const uint8_t *data, size_t size, struct meiprov_chain **out,
		struct meiprov_error *err);

#endif /* SELFTESTS_FUZZ_CHAIN_INPUT_H */
