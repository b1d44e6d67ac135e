// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The model's life: birth, windows and their timers, the certificate, the
 * listeners. What commands may do is in amt_command.c.
 */
#include "tools/vme/amt.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <event2/event.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include "tools/vme/amt_private.h"
#include "tools/vme/cert.h"
#include "tools/vme/log.h"
#include "tools/vme/net_settings.h"
#include "tools/vme/profile.h"

/* Slots since AMT 7 (amthi.md 5): 30 for the firmware's hashes, 3 for others. */
#define FACTORY_SLOTS 30
#define USER_SLOTS    3

/* protocol.md 1.4 */
#define HOUR_S	       3600
#define FIRST_WINDOW_S (24 * HOUR_S)
#define WINDOW_S       (6 * HOUR_S)
#define EXTEND_MAX_H   24

const char *amt_state_name(enum amt_state state)
{
	static const char *const names[] = {
		[AMT_PRE] = "PRE",
		[AMT_IN] = "IN",
		[AMT_POST] = "POST",
	};

	return (unsigned int)state <= AMT_POST ? names[state] : "?";
}

unsigned int amt_release(const struct amt *amt)
{
	return (unsigned int)strtoul(amt->fw_version, NULL, 10);
}

/* --- listeners --- */

int amt_listen(struct amt *amt, amt_listener_fn fn, void *ctx)
{
	struct amt_private *priv = amt->priv;
	struct amt_listener *grown = realloc(priv->listeners,
					     (priv->listener_count + 1) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	priv->listeners = grown;
	grown[priv->listener_count++] = (struct amt_listener){ fn, ctx };
	return 0;
}

void amt_changed(struct amt *amt, unsigned int what)
{
	size_t i;

	if (amt->priv->batch) {
		amt->priv->untold |= what;
		return;
	}
	for (i = 0; i < amt->priv->listener_count; i++)
		amt->priv->listeners[i].fn(amt, what, amt->priv->listeners[i].ctx);
}

void amt_batch_begin(struct amt *amt)
{
	amt->priv->batch++;
}

void amt_batch_end(struct amt *amt)
{
	unsigned int what = amt->priv->untold;

	if (--amt->priv->batch)
		return;
	amt->priv->untold = 0;
	if (what)
		amt_changed(amt, what);
}

/* --- the configuration window --- */

bool amt_window_runs(const struct amt *amt)
{
	if (amt->state != AMT_IN)
		return false;
	return amt->window_open || amt->local.waiting || amt->priv->window_due_s;
}

int64_t amt_window_left(const struct amt *amt)
{
	int64_t left = amt->window_end_us - vme_clock_us(&amt->clock);

	if (!amt->window_open && !amt->local.waiting)
		return 0;
	return left > 0 ? (left + VME_CLOCK_US - 1) / VME_CLOCK_US : 0;
}

static void window_arm(struct amt *amt)
{
	const struct timeval tv = vme_clock_until(&amt->clock, amt->window_end_us);

	evtimer_add(amt->priv->window, &tv);
}

static void window_set_end(struct amt *amt, uint32_t seconds)
{
	amt->window_end_us = vme_clock_us(&amt->clock) + (int64_t)seconds * VME_CLOCK_US;
	window_arm(amt);
}

static void window_begin(struct amt *amt, uint32_t seconds)
{
	amt->priv->window_due_s = 0;
	amt->state = AMT_IN;
	amt->window_begin_us = vme_clock_us(&amt->clock);
	window_set_end(amt, seconds);
}

void amt_window_open(struct amt *amt, uint32_t seconds)
{
	window_begin(amt, seconds);
	amt->window_open = true;
	log_info("amt", "state IN, the window is open for %u s", seconds);
	amt_changed(amt, AMT_CHANGED_STATE);
}

void amt_local_open(struct amt *amt, const struct amt_local_setup *setup)
{
	window_begin(amt, amt->window_s);
	amt->local = *setup;
	amt->local.waiting = true;
	log_info("amt", "state IN, waiting for the host for %u s", amt->window_s);
	amt_changed(amt, AMT_CHANGED_STATE);
}

void amt_window_close(struct amt *amt)
{
	amt->priv->window_due_s = 0;
	amt->window_open = false;
	memset(&amt->local, 0, sizeof(amt->local));
	event_del(amt->priv->window);
}

void amt_window_end(struct amt *amt)
{
	if (!amt_window_runs(amt))
		return;
	amt_window_close(amt);
	log_info("amt", "the window has run out, the state stays IN");
	amt_changed(amt, AMT_CHANGED_STATE);
}

static void on_window_over(evutil_socket_t fd, short what, void *arg)
{
	amt_window_end(arg);
}

/*
 * The server may set the rest to 1 to 24 hours, up to 255 after the first Hello, and
 * 0 ends it (protocol.md 1.4). That a longer one is cut, and the status of each
 * refusal, are guesses [I].
 */
uint32_t amt_extend(struct amt *amt, uint32_t hours)
{
	int64_t cap_us = amt->window_begin_us + AMT_WINDOW_MAX_S * (int64_t)VME_CLOCK_US;
	int64_t end_us = vme_clock_us(&amt->clock) + hours * HOUR_S * (int64_t)VME_CLOCK_US;

	if (!amt->window_open)
		return AMT_NOT_PERMITTED;
	if (hours > EXTEND_MAX_H)
		return AMT_INVALID_PARAMETER;
	if (!hours) {
		amt_window_end(amt);
		return AMT_SUCCESS;
	}
	amt->window_end_us = end_us < cap_us ? end_us : cap_us;
	window_arm(amt);
	log_info("amt", "the window is open for another %lld s", (long long)amt_window_left(amt));
	amt_changed(amt, AMT_CHANGED_STATE);
	return AMT_SUCCESS;
}

static void clock_changed(struct amt *amt)
{
	if (amt->window_open || amt->local.waiting)
		window_arm(amt);
	amt_changed(amt, AMT_CHANGED_CLOCK);
}

void amt_clock_jump(struct amt *amt, uint32_t seconds)
{
	vme_clock_jump(&amt->clock, seconds);
	log_info("amt", "the clock is put ahead by %u s", seconds);
	clock_changed(amt);
}

void amt_clock_set_scale(struct amt *amt, uint32_t scale)
{
	vme_clock_set_scale(&amt->clock, scale);
	log_info("amt", "the clock runs %u times as fast", scale);
	clock_changed(amt);
}

/* --- the certificate --- */

static void on_cert_made(X509 *cert, EVP_PKEY *key, void *ctx)
{
	struct amt *amt = ctx;

	amt->priv->cert_job = NULL;
	amt->cert_making = false;
	if (!cert) {
		log_error("amt", "making the certificate failed; the next start tries again");
		amt_window_end(amt);
		return;
	}
	amt->cert = cert;
	amt->key = key;
	log_info("amt", "the certificate is ready");
	amt_changed(amt, AMT_CHANGED_CERT);
	if (amt->priv->window_due_s)
		amt_window_open(amt, amt->priv->window_due_s);
}

int amt_cert_begin(struct amt *amt)
{
	if (amt->cert_making)
		return 0;
	amt->priv->cert_job = cert_job_start(amt->base, amt->key_pool, amt->cert_delay_ms,
					     amt->uuid, on_cert_made, amt);
	if (!amt->priv->cert_job) {
		log_error("amt", "cannot make a certificate: %s", strerror(errno));
		return -errno;
	}
	amt->cert_making = true;
	log_info("amt", "making a certificate");
	return 0;
}

void amt_window_when_ready(struct amt *amt, uint32_t seconds)
{
	if (amt_cert_begin(amt))
		return;
	amt->state = AMT_IN;
	amt->priv->window_due_s = seconds;
}

void amt_cert_drop(struct amt *amt)
{
	cert_job_cancel(amt->priv->cert_job);
	amt->priv->cert_job = NULL;
	amt->cert_making = false;
	X509_free(amt->cert);
	amt->cert = NULL;
	EVP_PKEY_free(amt->key);
	amt->key = NULL;
}

/* --- lifetime --- */

void amt_otp_drop(struct amt *amt)
{
	OPENSSL_cleanse(amt->otp, sizeof(amt->otp));
	amt->otp_len = 0;
}

/* A window that was open goes on; it counts from its first Hello. */
static void resume(struct amt *amt)
{
	uint32_t left_s = amt->priv->resume_left_s;

	amt->priv->restored = false;
	if (amt->state == AMT_IN && left_s && !amt->cert) {
		amt_window_when_ready(amt, left_s);
	} else if (amt->state == AMT_IN && left_s) {
		amt_window_open(amt, left_s);
		amt->window_begin_us -= amt->priv->resume_age_s * (int64_t)VME_CLOCK_US;
	} else if (amt->state == AMT_POST && !amt->cert) {
		amt_cert_begin(amt);
	}
}

void amt_power_on(struct amt *amt)
{
	if (amt->priv->restored) {
		resume(amt);
		return;
	}
	if (amt->cert)
		return;
	if (amt->state == AMT_IN)
		amt_window_when_ready(amt, amt->first_window_s);
	else if (amt->state == AMT_POST)
		amt_cert_begin(amt);
}

static void on_rng_made(evutil_socket_t fd, short what, void *arg)
{
	amt_mebx_rng(arg, true);
}

static int private_new(struct amt *amt)
{
	amt->priv = calloc(1, sizeof(*amt->priv));
	if (!amt->priv)
		return -ENOMEM;
	amt->priv->window = evtimer_new(amt->base, on_window_over, amt);
	amt->priv->rng = evtimer_new(amt->base, on_rng_made, amt);
	return amt->priv->window && amt->priv->rng ? 0 : -ENOMEM;
}

/* The password of $$OsAdmin: random, new with every power-on (amthi.md 67). */
static int make_local_password(struct amt *amt)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789+/";
	uint8_t random[AMT_PASSWORD_MAX];
	size_t i;

	if (RAND_bytes(random, sizeof(random)) != 1)
		return -EIO;
	for (i = 0; i < sizeof(random); i++)
		amt->local_password[i] = letters[random[i] % 64];
	OPENSSL_cleanse(random, sizeof(random));
	return 0;
}

