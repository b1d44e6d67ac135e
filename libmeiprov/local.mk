# SPDX-License-Identifier: GPL-2.0-or-later
LIB_SRCS := uapi/amthi/amthi.c uapi/amthi/amthi_reads.c $(addprefix libmeiprov/,absence.c \
	caps.c chain.c chain_judge.c chain_order.c chain_pkcs12.c chain_read.c channel.c \
	channel_mei.c channel_record.c channel_replay.c channel_socket.c chardev.c check.c \
	check_host.c check_me.c check_server.c check_table.c clear.c config.c configuration.c \
	context.c device.c error.c hash.c hello.c holder.c host_based.c info.c message.c \
	message_changes.c message_facts.c message_reads.c monitor.c monitor_parse.c network.c \
	open.c otp.c places.c record.c situation.c state.c status.c suffix.c trusted.c uuid.c ztc.c)
LIB_PKGS := libnl-genl-3.0 libcrypto

TESTS += test_amthi_codec
test_amthi_codec_SRCS := $(addprefix libmeiprov/tests/,test_amthi_codec.c vectors.c)
test_amthi_codec_LIBS := meiprov

TESTS += test_amthi_content
test_amthi_content_SRCS := $(addprefix libmeiprov/tests/,test_amthi_content.c vectors.c)
test_amthi_content_LIBS := meiprov

TESTS += test_amthi_reads
test_amthi_reads_SRCS := $(addprefix libmeiprov/tests/,test_amthi_reads.c vectors.c)
test_amthi_reads_LIBS := meiprov

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

TESTS += test_lib_chain
test_lib_chain_SRCS := $(addprefix libmeiprov/tests/,test_lib_chain.c certs.c)
test_lib_chain_PKGS := libcrypto
test_lib_chain_LIBS := meiprov

TESTS += test_lib_chain_forms
test_lib_chain_forms_SRCS := $(addprefix libmeiprov/tests/,test_lib_chain_forms.c certs.c)
test_lib_chain_forms_PKGS := libcrypto
test_lib_chain_forms_LIBS := meiprov

TESTS += test_lib_judge
test_lib_judge_SRCS := $(addprefix libmeiprov/tests/,test_lib_judge.c certs.c)
test_lib_judge_PKGS := libcrypto
test_lib_judge_LIBS := meiprov

TESTS += test_lib_check
test_lib_check_SRCS := $(addprefix libmeiprov/tests/,test_lib_check.c certs.c tree.c vme_rig.c)
test_lib_check_PKGS := libcrypto
test_lib_check_LIBS := meiprov
test_lib_check_NEEDS := meiprov-vme vmectl

TESTS += test_lib_context
test_lib_context_SRCS := $(addprefix libmeiprov/tests/,test_lib_context.c vme_rig.c)
test_lib_context_LIBS := meiprov
test_lib_context_NEEDS := meiprov-vme vmectl

TESTS += test_lib_device
test_lib_device_SRCS := libmeiprov/tests/test_lib_device.c
test_lib_device_LIBS := meiprov

TESTS += test_lib_ztc
test_lib_ztc_SRCS := $(addprefix libmeiprov/tests/,test_lib_ztc.c vme_rig.c)
test_lib_ztc_LIBS := meiprov
test_lib_ztc_NEEDS := meiprov-vme vmectl

TESTS += test_lib_configuration
test_lib_configuration_SRCS := $(addprefix libmeiprov/tests/,test_lib_configuration.c vme_rig.c)
test_lib_configuration_LIBS := meiprov
test_lib_configuration_NEEDS := meiprov-vme vmectl

TESTS += test_lib_transport
test_lib_transport_SRCS := $(addprefix libmeiprov/tests/,test_lib_transport.c vme_rig.c)
test_lib_transport_LIBS := meiprov
test_lib_transport_NEEDS := meiprov-vme vmectl

TESTS += test_lib_open
test_lib_open_SRCS := $(addprefix libmeiprov/tests/,test_lib_open.c vme_rig.c)
test_lib_open_LIBS := meiprov
test_lib_open_NEEDS := meiprov-vme vmectl

