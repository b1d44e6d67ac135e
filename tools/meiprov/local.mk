# SPDX-License-Identifier: GPL-2.0-or-later
CLI_SRCS := $(addprefix tools/meiprov/,change.c cli.c cmd_caps.c cmd_check.c cmd_clear.c \
	cmd_completion.c cmd_config.c cmd_hash.c cmd_otp.c cmd_read.c cmd_record.c \
	cmd_suffix.c cmd_watch.c commands.c dispatch.c exit.c json.c output_json.c \
	output_plain.c pem.c secret.c)

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

TESTS += test_meiprov_commands
test_meiprov_commands_SRCS := tools/meiprov/tests/test_meiprov_commands.c \
	$(addprefix libmeiprov/tests/,certs.c vme_rig.c)
test_meiprov_commands_PKGS := libcrypto
test_meiprov_commands_LIBS := meiprov
$(BUILD)/tests/test_meiprov_commands: | $(BUILD)/meiprov $(BUILD)/meiprov-vme $(BUILD)/vmectl
