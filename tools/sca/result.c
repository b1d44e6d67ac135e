// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "result.h"

#define NEXT_HELLO "the next Hello is tried by itself; "

/* clang-format off */
static const struct result_info infos[RESULT_COUNT] = {
	[RESULT_NONE] = { "none", RESULT_IS_NONE, 0, "" },
	[RESULT_CONFIGURED] = { "configured", RESULT_IS_DONE, 1, "" },
	/* Final: something else answers for this UUID, and every further session
	 * would be one more guess. An absent OTP is not: a device in its first
	 * window says Hello before the agent has written one.
	 */
	[RESULT_OTP_WRONG] = { "otp-wrong", RESULT_IS_REFUSAL, 1,
		"find out what answers for this UUID, then give the device a new OTP and "
		"register it again" },
	[RESULT_OTP_ABSENT] = { "otp-absent", RESULT_IS_REFUSAL, 0,
		"write the OTP into the device (meiprov stop, otp set, start); "
		"the next Hello is tried by itself" },
	[RESULT_OTP_UNKNOWN] = { "otp-unknown", RESULT_IS_REFUSAL, 1,
		"register the device again with an OTP" },
	[RESULT_CHAIN_REFUSED] = { "chain-refused", RESULT_IS_REFUSAL, 0,
		"compare the root's hash with the device's active slots (meiprov hash list; "
		"meiprov-sca cert list), and the certificate's name with the device's "
		"DHCP option 15 or trusted suffix" },
	[RESULT_NO_CHAIN] = { "no-chain", RESULT_IS_REFUSAL, 0,
		"import a provisioning chain: meiprov-sca cert import CHAIN.pem KEY.pem" },
	[RESULT_CREDENTIALS_REFUSED] = { "credentials-refused", RESULT_IS_REFUSAL, 0,
		"the MEBx password is neither the factory one nor one set by this server: "
		"reset it in MEBx" },
	[RESULT_NOT_IN_SETUP] = { "not-in-setup", RESULT_IS_REFUSAL, 0,
		"start configuration on the device (meiprov start); if it is configured "
		"already, unprovision it first" },
	[RESULT_MEBX_REFUSED] = { "mebx-refused", RESULT_IS_REFUSAL, 0,
		"look at the password policy in MEBx; " NEXT_HELLO
		"or reset MEBx" },
	[RESULT_ADMIN_REFUSED] = { "admin-refused", RESULT_IS_REFUSAL, 0,
		NEXT_HELLO "if it repeats, look at meiprov-sca log" },
	[RESULT_COMMIT_REFUSED] = { "commit-refused", RESULT_IS_REFUSAL, 0,
		NEXT_HELLO "the return value says what the firmware misses" },
	[RESULT_CERT_CHANGED] = { "certificate-changed", RESULT_IS_REFUSAL, 0,
		"something else may answer at the device's address: check the network, "
		"then start configuration anew on the device" },
	[RESULT_UNREACHABLE] = { "unreachable", RESULT_IS_FAILURE, 0,
		NEXT_HELLO "check that the server reaches the device's port 16993" },
	[RESULT_TLS_FAILED] = { "tls-failed", RESULT_IS_FAILURE, 0,
		NEXT_HELLO "check the TLS versions this device's generation speaks" },
	[RESULT_LOST] = { "connection-lost", RESULT_IS_FAILURE, 0,
		NEXT_HELLO "the same passwords will be sent again" },
	[RESULT_TIMEOUT] = { "timeout", RESULT_IS_FAILURE, 0,
		NEXT_HELLO "the same passwords will be sent again" },
	[RESULT_BAD_ANSWER] = { "bad-answer", RESULT_IS_FAILURE, 0,
		NEXT_HELLO "if it repeats, the device is not AMT or is broken" },
	[RESULT_NOT_COMMITTED] = { "not-committed", RESULT_IS_FAILURE, 0,
		NEXT_HELLO "the same passwords will be sent again" },
	[RESULT_OUTCOME_UNKNOWN] = { "outcome-unknown", RESULT_IS_FAILURE, 0,
		"the server asks the device again by itself; make sure that it is on "
		"and reachable" },
	[RESULT_INTERRUPTED] = { "interrupted", RESULT_IS_FAILURE, 0,
		NEXT_HELLO "nothing needs to be done" },
	[RESULT_STORE_FAILED] = { "store-failed", RESULT_IS_FAILURE, 0,
		"check the disk and the log of meiprov-scad; nothing was sent that "
		"is not stored" },
	[RESULT_INTERNAL] = { "internal", RESULT_IS_FAILURE, 0,
		"look at the log of meiprov-scad" },
};
/* clang-format on */

const struct result_info *result_info(enum result result)
{
	if ((unsigned int)result >= RESULT_COUNT)
		result = RESULT_INTERNAL;
	return &infos[result];
}

enum result result_by_name(const char *name)
{
	for (int i = 0; i < RESULT_COUNT; i++)
		if (!strcmp(infos[i].name, name))
			return (enum result)i;
	return RESULT_INTERNAL;
}

const char *result_kind_name(enum result_kind kind)
{
	static const char *const names[] = { "none", "done", "refusal", "failure" };

	return names[kind];
}
