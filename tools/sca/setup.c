// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <openssl/crypto.h>

#include "setup_private.h"

#define SETUP_SERVICE "AMT_SetupAndConfigurationService"
#define ADMIN_USER    "admin"
#define FACTORY	      "admin"
#define NOT_PERMITTED 16

typedef enum setup_move (*handle_fn)(struct setup *s, const struct wsman_reply *r);

static enum setup_move on_settings(struct setup *s, const struct wsman_reply *r);
static enum setup_move on_software(struct setup *s, const struct wsman_reply *r);
static enum setup_move on_version(struct setup *s, const struct wsman_reply *r);
static enum setup_move on_state(struct setup *s, const struct wsman_reply *r);
static enum setup_move on_mebx(struct setup *s, const struct wsman_reply *r);
static enum setup_move on_admin(struct setup *s, const struct wsman_reply *r);
static enum setup_move on_commit(struct setup *s, const struct wsman_reply *r);
static enum setup_move on_readback(struct setup *s, const struct wsman_reply *r);

/* @payload: what the answer's body must hold. @optional: a fault is no end. */
static const struct {
	const char *stage;
	enum wsman_op op;
	const char *class_name;
	const char *method;
	const char *payload;
	bool optional;
	enum result refused;
	handle_fn handle;
} steps[STEP_COUNT] = {
	[STEP_SETTINGS] = { "settings", WSMAN_GET, "AMT_GeneralSettings", NULL,
			    "AMT_GeneralSettings", false, RESULT_BAD_ANSWER, on_settings },
	[STEP_SOFTWARE] = { "version", WSMAN_ENUMERATE, "CIM_SoftwareIdentity", NULL,
			    "EnumerateResponse", true, RESULT_BAD_ANSWER, on_software },
	[STEP_VERSION] = { "version", WSMAN_PULL, "CIM_SoftwareIdentity", NULL, "PullResponse",
			   true, RESULT_BAD_ANSWER, on_version },
	[STEP_STATE] = { "state", WSMAN_GET, SETUP_SERVICE, NULL, SETUP_SERVICE, false,
			 RESULT_BAD_ANSWER, on_state },
	[STEP_MEBX] = { "mebx-password", WSMAN_INVOKE, SETUP_SERVICE, "SetMEBxPassword",
			"SetMEBxPassword_OUTPUT", false, RESULT_MEBX_REFUSED, on_mebx },
	[STEP_ADMIN] = { "admin-password", WSMAN_INVOKE, "AMT_AuthorizationService",
			 "SetAdminAclEntryEx", "SetAdminAclEntryEx_OUTPUT", false,
			 RESULT_ADMIN_REFUSED, on_admin },
	[STEP_COMMIT] = { "commit", WSMAN_INVOKE, SETUP_SERVICE, "CommitChanges",
			  "CommitChanges_OUTPUT", false, RESULT_COMMIT_REFUSED, on_commit },
	[STEP_READBACK] = { "read-back", WSMAN_GET, SETUP_SERVICE, NULL, SETUP_SERVICE, false,
			    RESULT_OUTCOME_UNKNOWN, on_readback },
};

const char *setup_stage(const struct setup *s)
{
	return steps[s->step].stage;
}

void setup_init(struct setup *s, struct store *store, struct device *dev, bool readback_only)
{
	memset(s, 0, sizeof(*s));
	s->store = store;
	s->dev = dev;
	s->readback_only = readback_only;
	if (!readback_only)
		return;
	s->step = STEP_READBACK;
	s->auth = AUTH_ADMIN;
	setup_load_secrets(s);
}

void setup_wipe(struct setup *s)
{
	OPENSSL_cleanse(s, sizeof(*s));
}

void setup_note(struct setup *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s->note, sizeof(s->note), fmt, ap);
	va_end(ap);
}

enum setup_move setup_end(struct setup *s, enum result result, const char *fmt, ...)
{
	va_list ap;

