# SPDX-License-Identifier: GPL-2.0-or-later
LIB_SRCS := uapi/amthi/amthi.c $(addprefix libmeiprov/,absence.c chain.c chain_order.c \
	chardev.c config.c device.c error.c hash.c hello.c holder.c info.c monitor.c \
	monitor_parse.c otp.c state.c status.c suffix.c uuid.c ztc.c)
LIB_PKGS := libnl-genl-3.0 libcrypto

TESTS += test_amthi_codec
test_amthi_codec_SRCS := $(addprefix libmeiprov/tests/,test_amthi_codec.c vectors.c)
test_amthi_codec_LIBS := meiprov
