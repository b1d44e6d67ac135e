/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values as a person writes them: numbers, hex, UUIDs, addresses, hashes. */
#ifndef VME_TEXT_H
#define VME_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct amt_hash;

/* All return 0 or -EINVAL; nothing is written on failure. */
int text_u32(const char *text, uint32_t min, uint32_t max, uint32_t *value);
/* Exactly 2 * @len hex digits. */
int text_hex(const char *text, uint8_t *out, size_t len);
/* One to @max dwords of up to eight hex digits each, with commas between; the others are 0. */
#define TEXT_WORDS_MAX 8
int text_words(const char *text, uint32_t *words, size_t max);
/* In the order SMBIOS has: the first three groups little-endian. */
int text_uuid(const char *text, uint8_t uuid[16]);
#define TEXT_UUID_LEN 37
const char *text_of_uuid(const uint8_t uuid[16], char out[TEXT_UUID_LEN]);
/* IPv4, [IPv6] or IPv6, with :PORT after the first two; else @port. */
int text_address(const char *text, uint16_t port, struct sockaddr_storage *addr);
/* "" when no address is set. */
const char *text_of_address(const struct sockaddr_storage *addr, char *out, size_t size);
/* Six bytes in hex with colons between. */
int text_mac(const char *text, uint8_t mac[6]);
#define TEXT_MAC_LEN 18
const char *text_of_mac(const uint8_t mac[6], char out[TEXT_MAC_LEN]);
/* 1.2.3.4 as 0x01020304 */
int text_ipv4(const char *text, uint32_t *value);
/* NAME,sha1|sha256|sha384,HEX[,inactive][,default] */
int text_hash(const char *text, struct amt_hash *hash);
/* Algorithm by name and as many digits as it has; into @hash. */
int text_digest(struct amt_hash *hash, const char *algorithm, const char *hex);
const char *text_algorithm(uint8_t algorithm);

#endif /* VME_TEXT_H */
