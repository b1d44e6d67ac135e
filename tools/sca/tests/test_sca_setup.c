// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The decisions of a session, fed with scripted answers: no secret leaves too
 * early, none is sent that is not stored, and nothing is called configured
 * that is not.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/sca/setup.h"

#define UUID	   "11111111-2222-3333-4444-555555555555"
#define OTP	   "Right-OTP-123456"
#define REALM	   "Digest:0123456789ABCDEF0123456789ABCDEF"
#define OTP_B64	   "UmlnaHQtT1RQLTEyMzQ1NgAAAAAAAAAAAAAAAAAAAAA="
#define WRONG_B64  "V3JvbmctT1RQLTEyMzQ1NgAAAAAAAAAAAAAAAAAAAAA="
#define ABSENT_B64 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

struct fixture {
	char dir[64];
	struct store *store;
	struct device dev;
	struct setup setup;
};

static int setup_fixture(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char path[96];
	char why[512];

	*state = f;
	strcpy(f->dir, "/tmp/meiprov-setup.XXXXXX");
	if (!mkdtemp(f->dir))
		return -1;
	snprintf(path, sizeof(path), "%s/db", f->dir);
	strcpy(f->dev.uuid, UUID);
	f->dev.otp_required = true;
	return store_open(path, NULL, &f->store, why, sizeof(why)) ||
	       store_secret_put(f->store, UUID, FIELD_OTP, OTP, strlen(OTP)) ||
	       store_device_save(f->store, &f->dev);
}

static int teardown_fixture(void **state)
{
	struct fixture *f = *state;
	char command[128];

	setup_wipe(&f->setup);
	store_close(f->store);
	snprintf(command, sizeof(command), "rm -r %s", f->dir);
	free(f);
	return system(command);
}

static const uint8_t pin_a[32] = { 0xaa };
static const uint8_t pin_b[32] = { 0xbb };

static void begin(struct fixture *f, const uint8_t pin[32])
{
	setup_init(&f->setup, f->store, &f->dev, false);
	setup_connected(&f->setup, pin);
}

static enum setup_move answer(struct fixture *f, const char *payload, const char *content,
			      bool challenged)
{
	struct wsman_result r = { .outcome = WSMAN_OK,
				  .http_status = 200,
				  .challenged = challenged };
	enum setup_move move;
	char xml[2048];

	snprintf(xml, sizeof(xml),
		 "<Envelope xmlns=\"http://www.w3.org/2003/05/soap-envelope\">"
		 "<Header/><Body><%s>%s</%s></Body></Envelope>",
		 payload, content, payload);
	assert_int_equal(wsman_reply_parse(xml, strlen(xml), &r.reply), 0);
	move = setup_result(&f->setup, &r);
	wsman_reply_free(r.reply);
	return move;
}

static enum setup_move outcome(struct fixture *f, enum wsman_outcome o)
{
	struct wsman_result r = { .outcome = o, .why = "because" };

	return setup_result(&f->setup, &r);
}

static enum setup_move fault(struct fixture *f)
{
	static const char xml[] = "<Envelope xmlns=\"http://www.w3.org/2003/05/soap-envelope\">"
				  "<Header/><Body><Fault/></Body></Envelope>";
	struct wsman_result r = { .outcome = WSMAN_FAULT, .http_status = 400 };
	enum setup_move move;

	assert_int_equal(wsman_reply_parse(xml, strlen(xml), &r.reply), 0);
	move = setup_result(&f->setup, &r);
	wsman_reply_free(r.reply);
	return move;
}

/* Up to and without the answer that holds the OTP. */
static void to_state(struct fixture *f)
{
	assert_int_equal(f->setup.step, STEP_SETTINGS);
	assert_int_equal(answer(f, "AMT_GeneralSettings", "<DigestRealm>" REALM "</DigestRealm>",
				false),
			 SETUP_SEND);
	assert_int_equal(answer(f, "EnumerateResponse",
				"<EnumerationContext>D1</EnumerationContext>", false),
			 SETUP_SEND);
	assert_int_equal(answer(f, "PullResponse",
				"<Items><CIM_SoftwareIdentity>"
				"<InstanceID>AMT</InstanceID><VersionString>12.0.49</VersionString>"
				"</CIM_SoftwareIdentity></Items><EndOfSequence/>",
				false),
			 SETUP_SEND);
	assert_int_equal(f->setup.step, STEP_STATE);
}

