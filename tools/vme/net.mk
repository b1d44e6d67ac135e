# SPDX-License-Identifier: GPL-2.0-or-later
# The network face of the virtual ME and its unit tests; included by local.mk.

VME_WSMAN_SRCS := $(addprefix tools/vme/,wsman.c wsman_acl.c wsman_cert.c \
	wsman_classes.c wsman_enumerate.c wsman_envelope.c wsman_ether.c wsman_fault.c \
	wsman_handle.c wsman_hash.c wsman_info.c wsman_keys.c wsman_power.c wsman_property.c \
	wsman_record.c wsman_request.c wsman_service.c wsman_setup.c wsman_tls.c \
	wsman_transfer.c wsman_xml.c)
VME_NET_SRCS := $(VME_WSMAN_SRCS) $(addprefix tools/vme/,chain.c chain_suffix.c digest.c \
	fault.c fault_copy.c fault_event.c fault_file.c hello.c http.c http_answer.c log.c \
	net.c net_answer.c net_conn.c net_fault.c net_hello.c net_linger.c net_lookup.c \
	net_plain.c net_profile.c profile.c text.c tls.c tls_fault.c vme_clock.c)
VME_NET_PKGS := libevent libevent_openssl libssl libcrypto libxml-2.0

TESTS += test_vme_cert
test_vme_cert_SRCS := $(addprefix tools/vme/,cert.c key_job.c key_pool.c tests/test_cert.c)
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
test_vme_wsman_SRCS = $(VME_MODEL_SRCS) $(VME_WSMAN_SRCS) tools/vme/text.c \
	$(addprefix tools/vme/tests/,test_wsman.c test_wsman_ask.c)
test_vme_wsman_PKGS := libevent libcrypto libxml-2.0
test_vme_wsman_LDLIBS := -lpthread

TESTS += test_vme_wsman_setup
test_vme_wsman_setup_SRCS = $(VME_MODEL_SRCS) $(VME_WSMAN_SRCS) tools/vme/text.c \
	$(addprefix tools/vme/tests/,test_wsman_setup.c test_wsman_ask.c)
test_vme_wsman_setup_PKGS := libevent libcrypto libxml-2.0
test_vme_wsman_setup_LDLIBS := -lpthread

TESTS += test_vme_wsman_keys
test_vme_wsman_keys_SRCS = $(VME_MODEL_SRCS) $(VME_WSMAN_SRCS) tools/vme/text.c \
	$(addprefix tools/vme/tests/,test_wsman_keys.c test_wsman_ask.c \
	test_chain_make.c)
test_vme_wsman_keys_PKGS := libevent libcrypto libxml-2.0
test_vme_wsman_keys_LDLIBS := -lpthread

TESTS += test_vme_wsman_published
test_vme_wsman_published_SRCS = $(filter-out %/vme.c,$(meiprov-vme_SRCS)) \
	$(addprefix tools/vme/tests/,test_wsman_published.c test_wsman_ask.c)
test_vme_wsman_published_PKGS := $(VME_NET_PKGS) jansson
test_vme_wsman_published_LDLIBS := -lpthread

TESTS += test_vme_net
test_vme_net_SRCS = $(sort $(VME_MODEL_SRCS) $(VME_NET_SRCS)) \
	$(addprefix tools/vme/tests/,test_net.c test_net_device.c test_net_server.c \
	test_chain_make.c)
test_vme_net_PKGS := $(VME_NET_PKGS)
test_vme_net_LDLIBS := -lpthread

TESTS += test_vme_faults
test_vme_faults_SRCS = $(sort $(VME_MODEL_SRCS) $(VME_NET_SRCS)) \
	$(addprefix tools/vme/tests/,test_faults.c test_net_device.c test_net_server.c \
	test_chain_make.c)
test_vme_faults_PKGS := $(VME_NET_PKGS)
test_vme_faults_LDLIBS := -lpthread

TESTS += test_vme_lookup
test_vme_lookup_SRCS := $(addprefix tools/vme/,log.c net_lookup.c tests/test_lookup.c)
test_vme_lookup_PKGS := libevent

TESTS += test_vme_fleet
test_vme_fleet_SRCS = $(filter-out %/vme.c %/fleet.c,$(meiprov-vme_SRCS)) \
	tools/vme/tests/test_fleet.c
test_vme_fleet_PKGS := $(VME_NET_PKGS) jansson
test_vme_fleet_LDLIBS := -lpthread

TESTS += test_vme_net_operate
test_vme_net_operate_SRCS = $(sort $(VME_MODEL_SRCS) $(VME_NET_SRCS)) \
	$(addprefix tools/vme/tests/,test_net_operate.c test_net_device.c test_net_server.c \
	test_chain_make.c)
test_vme_net_operate_PKGS := $(VME_NET_PKGS)
test_vme_net_operate_LDLIBS := -lpthread
