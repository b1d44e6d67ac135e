# SPDX-License-Identifier: GPL-2.0-or-later
CLI_SRCS = $(addprefix tools/meiprov/,change.c cli.c cmd_caps.c cmd_check.c cmd_clear.c \
	cmd_completion.c cmd_config.c cmd_hash.c cmd_info.c cmd_offered.c cmd_otp.c cmd_read.c \
	cmd_record.c cmd_suffix.c cmd_version.c cmd_watch.c commands.c dispatch.c exit.c help.c \
	json.c options.c output_dump.c output_json.c output_plain.c pem.c persona.c remote.c \
	remote_fail.c remote_hash.c remote_input.c remote_options.c remote_read.c \
	remote_table.c remote_ztc.c secret.c) tools/wsman/trust.c $(WSMAN_SRCS)
CLI_PKGS = $(WSMAN_PKGS) libssl

PROGRAMS += meiprov
meiprov_SRCS = tools/meiprov/meiprov.c $(CLI_SRCS)
meiprov_PKGS = $(CLI_PKGS)
meiprov_LIBS := meiprov

TESTS += test_meiprov_output
test_meiprov_output_SRCS := tools/meiprov/tests/test_meiprov_output.c \
	$(addprefix tools/meiprov/,exit.c json.c output_dump.c output_json.c output_plain.c)
test_meiprov_output_LIBS := meiprov

TESTS += test_meiprov_args
test_meiprov_args_SRCS = tools/meiprov/tests/test_meiprov_args.c $(CLI_SRCS)
test_meiprov_args_PKGS = $(CLI_PKGS)
test_meiprov_args_LIBS := meiprov

TESTS += test_meiprov_table
test_meiprov_table_SRCS = tools/meiprov/tests/test_meiprov_table.c \
	libmeiprov/tests/vme_rig.c $(CLI_SRCS)
test_meiprov_table_PKGS = $(CLI_PKGS)
test_meiprov_table_LIBS := meiprov
$(BUILD)/tests/test_meiprov_table: | $(addprefix $(BUILD)/,meiprov meiprov-vme vmectl \
	network-told.so)

TESTS += test_meiprov_commands
test_meiprov_commands_SRCS := tools/meiprov/tests/test_meiprov_commands.c \
	$(addprefix libmeiprov/tests/,certs.c vme_rig.c)
test_meiprov_commands_PKGS := libcrypto
test_meiprov_commands_LIBS := meiprov
$(BUILD)/tests/test_meiprov_commands: | $(BUILD)/meiprov $(BUILD)/meiprov-vme $(BUILD)/vmectl

TESTS += test_meiprov_remote
test_meiprov_remote_SRCS := tools/meiprov/tests/test_meiprov_remote.c \
	$(addprefix libmeiprov/tests/,certs.c vme_rig.c)
test_meiprov_remote_PKGS := libcrypto
test_meiprov_remote_LIBS := meiprov
$(BUILD)/tests/test_meiprov_remote: | $(addprefix $(BUILD)/,meiprov meiprov-vme vmectl)

TESTS += test_meiprov_plain
test_meiprov_plain_SRCS = tools/meiprov/tests/test_meiprov_plain.c libmeiprov/tests/vme_rig.c \
	tools/wsman/trust.c $(WSMAN_SRCS)
test_meiprov_plain_PKGS = $(WSMAN_PKGS) libssl
test_meiprov_plain_LIBS := meiprov
test_meiprov_plain_LDLIBS := -lpthread
$(BUILD)/tests/test_meiprov_plain: | $(addprefix $(BUILD)/,meiprov meiprov-vme vmectl)

TESTS += test_meiprov_examples
test_meiprov_examples_SRCS := tools/meiprov/tests/test_meiprov_examples.c \
	$(addprefix libmeiprov/tests/,certs.c vme_rig.c)
test_meiprov_examples_PKGS := libcrypto
test_meiprov_examples_LIBS := meiprov
$(BUILD)/tests/test_meiprov_examples: | $(addprefix $(BUILD)/,meiprov meiprov-vme vmectl)

TESTS += test_meiprov_persona
test_meiprov_persona_SRCS := tools/meiprov/tests/test_meiprov_persona.c \
	libmeiprov/tests/vme_rig.c
test_meiprov_persona_LIBS := meiprov
$(BUILD)/tests/test_meiprov_persona: | $(addprefix $(BUILD)/,meiprov meiprov-vme vmectl)

TESTS += test_meiprov_golden
test_meiprov_golden_SRCS := tools/meiprov/tests/test_meiprov_golden.c libmeiprov/tests/vme_rig.c
test_meiprov_golden_LIBS := meiprov
$(BUILD)/tests/test_meiprov_golden: | $(addprefix $(BUILD)/,meiprov meiprov-vme vmectl \
	stopped-clock.so)

# What tests preload under the real tool
$(BUILD)/stopped-clock.so: tools/meiprov/tests/clock.c
$(BUILD)/network-told.so: tools/meiprov/tests/network.c
$(addprefix $(BUILD)/,stopped-clock.so network-told.so):
	$(say) CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) -D_GNU_SOURCE -Wall -Wextra -Werror -shared -fPIC -o $@ $<

TESTS += test_meiprov_exit
test_meiprov_exit_SRCS := tools/meiprov/tests/test_meiprov_exit.c tools/meiprov/exit.c \
	libmeiprov/tests/vme_rig.c
test_meiprov_exit_LIBS := meiprov
$(BUILD)/tests/test_meiprov_exit: | $(addprefix $(BUILD)/,meiprov meiprov-vme vmectl)

TESTS += test_meiprov_findings
test_meiprov_findings_SRCS := tools/meiprov/tests/test_meiprov_findings.c \
	$(addprefix libmeiprov/tests/,certs.c tree.c vme_rig.c)
test_meiprov_findings_PKGS := libcrypto
test_meiprov_findings_LIBS := meiprov
$(BUILD)/tests/test_meiprov_findings: | $(BUILD)/meiprov-vme $(BUILD)/vmectl

# Completions, said by the tool itself; RPATH may be off.
$(BUILD)/completions/meiprov.%: $(BUILD)/meiprov
	$(say) GEN $@
	@mkdir -p $(@D)
	$(Q)LD_LIBRARY_PATH=$(BUILD) $< completion $* >$@.new && mv $@.new $@
COMPLETIONS := $(addprefix $(BUILD)/completions/meiprov.,bash zsh fish)
