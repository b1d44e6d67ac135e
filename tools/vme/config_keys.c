// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/config_key.h"
#include "tools/vme/log.h"
#include "tools/vme/me_dev.h"

#define AT(member)   offsetof(struct vme_config, member)
#define SIZE(member) sizeof(((struct vme_config *)0)->member)
#define MINUTES	     60u
#define HOURS	     3600u
#define WEEK_MS	     (7 * 24 * HOURS * 1000)

static const struct config_choice log_levels[] = {
	{ "error", LOG_LEVEL_ERROR },
	{ "info", LOG_LEVEL_INFO },
	{ "debug", LOG_LEVEL_DEBUG },
	{ NULL, 0 },
};

static const struct config_choice states[] = {
	{ "pre", AMT_PRE },
	{ "in", AMT_IN },
	{ "post", AMT_POST },
	{ NULL, 0 },
};

static const struct config_choice hbm_versions[] = {
	{ "1.1", 0x0101 },
	{ "2.0", 0x0200 },
	{ "2.2", 0x0202 },
	{ NULL, 0 },
};

static const struct config_choice power_gatings[] = {
	{ "off", ME_PG_OFF },
	{ "legacy", ME_PG_LEGACY },
	{ "d0i3", ME_PG_D0I3 },
	{ NULL, 0 },
};

/* name, type, may change at run time, where, min, max, choices, default, help */
const struct config_key config_keys[] = {
	{ "socket", CONFIG_TEXT, false, AT(socket), SIZE(socket), 0, NULL, "",
	  "vfio-user socket for QEMU; empty: no PCI device" },
	{ "control", CONFIG_TEXT, false, AT(control), SIZE(control), 0, NULL, "",
	  "control socket for vmectl; empty: none" },
	{ "log", CONFIG_CHOICE, true, AT(log), 0, 0, log_levels, "info",
	  "least important message written to standard error" },

	{ "net", CONFIG_ADDRESS, false, AT(net), 16993, 0, NULL, NULL,
	  "own address of the device, IP[:PORT]; not set: no network face" },
	{ "server", CONFIG_ADDRESS, true, AT(server), 9971, 0, NULL, NULL,
	  "provisioning server that gets the Hellos, IP[:PORT]; not set: none is sent" },
	{ "dhcp-suffix", CONFIG_TEXT, true, AT(dhcp_suffix), SIZE(dhcp_suffix), 0, NULL,
	  "example.org", "domain that DHCP option 15 gave" },
	{ "hello-schedule", CONFIG_TEXT, false, AT(hello_schedule), SIZE(hello_schedule), 0, NULL,
	  "5x60,12x300,23x3600", "when Hellos are sent: COUNTxSECONDS,..." },
	{ "commit-pause-ms", CONFIG_NUMBER, false, AT(commit_pause_ms), 0, 10 * MINUTES * 1000,
	  NULL, "500", "how long the TLS port stays closed after CommitChanges" },

	{ "state", CONFIG_CHOICE, false, AT(state), 0, 0, states, "pre",
	  "state at power-on; in: fresh from the factory; post: configured, admin control mode" },
	{ "ztc", CONFIG_BOOL, true, AT(ztc), 0, 0, NULL, "on",
	  "zero touch (remote) configuration is enabled" },
	{ "suffix", CONFIG_TEXT, true, AT(suffix), SIZE(suffix), 0, NULL, "",
	  "trusted DNS suffix set in MEBx; empty: unset" },
	{ "uuid", CONFIG_UUID, false, AT(uuid), 0, 0, NULL, NULL,
	  "UUID of the machine; not set: a random one" },
	{ "mebx-password", CONFIG_SECRET, true, AT(mebx_password), SIZE(mebx_password), 0, NULL,
	  AMT_FACTORY_PASSWORD, "MEBx password; \"admin\" is the factory one" },
	{ "default-hashes", CONFIG_BOOL, false, AT(default_hashes), 0, 0, NULL, "on",
	  "fill the table with the hashes the firmware is shipped with" },
	{ "hash", CONFIG_HASH, false, AT(hashes), 0, 0, NULL, NULL,
	  "one more hash: NAME,sha1|sha256|sha384,HEX[,inactive][,default]; repeatable" },
	{ "factory-slots", CONFIG_NUMBER, false, AT(factory_slots), 0, 4096, NULL, "30",
	  "hash slots for defaults" },
	{ "user-slots", CONFIG_NUMBER, false, AT(user_slots), 0, 4096, NULL, "3",
	  "hash slots for others, handles from 20 on" },
	{ "cert-delay-ms", CONFIG_NUMBER, true, AT(cert_delay_ms), 0, HOURS * 1000, NULL, "300",
	  "least time the making of the certificate takes" },
	{ "first-window-s", CONFIG_NUMBER, false, AT(first_window_s), 1, 255 * HOURS, NULL, "86400",
	  "length of the window of a device fresh from the factory" },
	{ "window-s", CONFIG_NUMBER, true, AT(window_s), 1, 255 * HOURS, NULL, "21600",
	  "length of a window the host has opened" },

	{ "device-id", CONFIG_HEX16, false, AT(device_id), 1, 0xffff, NULL, "0x9de0",
	  "PCI device id" },
	{ "hbm", CONFIG_CHOICE, false, AT(hbm), 0, 0, hbm_versions, "2.0",
	  "version of the host bus protocol" },
	{ "power-gating", CONFIG_CHOICE, false, AT(power_gating), 0, 0, power_gatings, "off",
	  "power gating the device offers" },
	{ "amthi-connections", CONFIG_NUMBER, false, AT(amthi_connections), 1, 255, NULL, "1",
	  "connections the AMTHI client takes at once" },
	{ "amthi-mtu", CONFIG_NUMBER, false, AT(amthi_mtu), 64, 65536, NULL, "5120",
	  "longest message of the AMTHI client" },
	{ "reply-delay-ms", CONFIG_NUMBER, true, AT(reply_delay_ms), 0, WEEK_MS, NULL, "0",
	  "time the firmware thinks about an AMTHI request" },
	{ "reset-recovery-ms", CONFIG_NUMBER, true, AT(reset_recovery_ms), 0, HOURS * 1000, NULL,
	  "200", "time the firmware needs after a reset of its own" },
};

const size_t config_key_count = sizeof(config_keys) / sizeof(config_keys[0]);
