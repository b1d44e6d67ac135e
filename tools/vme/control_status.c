// SPDX-License-Identifier: GPL-2.0-or-later
/* "status": everything that can be seen of the device, no secret. */
#include <stdio.h>
#include <string.h>
#include "tools/vme/amt.h"
#include "tools/vme/amthi_answer.h"
#include "tools/vme/amthi_dev.h"
#include "tools/vme/control_verbs.h"
#include "tools/vme/fleet.h"
#include "tools/vme/json_put.h"
#include "tools/vme/me_dev.h"
#include "tools/vme/net.h"
#include "tools/vme/net_settings.h"
#include "tools/vme/text.h"
#include "tools/vme/vme.h"

static const char *control_name(enum amt_control control)
{
	static const char *const names[] = {
		[AMT_CONTROL_NONE] = "none",
		[AMT_CONTROL_CCM] = "client",
		[AMT_CONTROL_ACM] = "admin",
	};

	return names[control];
}

static const char *rng_name(enum amt_rng rng)
{
	static const char *const names[] = {
		[AMT_RNG_EXISTS] = "ready",
		[AMT_RNG_MAKING] = "making",
		[AMT_RNG_NONE] = "none",
	};

	return names[rng];
}

static json_t *window(const struct amt *amt)
{
	json_t *result = json_object();

	put_bool(result, "open", amt->window_open);
	put_number(result, "left_s", amt_window_left(amt));
	return result;
}

static void put_hex(json_t *object, const char *name, const uint8_t *bytes, size_t len)
{
	char hex[2 * AMT_DIGEST_MAX + 1] = "";
	size_t i;

	for (i = 0; i < len; i++)
		snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
	put_text(object, name, hex);
}

static void append_text(json_t *array, const char *text, size_t len)
{
	json_t *item = json_stringn(text, len);

	json_array_append_new(array, item ? item : json_string("(not text)"));
}

static json_t *local_suffixes(const struct amt_local_setup *local)
{
	const char *end = local->suffixes + local->suffixes_len;
	const char *at = local->suffixes;
	json_t *names = json_array();

	while (at < end) {
		size_t len = strnlen(at, (size_t)(end - at));

		if (len)
			append_text(names, at, len);
		at += len + 1;
	}
	return names;
}

/* What the host named when it started setup from itself. */
static json_t *local_setup(const struct amt_local_setup *local)
{
	json_t *result = json_object();
	size_t len = local->algorithm == 3 ? 48 : 32;

	put_bool(result, "waiting", local->waiting);
	put_text(result, "algorithm", local->waiting ? text_algorithm(local->algorithm) : "");
	put_hex(result, "leaf", local->digest, local->waiting ? len : 0);
	put_bool(result, "host_vpn", local->host_vpn);
	json_object_set_new(result, "suffixes", local_suffixes(local));
	return result;
}

static json_t *certificate(const struct amt *amt)
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned int len = 0;
	json_t *result = json_object();

	if (amt->cert && X509_digest(amt->cert, EVP_sha256(), digest, &len) != 1)
		len = 0;
	put_bool(result, "ready", amt->cert != NULL);
	put_bool(result, "making", amt->cert_making);
	put_hex(result, "sha256", digest, len);
	return result;
}

static json_t *tls_verdict(const struct amt_tls_verdict *verdict)
{
	json_t *result = json_object();

	put_text(result, "refused", verdict->rule);
	put_text(result, "detail", verdict->detail);
	put_bool(result, "root_matched", verdict->root_matched);
	put_text(result, "root", verdict->root.name);
	put_number(result, "root_handle", verdict->root.handle);
	put_text(result, "server_cn", verdict->server_cn);
	put_bool(result, "time_valid", verdict->time_valid);
	return result;
}

static json_t *record(const struct amt_audit *audit)
{
	json_t *result = json_object();

	put_bool(result, "exists", audit->exists);
	put_text(result, "server_cn", audit->server_cn);
	put_text(result, "server_ip", audit->server_ip);
	put_bool(result, "host_initiated", audit->host_initiated);
	put_bool(result, "secure_dns", audit->secure_dns);
	put_bool(result, "time_valid", audit->time_valid);
	put_number(result, "time", audit->time);
	return result;
}

