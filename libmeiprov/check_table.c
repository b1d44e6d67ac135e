// SPDX-License-Identifier: LGPL-2.1-or-later
/* Every finding of the preflight: what was looked at, why it matters, what next. */
#include "check.h"

#define ME	    "the Management Engine"
#define AMTHI	    "the AMT host interface"
#define MODULE	    "module mei_prov"
#define ACCESS	    "access to the ME"
#define AGENT	    "other programs that use AMT"
#define CLOCK	    "this machine's clock"
#define VERSION	    "the firmware's version"
#define SKU	    "the kind of firmware"
#define STATE	    "the provisioning state"
#define ZTC	    "zero touch configuration"
#define HASHES	    "the certificate hashes"
#define LINK	    "the wired link"
#define DHCP	    "the ME's address"
#define DOMAIN_NAME "the network's domain (DHCP option 15)"
#define SUFFIX	    "the trusted suffix"
#define CRYPTO	    "encryption in the firmware"
#define REDIRECT    "serial over LAN and IDE redirection"
#define SERVER	    "where Hello messages go"
#define DNS	    "the setup server's name"
#define PORT	    "the setup server's port for Hello messages"
#define CHAIN	    "the server's certificate chain"

#define BIOS_SETUP "switch Intel AMT (manageability) on in the BIOS setup"
#define NOT_READ   "see the finding about access to the ME"

