// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/config_key.h"
#include "tools/vme/log.h"
#include "tools/vme/me_dev.h"
#include "tools/vme/profile.h"

#define AT(member)   offsetof(struct vme_config, member)
#define SIZE(member) sizeof(((struct vme_config *)0)->member)
#define PLATFORM(m)  AT(platform.m)
#define NAME(member) PLATFORM(member), SIZE(platform.member)
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

static const struct config_choice controls[] = {
	{ "client", AMT_CONTROL_CCM },
	{ "admin", AMT_CONTROL_ACM },
	{ NULL, 0 },
};

static const struct config_choice remote_networks[] = {
	{ "direct", AMT_REMOTE_DIRECT },
	{ "vpn", AMT_REMOTE_VPN },
	{ "outside", AMT_REMOTE_OUTSIDE },
	{ "unknown", AMT_REMOTE_UNKNOWN },
	{ NULL, 0 },
};

static const struct config_choice remote_tunnels[] = {
	{ "none", AMT_TUNNEL_NONE },
	{ "connecting", AMT_TUNNEL_CONNECTING },
	{ "connected", AMT_TUNNEL_CONNECTED },
	{ NULL, 0 },
};

static const struct config_choice remote_triggers[] = {
	{ "user", AMT_TRIGGER_USER },
	{ "alert", AMT_TRIGGER_ALERT },
	{ "provisioning", AMT_TRIGGER_PROVISIONING },
	{ "periodic", AMT_TRIGGER_PERIODIC },
	{ NULL, 0 },
};

static const struct config_choice hbm_versions[] = {
	{ "1.1", 0x0101 }, { "2.0", 0x0200 }, { "2.1", 0x0201 }, { "2.2", 0x0202 }, { NULL, 0 },
};

static const struct config_choice firmwares[] = {
	{ "corporate", PCI_FW_CORPORATE },
	{ "consumer", PCI_FW_CONSUMER },
	{ "ignition", PCI_FW_IGNITION },
	{ "sps", PCI_FW_SPS },
	{ NULL, 0 },
};

static const struct config_choice power_gatings[] = {
	{ "off", ME_PG_OFF },
	{ "legacy", ME_PG_LEGACY },
	{ "d0i3", ME_PG_D0I3 },
	{ "profile", ME_PG_PROFILE },
	{ NULL, 0 },
};

