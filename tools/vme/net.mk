# SPDX-License-Identifier: GPL-2.0-or-later
# The network face of the virtual ME and its unit tests; included by local.mk.

VME_NET_SRCS := $(addprefix tools/vme/,cert.c chain.c chain_suffix.c digest.c \
	hello.c http.c http_answer.c net.c net_conn.c net_hello.c net_linger.c \
	net_profile.c tls.c wsman.c wsman_fault.c wsman_info.c \
	wsman_request.c wsman_setup.c wsman_xml.c)
VME_NET_PKGS := libevent libevent_openssl libssl libcrypto libxml-2.0

TESTS += test_cert
test_cert_SRCS := tools/vme/cert.c tools/vme/tests/test_cert.c
test_cert_PKGS := libevent libcrypto
test_cert_LDLIBS := -lpthread
