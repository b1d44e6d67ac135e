# SPDX-License-Identifier: GPL-2.0-or-later
# The network face of the virtual ME and its unit tests; included by local.mk.

VME_NET_SRCS := $(addprefix tools/vme/,cert.c chain.c chain_suffix.c digest.c log.c \
	hello.c http.c http_answer.c net.c net_conn.c net_hello.c net_linger.c \
	net_profile.c profile.c tls.c vme_clock.c wsman.c wsman_fault.c wsman_info.c \
	wsman_request.c wsman_setup.c wsman_xml.c)
VME_NET_PKGS := libevent libevent_openssl libssl libcrypto libxml-2.0

TESTS += test_vme_cert
test_vme_cert_SRCS := tools/vme/cert.c tools/vme/tests/test_cert.c
test_vme_cert_PKGS := libevent libcrypto
test_vme_cert_LDLIBS := -lpthread

TESTS += test_vme_hello
test_vme_hello_SRCS := tools/vme/hello.c tools/vme/tests/test_hello.c

TESTS += test_vme_chain
test_vme_chain_SRCS := $(addprefix tools/vme/,chain.c chain_suffix.c net_profile.c profile.c \
	tests/test_chain.c tests/test_chain_make.c)
test_vme_chain_PKGS := libssl libcrypto

TESTS += test_vme_http
test_vme_http_SRCS := $(addprefix tools/vme/,http.c http_answer.c tests/test_http.c)
test_vme_http_PKGS := libevent libcrypto

TESTS += test_vme_digest
test_vme_digest_SRCS := $(addprefix tools/vme/,digest.c tests/test_digest.c)
test_vme_digest_PKGS := libcrypto

TESTS += test_vme_wsman
test_vme_wsman_SRCS := $(addprefix tools/vme/,wsman.c wsman_fault.c wsman_info.c \
	wsman_request.c wsman_setup.c wsman_xml.c tests/test_wsman.c \
	tests/test_wsman_model.c)
test_vme_wsman_PKGS := libcrypto libxml-2.0
test_vme_wsman_LDLIBS := -lpthread

TESTS += test_vme_net
test_vme_net_SRCS := $(filter-out %/cert.c,$(VME_NET_SRCS)) \
	$(addprefix tools/vme/tests/,test_net.c test_net_device.c \
	test_chain_make.c)
test_vme_net_PKGS := $(VME_NET_PKGS)
test_vme_net_LDLIBS := -lpthread