TESTS += test_lib_message
test_lib_message_SRCS := $(addprefix libmeiprov/tests/,test_lib_message.c vme_rig.c)
test_lib_message_LIBS := meiprov
test_lib_message_NEEDS := meiprov-vme vmectl

TESTS += test_lib_faults
test_lib_faults_SRCS := $(addprefix libmeiprov/tests/,test_lib_faults.c vectors.c \
	vme_rig.c)
test_lib_faults_LIBS := meiprov
test_lib_faults_NEEDS := meiprov-vme vmectl

TESTS += test_lib_channel
test_lib_channel_SRCS := $(addprefix libmeiprov/tests/,test_lib_channel.c vme_rig.c)
test_lib_channel_LIBS := meiprov
test_lib_channel_LDLIBS := -lpthread

TESTS += test_lib_record
test_lib_record_SRCS := libmeiprov/tests/test_lib_record.c
test_lib_record_LIBS := meiprov

TESTS += test_lib_watch
test_lib_watch_SRCS := libmeiprov/tests/test_lib_watch.c
test_lib_watch_PKGS := libnl-genl-3.0
test_lib_watch_LIBS := meiprov
test_lib_watch_LDLIBS = $(foreach f,genl_connect nl_socket_add_membership \
	recvfrom,-Wl$(comma)--wrap=$(f))

TESTS += test_lib_der
test_lib_der_SRCS := $(addprefix libmeiprov/tests/,test_lib_der.c certs.c)
test_lib_der_PKGS := libcrypto
test_lib_der_LIBS := meiprov

TESTS += test_lib_cycles
test_lib_cycles_SRCS := $(addprefix libmeiprov/tests/,test_lib_cycles.c vme_rig.c)
test_lib_cycles_LIBS := meiprov
test_lib_cycles_NEEDS := meiprov meiprov-vme vmectl

TESTS += test_lib_hashes
test_lib_hashes_SRCS := libmeiprov/tests/test_lib_hashes.c
test_lib_hashes_LIBS := meiprov

TESTS += test_lib_chardev
test_lib_chardev_SRCS := libmeiprov/tests/test_lib_chardev.c
test_lib_chardev_LIBS := meiprov

TESTS += test_lib_memory
test_lib_memory_SRCS := $(addprefix libmeiprov/tests/,test_lib_memory.c certs.c tree.c)
test_lib_memory_PKGS := libcrypto
test_lib_memory_LIBS := meiprov
test_lib_memory_LDLIBS = $(foreach f,malloc calloc reallocarray,-Wl$(comma)--wrap=$(f))

TESTS += test_lib_caps
test_lib_caps_SRCS := $(addprefix libmeiprov/tests/,test_lib_caps.c vme_rig.c)
test_lib_caps_LIBS := meiprov
test_lib_caps_NEEDS := meiprov-vme vmectl

TESTS += test_lib_absence
test_lib_absence_SRCS := $(addprefix libmeiprov/tests/,test_lib_absence.c tree.c)
test_lib_absence_LIBS := meiprov

TESTS += test_lib_places
test_lib_places_SRCS := $(addprefix libmeiprov/tests/,test_lib_places.c tree.c)
test_lib_places_LIBS := meiprov

TESTS += test_lib_monitor
test_lib_monitor_SRCS := libmeiprov/tests/test_lib_monitor.c
test_lib_monitor_PKGS := libnl-genl-3.0
test_lib_monitor_LIBS := meiprov

