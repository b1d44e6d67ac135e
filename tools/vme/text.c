// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tools/vme/amt.h"

/* Decimal, or hex after 0x. */
int text_u32(const char *text, uint32_t min, uint32_t max, uint32_t *value)
{
	int base = strncmp(text, "0x", 2) ? 10 : 16;
	unsigned long long number;
	char *end;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	number = strtoull(text, &end, base);
	if (errno || *end || number < min || number > max)
		return -EINVAL;
	*value = (uint32_t)number;
	return 0;
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c + 'a' - 'A' : c) : NULL;

	return at ? (int)(at - digits) : -1;
}

int text_hex(const char *text, uint8_t *out, size_t len)
{
	size_t i;

	if (strlen(text) != 2 * len)
		return -EINVAL;
	for (i = 0; i < 2 * len; i++)
		if (hex_digit(text[i]) < 0)
			return -EINVAL;
	for (i = 0; i < len; i++)
		out[i] = (uint8_t)(hex_digit(text[2 * i]) << 4 | hex_digit(text[2 * i + 1]));
	return 0;
}

static int read_word(const char *text, size_t len, uint32_t *word)
{
	uint32_t value = 0;
	size_t i;

	if (!len || len > 8)
		return -EINVAL;
	for (i = 0; i < len; i++) {
		if (hex_digit(text[i]) < 0)
			return -EINVAL;
		value = value << 4 | (uint32_t)hex_digit(text[i]);
	}
	*word = value;
	return 0;
}

int text_words(const char *text, uint32_t *words, size_t max)
{
	uint32_t read[TEXT_WORDS_MAX] = { 0 };
	size_t n = 0, len;

	if (max > TEXT_WORDS_MAX)
		return -EINVAL;
	for (;; text += len + 1) {
		len = strcspn(text, ",");
		if (n == max || read_word(text, len, &read[n++]))
			return -EINVAL;
		if (!text[len])
			break;
	}
	memcpy(words, read, max * sizeof(*words));
	return 0;
}

/* Place in the text's order -> place in SMBIOS order; its own inverse. */
static const uint8_t smbios_order[16] = {
	3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15,
};

int text_uuid(const char *text, uint8_t uuid[16])
{
	char digits[33];
	uint8_t bytes[16];
	size_t i, n = 0;

	if (strlen(text) != TEXT_UUID_LEN - 1)
		return -EINVAL;
	for (i = 0; i < TEXT_UUID_LEN - 1; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash != (text[i] == '-'))
			return -EINVAL;
		if (!dash)
			digits[n++] = text[i];
	}
	digits[n] = '\0';
	if (text_hex(digits, bytes, sizeof(bytes)))
		return -EINVAL;
	for (i = 0; i < sizeof(bytes); i++)
		uuid[smbios_order[i]] = bytes[i];
	return 0;
}

const char *text_of_uuid(const uint8_t uuid[16], char out[TEXT_UUID_LEN])
{
	char *at = out;
	size_t i;

	for (i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*at++ = '-';
		at += sprintf(at, "%02x", uuid[smbios_order[i]]);
	}
	return out;
}

/* Split "HOST:PORT" or "[HOST]:PORT"; a bare IPv6 address has no port. */
static int split_port(const char *text, char host[INET6_ADDRSTRLEN], uint32_t *port)
{
	const char *end = text + strlen(text);
	const char *colon = NULL;
	size_t len;

	if (*text == '[') {
		end = strchr(++text, ']');
		if (!end || (end[1] && end[1] != ':'))
			return -EINVAL;
		colon = end[1] ? end + 1 : NULL;
	} else if (strchr(text, ':') == strrchr(text, ':') && strchr(text, ':')) {
		colon = strchr(text, ':');
		end = colon;
	}
	len = (size_t)(end - text);
	if (len >= INET6_ADDRSTRLEN)
		return -EINVAL;
	memcpy(host, text, len);
	host[len] = '\0';
	return colon ? text_u32(colon + 1, 1, 65535, port) : 0;
}

