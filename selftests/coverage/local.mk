# SPDX-License-Identifier: GPL-2.0-or-later
# "make coverage": how much of the library its unit tests run, by file. The library is
# built with gcc's counters into build/cov, without sanitizers and optimisation, whose
# branches nobody wrote; the tests have no counters.

COV_DIR := $(BUILD)/cov
COV_LINES ?= 90
COV_BRANCHES ?= 80
COV_TESTS := $(filter test_amthi_% test_lib_%,$(TESTS))
COV_LIB := $(COV_DIR)/libmeiprov.a
COV_LIB_OBJS := $(LIB_SRCS:%.c=$(COV_DIR)/lib/%.o)
COV_TEST_SRCS := $(sort $(foreach t,$(COV_TESTS),$($(t)_SRCS)))
COV_CFLAGS = $(BASE_CFLAGS) -O0 -g $(call pkgflags,$(LIB_PKGS) cmocka)

$(COV_DIR)/lib/%.o: %.c
	$(say) CC "$< (cov)"
	@mkdir -p $(@D)
	$(Q)rm -f $(@:.o=.gcda)
	$(Q)$(CC) $(COV_CFLAGS) --coverage -c -o $@ $<

$(COV_DIR)/obj/%.o: %.c
	$(say) CC "$< (cov)"
	@mkdir -p $(@D)
	$(Q)$(CC) $(COV_CFLAGS) -c -o $@ $<

$(COV_LIB): $(COV_LIB_OBJS)
	$(say) AR $@
	$(Q)rm -f $@; $(AR) rcs $@ $^

define cov_test
$(COV_DIR)/tests/$(1): $$($(1)_SRCS:%.c=$(COV_DIR)/obj/%.o) $(COV_LIB) \
		| $($(1)_NEEDS:%=$(BUILD)/%)
	$$(say) LD $$@
	@mkdir -p $$(@D)
	$$(Q)$$(CC) --coverage -o $$@ $$($(1)_SRCS:%.c=$(COV_DIR)/obj/%.o) $(COV_LIB) \
		$$(call pkglibs,$$(LIB_PKGS) $$($(1)_PKGS) cmocka) $$($(1)_LDLIBS)
endef
$(foreach t,$(COV_TESTS),$(eval $(call cov_test,$(t))))

coverage:
	$(Q)$(SUBMAKE) $(COV_TESTS:%=$(COV_DIR)/tests/%)
	$(Q)selftests/coverage/run --jobs $(JOBS) $(COV_DIR) $(COV_LINES) $(COV_BRANCHES) \
		$(LIB_SRCS)

DEPS += $(COV_LIB_OBJS:.o=.d) $(COV_TEST_SRCS:%.c=$(COV_DIR)/obj/%.d)

selftests-coverage:

.PHONY: coverage selftests-coverage
