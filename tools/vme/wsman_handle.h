/* SPDX-License-Identifier: GPL-2.0-or-later */
/* InstanceIDs that end in a handle, and references to them. */
#ifndef VME_WSMAN_HANDLE_H
#define VME_WSMAN_HANDLE_H

#include <stdint.h>
#include <libxml/tree.h>

#define WSMAN_KEY_HANDLE  "Intel(r) AMT Key: Handle: "
#define WSMAN_CERT_HANDLE "Intel(r) AMT Certificate: Handle: "

/* The number behind @prefix in the InstanceID @reference selects; 0 or -EINVAL. */
int wsman_handle_read(const xmlNode *reference, const char *prefix, uint32_t *handle);
/* The selector @name in @reference, or NULL; free with wsman_string_free(). */
char *wsman_reference_key(const xmlNode *reference, const char *name);

#endif /* VME_WSMAN_HANDLE_H */
