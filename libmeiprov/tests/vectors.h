/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Literal bytes from selftests/vectors: hex pairs, "#" to the end of a line. */
#ifndef MEIPROV_VECTORS_H
#define MEIPROV_VECTORS_H

#include <stddef.h>
#include <stdint.h>

#define VECTOR_MAX 16384

struct vector {
	size_t len;
	uint8_t data[VECTOR_MAX];
};

/* Fails the test when selftests/vectors/NAME.txt cannot be read. Tests run in
 * the top directory; MEIPROV_TOP names it for other places.
 */
void vector_read(const char *name, struct vector *out);

/* Overwrite four bytes, little-endian. */
void vector_put_u32(struct vector *v, size_t at, uint32_t value);

#endif /* MEIPROV_VECTORS_H */
