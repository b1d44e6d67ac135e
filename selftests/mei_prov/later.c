// SPDX-License-Identifier: GPL-2.0-only
/* The commands that came after the first version of the ABI. */
#include "later.h"

#include <string.h>

#define SHA256 2

/* clang-format off */
#define RESERVED(type) offsetof(struct type, __reserved)
#define READ(name, type, reserved, amthi) \
	{ #name, MEI_PROV_IOC_##name, sizeof(struct type), reserved, amthi, false, true }
#define WRITE(name, type, reserved, amthi) \
	{ #name, MEI_PROV_IOC_##name, sizeof(struct type), reserved, amthi, true, false }

const struct later_command later_commands[LATER_COMMANDS] = {
	WRITE(ZTC_SET, mei_prov_ztc_set, RESERVED(mei_prov_ztc_set), 0x3a),
	READ(SUFFIX_GET, mei_prov_suffix, RESERVED(mei_prov_suffix), 0x36),
	WRITE(SUFFIX_SET, mei_prov_suffix, RESERVED(mei_prov_suffix), 0x2f),
	READ(SUFFIX_LIST, mei_prov_suffix_list, RESERVED(mei_prov_suffix_list), 0x3e),
	READ(TLS_MODE, mei_prov_tls_mode, RESERVED(mei_prov_tls_mode), 0x2b),
	READ(RNG_STATUS, mei_prov_rng, RESERVED(mei_prov_rng), 0x2e),
	WRITE(RNG_SEED, mei_prov_rng_seed, 0, 0x28),
	{ "START_HOST_BASED", MEI_PROV_IOC_START_HOST_BASED,
	  sizeof(struct mei_prov_start_host_based), 0, 0x8b, true, true },
	WRITE(UNPROVISION, mei_prov_unprovision, RESERVED(mei_prov_unprovision), 0x10),
	READ(EHBC_GET, mei_prov_ehbc, RESERVED(mei_prov_ehbc), 0x84),
	WRITE(EHBC_DISABLE, mei_prov_ehbc_disable, 0, 0x85),
	WRITE(DISABLE_CLEAR, mei_prov_disable_clear, 0, 0x88),
	READ(SECURITY, mei_prov_security, RESERVED(mei_prov_security), 0x1b),
	READ(TCPIP, mei_prov_tcpip, 0, 0x06),
	READ(LAN, mei_prov_lan, RESERVED(mei_prov_lan), 0x48),
	READ(MAC, mei_prov_mac, RESERVED(mei_prov_mac), 0x25),
	READ(CONFIG_SERVER, mei_prov_config_server, RESERVED(mei_prov_config_server), 0x4e),
	READ(FQDN, mei_prov_fqdn, 0, 0x56),
	READ(REDIRECTION, mei_prov_redirection, RESERVED(mei_prov_redirection), 0x58),
	READ(REMOTE_ACCESS, mei_prov_remote_access, RESERVED(mei_prov_remote_access), 0x46),
	READ(AUDIT, mei_prov_audit, RESERVED(mei_prov_audit), 0x50),
};
/* clang-format on */

void later_init(union device_arg *arg, const struct later_command *command)
{
	struct mei_prov_start_host_based *start = (void *)arg;

	memset(arg, 0, sizeof(*arg));
	arg->head.size = command->size;
	arg->head.timeout_ms = ENOUGH_MS;
	if (command->nr == MEI_PROV_IOC_START_HOST_BASED)
		start->algorithm = SHA256;
}
