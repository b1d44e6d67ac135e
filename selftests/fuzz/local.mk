# SPDX-License-Identifier: GPL-2.0-or-later
# Fuzz targets. "make tests" builds each with replay.c into build/tests/fuzz_NAME,
# which plays corpus/NAME; "make fuzz" builds it with clang's libFuzzer and runs it for
# FUZZ_SECONDS. FUZZ="http wsman" picks some.

FUZZ_SECONDS ?= 120
FUZZ_TARGETS := http wsman digest control amthi_reply hello chain netlink record persona \
	wsman_reply heci hbm vfio amthi
FUZZ ?= $(FUZZ_TARGETS)

fuzz_http_PARTS := tools/vme/http.c
fuzz_http_PKGS := libevent libcrypto
fuzz_wsman_PARTS := $(VME_MODEL_SRCS) $(VME_WSMAN_SRCS) tools/vme/text.c
fuzz_wsman_PKGS := libevent libcrypto libxml-2.0
fuzz_digest_PARTS := tools/vme/digest.c
fuzz_digest_PKGS := libcrypto
fuzz_control_PARTS := $(filter-out %/vme.c %/control.c,$(meiprov-vme_SRCS))
fuzz_control_PKGS := $(VME_NET_PKGS) jansson
fuzz_amthi_reply_PARTS := $(LIB_SRCS) selftests/fuzz/library.c
fuzz_amthi_reply_PKGS := $(LIB_PKGS)
fuzz_hello_PARTS := libmeiprov/hello.c
fuzz_hello_PKGS := $(LIB_PKGS)
fuzz_chain_PARTS := $(LIB_SRCS) selftests/fuzz/chain_input.c
fuzz_chain_PKGS := $(LIB_PKGS)
fuzz_chain_DICT := selftests/fuzz/chain.dict
fuzz_netlink_PARTS := $(addprefix libmeiprov/,context.c error.c holder.c monitor_parse.c status.c)
fuzz_netlink_PKGS := $(LIB_PKGS)
fuzz_record_PARTS := $(LIB_SRCS) selftests/fuzz/library.c
fuzz_record_PKGS := $(LIB_PKGS)
fuzz_persona_PARTS := $(filter-out %/vme.c,$(meiprov-vme_SRCS))
fuzz_persona_PKGS := $(VME_NET_PKGS) jansson
fuzz_wsman_reply_PARTS := $(addprefix tools/wsman/,reply.c request.c status.c)
fuzz_wsman_reply_PKGS := $(WSMAN_PKGS)

fuzz_heci_PARTS := $(VME_LINK_SRCS) tools/vme/log.c tools/vme/me_service.c selftests/fuzz/bus.c
fuzz_heci_PKGS := libevent libcrypto
fuzz_hbm_PARTS := $(fuzz_heci_PARTS)
fuzz_hbm_PKGS := libevent libcrypto
fuzz_vfio_PARTS := $(VME_LINK_SRCS) $(VME_PCI_SRCS) tools/vme/log.c
fuzz_vfio_PKGS := libevent libcrypto
fuzz_amthi_PARTS := $(VME_MODEL_SRCS) $(VME_ANSWER_SRCS)
fuzz_amthi_PKGS := libevent libcrypto

# Inputs that the build makes, beside corpus/chain
fuzz_chain_SEEDS := $(BUILD)/fuzz_src/seeds/chain
SEED_OBJS := $(addprefix $(BUILD)/san/,selftests/fuzz/seed_chain.o libmeiprov/tests/certs.o)
$(SEED_OBJS): private PKGFLAGS = $(call pkgflags,libcrypto cmocka)
DEPS += $(SEED_OBJS:.o=.d)
$(BUILD)/fuzz_src/seed_chain: $(SEED_OBJS)
	$(say) LD $@
	@mkdir -p $(@D)
	$(Q)$(CC) $(SAN) -o $@ $^ $(call pkglibs,libcrypto cmocka)

