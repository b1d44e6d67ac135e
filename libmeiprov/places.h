/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which MEs there are, as sysfs shows them. */
#ifndef MEIPROV_PLACES_H
#define MEIPROV_PLACES_H

#include <meiprov/meiprov.h>

/* As meiprov_device_list(), under @root. */
int places_list(const char *root, struct meiprov_place **out, size_t *count,
		struct meiprov_error *err);

/* Name of the PCI device behind ROOT/sys/class/CLASS/NAME, or "". */
void places_parent(const char *root, const char *class_name, const char *name, char *parent,
		   size_t size);

#endif /* MEIPROV_PLACES_H */
