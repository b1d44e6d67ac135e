/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A setup server of a few lines, for the device of test_net_device.h. */
#ifndef VME_TEST_NET_SERVER_H
#define VME_TEST_NET_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include "tools/vme/tests/test_net_device.h"

#define SETUP_URI "http://intel.com/wbem/wscim/1/amt-schema/1/AMT_SetupAndConfigurationService"
#define AUTH_URI  "http://intel.com/wbem/wscim/1/amt-schema/1/AMT_AuthorizationService"

/* root vouches for leaf; nobody for stranger. */
extern EVP_PKEY *root_key, *leaf_key;
extern X509 *root, *leaf, *stranger;
/* Take servers that do not know RFC 5746, nor more than TLS 1.0. */
extern bool old_servers_are_fine;
/* TLS 1.2 suites the server speaks; NULL: OpenSSL's. */
extern const char *spoken_suites;
/* Realm of the device; NULL: REALM. */
extern const char *spoken_realm;
int make_chain(void **state);
int free_chain(void **state);

void sleep_ms(unsigned int ms);
/* -1: refused. */
int dial(const struct device *dev);
/* The port opens soon after the start and after the pause. */
int dial_patiently(const struct device *dev);
/* @cert NULL: none is sent. NULL when the handshake fails, with *@alert. */
SSL *handshake(int fd, X509 *cert, X509 *top, int *alert);
void hang_up(SSL *ssl);
/* With leaf and root; tries again while too many are open. */
SSL *log_in(const struct device *dev);

size_t request_text(char out[4096], const char *uri, const char *method, const char *input,
		    const char *authorization);
/* An Authorization line for the challenge in @answer. */
void authorize_as(const char *answer, const char *user, const char *password, char out[512]);
/* The administrator's. */
void authorize(const char *answer, const char *password, char out[512]);
/* One answer, whole: up to the last chunk or the end of a page. */
void read_answer(SSL *ssl, char out[8192]);
void ask(SSL *ssl, const char *uri, const char *method, const char *input, char answer[8192]);
void expect(const char *answer, const char *part);
/* All it takes, up to CommitChanges. */
void configure(SSL *ssl);

#endif /* VME_TEST_NET_SERVER_H */
