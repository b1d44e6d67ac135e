/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside the model: what only amt.c and amt_command.c touch. */
#ifndef VME_AMT_PRIVATE_H
#define VME_AMT_PRIVATE_H

#include "tools/vme/amt.h"

struct cert_job;

struct amt_listener {
	amt_listener_fn fn;
	void *ctx;
};

struct amt_private {
	struct amt_listener *listeners;
	size_t listener_count;
	struct event *window; /* fires when it runs out */
	struct cert_job *cert_job;
	bool first_window_due;		       /* opens when the certificate is ready */
	char admin_user[AMT_PASSWORD_MAX + 1]; /* of SetAdminAclEntryEx */
};

/* --- amt.c --- */
/* Begin to make a certificate unless that is under way; 0 or -errno. */
int amt_cert_begin(struct amt *amt);
void amt_cert_drop(struct amt *amt);
void amt_window_open(struct amt *amt, uint32_t seconds);
void amt_window_close(struct amt *amt);
void amt_otp_drop(struct amt *amt);

#endif /* VME_AMT_PRIVATE_H */
