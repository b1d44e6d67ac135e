/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device in state IN and a client that asks it; over the real model. */
#ifndef VME_TEST_WSMAN_ASK_H
#define VME_TEST_WSMAN_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include "tools/vme/amt.h"
#include "tools/vme/net_settings.h"
#include "tools/vme/wsman.h"
#include "tools/vme/wsman_request.h"

#define AMT_URI "http://intel.com/wbem/wscim/1/amt-schema/1/"
#define IPS_URI "http://intel.com/wbem/wscim/1/ips-schema/1/"
#define CIM_URI "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"
#define SETUP	AMT_URI "AMT_SetupAndConfigurationService"
#define AUTH	AMT_URI "AMT_AuthorizationService"
#define TIME	AMT_URI "AMT_TimeSynchronizationService"
#define GET	NS_TRANSFER "/Get"
#define PUT	NS_TRANSFER "/Put"
#define CREATE	NS_TRANSFER "/Create"
#define DELETE	NS_TRANSFER "/Delete"

#define ASK_TEXT_MAX (64 * 1024)

struct answer {
	struct amt *amt;
	struct net_settings *settings; /* of the model */
	struct wsman *wsman;
	struct wsman_ask how;
	struct wsman_reply reply;
	int woken;
};

/* cmocka's setup and teardown: *state is a struct answer. */
int ask_setup(void **state);
int ask_teardown(void **state);

void ask(struct answer *a, const char *text, size_t len);
void ask_with(struct answer *a, const char *action, const char *uri, const char *header,
	      const char *body);
/* Get, Put, Create, Delete of the instance @id, "" for the only one. */
void ask_about(struct answer *a, const char *action, const char *uri, const char *id,
	       const char *body);
/* A method; @input is what stands inside its element. */
void ask_method(struct answer *a, const char *uri, const char *method, const char *input);
/* Enumerate and pull all. */
void ask_all(struct answer *a, const char *uri);

bool has(const struct answer *a, const char *part);
void expect(const struct answer *a, int status, const char *part);
void returned(const struct answer *a, unsigned int value);
/* Text of the first element @name, in @out; "" when there is none. */
void text_of(const struct answer *a, const char *name, char *out, size_t size);
size_t count_of(const struct answer *a, const char *part);

#endif /* VME_TEST_WSMAN_ASK_H */