/* name, type, may change at run time, where, min, max, choices, default, help */
const struct config_key config_keys[] = {
	{ "socket", CONFIG_TEXT, false, AT(socket), SIZE(socket), 0, NULL, "",
	  "vfio-user socket for QEMU; empty: no PCI device" },
	{ "amthi", CONFIG_TEXT, false, AT(amthi), SIZE(amthi), 0, NULL, "",
	  "socket of AMTHI messages for tests without a kernel; empty: none" },
	{ "control", CONFIG_TEXT, false, AT(control), SIZE(control), 0, NULL, "",
	  "control socket for vmectl; empty: none" },
	{ "flash", CONFIG_TEXT, false, AT(flash), SIZE(flash), 0, NULL, "",
	  "file for what the firmware keeps; empty: it is lost at the end" },
	{ "log", CONFIG_CHOICE, true, AT(log), 0, 0, log_levels, "info",
	  "least important message written to standard error" },

	{ "net", CONFIG_ADDRESS, false, AT(net), 16993, 0, NULL, NULL,
	  "own address of the device, IP[:PORT]; not set: no network face" },
	{ "server", CONFIG_ADDRESS, true, AT(server), 9971, 0, NULL, NULL,
	  "provisioning server that gets the Hellos, IP[:PORT]; not set: none is sent" },
	{ "resolver", CONFIG_ADDRESS, false, AT(resolver), 53, 0, NULL, NULL,
	  "name server, IP[:PORT]; not set: no name is looked for" },
	{ "server-host", CONFIG_TEXT, false, AT(server_host), SIZE(server_host), 0, NULL,
	  "ProvisionServer", "host name of the setup server that is looked for" },
	{ "domain", CONFIG_TEXT, false, AT(domain), SIZE(domain), 0, NULL, "",
	  "domain in AMT's own TCP/IP settings, where it is looked for first" },
	{ "faults", CONFIG_TEXT, false, AT(faults), SIZE(faults), 0, NULL, "",
	  "file of faults to begin with, vme-faults(5)" },
	{ "fleet", CONFIG_NUMBER, false, AT(fleet), 1, 100000, NULL, "1",
	  "devices in this process, from net on each with the next address" },
	{ "fleet-rate", CONFIG_NUMBER, false, AT(fleet_rate), 0, 100000, NULL, "0",
	  "devices that are switched on each second; 0: all at once" },
	{ "fleet-keys", CONFIG_TEXT, false, AT(fleet_keys), SIZE(fleet_keys), 0, NULL, "",
	  "file where the RSA keys the fleet shares are kept; empty: made anew" },
	{ "dhcp-suffix", CONFIG_TEXT, true, AT(dhcp_suffix), SIZE(dhcp_suffix), 0, NULL,
	  "example.org", "domain that DHCP option 15 gave" },
	{ "hello-schedule", CONFIG_TEXT, false, AT(hello_schedule), SIZE(hello_schedule), 0, NULL,
	  "5x60,12x300,23x3600", "when Hellos are sent: COUNTxSECONDS,..." },
	{ "commit-pause-ms", CONFIG_NUMBER, false, AT(commit_pause_ms), 0, 10 * MINUTES * 1000,
	  NULL, "500", "how long the TLS port stays closed after CommitChanges" },

	{ "state", CONFIG_CHOICE, false, AT(state), 0, 0, states, "pre",
	  "state at power-on; in: fresh from the factory; post: configured" },
	{ "control-mode", CONFIG_CHOICE, false, AT(control_mode), 0, 0, controls, "admin",
	  "who controls a device that is configured at power-on" },
	{ "profile", CONFIG_PROFILE, false, AT(profile), 0, 0, NULL, VME_PROFILE_DEFAULT,
	  "generation of AMT; --list-profiles shows what each begins with" },
	{ "persona", CONFIG_PERSONA, false, AT(persona_path), SIZE(persona_path), 0, NULL, "",
	  "description of a machine, vme-persona(5); sets what no other key does" },
	{ "version", CONFIG_TEXT, false, AT(version), SIZE(version), 0, NULL, NULL,
	  "firmware version MAJOR.MINOR.HOTFIX; decides which rules and commands there are" },
	{ "build", CONFIG_TEXT, false, AT(build), SIZE(build), 0, NULL, NULL,
	  "build number of the firmware" },
	{ "sku", CONFIG_TEXT, false, AT(sku), SIZE(sku), 0, NULL, NULL,
	  "features of the machine, a decimal bit mask; 8: AMT" },
	{ "bios", CONFIG_TEXT, false, AT(bios), SIZE(bios), 0, NULL, "MEIPROV1 (1.00 )",
	  "version of the machine's BIOS" },
	{ "amt", CONFIG_BOOL, true, AT(enabled), 0, 0, NULL, "on", "AMT is enabled in MEBx" },
	{ "ztc", CONFIG_BOOL, true, AT(ztc), 0, 0, NULL, "on",
	  "zero touch (remote) configuration is enabled" },
	{ "ehbc", CONFIG_BOOL, true, AT(ehbc), 0, 0, NULL, "off",
	  "embedded host based configuration is enabled" },
	{ "rng-seed", CONFIG_BOOL, true, AT(rng_seed), 0, 0, NULL, "on",
	  "the random number generator has a seed" },
	{ "rng-delay-ms", CONFIG_NUMBER, true, AT(rng_delay_ms), 0, HOURS * 1000, NULL, "300",
	  "time the making of a seed takes" },
	{ "local-account", CONFIG_BOOL, true, PLATFORM(local_account), 0, 0, NULL, "on",
	  "the host may have the account $$OsAdmin" },
	{ "audit-blocks", CONFIG_BOOL, true, PLATFORM(audit_blocks), 0, 0, NULL, "off",
	  "the audit log keeps hosts and servers from unprovisioning" },
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
	{ "factory-slots", CONFIG_NUMBER, false, AT(factory_slots), 0, 4096, NULL, NULL,
	  "hash slots for defaults" },
	{ "user-slots", CONFIG_NUMBER, false, AT(user_slots), 0, 4096, NULL, NULL,
	  "hash slots for others, handles from 20 on" },
	{ "cert-delay-ms", CONFIG_NUMBER, true, AT(cert_delay_ms), 0, HOURS * 1000, NULL, "300",
	  "least time the making of the certificate takes" },
	{ "first-window-s", CONFIG_NUMBER, false, AT(first_window_s), 1, 255 * HOURS, NULL, "86400",
	  "length of the window of a device fresh from the factory" },
	{ "window-s", CONFIG_NUMBER, true, AT(window_s), 1, 255 * HOURS, NULL, "21600",
	  "length of a window the host has opened" },

	{ "link", CONFIG_BOOL, true, PLATFORM(link), 0, 0, NULL, "on",
	  "the wired interface has a link" },
	{ "mac", CONFIG_MAC, true, PLATFORM(mac), 1, 0, NULL, "02:4d:45:00:00:01",
	  "MAC address of the wired interface" },
	{ "wlan-mac", CONFIG_MAC, true, PLATFORM(wlan_mac), 0, 0, NULL, "",
	  "MAC address of the wireless interface; empty: there is none" },
	{ "dhcp", CONFIG_BOOL, true, PLATFORM(dhcp), 0, 0, NULL, "on",
	  "the wired interface has a lease; off: a static address" },
	{ "ip", CONFIG_IPV4, true, PLATFORM(ip), 0, 0, NULL, "192.0.2.10",
	  "IPv4 address that the host is told; has nothing to do with net" },
	{ "netmask", CONFIG_IPV4, true, PLATFORM(netmask), 0, 0, NULL, "255.255.255.0",
	  "its netmask" },
	{ "gateway", CONFIG_IPV4, true, PLATFORM(gateway), 0, 0, NULL, "192.0.2.1",
	  "default gateway" },
	{ "dns", CONFIG_IPV4, true, PLATFORM(dns), 0, 0, NULL, "192.0.2.1", "first name server" },
	{ "dns2", CONFIG_IPV4, true, PLATFORM(dns2), 0, 0, NULL, "0.0.0.0",
	  "second name server; 0.0.0.0: none" },
	{ "fqdn", CONFIG_TEXT, true, NAME(fqdn), 0, NULL, "",
	  "full name of the host, if it has one" },
	{ "home-suffixes", CONFIG_TEXT, true, NAME(home_suffixes), 0, NULL, "",
	  "domains that are inside, NAME,NAME..." },
	{ "config-server", CONFIG_ADDRESS, true, PLATFORM(config_server), 9971, 0, NULL, NULL,
	  "address of the setup server set in MEBx, IP[:PORT]; Hellos go to server" },
	{ "config-server-fqdn", CONFIG_TEXT, true, NAME(config_server_fqdn), 0, NULL, "",
	  "name of the setup server set in MEBx" },
	{ "sol", CONFIG_BOOL, true, PLATFORM(sol), 0, 0, NULL, "on", "serial over LAN is enabled" },
	{ "ider", CONFIG_BOOL, true, PLATFORM(ider), 0, 0, NULL, "on",
	  "IDE redirection is enabled" },
	{ "kvm", CONFIG_BOOL, true, PLATFORM(kvm), 0, 0, NULL, "on", "KVM redirection is enabled" },
	{ "remote-network", CONFIG_CHOICE, true, PLATFORM(remote_network), 0, 0, remote_networks,
	  "direct", "where the device finds itself" },
	{ "remote-tunnel", CONFIG_CHOICE, true, PLATFORM(remote_tunnel), 0, 0, remote_tunnels,
	  "none", "tunnel to a management presence server" },
	{ "remote-trigger", CONFIG_CHOICE, true, PLATFORM(remote_trigger), 0, 0, remote_triggers,
	  "user", "what made it open the tunnel" },
	{ "mps", CONFIG_TEXT, true, NAME(mps), 0, NULL, "", "management presence server" },

	{ "device-id", CONFIG_HEX16, false, AT(device_id), 1, 0xffff, NULL, NULL, "PCI device id" },
	{ "fw-type", CONFIG_CHOICE, false, AT(firmware), 0, 0, firmwares, "corporate",
	  "firmware that the status registers name; mei_me leaves sps alone on some device ids" },
	{ "fw-status", CONFIG_TEXT, false, AT(fw_status), SIZE(fw_status), 0, NULL, "",
	  "what the status registers show instead, one to six dwords in hex; without the D0i3 bit" },
	{ "trc", CONFIG_NUMBER, false, AT(trc), 0, UINT32_MAX, NULL, "0",
	  "what register ME_TRC shows, which mei_me reads from CSME 15 on" },
	{ "msi", CONFIG_BOOL, false, AT(msi), 0, 0, NULL, "on",
	  "the device has MSI; off: INTx only" },
	{ "hbm", CONFIG_CHOICE, false, AT(hbm), 0, 0, hbm_versions, NULL,
	  "version of the host bus protocol" },
	{ "power-gating", CONFIG_CHOICE, false, AT(power_gating), 0, 0, power_gatings, "off",
	  "power gating the device offers; profile: that of the generation" },
	{ "d0i3-ms", CONFIG_NUMBER, false, AT(d0i3_ms), 0, 10000, NULL, "1",
	  "time the device needs to enter and to leave D0i3" },
	{ "d0i3-loss", CONFIG_BOOL, false, AT(d0i3_loss), 0, 0, NULL, "off",
	  "D0i3 costs the ready bit of the host, which has to set it again" },
	{ "dma-ring", CONFIG_BOOL, false, AT(dma_ring), 0, 0, NULL, "off",
	  "a host that asks for a DMA ring, from hbm=2.1 on, is granted one" },
	{ "client-dma", CONFIG_BOOL, false, AT(client_dma), 0, 0, NULL, "off",
	  "a host may lend buffers of its memory to clients, from hbm=2.2 on" },
	{ "amthi-vtag", CONFIG_BOOL, false, AT(amthi_vtag), 0, 0, NULL, "off",
	  "messages to the AMTHI client may carry a tag, from hbm=2.2 on" },
	{ "amthi-single-buffer", CONFIG_BOOL, false, AT(amthi_single_buffer), 0, 0, NULL, "off",
	  "its connections share one receive buffer, and the credit for it" },
	{ "amthi-connections", CONFIG_NUMBER, false, AT(amthi_connections), 1, 255, NULL, "1",
	  "connections the AMTHI client takes at once" },
	{ "amthi-mtu", CONFIG_NUMBER, false, AT(amthi_mtu), 64, 65536, NULL, "5120",
	  "longest message of the AMTHI client" },
	{ "mkhi", CONFIG_BOOL, false, AT(mkhi), 0, 0, NULL, "off",
	  "there are the clients that know firmware version and capabilities" },
	{ "watchdog", CONFIG_BOOL, false, AT(watchdog), 0, 0, NULL, "off",
	  "there is the manageability client, which is the agent watchdog" },
	{ "watchdog-delay-ms", CONFIG_NUMBER, false, AT(watchdog_delay_ms), 0, 10000, NULL, "100",
	  "time it takes to answer; with none mei_wdt may fail on a busy machine" },
	{ "reply-delay-ms", CONFIG_NUMBER, true, AT(reply_delay_ms), 0, WEEK_MS, NULL, "0",
	  "time the firmware thinks about an AMTHI request" },
	{ "reset-recovery-ms", CONFIG_NUMBER, true, AT(reset_recovery_ms), 0, HOURS * 1000, NULL,
	  "200", "time the firmware needs after a reset of its own" },
};

_Static_assert(sizeof(config_keys) / sizeof(config_keys[0]) <= CONFIG_KEYS_MAX,
	       "struct vme_config has no room for so many keys");
const size_t config_key_count = sizeof(config_keys) / sizeof(config_keys[0]);