	s->result = result;
	va_start(ap, fmt);
	vsnprintf(s->reason, sizeof(s->reason), fmt, ap);
	va_end(ap);
	/* part of it may be a peer's words: stays plain ASCII */
	for (char *p = s->reason; *p; p++)
		if (*p < 0x20 || *p > 0x7e)
			*p = '?';
	return SETUP_END;
}

void setup_connected(struct setup *s, const uint8_t pin[32])
{
	for (size_t i = 0; i < 32; i++)
		snprintf(s->pin + 2 * i, 3, "%02x", pin[i]);
	s->same_device = !strcmp(s->pin, s->dev->pin);
}

static void params(struct setup *s, struct wsman_request *req, size_t count)
{
	req->params = s->params;
	req->param_count = count;
}

void setup_request(struct setup *s, struct wsman_request *req)
{
	memset(req, 0, sizeof(*req));
	req->op = steps[s->step].op;
	req->class_name = steps[s->step].class_name;
	req->method = steps[s->step].method;
	switch (s->step) {
	case STEP_VERSION:
		req->context = s->context;
		break;
	case STEP_MEBX:
		s->params[0] = (struct wsman_param){ "Password", s->mebx };
		params(s, req, 1);
		break;
	case STEP_ADMIN:
		s->params[0] = (struct wsman_param){ "Username", ADMIN_USER };
		s->params[1] = (struct wsman_param){ "DigestPassword", s->admin_digest };
		params(s, req, 2);
		break;
	default:
		break;
	}
}

void setup_credentials(const struct setup *s, const char **user, const char **password)
{
	static const char factory[] = FACTORY;

	*user = s->auth == AUTH_NONE ? NULL : ADMIN_USER;
	*password = s->auth == AUTH_FACTORY ? factory :
		    s->auth == AUTH_MEBX    ? s->mebx :
		    s->auth == AUTH_ADMIN   ? s->admin :
					      NULL;
}

static enum setup_move go(struct setup *s, enum setup_step step)
{
	s->step = step;
	return SETUP_SEND;
}

/* "Digest:" and 32 hex digits: what AMT has used since WS-Man. */
static bool realm_is_amt(const char *realm)
{
	if (!realm || strncmp(realm, "Digest:", 7) || strlen(realm) != 39)
		return false;
	for (const char *p = realm + 7; *p; p++)
		if (!isxdigit((unsigned char)*p))
			return false;
	return true;
}

static enum setup_move on_settings(struct setup *s, const struct wsman_reply *r)
{
	const char *realm = wsman_reply_value(r, 0, "DigestRealm");

	if (!realm_is_amt(realm))
		return setup_end(s, RESULT_BAD_ANSWER,
				 "DigestRealm \"%.64s\" is not of the "
				 "form Digest: and 32 hex digits",
				 realm ? realm : "");
	snprintf(s->dev->realm, sizeof(s->dev->realm), "%s", realm);
	return go(s, STEP_SOFTWARE);
}

static enum setup_move on_software(struct setup *s, const struct wsman_reply *r)
{
	const char *context = wsman_reply_context(r);

	if (!context || strlen(context) >= sizeof(s->context))
		return go(s, STEP_STATE);
	snprintf(s->context, sizeof(s->context), "%s", context);
	return go(s, STEP_VERSION);
}

/* Shown to people: digits and dots only, whatever the device sends. */
static bool version_is_plain(const char *v)
{
	return v && *v && strlen(v) < sizeof(((struct device *)0)->version) &&
	       strspn(v, "0123456789.") == strlen(v);
}

static enum setup_move on_version(struct setup *s, const struct wsman_reply *r)
{
	for (size_t i = 0; i < wsman_reply_count(r); i++) {
		const char *id = wsman_reply_value(r, i, "InstanceID");
		const char *v = wsman_reply_value(r, i, "VersionString");

		if (id && !strcmp(id, "AMT") && version_is_plain(v))
			snprintf(s->dev->version, sizeof(s->dev->version), "%s", v);
	}
	setup_note(s, "AMT %s", s->dev->version[0] ? s->dev->version : "of unknown version");
	return go(s, STEP_STATE);
}

