# SPDX-License-Identifier: GPL-2.0-or-later
CLI_SRCS := $(addprefix tools/meiprov/,cli.c cmd_config.c cmd_otp.c cmd_read.c cmd_watch.c \
	exit.c json.c output_json.c output_plain.c secret.c)

PROGRAMS += meiprov
meiprov_SRCS := tools/meiprov/meiprov.c $(CLI_SRCS)
meiprov_LIBS := meiprov