static enum setup_move state_answer(struct fixture *f, const char *state, const char *otp)
{
	char content[256];

	snprintf(content, sizeof(content),
		 "<ProvisioningState>%s</ProvisioningState>"
		 "<ProvisioningServerOTP>%s</ProvisioningServerOTP>",
		 state, otp);
	return answer(f, "AMT_SetupAndConfigurationService", content, false);
}

static enum setup_move method(struct fixture *f, const char *name, unsigned int rv)
{
	char payload[64];
	char content[64];

	snprintf(payload, sizeof(payload), "%s_OUTPUT", name);
	snprintf(content, sizeof(content), "<ReturnValue>%u</ReturnValue>", rv);
	return answer(f, payload, content, false);
}

static void to_commit(struct fixture *f)
{
	to_state(f);
	assert_int_equal(state_answer(f, "1", OTP_B64), SETUP_SEND);
	assert_int_equal(method(f, "SetMEBxPassword", 0), SETUP_SEND);
	assert_int_equal(method(f, "SetAdminAclEntryEx", 0), SETUP_SEND);
	assert_int_equal(f->setup.step, STEP_COMMIT);
}

static enum setup_move read_back(struct fixture *f, const char *state, bool challenged)
{
	char content[128];

	snprintf(content, sizeof(content), "<ProvisioningState>%s</ProvisioningState>", state);
	return answer(f, "AMT_SetupAndConfigurationService", content, challenged);
}

static bool stored(struct fixture *f, const char *field, const char *value)
{
	char text[64];
	ssize_t n = store_secret_get(f->store, UUID, field, text, sizeof(text) - 1);

	if (n < 0)
		return false;
	text[n] = '\0';
	return !value || !strcmp(text, value);
}

static void nothing_was_prepared(struct fixture *f)
{
	assert_false(stored(f, FIELD_ADMIN, NULL));
	assert_false(stored(f, FIELD_MEBX, NULL));
	assert_string_equal(f->setup.admin, "");
	assert_int_equal(f->setup.step, STEP_STATE);
}

static void right_otp_leads_to_configured(void **state)
{
	struct fixture *f = *state;
	const char *user;
	const char *password;

	begin(f, pin_a);
	to_commit(f);
	assert_int_equal(method(f, "CommitChanges", 0), SETUP_RECONNECT);
	setup_credentials(&f->setup, &user, &password);
	assert_string_equal(user, "admin");
	assert_true(stored(f, FIELD_ADMIN, password));
	assert_int_equal(read_back(f, "2", true), SETUP_END);
	assert_int_equal(f->setup.result, RESULT_CONFIGURED);
	assert_string_equal(f->dev.version, "12.0.49");
}

static void wrong_otp_ends_before_any_secret(void **state)
{
	struct fixture *f = *state;

	begin(f, pin_a);
	to_state(f);
	assert_int_equal(state_answer(f, "1", WRONG_B64), SETUP_END);
	assert_int_equal(f->setup.result, RESULT_OTP_WRONG);
	nothing_was_prepared(f);
}

static void absent_otp_is_another_result_and_ends_too(void **state)
{
	struct fixture *f = *state;

	begin(f, pin_a);
	to_state(f);
	assert_int_equal(state_answer(f, "1", ABSENT_B64), SETUP_END);
	assert_int_equal(f->setup.result, RESULT_OTP_ABSENT);
	nothing_was_prepared(f);
	begin(f, pin_a);
	to_state(f);
	assert_int_equal(read_back(f, "1", false), SETUP_END);
	assert_int_equal(f->setup.result, RESULT_OTP_ABSENT);
	nothing_was_prepared(f);
}

static void missing_expectation_never_matches(void **state)
{
	struct fixture *f = *state;

	store_secret_delete(f->store, UUID, FIELD_OTP);
	begin(f, pin_a);
	to_state(f);
	assert_int_equal(state_answer(f, "1", OTP_B64), SETUP_END);
	assert_int_equal(f->setup.result, RESULT_OTP_UNKNOWN);
	nothing_was_prepared(f);
}

static void otp_that_is_no_base64_is_refused(void **state)
{
	struct fixture *f = *state;

	begin(f, pin_a);
	to_state(f);
	assert_int_equal(state_answer(f, "1", "!!!!"), SETUP_END);
	assert_int_equal(f->setup.result, RESULT_BAD_ANSWER);
	nothing_was_prepared(f);
}

