/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The device's flash image: read at power-on, written with each change of the model. */
#ifndef VME_VME_FLASH_H
#define VME_VME_FLASH_H

#include "tools/vme/config.h"

struct vme;
struct vme_flash;

/*
 * Take the image that the settings name, if one does, and let the UUID be its own.
 * 0 or -errno with @why.
 */
int vme_flash_open(struct vme *vme, char why[CONFIG_WHY_MAX]);
/* Let the model be as the image has it, if there is one, and keep it up from now on. */
int vme_flash_load(struct vme *vme, char why[CONFIG_WHY_MAX]);
/* Keeps how much of the window is left. */
void vme_flash_close(struct vme_flash *flash);

#endif /* VME_VME_FLASH_H */
