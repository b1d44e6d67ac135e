/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device side of the AMTHI wire format (amthi.md 1.2, 2): one request in, one
 * reply out. Knows neither HECI nor time.
 */
#ifndef VME_AMTHI_ANSWER_H
#define VME_AMTHI_ANSWER_H

#include <stddef.h>
#include <stdint.h>

struct amt;

#define AMTHI_HEAD_LEN	 12
#define AMTHI_STATUS_LEN 16   /* of a reply that carries only a status */
#define AMTHI_MTU	 5120 /* max_msg_length of CSME 11 (amthi.md 6.2) */

/* The command word of a request of at least AMTHI_HEAD_LEN bytes. */
uint32_t amthi_command(const uint8_t *request);
const char *amthi_command_name(uint32_t command);
/* How many commands firmware of this version knows. */
size_t amthi_known(const char *fw_version);

/*
 * Run the request of @len bytes and write the reply, at most AMTHI_MTU bytes.
 * Returns its length; 0 when @len does not even hold a header.
 */
size_t amthi_answer(struct amt *amt, const uint8_t *request, size_t len, uint8_t reply[AMTHI_MTU]);

/* A reply to @command that carries only @status; returns AMTHI_STATUS_LEN. */
size_t amthi_refuse(uint32_t command, uint32_t status, uint8_t reply[AMTHI_MTU]);

#endif /* VME_AMTHI_ANSWER_H */
