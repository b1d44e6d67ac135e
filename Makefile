# SPDX-License-Identifier: GPL-2.0-or-later
# meiprov: module, library, tools. "make help" lists the targets.

VERSION := 0.1.0
BUILD := build

CC ?= gcc
AR ?= ar
PKG_CONFIG ?= pkg-config
PREFIX ?= /usr
DESTDIR ?=
KDIR ?= /lib/modules/$(shell uname -r)/build

ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @printf '  %-8s%s\n'
endif

OPT ?= -O2 -g
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wformat=2 -Wvla -Wundef -Wwrite-strings \
	-Wno-unused-parameter -Wno-missing-field-initializers
HARDEN := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
SAN := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
INCLUDES := -Iuapi -Ilibmeiprov/include -I.
DEFINES := -D_GNU_SOURCE -DMEIPROV_VERSION='"$(VERSION)"'
BASE_CFLAGS := -std=gnu11 $(WARN) $(INCLUDES) $(DEFINES) -MMD -MP
ifneq ($(WERROR),)
BASE_CFLAGS += -Werror
endif

all: tools module

# A part adds its rows in its own local.mk:
#   PROGRAMS += NAME   NAME_SRCS NAME_PKGS NAME_LIBS(= meiprov when it links it)
#   TESTS += NAME      the same variables; built with sanitizers, run by unit
# so that programs find the library in build/ and, whatever the PREFIX, when they are
# installed; packages set it to nothing
RPATH ?= -Wl,-rpath,'$$$$ORIGIN:$$$$ORIGIN/../lib'

PROGRAMS :=
TESTS :=
MANPAGES :=
-include libmeiprov/local.mk
-include $(wildcard tools/*/local.mk selftests/*/local.mk)
-include Documentation/local.mk

# These goals only run scripts and other makes, on a machine that may not have
# pkg-config yet.
SCRIPTED := help clean uninstall demo check check-full check-matrix lint deb
ifneq ($(filter-out $(SCRIPTED),$(or $(MAKECMDGOALS),all)),)
pkgflags = $(if $(strip $(1)),$(shell $(PKG_CONFIG) --cflags $(1)))
pkglibs = $(if $(strip $(1)),$(shell $(PKG_CONFIG) --libs $(1)))
endif

# --- objects: build/obj (optimised), build/san (sanitizers) ---
$(BUILD)/obj/%.o: %.c
	$(say) CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) $(BASE_CFLAGS) $(OPT) $(HARDEN) $(PKGFLAGS) $(CFLAGS) -c -o $@ $<

$(BUILD)/pic/%.o: %.c
	$(say) CC "$< (pic)"
	@mkdir -p $(@D)
	$(Q)$(CC) $(BASE_CFLAGS) $(OPT) $(filter-out -fPIE,$(HARDEN)) -fPIC \
		-fvisibility=hidden $(PKGFLAGS) $(CFLAGS) -c -o $@ $<

$(BUILD)/san/%.o: %.c
	$(say) CC "$< (san)"
	@mkdir -p $(@D)
	$(Q)$(CC) $(BASE_CFLAGS) $(SAN) $(PKGFLAGS) $(CFLAGS) -c -o $@ $<

# --- library ---
LIB_SO := $(BUILD)/libmeiprov.so.0
LIB_SAN := $(BUILD)/libmeiprov-san.a
LIB_PIC_OBJS := $(LIB_SRCS:%.c=$(BUILD)/pic/%.o)
LIB_SAN_OBJS := $(LIB_SRCS:%.c=$(BUILD)/san/%.o)
$(LIB_PIC_OBJS) $(LIB_SAN_OBJS): private PKGFLAGS := $(call pkgflags,$(LIB_PKGS))

