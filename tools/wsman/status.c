// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of the ReturnValues of AMT_* methods, and base64. */
#include <errno.h>
#include <string.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "wsman.h"

static const struct {
	uint32_t value;
	const char *name;
} names[] = {
	{ 0, "SUCCESS" },
	{ 1, "INTERNAL_ERROR" },
	{ 2, "NOT_READY" },
	{ 3, "INVALID_PT_MODE" },
	{ 4, "INVALID_MESSAGE_LENGTH" },
	{ 12, "INVALID_NAME" },
	{ 15, "INVALID_BYTE_COUNT" },
	{ 16, "NOT_PERMITTED" },
	{ 23, "MAX_LIMIT_REACHED" },
	{ 24, "INVALID_AUTH_TYPE" },
	{ 26, "INVALID_DHCP_MODE" },
	{ 27, "INVALID_IP_ADDRESS" },
	{ 28, "INVALID_DOMAIN_NAME" },
	{ 32, "INVALID_PROVISIONING_STATE" },
	{ 34, "INVALID_TIME" },
	{ 35, "INVALID_INDEX" },
	{ 36, "INVALID_PARAMETER" },
	{ 37, "INVALID_NETMASK" },
	{ 38, "FLASH_WRITE_LIMIT_EXCEEDED" },
	{ 47, "RNG_GENERATION_IN_PROGRESS" },
	{ 48, "RNG_NOT_READY" },
	{ 49, "CERTIFICATE_NOT_READY" },
	{ 1024, "DISABLED_BY_POLICY" },
	{ 2051, "INVALID_COMMAND" },
	{ 2053, "INVALID_HANDLE" },
	{ 2054, "INVALID_PASSWORD" },
	{ 2055, "INVALID_REALM" },
	{ 2057, "DATA_MISSING" },
	{ 2058, "DUPLICATE" },
	{ 2060, "PKI_MISSING_KEYS" },
	{ 2061, "PKI_GENERATING_KEYS" },
	{ 2062, "INVALID_KEY" },
	{ 2063, "INVALID_CERT" },
	{ 2064, "CERT_KEY_NOT_MATCH" },
	{ 2066, "UNSUPPORTED" },
	{ 2068, "NOT_FOUND" },
	{ 2069, "INVALID_CREDENTIALS" },
	{ 2070, "INVALID_PASSPHRASE" },
	{ 2072, "NO_ASSOCIATION" },
	{ 2075, "AUDIT_FAIL" },
	{ 2076, "BLOCKING_COMPONENT" },
	{ 2081, "USER_CONSENT_REQUIRED" },
};

const char *wsman_status_name(uint32_t value)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (names[i].value == value)
			return names[i].name;
	return NULL;
}

ssize_t wsman_base64_decode(const char *text, void *out, size_t size)
{
	size_t len = strlen(text);
	unsigned char block[3];
	size_t done = 0;

	if (len % 4)
		return -EINVAL;
	for (size_t i = 0; i < len; i += 4) {
		size_t pad = 0;
		size_t n;

		if (i + 4 == len)
			pad = text[len - 1] != '=' ? 0 : text[len - 2] != '=' ? 1 : 2;
		/* EVP takes blanks and early padding; neither belongs here */
		if (strcspn(text + i, " \t\r\n=") < 4 - pad ||
		    EVP_DecodeBlock(block, (const unsigned char *)text + i, 4) != 3)
			return -EINVAL;
		n = 3 - pad;
		if (done + n > size)
			return -ENOBUFS;
		memcpy((unsigned char *)out + done, block, n);
		done += n;
	}
	OPENSSL_cleanse(block, sizeof(block));
	return (ssize_t)done;
}
