// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/pci_config.h"

#include <string.h>

/*
 * Capabilities keep clear of the firmware status registers, as on hardware. Where
 * a mask is 0 the guest's write is ignored.
 */
static const struct field {
	uint8_t at;
	uint8_t size;
	uint32_t value;
	uint32_t writable;
} fields[] = {
	{ 0x00, 2, 0x8086, 0 },
	{ 0x04, 2, 0x0000, 0x0546 },	     /* command: memory, master, parity, SERR, INTx off */
	{ 0x06, 2, 0x0010, 0 },		     /* status: has capabilities */
	{ 0x08, 4, 0x07800010, 0 },	     /* class: communication, other; revision */
	{ 0x0c, 1, 0x00, 0xff },	     /* cache line size */
	{ 0x10, 4, 0x00000004, 0xfffff000 }, /* BAR0: memory, 64 bit, 4 KiB */
	{ 0x14, 4, 0x00000000, 0xffffffff },
	{ 0x2c, 2, 0x8086, 0 }, /* subsystem */
	{ 0x2e, 2, 0x7270, 0 },
	{ 0x34, 1, 0x50, 0 },	 /* first capability */
	{ 0x3c, 1, 0x00, 0xff }, /* interrupt line */
	{ 0x3d, 1, 0x01, 0 },	 /* interrupt pin: INTA */

	{ 0x50, 2, 0x8c01, 0 },	     /* power management, next at 0x8c */
	{ 0x52, 2, 0x0023, 0 },	     /* version 3, device specific init */
	{ 0x54, 2, 0x0008, 0x0103 }, /* no soft reset; state, PME enable */

	{ 0x8c, 2, 0x0005, 0 },	     /* MSI, last */
	{ 0x8e, 2, 0x0080, 0x0001 }, /* one vector, 64 bit; enable */
	{ 0x90, 4, 0x00000000, 0xfffffffc },
	{ 0x94, 4, 0x00000000, 0xffffffff },
	{ 0x98, 2, 0x0000, 0xffff },
};

#define DEVICE_ID   0x02
#define STATUS	    0x06
#define STATUS_INTX 0x08
#define COMMAND	    0x04
#define MASTER	    0x04 /* of its low byte */
#define INTX_OFF    0x04 /* of its high byte */
#define PM_NEXT	    0x51
#define MSI	    0x8c
#define MSI_LEN	    14
#define HFS_1	    0x40
#define HFS_1_D0I3  0x80 /* of its highest byte */

static const uint8_t status_at[PCI_STATUS_REGISTERS] = { HFS_1, 0x48, 0x60, 0x64, 0x68, 0x6c };

/* As the quirks of mei_me read them: Node Manager by HFS_2, SPS 4 by HFS_1, others HFS_3. */
static const uint32_t firmwares[][PCI_STATUS_REGISTERS] = {
	[PCI_FW_CORPORATE] = { 0x00000345, 0, 0x30 },
	[PCI_FW_CONSUMER] = { 0x00000345, 0, 0x20 },
	[PCI_FW_IGNITION] = { 0x00000345, 0, 0x00 },
	[PCI_FW_SPS] = { 0x000f0345, 0x200, 0x60 },
};

static void put_le(uint8_t *at, uint32_t value, unsigned int size)
{
	while (size--) {
		*at++ = value & 0xff;
		value >>= 8;
	}
}

static void remove_msi(struct pci_config *config)
{
	config->bytes[PM_NEXT] = 0;
	memset(config->bytes + MSI, 0, MSI_LEN);
	memset(config->writable + MSI, 0, MSI_LEN);
}

static void put_status(struct pci_config *config, const struct pci_traits *traits)
{
	const uint32_t *status = traits->status ? traits->status : firmwares[traits->firmware];
	size_t i;

	for (i = 0; i < PCI_STATUS_REGISTERS; i++)
		put_le(config->bytes + status_at[i], status[i], 4);
	config->bytes[HFS_1 + 3] &= ~HFS_1_D0I3;
	if (traits->d0i3)
		config->bytes[HFS_1 + 3] |= HFS_1_D0I3;
}

void pci_config_init(struct pci_config *config, const struct pci_traits *traits)
{
	size_t i;

	memset(config, 0, sizeof(*config));
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		put_le(config->bytes + fields[i].at, fields[i].value, fields[i].size);
		put_le(config->writable + fields[i].at, fields[i].writable, fields[i].size);
	}
	put_le(config->bytes + DEVICE_ID, traits->device, 2);
	put_status(config, traits);
	if (!traits->msi)
		remove_msi(config);
}

bool pci_config_is_master(const struct pci_config *config)
{
	return config->bytes[COMMAND] & MASTER;
}

bool pci_config_is_intx_off(const struct pci_config *config)
{
	return config->bytes[COMMAND + 1] & INTX_OFF;
}

static bool is_inside(uint64_t at, size_t len)
{
	return len <= PCI_CONFIG_SIZE && at <= PCI_CONFIG_SIZE - len;
}

bool pci_config_read(const struct pci_config *config, uint64_t at, uint8_t *out, size_t len)
{
	if (!is_inside(at, len))
		return false;
	memcpy(out, config->bytes + at, len);
	return true;
}

bool pci_config_write(struct pci_config *config, uint64_t at, const uint8_t *data, size_t len)
{
	size_t i;

	if (!is_inside(at, len))
		return false;
	for (i = 0; i < len; i++) {
		uint8_t mask = config->writable[at + i];
		uint8_t *byte = &config->bytes[at + i];

		*byte = (*byte & ~mask) | (data[i] & mask);
	}
	return true;
}

void pci_config_line(struct pci_config *config, bool level)
{
	config->bytes[STATUS] &= ~STATUS_INTX;
	if (level)
		config->bytes[STATUS] |= STATUS_INTX;
}
