# SPDX-License-Identifier: GPL-2.0-only
# kselftests of the kernel ABI: programs for the guest, build/selftests/mei_prov_*.

MEI_PROV_DIR := selftests/mei_prov
MEI_PROV_OUT := $(BUILD)/selftests
MEI_PROV_KSFT := $(MEI_PROV_OUT)/kselftest
MEI_PROV_LIB := $(MEI_PROV_OUT)/libmei_prov_test.a
MEI_PROV_PKGS := jansson libnl-3.0 libnl-genl-3.0

MEI_PROV_TESTS := args edges fuzz perm rights info hash config status malformed deadline \
	connection coexist signals concurrent netlink events records readers stats binding removal \
	secrets layout post client commands reads control example_ioctl example_events otp_source \
	dead storm unplug power
MEI_PROV_TESTS += requests refusals hashes stall inject example_netlink
MEI_PROV_HELPERS := device clock foreign vme truth genl sysfs caller later person record held \
	machine suspend bystander

MEI_PROV_TEST_OBJS := $(MEI_PROV_TESTS:%=$(MEI_PROV_OUT)/obj/%.o)
MEI_PROV_HELPER_OBJS := $(MEI_PROV_HELPERS:%=$(MEI_PROV_OUT)/obj/%.o)
MEI_PROV_BINS := $(MEI_PROV_TESTS:%=$(MEI_PROV_OUT)/mei_prov_%)

# The harness's macros are the kernel's: its warnings are none of ours.
$(MEI_PROV_OUT)/obj/%.o: $(MEI_PROV_DIR)/%.c | $(MEI_PROV_KSFT)
	$(say) CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) $(BASE_CFLAGS) $(OPT) -isystem $(MEI_PROV_KSFT) \
		$(call pkgflags,$(MEI_PROV_PKGS)) $(CFLAGS) -c -o $@ $<

$(MEI_PROV_KSFT):
	$(say) LN $@
	@mkdir -p $(@D)
	$(Q)dir=$$(selftests/setup/kernel-source) && \
		ln -sfn "$$dir/tools/testing/selftests" $@

$(MEI_PROV_LIB): $(MEI_PROV_HELPER_OBJS)
	$(say) AR $@
	$(Q)rm -f $@; $(AR) rcs $@ $^

$(MEI_PROV_BINS): $(MEI_PROV_OUT)/mei_prov_%: $(MEI_PROV_OUT)/obj/%.o $(MEI_PROV_LIB)
	$(say) LD $@
	$(Q)$(CC) -Wl,--as-needed $(LDFLAGS) -o $@ $^ -pthread \
		$(call pkglibs,$(MEI_PROV_PKGS))

# The layout test once more as a 32-bit program, where the compiler can.
MEI_PROV_M32 := $(MEI_PROV_OUT)/mei_prov_layout32
$(MEI_PROV_M32): $(MEI_PROV_DIR)/layout.c uapi/linux/mei_prov_ioctl.h | $(MEI_PROV_KSFT)
	$(say) CC "$@ (32 bit)"
	$(Q)$(CC) $(filter-out -MMD -MP,$(BASE_CFLAGS)) $(OPT) -m32 -static \
		-isystem $(MEI_PROV_KSFT) -o $@ $<
MEI_PROV_M32_WANTED = $(shell echo 'int main(void) { return 0; }' | \
	$(CC) -m32 -static -x c -o /dev/null - 2>/dev/null && echo $(MEI_PROV_M32))

selftests-mei_prov: $(MEI_PROV_BINS)
	$(Q)wanted="$(MEI_PROV_M32_WANTED)"; \
		[ -z "$$wanted" ] || $(MAKE) --no-print-directory $$wanted

DEPS += $(MEI_PROV_TEST_OBJS:.o=.d) $(MEI_PROV_HELPER_OBJS:.o=.d)
.PHONY: selftests-mei_prov
.SECONDARY: $(MEI_PROV_TEST_OBJS)
