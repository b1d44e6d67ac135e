// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/vme_flash.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <event2/event.h>
#include <openssl/crypto.h>
#include "tools/vme/flash.h"
#include "tools/vme/flash_state.h"
#include "tools/vme/log.h"
#include "tools/vme/text.h"
#include "tools/vme/vme.h"

#define TICK_S 60 /* how much of the window a kill may give back */

struct vme_flash {
	struct amt *amt;
	struct flash *file;
	char *saved; /* what the image holds */
	size_t saved_len;
	struct event *tick;
};

static void drop_saved(struct vme_flash *flash)
{
	OPENSSL_clear_free(flash->saved, flash->saved ? flash->saved_len + 1 : 0);
	flash->saved = NULL;
	flash->saved_len = 0;
}

/* --- writing --- */

static bool is_saved(const struct vme_flash *flash, const char *text, size_t len)
{
	return flash->saved && flash->saved_len == len && !memcmp(flash->saved, text, len);
}

/* The old image stays when it fails, and the next change tries again. */
static int save(struct vme_flash *flash, char why[FLASH_WHY_MAX])
{
	size_t len;
	char *text = flash_state_save(flash->amt, &len);
	int ret;

	if (!text) {
		snprintf(why, FLASH_WHY_MAX, "flash: cannot save the state: out of memory");
		return -ENOMEM;
	}
	ret = is_saved(flash, text, len) ? 0 : flash_write(flash->file, text, len, why);
	if (ret) {
		OPENSSL_clear_free(text, len + 1);
		return ret;
	}
	drop_saved(flash);
	flash->saved = text;
	flash->saved_len = len;
	return 0;
}

static void save_or_complain(struct vme_flash *flash)
{
	char why[FLASH_WHY_MAX];

	if (save(flash, why))
		log_error("flash", "%s", why);
}

static void on_change(struct amt *amt, unsigned int changed, void *ctx)
{
	save_or_complain(ctx);
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct vme_flash *flash = arg;

	if (flash->amt->window_open)
		save_or_complain(flash);
}

static int keep_up(struct vme *vme, char why[CONFIG_WHY_MAX])
{
	const struct timeval tv = { .tv_sec = TICK_S };
	struct vme_flash *flash = vme->flash;
	char reason[FLASH_WHY_MAX];
	int ret;

	flash->tick = event_new(vme->base, -1, EV_PERSIST, on_tick, flash);
	if (!flash->tick || event_add(flash->tick, &tv) || amt_listen(vme->amt, on_change, flash)) {
		snprintf(why, CONFIG_WHY_MAX, "flash: out of memory");
		return -ENOMEM;
	}
	ret = save(flash, reason);
	if (ret)
		snprintf(why, CONFIG_WHY_MAX, "%.250s", reason);
	return ret;
}

/* --- reading --- */

static int take_uuid(struct vme *vme, char why[CONFIG_WHY_MAX])
{
	const struct vme_flash *flash = vme->flash;
	struct vme_config *config = &vme->config;
	char text[TEXT_UUID_LEN];
	uint8_t uuid[16];

	if (flash_state_uuid(flash->saved, flash->saved_len, uuid)) {
		snprintf(why, CONFIG_WHY_MAX, "flash %.150s: it names no device", config->flash);
		return -EINVAL;
	}
	if (config->has_uuid && memcmp(uuid, config->uuid, sizeof(uuid)) != 0) {
		snprintf(why, CONFIG_WHY_MAX,
			 "flash %.120s belongs to the device %s; leave uuid unset or name another",
			 config->flash, text_of_uuid(uuid, text));
		return -EINVAL;
	}
	memcpy(config->uuid, uuid, sizeof(uuid));
	config->has_uuid = true;
	return 0;
}

int vme_flash_open(struct vme *vme, char why[CONFIG_WHY_MAX])
{
	char reason[FLASH_WHY_MAX] = "";
	struct vme_flash *flash;

	if (!vme->config.flash[0])
		return 0;
	flash = calloc(1, sizeof(*flash));
	if (!flash)
		return -ENOMEM;
	vme->flash = flash;
	flash->file = flash_open(vme->config.flash, reason);
	if (flash->file)
		flash->saved = flash_read(flash->file, &flash->saved_len, reason);
	if (reason[0]) {
		snprintf(why, CONFIG_WHY_MAX, "%.250s", reason);
		return -EINVAL;
	}
	return flash->saved ? take_uuid(vme, why) : 0;
}

static int load(const struct vme_flash *flash, char why[FLASH_STATE_WHY_MAX])
{
	return flash_state_load(flash->amt, flash_version(flash->file), flash->saved,
				flash->saved_len, why);
}

int vme_flash_load(struct vme *vme, char why[CONFIG_WHY_MAX])
{
	struct vme_flash *flash = vme->flash;
	char reason[FLASH_STATE_WHY_MAX];

	if (!flash)
		return 0;
	flash->amt = vme->amt;
	if (flash->saved) {
		if (load(flash, reason)) {
			snprintf(why, CONFIG_WHY_MAX, "flash %.100s: %.100s", vme->config.flash,
				 reason);
			return -EINVAL;
		}
		/* what was set once in MEBx counts, not what the settings say */
		amt_changed(vme->amt, AMT_CHANGED_SETTINGS);
	}
	return keep_up(vme, why);
}

void vme_flash_close(struct vme_flash *flash)
{
	if (!flash)
		return;
	if (flash->tick) {
		on_tick(-1, 0, flash);
		event_free(flash->tick);
	}
	flash_close(flash->file);
	drop_saved(flash);
	free(flash);
}
