// SPDX-License-Identifier: GPL-2.0-or-later
/* Descriptions of machines. One that is taken makes a device. */
#include "selftests/fuzz/fuzz.h"
#include "selftests/fuzz/input_file.h"
#include "tools/vme/log.h"
#include "tools/vme/persona.h"
#include "tools/vme/vme.h"

/* Takes @config over. */
static void build(struct vme_config *config)
{
	char why[CONFIG_WHY_MAX] = "";
	struct vme *vme = vme_new(config, why);

	log_set_level(LOG_LEVEL_NONE);
	if (!vme && !*why)
		abort();
	if (vme)
		vme_free(vme);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char why[CONFIG_WHY_MAX] = "", path[INPUT_PATH_MAX];
	int fd = input_file(data, size, path);
	struct vme_config config;
	int ret;

	if (config_init(&config))
		abort();
	ret = persona_take(&config, path, why);
	close(fd);
	if (ret && (ret > 0 || !*why || config.persona))
		abort();
	if (ret)
		config_drop(&config);
	else
		build(&config);
	return 0;
}
