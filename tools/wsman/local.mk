# SPDX-License-Identifier: GPL-2.0-or-later
WSMAN_SRCS := tools/wsman/client.c tools/wsman/reply.c tools/wsman/request.c \
	tools/wsman/status.c
WSMAN_PKGS := libcurl libxml-2.0 libcrypto

TESTS += test_wsman_message
test_wsman_message_SRCS := tools/wsman/tests/test_wsman_message.c \
	tools/wsman/reply.c tools/wsman/request.c tools/wsman/status.c
test_wsman_message_PKGS := $(WSMAN_PKGS)

TESTS += test_wsman_client
test_wsman_client_SRCS := tools/wsman/tests/test_wsman_client.c $(WSMAN_SRCS)
test_wsman_client_PKGS := $(WSMAN_PKGS)
test_wsman_client_LDLIBS := -lpthread

TESTS += test_wsman_trust
test_wsman_trust_SRCS := tools/wsman/tests/test_wsman_trust.c tools/wsman/trust.c \
	libmeiprov/tests/certs.c
test_wsman_trust_PKGS := libssl libcrypto
