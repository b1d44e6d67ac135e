// SPDX-License-Identifier: GPL-2.0-or-later
/* Authorization headers. Without the password nobody may ever be let in. */
#include <stdlib.h>
#include <string.h>
#include <openssl/rand.h>
#include "selftests/fuzz/fuzz.h"
#include "tools/vme/digest.h"

#define REALM "Digest:0123456789ABCDEF0123456789ABCDEF"

static bool lookup(void *ctx, const char *user, uint8_t ha1[16])
{
	RAND_bytes(ha1, 16); /* nobody knows it */
	return !strcmp(user, "admin");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct digest_question question = {
		.realm = REALM,
		.method = "POST",
		.target = "/wsman",
		.lookup = lookup,
	};
	char *header = strndup((const char *)data, size);
	struct digest digest = { .next = 0 };
	char challenge[DIGEST_CHALLENGE_MAX], user[DIGEST_USER_MAX];

	if (!header || digest_challenge(&digest, REALM, DIGEST_AUTH, false, 1, challenge))
		abort();
	/* a nonce that a seed can know */
	strcpy(digest.nonces[0].text, "B9AX94iAAAAAAAAAx6rrSfPHGUrx/3uA");
	if (digest_check(&digest, &question, header, 2, user) != DIGEST_DENIED)
		abort();
	if (strlen(user) >= sizeof(user))
		abort();
	free(header);
	return 0;
}
