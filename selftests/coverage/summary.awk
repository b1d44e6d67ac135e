# SPDX-License-Identifier: GPL-2.0-or-later
# gcov's words for each file as a table with the sum of all; status 1 below the bar
# (lines, branches) or without a figure for one of sources.

function percent(part, whole) {
	return whole ? 100 * part / whole : 100
}

function row(name, hit, all, taken, ways) {
	printf "%-36s %6.1f %% %5d %8.1f %% %5d\n", name, percent(hit, all), all, \
		percent(taken, ways), ways
}

# "97.10% of 69" after the colon: how many of how many
function share(text, counts) {
	sub(/^[^:]*:/, "", text)
	split(text, words, "[% ]+")
	counts[1] = int(words[1] * words[3] / 100 + 0.5)
	counts[2] = words[3]
}

BEGIN {
	split(sources, order, " ")
	for (i in order)
		wanted[order[i]] = 1
	printf "%-36s %8s %5s %10s %5s\n", "", "lines", "of", "branches", "of"
}

/^Source / {
	source = $2
	file = ""
}

/^File / {
	split($0, words, "'")
	file = words[2]
}

/^Lines executed:/ && file in wanted {
	share($0, counts)
	line_hit[file] = counts[1]
	line_all[file] = counts[2]
}

# a source of tables only
/^No executable lines/ && file == "" {
	line_all[source] = 0
}

/^Taken at least once:/ && file in wanted {
	share($0, counts)
	way_hit[file] = counts[1]
	way_all[file] = counts[2]
}

/^$/ {
	file = ""
}

END {
	for (i = 1; i in order; i++) {
		name = order[i]
		if (!(name in line_all)) {
			print "coverage: there is no figure for " name
			missing = 1
			continue
		}
		row(name, line_hit[name], line_all[name], way_hit[name], way_all[name])
		hit += line_hit[name]
		all += line_all[name]
		taken += way_hit[name]
		ways += way_all[name]
	}
	row("all", hit, all, taken, ways)
	if (missing)
		exit 1
	if (percent(hit, all) < lines || percent(taken, ways) < branches) {
		print "coverage: the bar is " lines " % of lines and " branches \
			" % of branches"
		exit 1
	}
}
