# SPDX-License-Identifier: GPL-2.0-or-later
# What a person types beside "make": see "make help".

JOBS ?= $(shell nproc)
SUBMAKE := $(MAKE) --no-print-directory -j$(JOBS)

help:
	@sed -n 's/^#: //p' selftests/targets.mk

#: make              the module for the running kernel, the library, the tools
#: make demo         delayed configuration, end to end, in a virtual machine
#: make demo OTP=wrong   the same with a one-time password that does not fit
#: make check        what every change must pass (ITEMS="unit e2e" for a part)
#: make check DEBUG=1    the same, and some kselftests on a debug kernel
#: make check-full   the same with the long tests
#: make check-matrix the VM part on each kernel (KERNELS="6.12 debug-7" for some)
#: make lint         checkers and style
#: make coverage     how much of the library its unit tests run (COV_LINES=90 COV_BRANCHES=80)
#: make fuzz         fuzz targets, FUZZ_SECONDS=120 each (FUZZ="http wsman" for some)
#: make abi-baseline write down the library's ABI, after a change that was meant
#: make man          the manual pages, into build/man
#: make install      library, tools, manual pages (DESTDIR, PREFIX)
#: make uninstall    take that away again (the same DESTDIR, PREFIX)
#: make dkms         the module's source for DKMS (DESTDIR)
#: make deb          Debian packages, into the folder above
#: make clean        remove build/
#:
#: Variables: KDIR (kernel to build for), V=1 (show commands), WERROR=1, JOBS

# Each step in a make of its own: the packages come before what needs them.
demo:
	$(Q)selftests/setup/packages build vm
	$(Q)$(SUBMAKE) tools
	$(Q)selftests/demo/run $(if $(OTP),--otp $(OTP))

DEBUG_KERNEL := debug-6.1
KERNELS := 6.1 6.12 7 $(DEBUG_KERNEL) debug-7

check_options = $(if $(filter check-full,$@),--full) $(if $(DEBUG),--debug $(DEBUG_KERNEL)) \
	$(if $(filter check-matrix,$@),--matrix "$(KERNELS)")
check check-full check-matrix:
	$(Q)selftests/setup/packages build vm test $(if $(filter check-matrix,$@),lint)
	$(Q)$(SUBMAKE) WERROR=1 tools tests selftests
	$(Q)selftests/check/run $(check_options) --jobs $(JOBS) $(ITEMS)

lint:
	$(Q)selftests/setup/packages build vm test lint
	$(Q)selftests/lint/run $(ITEMS)

# selftests/PART/local.mk has a target selftests-PART
selftests: $(patsubst selftests/%/local.mk,selftests-%,$(wildcard selftests/*/local.mk))

deb:
	$(Q)selftests/setup/packages build deb
	$(Q)dpkg-buildpackage -us -uc -b

.PHONY: help demo check check-full check-matrix lint deb selftests
