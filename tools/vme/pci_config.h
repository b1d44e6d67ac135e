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

/* Which firmware the status registers name; the kernel leaves SPS and ignition alone. */
enum pci_firmware { PCI_FW_CORPORATE, PCI_FW_CONSUMER, PCI_FW_IGNITION, PCI_FW_SPS };

#define PCI_STATUS_REGISTERS 6 /* of the firmware, HFS_1 and so on */

struct pci_traits {
	uint16_t device;
	bool d0i3; /* bit 31 of HFS_1, the host may use D0i3 */
	bool msi;
	enum pci_firmware firmware;
	/* What the status registers show in place of that, but for bit 31 of the first. */
	const uint32_t *status;
};

void pci_config_init(struct pci_config *config, const struct pci_traits *traits);
/* Within the space, else false and nothing happens. */
bool pci_config_read(const struct pci_config *config, uint64_t at, uint8_t *out, size_t len);
bool pci_config_write(struct pci_config *config, uint64_t at, const uint8_t *data, size_t len);
/* The guest lets the device read and write its memory; it has switched INTx off. */
bool pci_config_is_master(const struct pci_config *config);
bool pci_config_is_intx_off(const struct pci_config *config);
/* The interrupt status bit follows the line. */
void pci_config_line(struct pci_config *config, bool level);

#endif /* VME_PCI_CONFIG_H */
