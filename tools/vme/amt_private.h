/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside the model: what only amt*.c touch. */
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
	struct event *rng;    /* fires when the seed is made */
	struct cert_job *cert_job;
	bool host_started;		       /* not by itself, fresh from the factory */
	uint32_t window_due_s;		       /* opens when the certificate is ready; 0: none */
	char admin_user[AMT_PASSWORD_MAX + 1]; /* of SetAdminAclEntryEx */
	bool restored;			       /* from flash, and has no power yet */
	uint32_t resume_left_s;		       /* of the window that ran then */
	uint32_t resume_age_s;
	unsigned int batch; /* depth of changes that are told as one */
	unsigned int untold;
};

/* --- amt.c --- */
/* Begin to make a certificate unless that is under way; 0 or -errno. */
int amt_cert_begin(struct amt *amt);
/* To state IN by itself: a window of @seconds as soon as there is a certificate. */
void amt_window_when_ready(struct amt *amt, uint32_t seconds);
void amt_cert_drop(struct amt *amt);
void amt_window_open(struct amt *amt, uint32_t seconds);
void amt_local_open(struct amt *amt, const struct amt_local_setup *setup);
void amt_window_close(struct amt *amt);
void amt_otp_drop(struct amt *amt);

/* --- amt_command.c --- */
/* What keeps any start from being taken in this state. */
uint32_t amt_start_mode(const struct amt *amt);

/* Does a component keep hosts and servers from unprovisioning? Notes the attempt. */
bool amt_unprovision_is_blocked(struct amt *amt);

/* --- amt_audit.c --- */
/* Note how this configuration came about. */
void amt_audit_write(struct amt *amt);

#endif /* VME_AMT_PRIVATE_H */