const struct finding_row finding_rows[FINDINGS] = {
	[ME_PRESENT] = { "me-present", MEIPROV_OK, ME, "", "" },
	[ME_ABSENT] = { "me-absent", MEIPROV_FAILURE, ME, "without an ME there is no AMT",
			"if this machine should have one, look for it in the BIOS setup" },
	[MEI_DRIVER_MISSING] = { "mei-driver-missing", MEIPROV_FAILURE, ME,
				 "the kernel's driver of the ME is not loaded", "modprobe mei_me" },
	[AMTHI_PRESENT] = { "amthi-present", MEIPROV_OK, AMTHI, "", "" },
	[AMT_OFF] = { "amt-off", MEIPROV_FAILURE, AMTHI,
		      "the firmware has other parts of AMT and hides this one: AMT is off",
		      BIOS_SETUP },
	[FIRMWARE_CONSUMER] = { "firmware-consumer", MEIPROV_FAILURE, AMTHI,
				"no part of AMT is there: consumer firmware, or AMT is off for good",
				"look for Intel AMT (manageability) in the BIOS setup; if it is not "
				"there, this machine has no AMT" },
	[MODULE_LOADED] = { "module-loaded", MEIPROV_OK, MODULE, "", "" },
	[MODULE_MISSING] = { "module-missing", MEIPROV_WARNING, MODULE,
			     "without it only root reaches the ME, and nothing orders those who do",
			     "modprobe mei_prov" },
	[ACCESS_OK] = { "access-ok", MEIPROV_OK, ACCESS, "", "" },
	[ACCESS_DENIED] = { "access-denied", MEIPROV_FAILURE, ACCESS,
			    "nothing can be read from the ME without permission",
			    "run it as root, or as a member of group meiprov" },
	[ACCESS_BUSY] = { "access-busy", MEIPROV_FAILURE, ACCESS,
			  "the ME takes one connection at a time", "stop that program" },
	[ACCESS_FAILED] = { "access-failed", MEIPROV_FAILURE, ACCESS,
			    "nothing can be read from the ME",
			    "look for mei lines in the kernel log" },
	[AGENT_NONE] = { "agent-none", MEIPROV_OK, AGENT, "", "" },
	[AGENT_SHARES] = { "agent-shares", MEIPROV_NOTE, AGENT,
			   "it takes the ME's only connection from time to time", "" },
	[AGENT_STOPS] = { "agent-stops-configuration", MEIPROV_WARNING, AGENT,
			  "each time it looks at the ME it stops a configuration that runs",
			  "stop it until the ME is configured" },
	[AGENT_UNKNOWN] = { "agent-unknown", MEIPROV_DOUBT, AGENT, "",
			    "run it where /proc can be read" },
	[CLOCK_OK] = { "clock-ok", MEIPROV_OK, CLOCK, "", "" },
	[CLOCK_UNSYNCHRONISED] = { "clock-unsynchronised", MEIPROV_NOTE, CLOCK,
				   "the firmware compares certificates with it",
				   "set up NTP, if there is none" },
	[CLOCK_WRONG] = { "clock-wrong", MEIPROV_WARNING, CLOCK,
			  "the firmware compares certificates with it", "set the clock" },
	[VERSION_KNOWN] = { "version-known", MEIPROV_OK, VERSION, "", "" },
	[VERSION_UNKNOWN] = { "version-unknown", MEIPROV_DOUBT, VERSION, "the rules depend on it",
			      NOT_READ },
	[SKU_AMT] = { "sku-amt", MEIPROV_OK, SKU, "", "" },
	[SKU_STANDARD] = { "sku-standard", MEIPROV_NOTE, SKU,
			   "Standard Manageability can be configured in the same way", "" },
	[SKU_NONE] = { "sku-none", MEIPROV_WARNING, SKU,
		       "neither AMT nor Standard Manageability is among its features",
		       "the state below tells more" },
	[SKU_UNKNOWN] = { "sku-unknown", MEIPROV_DOUBT, SKU, "", NOT_READ },
	[STATE_PRE] = { "state-pre", MEIPROV_OK, STATE, "", "" },
	[STATE_IN] = { "state-in", MEIPROV_WARNING, STATE,
		       "while its window runs, the ME takes no password and no start",
		       "for delayed configuration: meiprov stop" },
	[STATE_POST] = { "state-post", MEIPROV_FAILURE, STATE, "the ME is configured already",
			 "to configure it anew, unprovision it first" },
	[STATE_UNKNOWN] = { "state-unknown", MEIPROV_DOUBT, STATE, "", NOT_READ },
	[ZTC_ON] = { "ztc-on", MEIPROV_OK, ZTC, "", "" },
	[ZTC_OFF] = { "ztc-off", MEIPROV_FAILURE, ZTC,
		      "no remote configuration without it, and no host can switch it on",
		      "switch remote configuration on in MEBx, or over the network as administrator" },
	[ZTC_UNKNOWN] = { "ztc-unknown", MEIPROV_DOUBT, ZTC, "", NOT_READ },
	[HASH_ACTIVE] = { "hash-active", MEIPROV_OK, HASHES, "", "" },
	[HASH_NONE] = { "hash-none", MEIPROV_FAILURE, HASHES,
			"without an active hash the ME accepts no server",
			"activate or add one in MEBx, by USB key, or over the network" },
	[HASH_UNKNOWN] = { "hash-unknown", MEIPROV_DOUBT, HASHES, "", NOT_READ },
	[LINK_UP] = { "link-up", MEIPROV_OK, LINK, "", "" },
	[LINK_DOWN] = { "link-down", MEIPROV_FAILURE, LINK,
			"remote configuration needs a wired link", "plug the cable in" },
	[LINK_UNKNOWN] = { "link-unknown", MEIPROV_DOUBT, LINK, "", NOT_READ },
	[DHCP_ON] = { "dhcp-on", MEIPROV_OK, DHCP, "", "" },
	[DHCP_OFF] = { "dhcp-off", MEIPROV_FAILURE, DHCP,
		       "remote configuration needs a lease from DHCP",
		       "switch DHCP on for the ME; does the network have a DHCP server?" },
	[DHCP_UNKNOWN] = { "dhcp-unknown", MEIPROV_DOUBT, DHCP, "", NOT_READ },
	[DOMAIN_KNOWN] = { "domain-known", MEIPROV_OK, DOMAIN_NAME, "", "" },
	[DOMAIN_MISSING] = { "domain-missing", MEIPROV_FAILURE, DOMAIN_NAME,
			     "the ME compares the server's name with it",
			     "have the DHCP server send option 15, or set a trusted suffix" },
	[DOMAIN_UNKNOWN] = { "domain-unknown", MEIPROV_DOUBT, DOMAIN_NAME, "", NOT_READ },
	[SUFFIX_NONE] = { "suffix-none", MEIPROV_OK, SUFFIX, "", "" },
	[SUFFIX_SET] = { "suffix-set", MEIPROV_NOTE, SUFFIX,
			 "the ME compares the server's name with it and not with the network's domain",
			 "" },
	[SUFFIX_UNKNOWN] = { "suffix-unknown", MEIPROV_DOUBT, SUFFIX, "", NOT_READ },
	[CRYPTO_ON] = { "crypto-on", MEIPROV_OK, CRYPTO, "", "" },
	[CRYPTO_OFF] = { "crypto-off", MEIPROV_FAILURE, CRYPTO,
			 "remote configuration runs over TLS; this machine's maker disabled it",
			 "this machine cannot be configured remotely" },
	[CRYPTO_UNKNOWN] = { "crypto-unknown", MEIPROV_DOUBT, CRYPTO, "", NOT_READ },
	[REDIRECTION] = { "redirection", MEIPROV_NOTE, REDIRECT, "", "" },
	[REDIRECTION_UNKNOWN] = { "redirection-unknown", MEIPROV_DOUBT, REDIRECT, "", NOT_READ },
	[SERVER_NAMED] = { "server-named", MEIPROV_NOTE, SERVER,
			   "it was set in MEBx and comes before the network's answer", "" },
	[SERVER_BY_DOMAIN] = { "server-by-domain", MEIPROV_OK, SERVER, "", "" },
	[SERVER_UNKNOWN] = { "server-unknown", MEIPROV_DOUBT, SERVER, "", NOT_READ },
	[DNS_OK] = { "dns-ok", MEIPROV_OK, DNS, "", "" },
	[DNS_FAILED] = { "dns-failed", MEIPROV_FAILURE, DNS, "the ME finds its server by name",
			 "have the network's name server know it" },
	[DNS_UNKNOWN] = { "dns-unknown", MEIPROV_DOUBT, DNS, "", "give --server NAME" },
	[PORT_OPEN] = { "port-open", MEIPROV_OK, PORT, "", "" },
	[PORT_CLOSED] = { "port-closed", MEIPROV_FAILURE, PORT,
			  "Hello messages of the ME will not arrive either",
			  "start the server; does a firewall allow TCP port 9971?" },
	[PORT_UNKNOWN] = { "port-unknown", MEIPROV_DOUBT, PORT, "", "give --server NAME" },
	[CHAIN_ACCEPTED] = { "ok", MEIPROV_OK, CHAIN, "", "" },
	[CHAIN_REFUSED] = { "refused", MEIPROV_FAILURE, CHAIN,
			    "the ME closes the connection of a server whose chain it refuses",
			    "use another chain, or change the hash table or the suffix" },
	[CHAIN_UNKNOWN] = { "unknown", MEIPROV_DOUBT, CHAIN, "", "" },
};
