# SPDX-License-Identifier: GPL-2.0-or-later
# Manual pages: Documentation/man/NAME.SECTION.scd becomes build/man/NAME.SECTION.
MANPAGES += $(sort $(patsubst Documentation/man/%.scd,%,$(wildcard Documentation/man/*.scd)))

$(BUILD)/man/%: Documentation/man/%.scd
	$(say) MAN $@
	@mkdir -p $(@D)
	$(Q)scdoc <$< >$@.new && mv $@.new $@

man: $(MANPAGES:%=$(BUILD)/man/%)

.PHONY: man