static int settings_new(struct amt *amt)
{
	amt->settings = malloc(sizeof(*amt->settings));
	if (!amt->settings)
		return -ENOMEM;
	net_settings_init(amt->settings);
	return 0;
}

static int amt_setup(struct amt *amt)
{
	int ret = private_new(amt);

	if (!ret)
		ret = settings_new(amt);
	if (!ret)
		ret = make_local_password(amt);
	if (ret)
		return ret;
	vme_clock_init(&amt->clock);
	snprintf(amt->fw_version, sizeof(amt->fw_version), "%s",
		 vme_profile_find(VME_PROFILE_DEFAULT)->version);
	amt->enabled = true;
	amt->ztc_enabled = true;
	amt->platform.link = true;
	amt->platform.dhcp = true;
	amt->platform.local_account = true;
	amt->factory_slots = FACTORY_SLOTS;
	amt->user_slots = USER_SLOTS;
	amt->first_window_s = FIRST_WINDOW_S;
	amt->window_s = WINDOW_S;
	amt_mebx_set(amt, AMT_FACTORY_PASSWORD);
	return 0;
}

struct amt *amt_new(struct event_base *base)
{
	struct amt *amt = calloc(1, sizeof(*amt));

	if (!amt)
		return NULL;
	amt->base = base;
	if (!amt_setup(amt))
		return amt;
	amt_free(amt);
	return NULL;
}

static void private_free(struct amt *amt)
{
	if (!amt->priv)
		return;
	amt_cert_drop(amt);
	if (amt->priv->window)
		event_free(amt->priv->window);
	if (amt->priv->rng)
		event_free(amt->priv->rng);
	free(amt->priv->listeners);
	free(amt->priv);
}

void amt_free(struct amt *amt)
{
	if (!amt)
		return;
	private_free(amt);
	if (amt->settings)
		net_settings_clear(amt->settings);
	free(amt->settings);
	free(amt->hashes);
	free(amt->versions);
	OPENSSL_cleanse(amt, sizeof(*amt));
	free(amt);
}
