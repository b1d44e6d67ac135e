/* SPDX-License-Identifier: GPL-2.0-only */
/* Binding, unbinding, removing and reloading, as an administrator does it. */
#ifndef SELFTESTS_MEI_PROV_SYSFS_H
#define SELFTESTS_MEI_PROV_SYSFS_H

#include <stdbool.h>
#include <stddef.h>

#define SYSFS_PCI_NAME	"0000:00:16.0"
#define SYSFS_PCI	"/sys/bus/pci/devices/" SYSFS_PCI_NAME
#define SYSFS_ME_DRIVER "/sys/bus/pci/drivers/mei_me"
#define SYSFS_MEI_NAME	SYSFS_PCI_NAME "-12f80028-b4b7-4b2d-aca8-46e0ff65814c"
#define SYSFS_MEI	"/sys/bus/mei/devices/" SYSFS_MEI_NAME
#define SYSFS_DRIVER	"/sys/bus/mei/drivers/mei_prov"

/* Write or read a small file: 0 or -errno. */
int sysfs_write(const char *path, const char *text);
int sysfs_read(const char *path, char *text, size_t size);
bool sysfs_exists(const char *path);
/* Wait until a path exists, or does not: 0 or -ETIMEDOUT. */
int sysfs_wait(const char *path, bool exists, unsigned int ms);

/* delete_module(2) without waiting: 0 or -errno. */
int sysfs_module_delete(void);
bool sysfs_module_loaded(void);
/* modprobe, then wait for the node. */
int sysfs_module_load(void);

#endif /* SELFTESTS_MEI_PROV_SYSFS_H */