static void bare_metal_needs_no_otp(void **state)
{
	struct fixture *f = *state;

	f->dev.otp_required = false;
	begin(f, pin_a);
	to_state(f);
	assert_int_equal(state_answer(f, "1", ABSENT_B64), SETUP_SEND);
	assert_int_equal(f->setup.step, STEP_MEBX);
}

static void device_must_be_in_setup(void **state)
{
	static const char *const states[] = { "0", "2", "3", "x" };
	struct fixture *f = *state;

	for (size_t i = 0; i < 4; i++) {
		begin(f, pin_a);
		to_state(f);
		assert_int_equal(state_answer(f, states[i], OTP_B64), SETUP_END);
		assert_int_equal(f->setup.result, RESULT_NOT_IN_SETUP);
		nothing_was_prepared(f);
	}
}

static void realm_must_be_that_of_amt(void **state)
{
	static const char *const realms[] = {
		"",	   "x",
		"Digest:", "Digest:0123456789ABCDEF0123456789ABCDE",
		REALM "0", "Digest:0123456789ABCDEF0123456789ABCDEG",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(realms) / sizeof(*realms); i++) {
		char content[128];

		begin(f, pin_a);
		snprintf(content, sizeof(content), "<DigestRealm>%s</DigestRealm>", realms[i]);
		assert_int_equal(answer(f, "AMT_GeneralSettings", content, false), SETUP_END);
		assert_int_equal(f->setup.result, RESULT_BAD_ANSWER);
	}
}

/* At the moment the request exists, what is in it is on the disk. */
static void secrets_are_stored_before_they_are_sent(void **state)
{
	struct fixture *f = *state;
	struct wsman_request req;

	begin(f, pin_a);
	to_state(f);
	assert_int_equal(state_answer(f, "1", OTP_B64), SETUP_SEND);
	setup_request(&f->setup, &req);
	assert_string_equal(req.method, "SetMEBxPassword");
	assert_true(stored(f, FIELD_MEBX, req.params[0].value));
	assert_true(stored(f, FIELD_ADMIN, f->setup.admin));
	assert_string_not_equal(f->setup.mebx, f->setup.admin);
}

static void store_that_fails_sends_nothing(void **state)
{
	struct fixture *f = *state;

	begin(f, pin_a);
	to_state(f);
	assert_int_equal(store_begin(f->store), 0); /* a second one is refused */
	assert_int_equal(state_answer(f, "1", OTP_B64), SETUP_END);
	assert_int_equal(f->setup.result, RESULT_STORE_FAILED);
	store_rollback(f->store);
}

static void resumed_session_sends_the_same_secrets(void **state)
{
	struct fixture *f = *state;
	char mebx[PASSWORD_SIZE];
	char admin[PASSWORD_SIZE];

	begin(f, pin_a);
	to_state(f);
	state_answer(f, "1", OTP_B64);
	strcpy(mebx, f->setup.mebx);
	strcpy(admin, f->setup.admin);
	setup_wipe(&f->setup);
	begin(f, pin_b);
	to_state(f);
	assert_int_equal(state_answer(f, "1", OTP_B64), SETUP_SEND);
	assert_string_equal(f->setup.mebx, mebx);
	assert_string_equal(f->setup.admin, admin);
}

/* MD5 of "admin:REALM:P@ssw0rd", by md5sum and base64. */
static void admin_digest_is_base64_of_md5(void **state)
{
	struct fixture *f = *state;
	struct wsman_request req;

	store_secret_put(f->store, UUID, FIELD_ADMIN, "P@ssw0rd", 8);
	begin(f, pin_a);
	to_state(f);
	state_answer(f, "1", OTP_B64);
	method(f, "SetMEBxPassword", 0);
	setup_request(&f->setup, &req);
	assert_string_equal(req.class_name, "AMT_AuthorizationService");
	assert_string_equal(req.params[0].value, "admin");
	assert_string_equal(req.params[1].value, "tnEEhfhuYXTMp0BFGN9W2g==");
}

