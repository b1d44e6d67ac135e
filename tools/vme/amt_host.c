// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Commands of the host interface about settings, and the same settings as a person
 * changes them in MEBx, where no rule applies. Start, stop and OTP are in
 * amt_command.c. [I] marks what no public source says.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <event2/event.h>
#include "tools/vme/amt.h"
#include "tools/vme/amt_private.h"
#include "tools/vme/log.h"
#include "tools/vme/profile.h"

/* --- setup from the host itself --- */

/*
 * The rules of the state are those of amthi.md 29. Neither lease nor domain is
 * needed: the host brings the domains along [I].
 */
uint32_t amt_start_local(struct amt *amt, const struct amt_local_setup *setup)
{
	uint32_t status = amt_start_mode(amt);

	if (status)
		return status;
	if ((setup->algorithm != 2 && setup->algorithm != 3) ||
	    setup->suffixes_len > AMT_LOCAL_SUFFIXES_MAX)
		return AMT_INVALID_PARAMETER;
	if (!amt->cert)
		return amt_cert_begin(amt) ? AMT_INTERNAL_ERROR : AMT_CERTIFICATE_NOT_READY;
	amt->priv->host_started = true;
	amt_local_open(amt, setup);
	return AMT_SUCCESS;
}

/* Only a device in client control mode is the host's to unprovision (amthi.md 10). */
uint32_t amt_unprovision_by_host(struct amt *amt)
{
	if (amt->state != AMT_POST || amt->control != AMT_CONTROL_CCM)
		return AMT_INVALID_MODE;
	if (amt_unprovision_is_blocked(amt))
		return AMT_BLOCKING_COMPONENT;
	amt_unprovision(amt);
	return AMT_SUCCESS;
}

/* PRE only (amthi.md 88). */
uint32_t amt_disable_and_clear(struct amt *amt)
{
	if (amt->state != AMT_PRE)
		return AMT_INVALID_MODE;
	amt_batch_begin(amt);
	amt_unprovision(amt);
	amt_mebx_enable(amt, false);
	amt_batch_end(amt);
	return AMT_SUCCESS;
}

/* --- trusted suffix --- */

static void put_suffix(struct amt *amt, const char *suffix, size_t len)
{
	if (strlen(amt->pki_suffix) == len && !memcmp(amt->pki_suffix, suffix, len))
		return;
	snprintf(amt->pki_suffix, sizeof(amt->pki_suffix), "%.*s", (int)len, suffix);
	log_info("amt", "the trusted suffix is \"%s\"", amt->pki_suffix);
	amt_changed(amt, AMT_CHANGED_SUFFIX);
}

/* What may stand in a domain name; firmware's own rule is not public [I]. */
static bool is_domain(const char *suffix, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!isalnum((unsigned char)suffix[i]) && suffix[i] != '-' && suffix[i] != '.')
			return false;
	return true;
}

/* The rule of the state is that of the OTP (amthi.md 2F). */
uint32_t amt_set_suffix(struct amt *amt, const char *suffix, size_t len)
{
	if (amt->state == AMT_POST || amt_window_runs(amt))
		return AMT_INVALID_MODE;
	if (len > AMT_SUFFIX_MAX || !is_domain(suffix, len))
		return AMT_INVALID_PARAMETER;
	put_suffix(amt, suffix, len);
	return AMT_SUCCESS;
}

void amt_mebx_suffix(struct amt *amt, const char *suffix)
{
	amt_batch_begin(amt);
	if (strcmp(amt->mebx_suffix, suffix) != 0)
		amt_changed(amt, AMT_CHANGED_SUFFIX);
	snprintf(amt->mebx_suffix, sizeof(amt->mebx_suffix), "%s", suffix);
	put_suffix(amt, suffix, strlen(suffix));
	amt_batch_end(amt);
}

/* --- zero touch configuration --- */

/*
 * The operating system may only switch it off, where the profile lets it, and not when a person
 * has set a suffix (amthi.md 3A). Which refusal comes first is not known [I].
 */
uint32_t amt_set_ztc(struct amt *amt, uint32_t mode)
{
	if (amt->state != AMT_PRE)
		return AMT_INVALID_MODE;
	if (mode || !vme_profile_of(amt->fw_version)->os_ztc_off || amt->mebx_suffix[0])
		return AMT_NOT_PERMITTED;
	amt_mebx_ztc(amt, false);
	return AMT_SUCCESS;
}

void amt_mebx_ztc(struct amt *amt, bool on)
{
	if (amt->ztc_enabled == on)
		return;
	amt->ztc_enabled = on;
	log_info("amt", "zero touch configuration is %s", on ? "on" : "off");
	amt_changed(amt, AMT_CHANGED_STATE);
}

/* --- embedded host based configuration --- */

/* Enabling ends with manufacturing (amthi.md 85). */
uint32_t amt_set_ehbc(struct amt *amt, uint32_t mode)
{
	if (mode > 1)
		return AMT_INVALID_PARAMETER;
	if (mode)
		return AMT_NOT_PERMITTED;
	amt_mebx_ehbc(amt, false);
	return AMT_SUCCESS;
}

void amt_mebx_ehbc(struct amt *amt, bool on)
{
	if (amt->ehbc == on)
		return;
	amt->ehbc = on;
	amt_changed(amt, AMT_CHANGED_SETTINGS);
}

/* --- seed of the random numbers --- */

/* A step before start on old firmware: so the same states [I] (amthi.md 28). */
uint32_t amt_generate_rng(struct amt *amt)
{
	const struct timeval tv = { .tv_sec = amt->rng_delay_ms / 1000,
				    .tv_usec = amt->rng_delay_ms % 1000 * 1000 };

	if (amt->state == AMT_POST || amt_window_runs(amt))
		return AMT_INVALID_MODE;
	if (amt->rng == AMT_RNG_MAKING)
		return AMT_RNG_GENERATION_IN_PROGRESS;
	amt->rng = AMT_RNG_MAKING;
	evtimer_add(amt->priv->rng, &tv);
	amt_changed(amt, AMT_CHANGED_SETTINGS);
	return AMT_SUCCESS;
}

void amt_mebx_rng(struct amt *amt, bool exists)
{
	event_del(amt->priv->rng);
	amt->rng = exists ? AMT_RNG_EXISTS : AMT_RNG_NONE;
	amt_changed(amt, AMT_CHANGED_SETTINGS);
}

/* --- AMT as a whole --- */

/* Who switches it off gives up its configuration [I]. */
void amt_mebx_enable(struct amt *amt, bool on)
{
	if (amt->enabled == on)
		return;
	amt_batch_begin(amt);
	if (!on && amt->state != AMT_PRE)
		amt_unprovision(amt);
	amt->enabled = on;
	log_info("amt", "AMT is %s", on ? "enabled" : "disabled");
	amt_changed(amt, AMT_CHANGED_SETTINGS);
	amt_batch_end(amt);
}
