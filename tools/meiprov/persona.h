/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MEIPROV_PERSONA_H
#define MEIPROV_PERSONA_H

#include <stdio.h>

#include <meiprov/meiprov.h>

/*
 * Write the machine's description that meiprov-vme reads, vme-persona(5): versions,
 * UUID, addresses, hashes. What the firmware does not give is left out, which is said on
 * @notes; a version that a description must have is an error.
 */
int persona_write(struct meiprov_device *dev, FILE *out, FILE *notes, struct meiprov_error *err);

#endif /* MEIPROV_PERSONA_H */
