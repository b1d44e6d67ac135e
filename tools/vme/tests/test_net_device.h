/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device in a child process: the network face over a model of a few lines. */
#ifndef VME_TEST_NET_DEVICE_H
#define VME_TEST_NET_DEVICE_H

#include <netinet/in.h>
#include <sys/types.h>
#include <openssl/x509.h>
#include "tools/vme/amt.h"
#include "tools/vme/net.h"
#include "tools/vme/report.h"

#define REALM	 "Digest:0123456789ABCDEF0123456789ABCDEF"
#define PAUSE_MS 300

/* What the device tells at its end. */
struct result {
	struct net_stats stats;
	struct amt_tls_verdict verdict;
	struct amt_tls_verdict admitted;
	enum amt_state state;
	unsigned int reports[REPORT_KINDS];
};

struct device {
	pid_t pid;
	int end; /* written to: stop; then the result comes */
	struct sockaddr_in addr;
	int hellos; /* listening socket of the server */
};

struct plan {
	const char *schedule;
	const char *version;   /* of the firmware, NULL = 12.0.49 */
	const char *faults;    /* a file, or NULL */
	unsigned int close_ms; /* the window closes, 0 = never */
	unsigned int open_ms;  /* and opens again */
};

/* In setup, with a slot for @root. */
void device_start(struct device *dev, const struct plan *plan, X509 *root);
/* Fails the test if the sanitizers had something to say in the child. */
struct result device_stop(struct device *dev);

#endif /* VME_TEST_NET_DEVICE_H */