static json_t *model(const struct amt *amt)
{
	json_t *result = json_object();
	char uuid[TEXT_UUID_LEN];

	put_text(result, "state", amt_state_name(amt->state));
	put_text(result, "control_mode", control_name(amt->control));
	put_text(result, "uuid", text_of_uuid(amt->uuid, uuid));
	put_text(result, "version", amt->fw_version);
	put_bool(result, "enabled", amt->enabled);
	put_bool(result, "ztc", amt->ztc_enabled);
	put_bool(result, "ehbc", amt->ehbc);
	put_text(result, "rng", rng_name(amt->rng));
	put_text(result, "suffix", amt->pki_suffix);
	put_text(result, "suffix_mebx", amt->mebx_suffix);
	put_text(result, "dhcp_suffix", amt->dhcp_suffix);
	put_number(result, "hashes", (json_int_t)amt->hash_count);
	put_number(result, "otp_length", (json_int_t)amt->otp_len);
	put_bool(result, "mebx_default", amt->mebx_default);
	put_bool(result, "admin_set", amt->admin_set);
	json_object_set_new(result, "window", window(amt));
	json_object_set_new(result, "local_setup", local_setup(&amt->local));
	json_object_set_new(result, "certificate", certificate(amt));
	json_object_set_new(result, "last_peer", tls_verdict(&amt->verdict));
	json_object_set_new(result, "record", record(&amt->audit));
	return result;
}

static json_t *commands(const struct amthi_dev *amthi)
{
	const uint32_t *counts = amthi_dev_counts(amthi);
	json_t *result = json_object();
	char id[3];
	int i;

	for (i = 0; i < 256; i++) {
		if (!counts[i])
			continue;
		snprintf(id, sizeof(id), "%02x", i);
		put_number(result, id, counts[i]);
	}
	return result;
}

static json_t *link_status(const struct vme *vme)
{
	struct hbm *hbm = me_dev_hbm(vme->me);
	const struct hbm_stats *stats = hbm_stats(hbm);
	json_t *result = json_object();

	put_bool(result, "machine", me_dev_is_connected(vme->me));
	put_number(result, "connections", (json_int_t)hbm_connections(hbm, AMTHI_ADDRESS));
	put_number(result, "connects", stats->connects);
	put_number(result, "refused", stats->refused);
	put_number(result, "disconnects", stats->disconnects);
	put_number(result, "violations", stats->violations);
	put_bool(result, "dma_ring", hbm_has_ring(hbm));
	put_number(result, "ring_in", stats->ring_in);
	put_number(result, "ring_out", stats->ring_out);
	put_number(result, "buffers", (json_int_t)hbm_buffers(hbm));
	put_text(result, "power", hbm_power_name(hbm));
	put_number(result, "gatings", stats->gatings);
	put_number(result, "resets", me_dev_resets(vme->me));
	json_object_set_new(result, "commands", commands(vme->amthi));
	return result;
}

/* Of what is in force; what waits for CommitChanges is WS-Man's to tell. */
static json_t *server_settings(const struct net_settings *settings)
{
	const struct net_tls *tls = &settings->tls;
	json_t *result = json_object();

	put_number(result, "keys", (json_int_t)settings->key_count);
	put_number(result, "certificates", (json_int_t)settings->cert_count);
	put_number(result, "users", (json_int_t)settings->user_count);
	put_bool(result, "own_certificate", tls->has_cert);
	put_bool(result, "mutual", tls->sides[NET_TLS_REMOTE].mutual);
	put_bool(result, "clock_set", settings->clock_set);
	return result;
}

static json_t *net_status(const struct net_face *net)
{
	json_t *result = json_object();
	struct net_stats stats;

	net_face_stats(net, &stats);
	put_number(result, "hellos_sent", stats.hellos_sent);
	put_number(result, "hellos_failed", stats.hellos_failed);
	put_number(result, "tls_accepted", stats.tls_accepted);
	put_number(result, "tls_refused", stats.tls_refused);
	put_number(result, "requests", stats.requests);
	put_text(result, "server_found", stats.server_name ? stats.server_name : "");
	json_object_set_new(result, "settings", server_settings(net_face_settings(net)));
	return result;
}

static json_t *watchdog(const struct mng_dev *mng)
{
	json_t *result = json_object();

	put_bool(result, "watching", mng->watching);
	put_bool(result, "expired", mng_dev_has_expired(mng));
	put_number(result, "timeout_s", mng->timeout_s);
	put_number(result, "calls", mng->calls);
	return result;
}

json_t *verb_status(struct vme *vme, const char *const *words, size_t count, char why[VERB_WHY_MAX])
{
	json_t *result = model(vme->amt);

	if (vme->me)
		json_object_set_new(result, "link", link_status(vme));
	if (vme->me && hbm_has_client(me_dev_hbm(vme->me), MNG_ADDRESS))
		json_object_set_new(result, "watchdog", watchdog(&vme->mng));
	if (vme->net)
		json_object_set_new(result, "net", net_status(vme->net));
	if (vme->fleet)
		json_object_set_new(result, "fleet", fleet_status(vme->fleet));
	return result;
}