# Against the shared library, so that its symbol map is used as programs do.
CXX ?= g++
$(BUILD)/tests/test_header_cxx: libmeiprov/tests/test_header_cxx.cc \
		$(wildcard libmeiprov/include/meiprov/*.h) $(BUILD)/libmeiprov.so.0
	$(say) CXX $<
	@mkdir -p $(@D)
	$(Q)$(CXX) -Wall -Wextra -Werror -pedantic -Ilibmeiprov/include -o $@ $< \
		-L$(BUILD) -lmeiprov -Wl,-rpath,'$$ORIGIN/..' $$($(PKG_CONFIG) --cflags --libs cmocka)
tests: $(BUILD)/tests/test_header_cxx

# As somebody else builds it: the public headers and the shared library.
$(BUILD)/examples/%: libmeiprov/examples/%.c $(wildcard libmeiprov/include/meiprov/*.h) \
		$(BUILD)/libmeiprov.so.0
	$(say) CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c99 -Wall -Wextra -Werror -pedantic -Ilibmeiprov/include -o $@ $< \
		-L$(BUILD) -lmeiprov -Wl,-rpath,'$$ORIGIN/..'

TESTS += test_lib_example
test_lib_example_SRCS := $(addprefix libmeiprov/tests/,test_lib_example.c vme_rig.c)
test_lib_example_LIBS := meiprov
test_lib_example_NEEDS := $(addprefix examples/,configure preflight ztc) meiprov-vme vmectl

# The C of the manual pages, compiled as one program beside the header.
MANUAL_PAGES := $(sort $(wildcard Documentation/man/meiprov_*.3.scd))
$(BUILD)/examples/manual.inc: libmeiprov/tests/manual.awk $(MANUAL_PAGES)
	@mkdir -p $(@D)
	$(Q)awk -f $^ >$@.new && mv $@.new $@

$(BUILD)/examples/manual: libmeiprov/tests/manual.c $(BUILD)/examples/manual.inc \
		$(wildcard libmeiprov/include/meiprov/*.h) $(BUILD)/libmeiprov.so.0
	$(say) CC $<
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -pedantic -I$(@D) \
		-Ilibmeiprov/include -o $@ $< -L$(BUILD) -lmeiprov -Wl,-rpath,'$$ORIGIN/..'

TESTS += test_lib_manual
test_lib_manual_SRCS := $(addprefix libmeiprov/tests/,test_lib_manual.c certs.c vme_rig.c)
test_lib_manual_PKGS := libcrypto
test_lib_manual_LIBS := meiprov
test_lib_manual_NEEDS := examples/manual meiprov-vme vmectl

# What a test starts is in build/ before it; "make coverage" asks for the same.
$(foreach t,$(TESTS),$(eval $(BUILD)/tests/$(t): | $($(t)_NEEDS:%=$(BUILD)/%)))

# What the headers promise about threads, with the library under ThreadSanitizer; which
# and AddressSanitizer do not go together, so it has objects of its own.
$(BUILD)/tsan/%.o: %.c
	$(say) CC "$< (tsan)"
	@mkdir -p $(@D)
	$(Q)$(CC) $(BASE_CFLAGS) -O1 -g -fsanitize=thread -fno-omit-frame-pointer \
		$(PKGFLAGS) $(CFLAGS) -c -o $@ $<

TSAN_OBJS := $(patsubst %.c,$(BUILD)/tsan/%.o,$(LIB_SRCS) \
	$(addprefix libmeiprov/tests/,test_lib_threads.c certs.c vme_rig.c))
$(TSAN_OBJS): private PKGFLAGS = $(call pkgflags,$(LIB_PKGS) cmocka)
DEPS += $(TSAN_OBJS:.o=.d)
$(BUILD)/tests/test_lib_threads: $(TSAN_OBJS) | $(BUILD)/meiprov-vme $(BUILD)/vmectl
	$(say) LD $@
	@mkdir -p $(@D)
	$(Q)$(CC) -fsanitize=thread -o $@ $^ $(call pkglibs,$(LIB_PKGS) cmocka)
tests: $(BUILD)/tests/test_lib_threads

# What the library's users were compiled with: symbols, and the types of the public
# headers, without what a compiler or a place would change. design/0008-abi-baseline.md
$(BUILD)/libmeiprov.abi: $(BUILD)/libmeiprov.so.0
	$(Q)abidw --headers-dir libmeiprov/include/meiprov --drop-private-types \
		--exported-interfaces-only --no-elf-needed --no-corpus-path --no-comp-dir-path \
		--no-show-locs --no-parameter-names --no-write-default-sizes --type-id-style hash \
		$< | sed '1a <!-- SPDX-License-Identifier: LGPL-2.1-or-later -->' >$@.new
	$(Q)mv $@.new $@

abi-baseline: $(BUILD)/libmeiprov.abi
	$(Q)cp $< libmeiprov/libmeiprov.abi
.PHONY: abi-baseline
