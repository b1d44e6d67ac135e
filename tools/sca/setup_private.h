/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SCA_SETUP_PRIVATE_H
#define SCA_SETUP_PRIVATE_H

#include "setup.h"

/* Never a secret. */
void setup_note(struct setup *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* setup_secret.c: the OTP rule, then passwords made or found, and stored. */
enum setup_move setup_check_otp(struct setup *s, const char *shown);
enum setup_move setup_prepare_secrets(struct setup *s);
/* Stored passwords of an earlier session into @s; false when there are none. */
bool setup_load_secrets(struct setup *s);
/* base64(MD5(user:realm:password)) for SetAdminAclEntryEx. */
int setup_admin_digest(struct setup *s);

#endif /* SCA_SETUP_PRIVATE_H */
