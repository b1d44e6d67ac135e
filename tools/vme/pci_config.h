/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The PCI configuration space of the ME (amthi.md A.2). */
#ifndef VME_PCI_CONFIG_H
#define VME_PCI_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PCI_CONFIG_SIZE 256

struct pci_config {
	uint8_t bytes[PCI_CONFIG_SIZE];
	uint8_t writable[PCI_CONFIG_SIZE]; /* bits the guest may change */
};

/* @d0i3: bit 31 of HFS_1, the host may use D0i3. */
void pci_config_init(struct pci_config *config, uint16_t device, bool d0i3);
/* Within the space, else false and nothing happens. */
bool pci_config_read(const struct pci_config *config, uint64_t at, uint8_t *out, size_t len);
bool pci_config_write(struct pci_config *config, uint64_t at, const uint8_t *data, size_t len);
/* The interrupt status bit follows the line. */
void pci_config_line(struct pci_config *config, bool level);

#endif /* VME_PCI_CONFIG_H */
