/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Configuration: start it, follow it, stop it. Part of meiprov.h, which has the
 * conventions and includes it.
 */
#ifndef MEIPROV_CONFIG_H
#define MEIPROV_CONFIG_H

#include "meiprov.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/* ------------------------------------------------------------ single commands */

/**
 * meiprov_start() - open the ME's network interface for configuration
 *
 * Asks once. -EREMOTEIO with fw_status 0x31 (certificate not ready) or 0x30
 * (random numbers not ready) means: ask again, that may take seven minutes;
 * meiprov_start_retryable() knows these. AMTHI 0x62.
 */
int meiprov_start(struct meiprov_device *dev, bool ipv6, struct meiprov_error *err);
/* The older form of it, deprecated since AMT 6. AMTHI 0x29. */
int meiprov_start_legacy(struct meiprov_device *dev, struct meiprov_error *err);
/* Does @err, as one of the start functions filled it, mean "ask again"? */
bool meiprov_start_retryable(const struct meiprov_error *err);
/* Stop configuration: back to PRE. AMTHI 0x5E; refused when no window runs. */
int meiprov_stop(struct meiprov_device *dev, struct meiprov_error *err);

/**
 * struct meiprov_host_based - what a host-based start pins
 * @algorithm: of @digest, MEIPROV_HASH_SHA256 or MEIPROV_HASH_SHA384
 * @host_vpn: the host's VPN may be used
 * @digest: of the setup certificate, the leaf: the ME will take no other. Left-aligned;
 *	meiprov_chain_digest(chain, 0, ...) gives it
 * @suffixes: NULL, or names of domains up to a NULL; with a byte between them at most
 *	320 bytes, and no empty one
 */
struct meiprov_host_based {
	uint32_t algorithm;
	bool host_vpn;
	uint8_t digest[MEIPROV_DIGEST_MAX];
	const char *const *suffixes;
};

/**
 * struct meiprov_host_certificate - the certificate the ME will show on the host's channel
 * @algorithm: of @digest, as the firmware said
 * @digest_len: 0: unknown algorithm, @digest as received
 */
struct meiprov_host_certificate {
	uint32_t algorithm;
	size_t digest_len;
	uint8_t digest[MEIPROV_DIGEST_MAX];
};

/**
 * meiprov_start_host_based() - start configuration over the host's own channel
 * @pin: what the ME is to accept
 * @out: what the ME will show; pin it in turn. NULL is allowed
 *
 * The ME opens no port of the network: it waits for TLS from the host, with client
 * certificate @pin. From CSME 14 on; the only way into admin control mode from AMT 19
 * on. AMTHI 0x8B. Asks once, as meiprov_start(). -EINVAL: @pin cannot be sent.
 */
int meiprov_start_host_based(struct meiprov_device *dev, const struct meiprov_host_based *pin,
			     struct meiprov_host_certificate *out, struct meiprov_error *err);

/* -------------------------------------------------------------- configuration */

/* One thread at a time starts or follows; any may cancel. */
struct meiprov_configuration;

enum meiprov_start_kind {
	MEIPROV_START_REMOTE,	   /* meiprov_start() */
	MEIPROV_START_REMOTE_IPV6, /* the same with IPv6 */
	MEIPROV_START_LEGACY,	   /* meiprov_start_legacy() */
	MEIPROV_START_HOST_BASED,  /* meiprov_start_host_based() */
};

enum meiprov_progress_type {
	MEIPROV_PROGRESS_NOT_READY, /* start was refused, it will be repeated: @error */
	MEIPROV_PROGRESS_STARTED,   /* the firmware took the start */
	MEIPROV_PROGRESS_STATE,	    /* the state when following began, and each other: @state */
	MEIPROV_PROGRESS_TROUBLE,   /* the state could not be read, it will be again: @error */
};

/**
 * struct meiprov_progress - one step of a configuration
 * @elapsed_ms: since the call of meiprov_configuration_start() or _follow()
 * @state, @error: NULL where the type has none; live for the call only
 */
struct meiprov_progress {
	enum meiprov_progress_type type;
	uint64_t elapsed_ms;
	const struct meiprov_state *state;
	const struct meiprov_error *error;
};

/* Told each step, in the thread that called; may use the device. False cancels. */
typedef bool (*meiprov_progress_fn)(void *ctx, const struct meiprov_progress *progress);

/**
 * struct meiprov_configuration_options - how to configure
 * @size: sizeof(struct meiprov_configuration_options); a zero there is -EINVAL
 * @host_based: for MEIPROV_START_HOST_BASED, and copied; else NULL
 * @poll_ms: distance of attempts and of readings; 0: 1 s, after 15 s of them 5 s
 * @progress: NULL, or told each step
 * @progress_ctx: handed to @progress
 */
struct meiprov_configuration_options {
	size_t size;
	enum meiprov_start_kind kind;
	const struct meiprov_host_based *host_based;
	unsigned int poll_ms;
	meiprov_progress_fn progress;
	void *progress_ctx;
};

/**
 * meiprov_configuration_new() - make ready for one configuration
 * @dev: must outlive it; start wants it writable
 * @out: free with meiprov_configuration_free()
 *
 * Asks and changes nothing. Errors: -EINVAL an option that cannot be, -ENOMEM, -EMFILE.
 */
int meiprov_configuration_new(struct meiprov_device *dev,
			      const struct meiprov_configuration_options *options,
			      struct meiprov_configuration **out, struct meiprov_error *err);
/* NULL is allowed. Does not stop what runs in the ME. */
void meiprov_configuration_free(struct meiprov_configuration *configuration);

/**
 * meiprov_configuration_start() - start, again and again while the ME is not ready
 * @timeout_ms: after this no further attempt is made; 0: there is one
 *
 * An attempt that is under way is not cut short: it has the handle's own deadline, and
 * a start whose reply was lost (-ECANCELED) is never repeated: read the state.
 * Errors: those of meiprov_start(); -ETIMEDOUT not ready in time, with the last refusal
 * in the text; -EINTR a signal came, or it was cancelled.
 */
int meiprov_configuration_start(struct meiprov_configuration *configuration,
				unsigned int timeout_ms, struct meiprov_error *err);
/* What the ME will show on the host's channel; NULL unless a host-based start has been
 * taken. Lives as long as @configuration.
 */
const struct meiprov_host_certificate *
meiprov_configuration_certificate(const struct meiprov_configuration *configuration);

/**
 * meiprov_configuration_follow() - read the state until it is POST
 * @timeout_ms: after this the state is not read again; 0: it is read once
 *
 * Also without a start of one's own: a device fresh from the factory starts by itself,
 * so PRE is waited through until IN or a start has been seen. What keeps the state from
 * being read (busy, link down, a lost reply, a refusal) is told and it is read again.
 * Errors: -ETIMEDOUT; -ECONNABORTED the state went back to PRE: it was stopped, or its
 * window has run out; -EINTR as above; -ENODEV the ME is gone, and others of
 * meiprov_state_get().
 */
int meiprov_configuration_follow(struct meiprov_configuration *configuration,
				 unsigned int timeout_ms, struct meiprov_error *err);

/* Let start and follow return -EINTR now, or after the command that is under way; later
 * calls do so at once. For any thread, and for a signal handler. What runs in the ME goes
 * on: meiprov_stop().
 */
void meiprov_configuration_cancel(struct meiprov_configuration *configuration);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif /* MEIPROV_CONFIG_H */