int text_address(const char *text, uint16_t port, struct sockaddr_storage *addr)
{
	struct sockaddr_in four = { .sin_family = AF_INET };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
	char host[INET6_ADDRSTRLEN];
	uint32_t number = port;

	if (split_port(text, host, &number))
		return -EINVAL;
	if (inet_pton(AF_INET, host, &four.sin_addr) == 1) {
		four.sin_port = htons((uint16_t)number);
		memset(addr, 0, sizeof(*addr));
		memcpy(addr, &four, sizeof(four));
		return 0;
	}
	if (inet_pton(AF_INET6, host, &six.sin6_addr) != 1)
		return -EINVAL;
	six.sin6_port = htons((uint16_t)number);
	memset(addr, 0, sizeof(*addr));
	memcpy(addr, &six, sizeof(six));
	return 0;
}

const char *text_of_address(const struct sockaddr_storage *addr, char *out, size_t size)
{
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)addr;
	const struct sockaddr_in *four = (const struct sockaddr_in *)addr;
	char host[INET6_ADDRSTRLEN];

	if (addr->ss_family == AF_INET6)
		snprintf(out, size, "[%s]:%u",
			 inet_ntop(AF_INET6, &six->sin6_addr, host, sizeof(host)),
			 ntohs(six->sin6_port));
	else if (addr->ss_family == AF_INET)
		snprintf(out, size, "%s:%u",
			 inet_ntop(AF_INET, &four->sin_addr, host, sizeof(host)),
			 ntohs(four->sin_port));
	else
		snprintf(out, size, "%s", "");
	return out;
}

int text_mac(const char *text, uint8_t mac[6])
{
	char digits[13];
	size_t i;

	if (strlen(text) != TEXT_MAC_LEN - 1)
		return -EINVAL;
	for (i = 0; i < 6; i++) {
		if (i && text[3 * i - 1] != ':')
			return -EINVAL;
		memcpy(digits + 2 * i, text + 3 * i, 2);
	}
	digits[12] = '\0';
	return text_hex(digits, mac, 6);
}

const char *text_of_mac(const uint8_t mac[6], char out[TEXT_MAC_LEN])
{
	snprintf(out, TEXT_MAC_LEN, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3],
		 mac[4], mac[5]);
	return out;
}

int text_ipv4(const char *text, uint32_t *value)
{
	struct in_addr address;

	if (inet_pton(AF_INET, text, &address) != 1)
		return -EINVAL;
	*value = ntohl(address.s_addr);
	return 0;
}

/* --- hashes --- */

static const struct {
	const char *name;
	uint8_t id;
	uint8_t len;
} algorithms[] = {
	{ "sha1", 1, 20 },
	{ "sha256", 2, 32 },
	{ "sha384", 3, 48 },
};

#define ALGORITHMS (sizeof(algorithms) / sizeof(algorithms[0]))

const char *text_algorithm(uint8_t algorithm)
{
	size_t i;

	for (i = 0; i < ALGORITHMS; i++)
		if (algorithms[i].id == algorithm)
			return algorithms[i].name;
	return "unknown";
}

int text_digest(struct amt_hash *hash, const char *algorithm, const char *hex)
{
	size_t i;

	for (i = 0; i < ALGORITHMS; i++) {
		if (strcmp(algorithms[i].name, algorithm))
			continue;
		hash->algorithm = algorithms[i].id;
		hash->digest_len = algorithms[i].len;
		return text_hex(hex, hash->digest, hash->digest_len);
	}
	return -EINVAL;
}

static int read_flag(struct amt_hash *hash, const char *word)
{
	if (!strcmp(word, "inactive"))
		hash->is_active = false;
	else if (!strcmp(word, "default"))
		hash->is_default = true;
	else
		return -EINVAL;
	return 0;
}

int text_hash(const char *text, struct amt_hash *hash)
{
	struct amt_hash read = { .is_active = true };
	char copy[256];
	char *rest = copy;
	char *name, *algorithm, *hex, *word;

	if (strlen(text) >= sizeof(copy))
		return -EINVAL;
	strcpy(copy, text);
	name = strsep(&rest, ",");
	algorithm = strsep(&rest, ",");
	hex = strsep(&rest, ",");
	if (!*name || strlen(name) > AMT_HASH_NAME_MAX || !algorithm || !hex ||
	    text_digest(&read, algorithm, hex))
		return -EINVAL;
	while ((word = strsep(&rest, ",")))
		if (read_flag(&read, word))
			return -EINVAL;
	strcpy(read.name, name);
	*hash = read;
	return 0;
}
