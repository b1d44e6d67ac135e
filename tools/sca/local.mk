# SPDX-License-Identifier: GPL-2.0-or-later
SCA_STORE_SRCS := $(addprefix tools/sca/,crypt.c result.c store.c store_device.c \
	store_log.c store_schema.c)
SCA_SETUP_SRCS := tools/sca/setup.c tools/sca/setup_secret.c

PROGRAMS += meiprov-scad
meiprov-scad_SRCS = $(addprefix tools/sca/,address.c api.c api_device.c api_server.c \
	book.c chains.c config.c engine.c hello.c journal.c limit.c loop.c scad.c \
	session.c tls.c wipe.c) $(SCA_STORE_SRCS) $(SCA_SETUP_SRCS) $(WSMAN_SRCS)
meiprov-scad_PKGS := libevent libcurl libxml-2.0 libssl libcrypto sqlite3 jansson
meiprov-scad_LDLIBS := -linih
meiprov-scad_LIBS := meiprov

PROGRAMS += meiprov-sca
meiprov-sca_SRCS := $(addprefix tools/sca/,cmd_cert.c cmd_device.c cmd_server.c \
	console.c sca.c testca.c wipe.c)
meiprov-sca_PKGS := libcurl libevent libxml-2.0 libcrypto jansson

TESTS += test_sca_store
test_sca_store_SRCS := tools/sca/tests/test_sca_store.c $(SCA_STORE_SRCS)
test_sca_store_PKGS := sqlite3 libcrypto

TESTS += test_sca_hello
test_sca_hello_SRCS := tools/sca/tests/test_sca_hello.c $(addprefix tools/sca/,address.c \
	hello.c limit.c)
test_sca_hello_PKGS := libevent libcrypto
test_sca_hello_LIBS := meiprov

TESTS += test_sca_setup
test_sca_setup_SRCS := tools/sca/tests/test_sca_setup.c $(SCA_STORE_SRCS) $(SCA_SETUP_SRCS) \
	tools/wsman/reply.c tools/wsman/request.c tools/wsman/status.c
test_sca_setup_PKGS := sqlite3 libxml-2.0 libcurl libcrypto
test_sca_setup_LIBS := meiprov

TESTS += test_sca_tls
test_sca_tls_SRCS := tools/sca/tests/test_sca_tls.c tools/sca/testca.c tools/sca/tls.c
test_sca_tls_PKGS := libssl libcrypto

TESTS += test_sca_chains
test_sca_chains_SRCS := tools/sca/tests/test_sca_chains.c tools/sca/chains.c \
	tools/sca/testca.c $(SCA_STORE_SRCS)
test_sca_chains_PKGS := sqlite3 libcrypto
test_sca_chains_LIBS := meiprov
