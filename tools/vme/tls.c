// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/tls.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <openssl/err.h>
#include <openssl/sslerr.h>
#include "tools/vme/chain.h"
#include "tools/vme/net_profile.h"
#include "tools/vme/net_settings.h"
#include "tools/vme/tls_fault.h"

/* Static RSA for MeshCentral and old servers, ECDHE for Go (protocol.md 3.2). */
#define SUITES \
	"ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256:" \
	"AES256-GCM-SHA384:AES128-GCM-SHA256:AES256-SHA256:AES128-SHA256:" \
	"AES256-SHA:AES128-SHA"

/*
 * Firmware's own rules instead of X.509 path validation: no purpose, dates or
 * store. The chain is judged before OpenSSL looks at the peer's signature.
 */
static int judge(X509_STORE_CTX *store, void *arg)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct tls_peer *peer = SSL_get_app_data(ssl);
	STACK_OF(X509) *sent = X509_STORE_CTX_get0_untrusted(store);

	peer->judged = true;
	if (tls_fault_certificate(peer, store))
		return 0;
	if (chain_judge(peer->amt, sent, &peer->verdict)) {
		X509_STORE_CTX_set_error(store, X509_V_OK);
		return 1;
	}
	/* becomes the alert bad_certificate (42) */
	X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
	return 0;
}

static bool set_suites(SSL_CTX *ctx, const struct net_profile *profile)
{
	/* level 0: TLS < 1.2 and SHA-1 signatures, where the generation has them */
	const char *suites = profile->sha1 ? SUITES ":@SECLEVEL=0" : SUITES ":@SECLEVEL=2";

	return SSL_CTX_set_min_proto_version(ctx, profile->tls_min) &&
	       SSL_CTX_set_max_proto_version(ctx, profile->tls_max) &&
	       SSL_CTX_set_cipher_list(ctx, suites);
}

/* --- clients in operation, when a server has asked for mutual authentication --- */

/* The name itself, or any below it. */
static bool name_fits(const char *cn, const char *trusted)
{
	size_t len = strlen(cn), tail = strlen(trusted);

	if (len < tail || strcasecmp(cn + len - tail, trusted))
		return false;
	return len == tail || cn[len - tail - 1] == '.';
}

static bool is_trusted_name(const struct net_tls_setting *setting, X509 *leaf)
{
	char cn[256] = "";
	size_t i;

	if (!setting->cn_count)
		return true;
	X509_NAME_get_text_by_NID(X509_get_subject_name(leaf), NID_commonName, cn, sizeof(cn));
	for (i = 0; i < setting->cn_count; i++)
		if (name_fits(cn, setting->cns[i]))
			return true;
	return false;
}

static int judge_client(X509_STORE_CTX *store, void *arg)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
	const struct tls_peer *peer = SSL_get_app_data(ssl);
	const struct net_tls *tls = &peer->settings->tls;

	if (X509_verify_cert(store) != 1)
		return 0;
	if (is_trusted_name(&tls->sides[NET_TLS_REMOTE], X509_STORE_CTX_get0_cert(store)))
		return 1;
	X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
	return 0;
}

static bool demand_client(SSL_CTX *ctx, const struct net_settings *settings)
{
	X509_STORE *store = SSL_CTX_get_cert_store(ctx);
	size_t i;

	if (!settings->tls.sides[NET_TLS_REMOTE].mutual)
		return true;
	for (i = 0; i < settings->cert_count; i++)
		if (settings->certs[i].trusted_root &&
		    !X509_STORE_add_cert(store, settings->certs[i].cert))
			return false;
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	SSL_CTX_set_cert_verify_callback(ctx, judge_client, NULL);
	return true;
}

/* --- contexts --- */

static bool set_up(SSL_CTX *ctx, const struct amt *amt, const struct tls_identity *self,
		   const struct net_settings *settings)
{
	/* each connection shows its chain anew: no resumption */
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION |
					 SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
					 SSL_OP_CLEANSE_PLAINTEXT);
	if (!set_suites(ctx, net_profile_of(amt->fw_version)) ||
	    SSL_CTX_use_certificate(ctx, self->cert) != 1 ||
	    SSL_CTX_use_PrivateKey(ctx, self->key) != 1)
		return false;
	tls_fault_watch(ctx);
	if (settings)
		return demand_client(ctx, settings);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	SSL_CTX_set_cert_verify_callback(ctx, judge, NULL);
	return true;
}

SSL_CTX *tls_context(const struct amt *amt, const struct tls_identity *self,
		     const struct net_settings *settings)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	if (!ctx || set_up(ctx, amt, self, settings))
		return ctx;
	SSL_CTX_free(ctx);
	return NULL;
}

SSL *tls_session(SSL_CTX *ctx, struct tls_peer *peer)
{
	SSL *ssl = SSL_new(ctx);

	if (ssl)
		SSL_set_app_data(ssl, peer);
	return ssl;
}

/* For a broken connection libevent reports SSL_ERROR_SYSCALL, which is no code of
 * any library.
 */
static bool peer_left(unsigned long error)
{
	return ERR_SYSTEM_ERROR(error) || !ERR_GET_LIB(error) ||
	       (ERR_GET_LIB(error) == ERR_LIB_SSL &&
		ERR_GET_REASON(error) == SSL_R_UNEXPECTED_EOF_WHILE_READING);
}

bool tls_explain(struct tls_peer *peer, unsigned long error)
{
	struct amt_tls_verdict *verdict = &peer->verdict;
	const char *reason;

	if (peer->judged && verdict->rule[0])
		return true;
	if (peer_left(error))
		return false;
	if (ERR_GET_LIB(error) == ERR_LIB_SSL &&
	    ERR_GET_REASON(error) == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) {
		snprintf(verdict->rule, sizeof(verdict->rule), CHAIN_NO_CERT);
		snprintf(verdict->detail, sizeof(verdict->detail),
			 "the peer sent no certificate; send the provisioning chain");
		return true;
	}
	reason = ERR_reason_error_string(error);
	snprintf(verdict->rule, sizeof(verdict->rule), CHAIN_TLS);
	snprintf(verdict->detail, sizeof(verdict->detail), "the handshake failed: %s",
		 reason ? reason : "unknown error");
	return true;
}
