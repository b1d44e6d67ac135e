/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is done to the machine from outside of it, by its monitor on a port
 * (Documentation/testing.md): only with the virtual ME in its hotplug slot.
 */
#ifndef SELFTESTS_MEI_PROV_MACHINE_H
#define SELFTESTS_MEI_PROV_MACHINE_H

/* The root port's button takes 5 s until the device goes. */
#define MACHINE_BUTTON_MS 5000

/* Unplug the virtual ME and wait until the machine is rid of it: 0 or -errno. */
int machine_unplug(void);
/* Plug it in again; the guest finds it a moment later. 0 or -errno. */
int machine_plug(void);

#endif /* SELFTESTS_MEI_PROV_MACHINE_H */
