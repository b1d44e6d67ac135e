# SPDX-License-Identifier: GPL-2.0-or-later
LIB_SRCS := uapi/amthi/amthi.c $(addprefix libmeiprov/,absence.c chain.c chain_order.c \
	chardev.c config.c device.c error.c hash.c hello.c holder.c info.c monitor.c \
	monitor_parse.c otp.c state.c status.c suffix.c uuid.c ztc.c)
LIB_PKGS := libnl-genl-3.0 libcrypto

TESTS += test_amthi_codec
test_amthi_codec_SRCS := $(addprefix libmeiprov/tests/,test_amthi_codec.c vectors.c)
test_amthi_codec_LIBS := meiprov

TESTS += test_lib_hello
test_lib_hello_SRCS := $(addprefix libmeiprov/tests/,test_lib_hello.c vectors.c)
test_lib_hello_LIBS := meiprov

TESTS += test_lib_otp
test_lib_otp_SRCS := libmeiprov/tests/test_lib_otp.c
test_lib_otp_LIBS := meiprov

TESTS += test_lib_suffix
test_lib_suffix_SRCS := libmeiprov/tests/test_lib_suffix.c
test_lib_suffix_LIBS := meiprov

TESTS += test_lib_status
test_lib_status_SRCS := libmeiprov/tests/test_lib_status.c
test_lib_status_LIBS := meiprov

TESTS += test_lib_uuid
test_lib_uuid_SRCS := libmeiprov/tests/test_lib_uuid.c
test_lib_uuid_LIBS := meiprov