$(LIB_SO): $(LIB_PIC_OBJS) libmeiprov/libmeiprov.sym
	$(say) LD $@
	$(Q)$(CC) -shared -Wl,-soname,libmeiprov.so.0 -Wl,-z,defs,-z,now,-z,relro \
		-Wl,--version-script=libmeiprov/libmeiprov.sym $(LDFLAGS) -o $@ \
		$(LIB_PIC_OBJS) $(call pkglibs,$(LIB_PKGS))
	$(Q)ln -sf libmeiprov.so.0 $(BUILD)/libmeiprov.so

$(LIB_SAN): $(LIB_SAN_OBJS)
	$(say) AR $@
	$(Q)rm -f $@; $(AR) rcs $@ $^

# --- programs and tests ---
define program
$(1)_OBJS := $$($(1)_SRCS:%.c=$(BUILD)/obj/%.o)
$$($(1)_OBJS): private PKGFLAGS := $$(call pkgflags,$$($(1)_PKGS)) $$($(1)_CFLAGS)
$(BUILD)/$(1): $$($(1)_OBJS) $(if $(filter meiprov,$($(1)_LIBS)),$(LIB_SO))
	$$(say) LD $$@
	$$(Q)$$(CC) -pie -Wl,-z,now,-z,relro $$(LDFLAGS) -o $$@ $$($(1)_OBJS) \
		$(if $(filter meiprov,$($(1)_LIBS)),-L$(BUILD) -lmeiprov $(RPATH)) \
		$$(call pkglibs,$$($(1)_PKGS)) $$($(1)_LDLIBS)
DEPS += $$($(1)_OBJS:.o=.d)
endef
comma := ,
define test
$(1)_OBJS := $$($(1)_SRCS:%.c=$(BUILD)/san/%.o)
$$($(1)_OBJS): private PKGFLAGS := $$(call pkgflags,$$($(1)_PKGS) cmocka) $$($(1)_CFLAGS)
$(BUILD)/tests/$(1): $$($(1)_OBJS) $(if $(filter meiprov,$($(1)_LIBS)),$(LIB_SAN))
	$$(say) LD $$@
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $(SAN) -o $$@ $$($(1)_OBJS) \
		$(if $(filter meiprov,$($(1)_LIBS)),$(LIB_SAN) $$(call pkglibs,$$(LIB_PKGS))) \
		$$(call pkglibs,$$($(1)_PKGS) cmocka) $$($(1)_LDLIBS)
DEPS += $$($(1)_OBJS:.o=.d)
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p))))
$(foreach t,$(TESTS),$(eval $(call test,$(t))))

DEPS += $(LIB_PIC_OBJS:.o=.d) $(LIB_SAN_OBJS:.o=.d)
-include $(sort $(DEPS))

tools: $(LIB_SO) $(PROGRAMS:%=$(BUILD)/%)
tests: $(TESTS:%=$(BUILD)/tests/%)

# --- module: staged per kernel under build/kmod/RELEASE-HASH/ ---
module:
	$(Q)selftests/setup/kmod "$(KDIR)" --optional

clean:
	$(Q)rm -rf $(BUILD)

# --- installation ---
LIBDIR ?= $(PREFIX)/lib
SBINDIR ?= $(PREFIX)/sbin
INCLUDEDIR ?= $(PREFIX)/include
MANDIR ?= $(PREFIX)/share/man
UDEVDIR ?= $(PREFIX)/lib/udev/rules.d
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
UNITDIR ?= $(PREFIX)/lib/systemd/system
DKMSDIR ?= $(PREFIX)/src/meiprov-$(VERSION)
BASHCOMPDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHCOMPDIR ?= $(PREFIX)/share/zsh/site-functions
FISHCOMPDIR ?= $(PREFIX)/share/fish/vendor_completions.d
INSTALL := install -D
SBIN_PROGRAMS := meiprov-scad
BIN_PROGRAMS := $(filter-out $(SBIN_PROGRAMS),$(PROGRAMS))

