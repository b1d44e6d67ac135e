/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The decisions of a configuration session: which request is next, what an
 * answer means, when a secret may leave. No network here; session.c moves what
 * this file decides, and tests feed it answers.
 *
 * The order (Documentation/design/0005): read, compare the OTP, store the
 * passwords, send them, commit, read back with the new password.
 */
#ifndef SCA_SETUP_H
#define SCA_SETUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypt.h"
#include "result.h"
#include "store.h"
#include "tools/wsman/wsman.h"

enum setup_step {
	STEP_SETTINGS, /* digest realm */
	STEP_SOFTWARE, /* firmware version: enumerate */
	STEP_VERSION,  /* and pull */
	STEP_STATE,    /* provisioning state and OTP */
	STEP_MEBX,
	STEP_ADMIN,
	STEP_COMMIT,
	STEP_READBACK,
	STEP_COUNT
};

/* Credentials in the order they are tried. */
enum setup_auth {
	AUTH_NONE,
	AUTH_FACTORY, /* admin, admin */
	AUTH_MEBX,    /* a MEBx password we sent in an earlier session */
	AUTH_ADMIN,   /* an administrator password we sent earlier */
	AUTH_COUNT
};

enum setup_move {
	SETUP_SEND,	 /* setup_request() has the next one */
	SETUP_RECONNECT, /* the same, on a new connection, when it works */
	SETUP_END,	 /* result and reason are filled in */
};

/**
 * struct setup - one session's progress
 * @dev: the row as it will be stored; not owned
 * @same_device: the certificate is the one of the session that sent the stored
 *	passwords, so these may be used to log in
 * @challenged: the device asked for a login before this answer
 * @pin: SHA-256 of the device's certificate in this session, hex
 * @note: what the last answer brought, for the log; "" for nothing
 */
struct setup {
	struct store *store;
	struct device *dev;
	enum setup_step step;
	enum setup_auth auth;
	bool readback_only;
	bool same_device;
	bool challenged;
	char pin[65];
	char context[128];
	char mebx[PASSWORD_SIZE];
	char admin[PASSWORD_SIZE];
	char admin_digest[32];
	enum secret_state mebx_before;
	struct wsman_param params[2];
	enum result result;
	char reason[256];
	char note[160];
};

/* @readback_only: CommitChanges was sent in an earlier session. */
void setup_init(struct setup *s, struct store *store, struct device *dev, bool readback_only);
/* Wipes the secrets. */
void setup_wipe(struct setup *s);

/* The first connection stands and the device's certificate is known. */
void setup_connected(struct setup *s, const uint8_t pin[32]);

/* The request of this step; points into @s. */
void setup_request(struct setup *s, struct wsman_request *req);
/* Login of this step: user and password, or NULL for none. */
void setup_credentials(const struct setup *s, const char **user, const char **password);
const char *setup_stage(const struct setup *s);

/* What an exchange's result means. Writes to the store before secrets leave. */
enum setup_move setup_result(struct setup *s, const struct wsman_result *r);

/* End the session here. */
enum setup_move setup_end(struct setup *s, enum result result, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif /* SCA_SETUP_H */
