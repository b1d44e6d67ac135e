/* SPDX-License-Identifier: GPL-2.0-or-later */
/* InstanceIDs that end in a handle, and references to them. */
#ifndef VME_WSMAN_HANDLE_H
#define VME_WSMAN_HANDLE_H

#include <stdbool.h>
#include <stdint.h>
#include <libxml/tree.h>

struct amt;

#define WSMAN_KEY_HANDLE  "Intel(r) AMT Key: Handle: "
#define WSMAN_CERT_HANDLE "Intel(r) AMT Certificate: Handle: "

/*
 * The self-signed certificate of setup, which CSME 16.1 and later show among the others,
 * read-only (protocol.md 3.1). No handle that is given ever gets there.
 */
#define WSMAN_OWN_CERT UINT32_MAX
bool wsman_shows_own_cert(const struct amt *amt);

/* The number behind @prefix in the InstanceID @reference selects; 0 or -EINVAL. */
int wsman_handle_read(const xmlNode *reference, const char *prefix, uint32_t *handle);
/* The selector @name in @reference, or NULL; free with wsman_string_free(). */
char *wsman_reference_key(const xmlNode *reference, const char *name);

#endif /* VME_WSMAN_HANDLE_H */