static void logins_are_tried_in_order(void **state)
{
	struct fixture *f = *state;
	const char *user;
	const char *password;

	begin(f, pin_a);
	setup_credentials(&f->setup, &user, &password);
	assert_null(user);
	assert_int_equal(outcome(f, WSMAN_UNAUTHORIZED), SETUP_SEND);
	setup_credentials(&f->setup, &user, &password);
	assert_string_equal(password, "admin");
	assert_int_equal(outcome(f, WSMAN_UNAUTHORIZED), SETUP_END);
	assert_int_equal(f->setup.result, RESULT_CREDENTIALS_REFUSED);
}

static void stored_secrets_log_in_only_to_the_same_device(void **state)
{
	struct fixture *f = *state;
	const char *user;
	const char *password;

	begin(f, pin_a);
	to_state(f);
	state_answer(f, "1", OTP_B64);
	begin(f, pin_b);
	assert_int_equal(outcome(f, WSMAN_UNAUTHORIZED), SETUP_SEND);
	assert_int_equal(outcome(f, WSMAN_UNAUTHORIZED), SETUP_END);
	begin(f, pin_a);
	assert_int_equal(outcome(f, WSMAN_UNAUTHORIZED), SETUP_SEND);
	assert_int_equal(outcome(f, WSMAN_UNAUTHORIZED), SETUP_SEND);
	setup_credentials(&f->setup, &user, &password);
	assert_true(stored(f, FIELD_MEBX, password));
	assert_int_equal(outcome(f, WSMAN_UNAUTHORIZED), SETUP_SEND);
	setup_credentials(&f->setup, &user, &password);
	assert_true(stored(f, FIELD_ADMIN, password));
	assert_int_equal(outcome(f, WSMAN_UNAUTHORIZED), SETUP_END);
}

static void lost_answer_to_commit_is_asked_for(void **state)
{
	static const enum wsman_outcome lost[] = {
		WSMAN_LOST,
		WSMAN_TIMEOUT,
		WSMAN_BAD_REPLY,
		WSMAN_HTTP,
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < 4; i++) {
		begin(f, pin_a);
		to_commit(f);
		assert_true(f->dev.commit_sent);
		assert_int_equal(outcome(f, lost[i]), SETUP_RECONNECT);
		assert_int_equal(f->setup.step, STEP_READBACK);
	}
}

static void commit_is_on_record_before_it_is_sent(void **state)
{
	struct fixture *f = *state;
	struct device dev;

	begin(f, pin_a);
	to_commit(f);
	assert_int_equal(store_device_load(f->store, UUID, &dev), 0);
	assert_true(dev.commit_sent);
	assert_string_equal(dev.stage, "commit");
}

static void refusals_of_methods_are_named(void **state)
{
	struct fixture *f = *state;

	begin(f, pin_a);
	to_state(f);
	state_answer(f, "1", OTP_B64);
	assert_int_equal(method(f, "SetMEBxPassword", 2054), SETUP_END);
	assert_int_equal(f->setup.result, RESULT_MEBX_REFUSED);
	assert_non_null(strstr(f->setup.reason, "INVALID_PASSWORD"));
	begin(f, pin_a);
	to_state(f);
	state_answer(f, "1", OTP_B64);
	method(f, "SetMEBxPassword", 0);
	assert_int_equal(method(f, "SetAdminAclEntryEx", 2075), SETUP_END);
	assert_int_equal(f->setup.result, RESULT_ADMIN_REFUSED);
	begin(f, pin_a);
	to_commit(f);
	assert_int_equal(method(f, "CommitChanges", 2057), SETUP_END);
	assert_int_equal(f->setup.result, RESULT_COMMIT_REFUSED);
	assert_false(f->dev.commit_sent);
}

static void mebx_password_of_another_is_kept(void **state)
{
	struct fixture *f = *state;

	begin(f, pin_a);
	to_state(f);
	state_answer(f, "1", OTP_B64);
	assert_int_equal(method(f, "SetMEBxPassword", 16), SETUP_SEND);
	assert_int_equal(f->dev.mebx, SECRET_KEPT);
	assert_int_equal(f->setup.step, STEP_ADMIN);
}

static void mebx_password_sent_before_counts_as_set(void **state)
{
	struct fixture *f = *state;

	begin(f, pin_a);
	to_state(f);
	state_answer(f, "1", OTP_B64);
	assert_int_equal(f->dev.mebx, SECRET_SENT);
	begin(f, pin_a);
	to_state(f);
	state_answer(f, "1", OTP_B64);
	method(f, "SetMEBxPassword", 16);
	assert_int_equal(f->dev.mebx, SECRET_SET);
}

