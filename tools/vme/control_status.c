// SPDX-License-Identifier: GPL-2.0-or-later
/* "status": everything that can be seen of the device, no secret. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "tools/vme/amt.h"
#include "tools/vme/amthi_answer.h"
#include "tools/vme/amthi_dev.h"
#include "tools/vme/control_verbs.h"
#include "tools/vme/me_dev.h"
#include "tools/vme/net.h"
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

static json_t *window(const struct amt *amt)
{
	struct timespec now;
	json_int_t left;

	clock_gettime(CLOCK_MONOTONIC, &now);
	left = amt->window_open ? amt->window_end.tv_sec - now.tv_sec : 0;
	return json_pack("{s:b, s:I}", "open", amt->window_open, "left_s", left);
}

static json_t *certificate(const struct amt *amt)
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned int len = 0, i;
	char hex[2 * EVP_MAX_MD_SIZE + 1] = "";

	if (amt->cert && X509_digest(amt->cert, EVP_sha256(), digest, &len) != 1)
		len = 0;
	for (i = 0; i < len; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	return json_pack("{s:b, s:b, s:s}", "ready", amt->cert != NULL, "making",
			 amt->cert_making, "sha256", hex);
}

/* Texts of the peer's certificate may be anything; JSON takes UTF-8 only. */
static json_t *any_text(const char *text)
{
	json_t *string = json_string(text);

	return string ? string : json_string("(not text)");
}

static json_t *tls_verdict(const struct amt_tls_verdict *verdict)
{
	return json_pack("{s:o, s:o, s:b, s:o, s:i, s:o, s:b}",
			 "refused", any_text(verdict->rule),
			 "detail", any_text(verdict->detail),
			 "root_matched", verdict->root_matched,
			 "root", any_text(verdict->root.name),
			 "root_handle", (int)verdict->root.handle,
			 "server_cn", any_text(verdict->server_cn),
			 "time_valid", verdict->time_valid);
}

static json_t *model(const struct amt *amt)
{
	char uuid[TEXT_UUID_LEN];

	return json_pack("{s:s, s:s, s:s, s:s, s:b, s:s, s:s, s:i, s:i, s:b, s:b, s:o, s:o, s:o}",
			 "state", amt_state_name(amt->state),
			 "control_mode", control_name(amt->control),
			 "uuid", text_of_uuid(amt->uuid, uuid),
			 "version", amt->fw_version,
			 "ztc", amt->ztc_enabled,
			 "suffix", amt->pki_suffix,
			 "dhcp_suffix", amt->dhcp_suffix,
			 "hashes", (int)amt->hash_count,
			 "otp_length", (int)amt->otp_len,
			 "mebx_default", amt->mebx_default,
			 "admin_set", amt->admin_set,
			 "window", window(amt),
			 "certificate", certificate(amt),
			 "last_peer", tls_verdict(&amt->verdict));
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
		json_object_set_new(result, id, json_integer(counts[i]));
	}
	return result;
}

static json_t *link_status(const struct vme *vme)
{
	struct hbm *hbm = me_dev_hbm(vme->me);
	const struct hbm_stats *stats = hbm_stats(hbm);

	return json_pack("{s:b, s:i, s:i, s:i, s:i, s:i, s:i, s:o}",
			 "machine", me_dev_is_connected(vme->me),
			 "connections", (int)hbm_connections(hbm, AMTHI_ADDRESS),
			 "connects", (int)stats->connects,
			 "refused", (int)stats->refused,
			 "disconnects", (int)stats->disconnects,
			 "violations", (int)stats->violations,
			 "resets", (int)me_dev_resets(vme->me),
			 "commands", commands(vme->amthi));
}

static json_t *net_status(const struct net_face *net)
{
	struct net_stats stats;

	net_face_stats(net, &stats);
	return json_pack("{s:i, s:i, s:i, s:i, s:i}",
			 "hellos_sent", (int)stats.hellos_sent,
			 "hellos_failed", (int)stats.hellos_failed,
			 "tls_accepted", (int)stats.tls_accepted,
			 "tls_refused", (int)stats.tls_refused,
			 "requests", (int)stats.requests);
}

json_t *verb_status(struct vme *vme, const char *const *words, size_t count,
		    char why[VERB_WHY_MAX])
{
	json_t *result = model(vme->amt);

	if (result && vme->me)
		json_object_set_new(result, "link", link_status(vme));
	if (result && vme->net)
		json_object_set_new(result, "net", net_status(vme->net));
	if (!result)
		snprintf(why, VERB_WHY_MAX, "out of memory");
	return result;
}
