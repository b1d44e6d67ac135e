// SPDX-License-Identifier: LGPL-2.1-or-later
/* ztc [TRANSPORT]: may this machine's ME be configured remotely, and which roots does it trust? */
#include <stdio.h>
#include <stdlib.h>
#include <meiprov/meiprov.h>

static int complain(const struct meiprov_error *err)
{
	fprintf(stderr, "%s: %s\n%s\n", err->doing, err->why, err->next);
	return 1;
}

int main(int argc, char **argv)
{
	struct meiprov_open how = { .size = sizeof(how), .index = -1 };
	struct meiprov_error err = { 0 };
	struct meiprov_device *dev;
	enum meiprov_ztc_mode mode;
	struct meiprov_hash *hashes = NULL;
	size_t count = 0;
	int ret;

	how.transport = argc > 1 ? argv[1] : NULL;
	if (meiprov_device_open_by(&how, &dev, &err))
		return complain(&err);
	ret = meiprov_get_ztc_mode(dev, &mode, &err); /* 0, a PT_STATUS, or a negative errno */
	if (!ret)
		ret = meiprov_hash_list(dev, &hashes, &count, &err);
	meiprov_device_close(dev);
	if (ret)
		return complain(&err);
	printf("ZTC is %s\n", mode == MEIPROV_ZTC_ENABLED ? "on" : "off");
	for (size_t i = 0; i < count; i++)
		if (hashes[i].is_active)
			printf("%u %s %s\n", hashes[i].handle,
			       meiprov_hash_algorithm_name(hashes[i].algorithm), hashes[i].name);
	free(hashes);
	return 0;
}
