// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/me_dev.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <event2/event.h>
#include "tools/vme/dma_ring.h"
#include "tools/vme/heci.h"
#include "tools/vme/log.h"
#include "tools/vme/pci_config.h"
#include "tools/vme/report.h"
#include "tools/vme/vfio_user.h"

struct me_dev {
	struct me_dev_config config;
	const struct reporter *reporter;
	struct pci_config pci;
	uint32_t fw_status[PCI_STATUS_REGISTERS];
	struct heci heci;
	struct hbm *hbm;
	struct dma_memory memory; /* of the host */
	struct vfio_user *vfio;
	struct event *recovery; /* the firmware is back */
	struct event *d0i3;	/* it has entered, or left */
	uint32_t resets;
	bool gone; /* from the bus */
};

/* --- HECI --- */

static void on_message(void *ctx, uint32_t header, const uint8_t *payload, size_t len)
{
	struct me_dev *dev = ctx;

	hbm_message(dev->hbm, header, payload, len);
}

static void on_link_reset(void *ctx, enum heci_reset by)
{
	static const char *const who[] = {
		[HECI_RESET_HOST] = "host",
		[HECI_RESET_FIRMWARE] = "firmware",
		[HECI_RESET_POWER] = "power",
	};
	struct me_dev *dev = ctx;
	const struct report event = { .kind = REPORT_RESET, .who = who[by] };

	dev->resets++;
	log_info("heci", "link reset by %s", who[by]);
	hbm_reset(dev->hbm);
	report_to(dev->reporter, &event);
}

static void on_line(void *ctx, bool level)
{
	struct me_dev *dev = ctx;

	level = level && !dev->gone;
	pci_config_line(&dev->pci, level);
	if (dev->vfio)
		vfio_user_line(dev->vfio, level);
}

static struct timeval time_of(int ms)
{
	return (struct timeval){ .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };
}

static void on_d0i3(evutil_socket_t fd, short what, void *arg)
{
	struct me_dev *dev = arg;

	heci_d0i3_done(&dev->heci);
	hbm_power(dev->hbm, HECI_POWER_D0I3);
}

static void on_power(void *ctx, enum heci_power what)
{
	struct me_dev *dev = ctx;
	const struct timeval tv = time_of((int)dev->config.d0i3_ms);

	if (what != HECI_POWER_D0I3)
		hbm_power(dev->hbm, what);
	else if (dev->config.d0i3_ms)
		evtimer_add(dev->d0i3, &tv);
	else
		on_d0i3(-1, 0, dev);
}

static const struct heci_ops heci_ops = {
	.message = on_message,
	.reset = on_link_reset,
	.line = on_line,
	.power = on_power,
};

/* --- BAR0: whole dwords, as the driver accesses it; reads of a part give that part --- */

static int bar_read(struct me_dev *dev, uint64_t at, uint8_t *out, size_t len)
{
	uint32_t dword;
	size_t part;

	if (at >= HECI_BAR_SIZE || len > HECI_BAR_SIZE - at)
		return -EINVAL;
	while (len) {
		dword = heci_read(&dev->heci, at & ~3u);
		part = 4 - at % 4;
		if (part > len)
			part = len;
		memcpy(out, (uint8_t *)&dword + at % 4, part);
		at += part;
		out += part;
		len -= part;
	}
	return 0;
}

static int bar_write(struct me_dev *dev, uint64_t at, const uint8_t *data, size_t len)
{
	uint32_t dword;

	if (at >= HECI_BAR_SIZE || len > HECI_BAR_SIZE - at || at % 4 || len % 4)
		return -EINVAL;
	for (; len; at += 4, data += 4, len -= 4) {
		memcpy(&dword, data, sizeof(dword));
		heci_write(&dev->heci, (uint32_t)at, dword);
	}
	return 0;
}

/* --- vfio-user --- */

static size_t region_size(void *ctx, unsigned int region)
{
	if (region == VFIO_BAR0)
		return HECI_BAR_SIZE;
	return region == VFIO_CONFIG ? PCI_CONFIG_SIZE : 0;
}

static int region_read(void *ctx, enum vfio_region region, uint64_t at, uint8_t *out, size_t len)
{
	struct me_dev *dev = ctx;

	if (dev->gone) {
		memset(out, 0xff, len);
		return 0;
	}
	if (region == VFIO_BAR0)
		return bar_read(dev, at, out, len);
	if (region == VFIO_CONFIG && pci_config_read(&dev->pci, at, out, len))
		return 0;
	return -EINVAL;
}

static int region_write(void *ctx, enum vfio_region region, uint64_t at, const uint8_t *data,
			size_t len)
{
	struct me_dev *dev = ctx;

	if (dev->gone)
		return 0;
	if (region == VFIO_BAR0)
		return bar_write(dev, at, data, len);
	if (region != VFIO_CONFIG || !pci_config_write(&dev->pci, at, data, len))
		return -EINVAL;
	vfio_user_intx_off(dev->vfio, pci_config_is_intx_off(&dev->pci));
	return 0;
}