$(fuzz_chain_SEEDS): $(BUILD)/fuzz_src/seed_chain
	$(Q)rm -rf $@ $@.new && mkdir -p $@.new
	$(Q)$< $@.new >$(BUILD)/fuzz_src/seed_chain.log 2>&1 || \
		{ cat $(BUILD)/fuzz_src/seed_chain.log; false; }
	$(Q)mv $@.new $@

TESTS += test_chain_seeds
test_chain_seeds_SRCS := $(addprefix selftests/fuzz/,test_chain_seeds.c chain_input.c) \
	libmeiprov/tests/vme_rig.c
test_chain_seeds_PKGS := libcrypto
test_chain_seeds_LIBS := meiprov
$(BUILD)/tests/test_chain_seeds: | $(fuzz_chain_SEEDS)

FUZZ_DIR := $(BUILD)/fuzz
FUZZ_SAN := -O1 -g -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all \
	-fno-omit-frame-pointer

define fuzz_target
TESTS += fuzz_$(1)
fuzz_$(1)_SRCS := $$(fuzz_$(1)_PARTS) selftests/fuzz/fuzz_$(1).c $(BUILD)/fuzz_src/replay_$(1).c
fuzz_$(1)_LDLIBS := -lpthread

# replay.c knows its corpus when it is compiled, and objects have one set of flags
$(BUILD)/fuzz_src/replay_$(1).c: selftests/fuzz/local.mk
	@mkdir -p $$(@D)
	$(Q)printf '#define TARGET_CORPUS "selftests/fuzz/corpus/$(1)"%s\n%s\n' \
		'$(fuzz_$(1)_SEEDS:%=, "%")' '#include "selftests/fuzz/replay.c"' >$$@

$(BUILD)/tests/fuzz_$(1): | $(fuzz_$(1)_SEEDS)

$(FUZZ_DIR)/fuzz_$(1): $$(patsubst %.c,$(FUZZ_DIR)/obj/%.o,$$(fuzz_$(1)_PARTS) \
		selftests/fuzz/fuzz_$(1).c)
	$(say) LD $$@
	$(Q)clang $(FUZZ_SAN) -fsanitize=fuzzer -o $$@ $$^ $$(call pkglibs,$$(fuzz_$(1)_PKGS)) \
		-lpthread

fuzz-run-$(1): $(FUZZ_DIR)/fuzz_$(1) $(fuzz_$(1)_SEEDS)
	@mkdir -p $(FUZZ_DIR)/found/$(1)
	$(say) FUZZ "$(1) ($(FUZZ_SECONDS) s)"
	$(Q)$(FUZZ_DIR)/fuzz_$(1) -max_total_time=$(FUZZ_SECONDS) -print_final_stats=1 \
		$(fuzz_$(1)_DICT:%=-dict=%) -artifact_prefix=$(FUZZ_DIR)/$(1)- \
		$(FUZZ_DIR)/found/$(1) selftests/fuzz/corpus/$(1) $(fuzz_$(1)_SEEDS) \
		>$(FUZZ_DIR)/$(1).log 2>&1 || \
		{ tail -n 40 $(FUZZ_DIR)/$(1).log; false; }
	$(Q)grep -E 'number_of_executed_units|DONE' $(FUZZ_DIR)/$(1).log
endef

$(foreach t,$(FUZZ_TARGETS),$(eval $(call fuzz_target,$(t))))

$(FUZZ_DIR)/obj/%.o: %.c
	$(say) CC "$< (fuzz)"
	@mkdir -p $(@D)
	$(Q)clang $(BASE_CFLAGS) $(FUZZ_SAN) \
		$(call pkgflags,$(VME_NET_PKGS) jansson $(LIB_PKGS) $(WSMAN_PKGS)) -c -o $@ $<

# One after the other: each wants a processor for itself.
fuzz:
	$(Q)selftests/setup/packages build fuzz
	$(Q)for t in $(FUZZ); do \
		$(MAKE) --no-print-directory fuzz-run-$$t || exit 1; done

selftests-fuzz:

.PHONY: fuzz selftests-fuzz $(FUZZ:%=fuzz-run-%)
