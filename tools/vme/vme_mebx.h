/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Settings that a person makes in MEBx and that the host may change as well. They are
 * given to the model when they are set, and follow it when the host has changed them.
 */
#ifndef VME_MEBX_H
#define VME_MEBX_H

struct vme;

/* At power-on. 0 or -errno. */
int vme_mebx_init(struct vme *vme);
/* @key was set: is it one of them? Then tell the model. */
void vme_mebx_set(struct vme *vme, const char *key);

#endif /* VME_MEBX_H */