static enum setup_move on_state(struct setup *s, const struct wsman_reply *r)
{
	const char *state = wsman_reply_value(r, 0, "ProvisioningState");
	enum setup_move move;

	if (!state || strcmp(state, "1"))
		return setup_end(s, RESULT_NOT_IN_SETUP,
				 "the device is in provisioning state %.8s (0 PRE, 1 IN, 2 POST)",
				 state ? state : "unknown");
	move = setup_check_otp(s, wsman_reply_value(r, 0, "ProvisioningServerOTP"));
	if (move != SETUP_SEND)
		return move;
	s->step = STEP_MEBX;
	move = setup_prepare_secrets(s);
	if (move == SETUP_SEND)
		setup_note(s, "%s; its passwords are made and stored before they are sent",
			   s->dev->otp_required ? "the device shows the registered OTP" :
						  "bare metal, no OTP is asked for");
	return move;
}

static enum setup_move refused(struct setup *s, uint32_t rv)
{
	const char *name = wsman_status_name(rv);

	return setup_end(s, steps[s->step].refused, "%s answered %u (%s)", steps[s->step].method,
			 rv, name ? name : "unknown");
}

static enum setup_move on_mebx(struct setup *s, const struct wsman_reply *r)
{
	uint32_t rv;

	if (wsman_reply_return_value(r, &rv))
		return setup_end(s, RESULT_BAD_ANSWER, "no ReturnValue");
	/*
	 * Most MEBx policies let the password be set while it is the factory
	 * one. Refused after we had sent ours: ours is set. Else it is another
	 * one, which the device keeps; CommitChanges is content with that.
	 */
	if (rv == NOT_PERMITTED)
		s->dev->mebx = s->mebx_before == SECRET_SENT || s->mebx_before == SECRET_SET ?
				       SECRET_SET :
				       SECRET_KEPT;
	else if (rv)
		return refused(s, rv);
	else
		s->dev->mebx = SECRET_SET;
	setup_note(s, "%s",
		   s->dev->mebx == SECRET_KEPT ? "the device keeps one of its own" :
						 "a password of its own is set");
	return go(s, STEP_ADMIN);
}

static enum setup_move on_admin(struct setup *s, const struct wsman_reply *r)
{
	uint32_t rv;

	if (wsman_reply_return_value(r, &rv))
		return setup_end(s, RESULT_BAD_ANSWER, "no ReturnValue");
	if (rv)
		return refused(s, rv);
	s->dev->admin = SECRET_SET;
	s->dev->commit_sent = true;
	s->step = STEP_COMMIT;
	snprintf(s->dev->stage, sizeof(s->dev->stage), "%s", setup_stage(s));
	/* a restarted server must know that the device may be configured */
	if (store_device_save(s->store, s->dev))
		return setup_end(s, RESULT_STORE_FAILED, "storing the progress: %s",
				 store_error(s->store));
	setup_note(s, "a password of its own is set");
	return SETUP_SEND;
}

static enum setup_move read_back(struct setup *s)
{
	s->step = STEP_READBACK;
	s->auth = AUTH_ADMIN;
	return SETUP_RECONNECT;
}

static enum setup_move on_commit(struct setup *s, const struct wsman_reply *r)
{
	uint32_t rv;

	if (wsman_reply_return_value(r, &rv) || !rv) {
		setup_note(s, "CommitChanges is done; connecting anew with the new password");
		return read_back(s);
	}
	s->dev->commit_sent = false;
	return refused(s, rv);
}

static enum setup_move on_readback(struct setup *s, const struct wsman_reply *r)
{
	const char *state = wsman_reply_value(r, 0, "ProvisioningState");

