// SPDX-License-Identifier: LGPL-2.1-or-later
/* manual PAGE TRANSPORT: runs the example of a manual page. They are in manual.inc, made
 * by manual.awk; what this file includes is what every one of them may use.
 */
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <meiprov/meiprov.h>

#include "manual.inc"

int main(int argc, char **argv)
{
	struct meiprov_open how = { .size = sizeof(how), .index = -1, .writable = true };
	struct meiprov_error err = { 0 };
	struct meiprov_device *dev;
	int ret = -ENOENT;

	if (argc != 3)
		return 2;
	how.transport = argv[2];
	if (meiprov_device_open_by(&how, &dev, &err))
		return 3;
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		if (!strcmp(pages[i].page, argv[1]))
			ret = pages[i].run(dev, &err);
	meiprov_device_close(dev);
	if (ret)
		printf("%d %s\n", ret, err.why);
	return ret != 0;
}
