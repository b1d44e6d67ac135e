// SPDX-License-Identifier: LGPL-2.1-or-later
/* preflight [TRANSPORT [SERVER]]: what stands in the way of configuring this machine? */
#include <stdio.h>
#include <meiprov/meiprov.h>

int main(int argc, char **argv)
{
	struct meiprov_open how = { .size = sizeof(how), .index = -1 };
	struct meiprov_check_options options = { .size = sizeof(options), .how = &how };
	struct meiprov_check *check;
	enum meiprov_severity worst;

	how.transport = argc > 1 ? argv[1] : NULL;
	options.server = argc > 2 ? argv[2] : NULL;
	if (meiprov_check_run(&options, &check))
		return 2;
	for (size_t i = 0; i < meiprov_check_count(check); i++) {
		const struct meiprov_finding *f = meiprov_check_finding(check, i);

		if (f->severity >= MEIPROV_WARNING)
			printf("%s: %s; %s\n", f->code, f->why, f->next);
	}
	worst = meiprov_check_worst(check);
	meiprov_check_free(check);
	return worst >= MEIPROV_WARNING;
}