static void post_counts_only_with_the_new_password(void **state)
{
	struct fixture *f = *state;

	begin(f, pin_a);
	to_commit(f);
	method(f, "CommitChanges", 0);
	assert_int_equal(read_back(f, "2", false), SETUP_END);
	assert_int_equal(f->setup.result, RESULT_OUTCOME_UNKNOWN);
	begin(f, pin_a);
	to_commit(f);
	method(f, "CommitChanges", 0);
	assert_int_equal(outcome(f, WSMAN_UNAUTHORIZED), SETUP_END);
	assert_int_equal(f->setup.result, RESULT_OUTCOME_UNKNOWN);
	assert_true(f->dev.commit_sent);
}

static void state_read_back_must_be_post(void **state)
{
	struct fixture *f = *state;

	begin(f, pin_a);
	to_commit(f);
	method(f, "CommitChanges", 0);
	assert_int_equal(read_back(f, "1", false), SETUP_END);
	assert_int_equal(f->setup.result, RESULT_NOT_COMMITTED);
	assert_false(f->dev.commit_sent);
	begin(f, pin_a);
	to_commit(f);
	method(f, "CommitChanges", 0);
	assert_int_equal(read_back(f, "", true), SETUP_END);
	assert_int_equal(f->setup.result, RESULT_OUTCOME_UNKNOWN);
}

static void answer_of_another_kind_is_refused(void **state)
{
	struct fixture *f = *state;

	begin(f, pin_a);
	to_state(f);
	assert_int_equal(answer(f, "AMT_GeneralSettings",
				"<ProvisioningState>1"
				"</ProvisioningState>",
				false),
			 SETUP_END);
	assert_int_equal(f->setup.result, RESULT_BAD_ANSWER);
	nothing_was_prepared(f);
}

static void missing_version_is_no_end(void **state)
{
	struct fixture *f = *state;

	begin(f, pin_a);
	answer(f, "AMT_GeneralSettings", "<DigestRealm>" REALM "</DigestRealm>", false);
	assert_int_equal(fault(f), SETUP_SEND);
	assert_int_equal(f->setup.step, STEP_STATE);
	assert_int_equal(fault(f), SETUP_END);
	assert_int_equal(f->setup.result, RESULT_BAD_ANSWER);
}

static void reasons_stay_plain(void **state)
{
	struct fixture *f = *state;

	begin(f, pin_a);
	setup_end(&f->setup, RESULT_INTERNAL,
		  "a\n\033[1m\xff"
		  "b");
	assert_string_equal(f->setup.reason, "a??[1m?b");
}

static void wiped_setup_holds_no_secret(void **state)
{
	struct fixture *f = *state;
	static const struct setup zero;

	begin(f, pin_a);
	to_commit(f);
	setup_wipe(&f->setup);
	assert_memory_equal(&f->setup, &zero, sizeof(zero));
}

int main(void)
{
#define T(t) cmocka_unit_test_setup_teardown(t, setup_fixture, teardown_fixture)
	const struct CMUnitTest tests[] = {
		T(right_otp_leads_to_configured),
		T(wrong_otp_ends_before_any_secret),
		T(absent_otp_is_another_result_and_ends_too),
		T(missing_expectation_never_matches),
		T(otp_that_is_no_base64_is_refused),
		T(bare_metal_needs_no_otp),
		T(device_must_be_in_setup),
		T(realm_must_be_that_of_amt),
		T(secrets_are_stored_before_they_are_sent),
		T(store_that_fails_sends_nothing),
		T(resumed_session_sends_the_same_secrets),
		T(admin_digest_is_base64_of_md5),
		T(logins_are_tried_in_order),
		T(stored_secrets_log_in_only_to_the_same_device),
		T(lost_answer_to_commit_is_asked_for),
		T(commit_is_on_record_before_it_is_sent),
		T(refusals_of_methods_are_named),
		T(mebx_password_of_another_is_kept),
		T(mebx_password_sent_before_counts_as_set),
		T(post_counts_only_with_the_new_password),
		T(state_read_back_must_be_post),
		T(answer_of_another_kind_is_refused),
		T(missing_version_is_no_end),
		T(reasons_stay_plain),
		T(wiped_setup_holds_no_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
