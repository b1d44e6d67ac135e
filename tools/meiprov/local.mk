# SPDX-License-Identifier: GPL-2.0-or-later
CLI_SRCS := $(addprefix tools/meiprov/,cli.c cmd_config.c cmd_otp.c cmd_read.c cmd_watch.c \
	exit.c json.c output_json.c output_plain.c secret.c)

PROGRAMS += meiprov
meiprov_SRCS := tools/meiprov/meiprov.c $(CLI_SRCS)
meiprov_LIBS := meiprov

TESTS += test_meiprov_output
test_meiprov_output_SRCS := tools/meiprov/tests/test_meiprov_output.c \
	$(addprefix tools/meiprov/,exit.c json.c output_json.c output_plain.c)
test_meiprov_output_LIBS := meiprov

TESTS += test_meiprov_args
test_meiprov_args_SRCS := tools/meiprov/tests/test_meiprov_args.c $(CLI_SRCS)
test_meiprov_args_LIBS := meiprov
