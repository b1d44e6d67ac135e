/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all commands that change the ME share: --dry-run and --yes. */
#ifndef MEIPROV_CHANGE_H
#define MEIPROV_CHANGE_H

#include "cli.h"

/**
 * struct change - one of them
 * @name: its words
 * @capability: tells whether the firmware takes it
 * @loses: what will be lost for good, lines of text; NULL: nothing
 */
struct change {
	const char *name;
	enum meiprov_capability_id capability;
	const char *loses;
};

struct change_options {
	bool dry_run;
	bool yes;
};

/* As cli_option(): takes --dry-run, and --yes where something is lost. */
int change_option(struct cli *cli, const struct change *change, struct change_options *options);
/* Take all that is left; 0 or EXIT_USAGE. */
int change_options(struct cli *cli, const struct change *change, struct change_options *options);
/* --dry-run: say what the firmware would do. Returns the exit status. */
int change_forecast(const struct cli *cli, const struct change *change);
/* Ask for --yes where something is lost; false: it was not given, and that was said. */
bool change_confirmed(const struct cli *cli, const struct change *change,
		      const struct change_options *options);

#endif /* MEIPROV_CHANGE_H */
