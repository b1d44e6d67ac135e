/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fields of AMTHI messages on the device's side (amthi.md 1.3), and a command there. */
#ifndef VME_AMTHI_WIRE_H
#define VME_AMTHI_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct amt;

#define AMTHI_CFG 0x04000000u /* class of nearly all commands */

/* Data of a request, behind the header. */
struct amthi_in {
	const uint8_t *bytes;
	size_t len;
};

/* Data of a reply. Writing past the end is noted and looked at once. */
struct amthi_out {
	uint8_t *bytes;
	size_t len;
	bool overflow;
};

uint32_t amthi_get_u32(const uint8_t *at);
/*
 * An ANSI string that is all of @in, without the NUL that clients may count.
 * AMT_INVALID_MESSAGE_LENGTH or AMT_SUCCESS.
 */
uint32_t amthi_get_ansi(struct amthi_in in, struct amthi_in *text);

void amthi_put_bytes(struct amthi_out *out, const void *bytes, size_t len);
void amthi_put_zeros(struct amthi_out *out, size_t len);
void amthi_put_u8(struct amthi_out *out, uint8_t value);
void amthi_put_u16(struct amthi_out *out, uint16_t value);
void amthi_put_u32(struct amthi_out *out, uint32_t value);
/* @text in a field of @size bytes, the rest zero. */
void amthi_put_field(struct amthi_out *out, const char *text, size_t size);
void amthi_put_ansi(struct amthi_out *out, const char *text);

/*
 * Lengths are of the data after the header; which generation knows the command is the
 * profile's to say. @run returns a status; what it put only matters with AMT_SUCCESS.
 */
struct amthi_command {
	uint32_t id;
	size_t min;
	size_t max;
	uint32_t (*run)(struct amt *amt, struct amthi_in in, struct amthi_out *out);
	const char *name;
};

/* Each ends with an entry without a name. */
extern const struct amthi_command amthi_setup_commands[];
extern const struct amthi_command amthi_state_commands[];
extern const struct amthi_command amthi_platform_commands[];
extern const struct amthi_command amthi_other_commands[];

#endif /* VME_AMTHI_WIRE_H */