# What is installed, one row each: SOURCE:MODE:TARGET. "link" for a mode makes a link
# that holds the source's text. Both ways go by these rows.
row = $(2):$(1):$(3)/$(or $(4),$(notdir $(2)))
man_folder = $(MANDIR)/man$(subst .,,$(suffix $(1)))
each = $(foreach f,$(2),$(call row,$(1),$(f),$(3)))
INSTALLED = \
	$(call each,755,$(BIN_PROGRAMS:%=$(BUILD)/%),$(PREFIX)/bin) \
	$(call each,755,$(SBIN_PROGRAMS:%=$(BUILD)/%),$(SBINDIR)) \
	$(call row,755,$(LIB_SO),$(LIBDIR)) \
	$(call row,link,libmeiprov.so.0,$(LIBDIR),libmeiprov.so) \
	$(call each,644,$(wildcard libmeiprov/include/meiprov/*.h),$(INCLUDEDIR)/meiprov) \
	$(call each,644,$(wildcard uapi/linux/*.h),$(INCLUDEDIR)/meiprov/linux) \
	$(call row,644,$(BUILD)/meiprov.pc,$(LIBDIR)/pkgconfig) \
	$(foreach m,$(MANPAGES),$(call row,644,$(BUILD)/man/$(m),$(call man_folder,$(m)))) \
	$(call row,644,$(BUILD)/completions/meiprov.bash,$(BASHCOMPDIR),meiprov) \
	$(call row,644,$(BUILD)/completions/meiprov.zsh,$(ZSHCOMPDIR),_meiprov) \
	$(call row,644,$(BUILD)/completions/meiprov.fish,$(FISHCOMPDIR)) \
	$(call row,644,driver/70-meiprov.rules,$(UDEVDIR)) \
	$(call row,644,driver/meiprov.sysusers,$(SYSUSERSDIR),meiprov.conf) \
	$(call row,644,$(BUILD)/meiprov-scad.service,$(UNITDIR)) \
	$(call row,644,tools/sca/meiprov-scad.sysusers,$(SYSUSERSDIR),meiprov-scad.conf)

# A row in the shell: $1 source, $2 mode, $3 target.
each_row = $(Q)set -f; for row in $(INSTALLED); do IFS=:; set -- $$row; $(1) || exit; done

install: tools man $(COMPLETIONS)
	$(Q)sed -e 's|@PREFIX@|$(PREFIX)|; s|@LIBDIR@|$(LIBDIR)|; s|@INCLUDEDIR@|$(INCLUDEDIR)|' \
		-e 's|@VERSION@|$(VERSION)|' libmeiprov/meiprov.pc.in >$(BUILD)/meiprov.pc
	$(Q)sed 's|^ExecStart=/usr/sbin/|ExecStart=$(SBINDIR)/|' tools/sca/meiprov-scad.service \
		>$(BUILD)/meiprov-scad.service
	$(call each_row,if [ $$2 = link ]; then ln -sf "$$1" "$(DESTDIR)$$3"; \
		else $(INSTALL) -m "$$2" "$$1" "$(DESTDIR)$$3"; fi)

# Of folders only those of the project's own, when nothing of others is in them.
uninstall:
	$(call each_row,rm -f "$(DESTDIR)$$3")
	$(Q)for dir in $(INCLUDEDIR)/meiprov/linux $(INCLUDEDIR)/meiprov; do \
		[ ! -d "$(DESTDIR)$$dir" ] || \
			rmdir --ignore-fail-on-non-empty "$(DESTDIR)$$dir" || exit; done

# The module's source where DKMS looks for it; then: dkms install meiprov/VERSION
dkms:
	$(Q)for f in Kbuild $$(git ls-files driver uapi 2>/dev/null || \
		find driver uapi -type f); do \
		$(INSTALL) -m 644 $$f $(DESTDIR)$(DKMSDIR)/$$f || exit 1; done
	$(Q)sed 's|@VERSION@|$(VERSION)|' driver/dkms.conf.in >$(BUILD)/dkms.conf
	$(Q)$(INSTALL) -m 644 $(BUILD)/dkms.conf $(DESTDIR)$(DKMSDIR)/dkms.conf

.PHONY: all tools tests module clean install uninstall dkms
-include selftests/targets.mk
