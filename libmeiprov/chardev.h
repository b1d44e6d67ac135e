/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The transport over /dev/meiprovN, and the search for the reason when that
 * node is not there.
 */
#ifndef MEIPROV_CHARDEV_H
#define MEIPROV_CHARDEV_H

#include <meiprov/meiprov.h>

/* As meiprov_device_open(); @root is the prefix of /dev and /sys, "" but in
 * tests.
 */
int chardev_open(const char *root, int index, bool writable, struct meiprov_device **out,
		 struct meiprov_error *err);

/* As meiprov_device_open_by(), under @root. */
int open_by(const char *root, const struct meiprov_open *how, struct meiprov_device **out,
	    struct meiprov_error *err);

/* Fills @err for a device that is not there; returns -ENOENT. */
int absence_explain(const char *root, int index, const char *doing, struct meiprov_error *err);

/* N of "meiprovN", or -1. */
int chardev_index(const char *name);

/* The lowest N of ROOT/DIR/meiprovN, or -ENOENT. */
int absence_first(const char *root, const char *dir);

/* Is there an entry in ROOT/DIR whose name contains @part? */
bool absence_has_entry(const char *root, const char *dir, const char *part);

/* As the MEI bus names the client. */
#define AMTHI_UUID "12f80028-b4b7-4b2d-aca8-46e0ff65814c"

#endif /* MEIPROV_CHARDEV_H */
