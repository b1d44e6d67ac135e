/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a configuration session can end: one name for each way. */
#ifndef SCA_RESULT_H
#define SCA_RESULT_H

enum result {
	RESULT_NONE, /* no session has ended yet */
	RESULT_CONFIGURED,
	/* refusals: the device or the server said no */
	RESULT_OTP_WRONG,
	RESULT_OTP_ABSENT,
	RESULT_OTP_UNKNOWN,
	RESULT_CHAIN_REFUSED,
	RESULT_NO_CHAIN,
	RESULT_CREDENTIALS_REFUSED,
	RESULT_NOT_IN_SETUP,
	RESULT_MEBX_REFUSED,
	RESULT_ADMIN_REFUSED,
	RESULT_COMMIT_REFUSED,
	RESULT_CERT_CHANGED,
	/* failures: something did not work */
	RESULT_UNREACHABLE,
	RESULT_TLS_FAILED,
	RESULT_LOST,
	RESULT_TIMEOUT,
	RESULT_BAD_ANSWER,
	RESULT_NOT_COMMITTED,
	RESULT_OUTCOME_UNKNOWN,
	RESULT_INTERRUPTED,
	RESULT_STORE_FAILED,
	RESULT_INTERNAL,
	RESULT_COUNT
};

enum result_kind {
	RESULT_IS_NONE,
	RESULT_IS_DONE,
	RESULT_IS_REFUSAL,
	RESULT_IS_FAILURE,
};

/**
 * struct result_info - what a result means
 * @name: in JSON, in the store and in logs; never changes
 * @final: no further session before the device is registered again
 * @next: what a person does next
 */
struct result_info {
	const char *name;
	enum result_kind kind;
	int final;
	const char *next;
};

/* Never NULL; an impossible value is described as "internal". */
const struct result_info *result_info(enum result result);
enum result result_by_name(const char *name);
/* "refusal", "failure", "done", "none" */
const char *result_kind_name(enum result_kind kind);

#endif /* SCA_RESULT_H */
