# SPDX-License-Identifier: LGPL-2.1-or-later
# The C of manual pages, between their fences, as one source: prototypes of a synopsis
# stand beside the header's, and each page's example() becomes one of a table.

FNR == 1 {
	close_page()
	page = FILENAME
	sub(/.*\//, "", page)
	sub(/\..*/, "", page)
	printf "#define example example_%s\n#define tell tell_%s\n", page, page
	inside = 0
}

/^```$/ {
	inside = !inside
	if (inside)
		printf "#line %d \"%s\"\n", FNR + 1, FILENAME
	next
}

inside {
	if (/^int example\(/) {
		rows = rows "\t{ \"" page "\", example_" page " },\n"
		print "static int example(struct meiprov_device *dev, struct meiprov_error *err);"
		sub(/^/, "static ")
	}
	gsub(/\\\\/, "\\")
	print
}

function close_page()
{
	if (page != "")
		print "#undef example\n#undef tell"
}

END {
	close_page()
	printf "static const struct {\n\tconst char *page;\n" \
	       "\tint (*run)(struct meiprov_device *dev, struct meiprov_error *err);\n" \
	       "} pages[] = {\n%s};\n", rows
}