	if (state && !strcmp(state, "2")) {
		/* only a login proves that the password is the one we know */
		if (!s->challenged)
			return setup_end(s, RESULT_OUTCOME_UNKNOWN,
					 "the device did not ask for the new password");
		return setup_end(s, RESULT_CONFIGURED, "the device reports POST");
	}
	if (!state || strcmp(state, "1"))
		return setup_end(s, RESULT_OUTCOME_UNKNOWN,
				 "after CommitChanges the device reports state %.8s",
				 state ? state : "unknown");
	s->dev->commit_sent = false;
	return setup_end(s, RESULT_NOT_COMMITTED,
			 "CommitChanges did not take effect: the device is still IN");
}

/* The next login to try, or the end. */
static enum setup_move on_unauthorized(struct setup *s)
{
	if (s->step == STEP_READBACK)
		return setup_end(s, RESULT_OUTCOME_UNKNOWN,
				 "the device does not take the new administrator password");
	do {
		s->auth++;
		/* stored secrets log in only where they were sent before: a
		 * stranger could pass the digest on to the real device
		 */
		if (s->auth >= AUTH_MEBX && (!s->same_device || !setup_load_secrets(s)))
			s->auth = AUTH_COUNT;
	} while (s->auth == AUTH_MEBX && s->dev->mebx == SECRET_KEPT);
	if (s->auth < AUTH_COUNT)
		return SETUP_SEND;
	s->auth = AUTH_NONE;
	if (s->step == STEP_COMMIT)
		s->dev->commit_sent = false;
	return setup_end(s, RESULT_CREDENTIALS_REFUSED,
			 "the device takes neither no login nor the factory one");
}

static enum setup_move on_answer(struct setup *s, const struct wsman_result *r)
{
	if (strcmp(wsman_reply_payload(r->reply), steps[s->step].payload)) {
		if (steps[s->step].optional)
			return go(s, STEP_STATE);
		return setup_end(s, RESULT_BAD_ANSWER, "the answer holds %.60s, not %s",
				 wsman_reply_payload(r->reply), steps[s->step].payload);
	}
	s->challenged = r->challenged;
	return steps[s->step].handle(s, r->reply);
}

static enum setup_move on_fault(struct setup *s, const struct wsman_result *r)
{
	if (steps[s->step].optional)
		return go(s, STEP_STATE);
	if (s->step == STEP_COMMIT)
		s->dev->commit_sent = false;
	return setup_end(s, steps[s->step].refused, "%s", r->why);
}

enum setup_move setup_result(struct setup *s, const struct wsman_result *r)
{
	s->note[0] = '\0';
	switch (r->outcome) {
	case WSMAN_OK:
		return on_answer(s, r);
	case WSMAN_FAULT:
		return on_fault(s, r);
	case WSMAN_UNAUTHORIZED:
		return on_unauthorized(s);
	default:
		break;
	}
	if (s->step == STEP_COMMIT) {
		/* the answer may be lost: only asking tells */
		if (r->outcome != WSMAN_CONNECT && r->outcome != WSMAN_TLS)
			return read_back(s);
		s->dev->commit_sent = false;
	}
	switch (r->outcome) {
	case WSMAN_CONNECT:
		return setup_end(s, RESULT_UNREACHABLE, "%s", r->why);
	case WSMAN_TLS:
		return setup_end(s, RESULT_TLS_FAILED, "%s", r->why);
	case WSMAN_TIMEOUT:
		return setup_end(s, RESULT_TIMEOUT, "%s", r->why);
	case WSMAN_LOST:
		return setup_end(s, RESULT_LOST, "%s", r->why);
	case WSMAN_LOCAL:
		return setup_end(s, RESULT_INTERNAL, "%s", r->why);
	default:
		return setup_end(s, RESULT_BAD_ANSWER, "%s", r->why);
	}
}
