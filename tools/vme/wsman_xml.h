/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * XML output: one line, everything escaped, no blanks around "=" (MeshCentral's
 * reader splits attributes at blanks). Allocation failures stick in @failed and
 * are looked at once, at the end.
 */
#ifndef VME_WSMAN_XML_H
#define VME_WSMAN_XML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct xml_out {
	char *text; /* NUL-terminated when anything was written */
	size_t len;
	size_t size;
	bool failed;
};

/* Markup as it is; only for constants. */
void xml_raw(struct xml_out *out, const char *markup);
/* Escaped; characters XML cannot carry become "?". */
void xml_text(struct xml_out *out, const char *text);
void xml_open(struct xml_out *out, const char *prefix, const char *name);
void xml_close(struct xml_out *out, const char *prefix, const char *name);

/* Whole elements. */
void xml_leaf(struct xml_out *out, const char *prefix, const char *name, const char *text);
void xml_leaf_u64(struct xml_out *out, const char *prefix, const char *name, uint64_t value);
void xml_leaf_bool(struct xml_out *out, const char *prefix, const char *name, bool value);
void xml_leaf_base64(struct xml_out *out, const char *prefix, const char *name, const void *bytes,
		     size_t len);

/* Wipe and free. */
void xml_drop(struct xml_out *out);

#endif /* VME_WSMAN_XML_H */
