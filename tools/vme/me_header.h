/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What may stand between the dword of a message and its data (amthi.md A.5): an
 * extension with a tag, and the length of data that lie in the DMA ring.
 */
#ifndef VME_ME_HEADER_H
#define VME_ME_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ME_HEADER_MAX 8 /* bytes of what me_header_put() makes */

struct me_header {
	size_t len; /* bytes before the data */
	uint8_t vtag;
	bool has_vtag;
	bool in_ring;
	uint32_t ring_len;
};

/* 0, or -EPROTO: it is not in form. */
int me_header_read(uint32_t dword, const uint8_t *payload, size_t len, struct me_header *out);
/* An extension with that tag; how many bytes. 0 is no tag. */
size_t me_header_put(uint8_t vtag, uint8_t out[ME_HEADER_MAX]);

#endif /* VME_ME_HEADER_H */