static void power_on_pci(struct me_dev *dev)
{
	const struct pci_traits traits = {
		.device = dev->config.device_id,
		.d0i3 = dev->config.power_gating == ME_PG_D0I3,
		.msi = !dev->config.no_msi,
		.firmware = dev->config.firmware,
		.status = dev->config.fw_status,
	};

	pci_config_init(&dev->pci, &traits);
}

static void on_device_reset(void *ctx)
{
	struct me_dev *dev = ctx;

	dev->gone = false;
	event_del(dev->recovery);
	event_del(dev->d0i3);
	power_on_pci(dev);
	vfio_user_intx_off(dev->vfio, false);
	heci_power_on(&dev->heci);
}

static const struct vfio_user_ops vfio_ops = {
	.read = region_read,
	.write = region_write,
	.reset = on_device_reset,
	.region_size = region_size,
};

/* --- the memory of the host, as long as it lets the device there --- */

static int memory_read(void *ctx, uint64_t at, void *out, size_t len)
{
	struct me_dev *dev = ctx;

	if (!dev->vfio || !pci_config_is_master(&dev->pci))
		return -EPERM;
	return vfio_user_dma_read(dev->vfio, at, out, len);
}

static int memory_write(void *ctx, uint64_t at, const void *data, size_t len)
{
	struct me_dev *dev = ctx;

	if (!dev->vfio || !pci_config_is_master(&dev->pci))
		return -EPERM;
	return vfio_user_dma_write(dev->vfio, at, data, len);
}

/* --- firmware reset --- */

static void on_recovered(evutil_socket_t fd, short what, void *arg)
{
	struct me_dev *dev = arg;

	heci_recovered(&dev->heci);
}

void me_dev_reset(struct me_dev *dev, int recovery_ms)
{
	const struct timeval tv = time_of(recovery_ms);

	event_del(dev->recovery);
	heci_firmware_reset(&dev->heci);
	if (recovery_ms != ME_RESET_NEVER)
		evtimer_add(dev->recovery, &tv);
}

void me_dev_pulse(struct me_dev *dev)
{
	event_del(dev->recovery);
	heci_pulse(&dev->heci);
}

void me_dev_vanish(struct me_dev *dev)
{
	dev->gone = true;
	me_dev_reset(dev, ME_RESET_NEVER);
	on_line(dev, false);
	log_info("pci", "the device is gone from the bus");
}

/* --- lifetime --- */

static int me_dev_setup(struct me_dev *dev, struct event_base *base)
{
	const struct me_dev_config *config = &dev->config;

	heci_init(&dev->heci, &heci_ops, dev);
	dev->heci.pg_legacy = config->power_gating == ME_PG_LEGACY;
	dev->heci.d0i3_loss = config->d0i3_loss;
	dev->heci.trc = config->trc;
	power_on_pci(dev);
	dev->hbm = hbm_new(&dev->heci, config->hbm_major, config->hbm_minor, dev->reporter);
	dev->recovery = evtimer_new(base, on_recovered, dev);
	dev->d0i3 = evtimer_new(base, on_d0i3, dev);
	if (!dev->hbm || !dev->recovery || !dev->d0i3)
		return -ENOMEM;
	dev->memory = (struct dma_memory){ memory_read, memory_write, dev };
	hbm_set_memory(dev->hbm, config->dma_ring ? &dev->memory : NULL);
	hbm_set_client_dma(dev->hbm, config->client_dma ? &dev->memory : NULL);
	if (!config->socket)
		return 0;
	dev->vfio = vfio_user_new(base, config->socket, &vfio_ops, dev);
	return dev->vfio ? 0 : -errno;
}

struct me_dev *me_dev_new(struct event_base *base, const struct me_dev_config *config,
			  const struct reporter *reporter)
{
	struct me_dev *dev = calloc(1, sizeof(*dev));
	int ret;

	if (!dev)
		return NULL;
	dev->config = *config;
	if (config->fw_status)
		dev->config.fw_status = memcpy(dev->fw_status, config->fw_status,
					       sizeof(dev->fw_status));
	dev->reporter = reporter;
	ret = me_dev_setup(dev, base);
	if (!ret)
		return dev;
	me_dev_free(dev);
	errno = -ret;
	return NULL;
}

void me_dev_free(struct me_dev *dev)
{
	if (!dev)
		return;
	vfio_user_free(dev->vfio);
	if (dev->recovery)
		event_free(dev->recovery);
	if (dev->d0i3)
		event_free(dev->d0i3);
	hbm_free(dev->hbm);
	heci_drop(&dev->heci);
	free(dev);
}

struct hbm *me_dev_hbm(struct me_dev *dev)
{
	return dev->hbm;
}

struct heci *me_dev_heci(struct me_dev *dev)
{
	return &dev->heci;
}

bool me_dev_is_connected(const struct me_dev *dev)
{
	return dev->vfio && vfio_user_is_connected(dev->vfio);
}

uint32_t me_dev_resets(const struct me_dev *dev)
{
	return dev->resets;
}
