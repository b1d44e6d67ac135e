/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IP addresses as text and back. */
#ifndef SCA_ADDRESS_H
#define SCA_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#define ADDRESS_TEXT_SIZE 64

/* "ADDR:PORT", "[ADDR6]:PORT", ":PORT", "ADDR" or "[ADDR6]"; an empty address is
 * the any-address of IPv6, which takes IPv4 too. -EINVAL.
 */
int address_parse(const char *text, unsigned int default_port, struct sockaddr_storage *out);
/* Only the address, without port; an IPv4-mapped one as IPv4. */
void address_format(const struct sockaddr_storage *sa, char *out, size_t size);
/* https://HOST:PORT/wsman for @sa with another port. */
int address_url(const struct sockaddr_storage *sa, unsigned int port, char *out, size_t size);
/* The same host, whatever the ports. */
bool address_same(const struct sockaddr_storage *a, const struct sockaddr_storage *b);
/* Turns ::ffff:a.b.c.d into a.b.c.d. */
void address_unmap(struct sockaddr_storage *sa);
socklen_t address_len(const struct sockaddr_storage *sa);

#endif /* SCA_ADDRESS_H */
