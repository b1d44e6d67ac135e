// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * AMT_STATUS_* of the host interface, which are the PT_STATUS_* of WS-Man:
 * amthi.md 4, and protocol.md for 0x821. Where only the name is public, the
 * sentence says no more than the name.
 */
#include <stddef.h>

#include <meiprov/meiprov.h>

#include "status.h"

#define AGAIN  "wait some seconds and repeat it"
#define REPORT "this looks like a fault in meiprov or in the firmware: please report it"
#define MODE   "look at the provisioning state; this command is for another one"

static const struct status {
	uint32_t value;
	const char *name;
	const char *text;
	const char *next;
} statuses[] = {
	{ 0x000, "SUCCESS", "the firmware carried it out", "" },
	{ 0x001, "INTERNAL_ERROR", "a fault inside the firmware", AGAIN },
	{ 0x002, "NOT_READY", "the firmware cannot do it now", AGAIN },
	{ 0x003, "INVALID_AMT_MODE", "not allowed in the present provisioning state or mode",
	  MODE },
	{ 0x004, "INVALID_MESSAGE_LENGTH", "the message has the wrong length for its command",
	  REPORT },
	{ 0x005, "TABLE_FINGERPRINT_NOT_AVAILABLE", "the table's fingerprint is not available",
	  "" },
	{ 0x006, "INTEGRITY_CHECK_FAILED", "an integrity check failed", "" },
	{ 0x007, "UNSUPPORTED_ISVS_VERSION",
	  "this version of the storage interface is not supported", "" },
	{ 0x008, "APPLICATION_NOT_REGISTERED", "the application is not registered", "" },
	{ 0x009, "INVALID_REGISTRATION_DATA", "the registration data is invalid", "" },
	{ 0x00a, "APPLICATION_DOES_NOT_EXIST", "the application does not exist", "" },
	{ 0x00b, "NOT_ENOUGH_STORAGE", "there is not enough storage", "" },
	{ 0x00c, "INVALID_NAME", "the name is invalid", "" },
	{ 0x00d, "BLOCK_DOES_NOT_EXIST", "the storage block does not exist", "" },
	{ 0x00e, "INVALID_BYTE_OFFSET", "the byte offset is invalid", "" },
	{ 0x00f, "INVALID_BYTE_COUNT", "the byte count is invalid", "" },
	{ 0x010, "NOT_PERMITTED", "the firmware's policy forbids it", "" },
	{ 0x011, "NOT_OWNER", "the caller is not the owner", "" },
	{ 0x012, "BLOCK_LOCKED_BY_OTHER", "another application has locked the storage block", "" },
	{ 0x013, "BLOCK_NOT_LOCKED", "the storage block is not locked", "" },
	{ 0x014, "INVALID_GROUP_PERMISSIONS", "the group's permissions are invalid", "" },
	{ 0x015, "GROUP_DOES_NOT_EXIST", "the group does not exist", "" },
	{ 0x016, "INVALID_MEMBER_COUNT", "the number of members is invalid", "" },
	{ 0x017, "MAX_LIMIT_REACHED", "a table of the firmware is full", "remove an entry first" },
	{ 0x018, "INVALID_AUTH_TYPE", "the type of authentication is invalid", "" },
	{ 0x019, "AUTHENTICATION_FAILED", "authentication failed", "" },
	{ 0x01a, "INVALID_DHCP_MODE", "the DHCP mode is invalid",
	  "remote configuration needs DHCP on the ME's interface" },
	{ 0x01b, "INVALID_IP_ADDRESS", "the IP address is invalid", "" },
	{ 0x01c, "INVALID_DOMAIN_NAME", "the domain name is invalid", "" },
	{ 0x01d, "UNSUPPORTED_VERSION", "this version is not supported", "" },
	{ 0x01e, "REQUEST_UNEXPECTED", "the request was not expected now", "" },
	{ 0x01f, "INVALID_TABLE_TYPE", "the type of table is invalid", "" },
	{ 0x020, "INVALID_PROVISIONING_STATE", "not allowed in the present provisioning state",
	  MODE },
	{ 0x021, "UNSUPPORTED_OBJECT", "the firmware does not know this object", "" },
	{ 0x022, "INVALID_TIME", "the time is invalid", "" },
	{ 0x023, "INVALID_INDEX", "the index is invalid", "" },
	{ 0x024, "INVALID_PARAMETER", "a parameter is invalid", "" },
	{ 0x025, "INVALID_NETMASK", "the network mask is invalid", "" },
	{ 0x026, "FLASH_WRITE_LIMIT_EXCEEDED", "too many writes to the flash in a short time",
	  "repeat it later" },
	{ 0x027, "INVALID_IMAGE_LENGTH", "the image has an invalid length", "" },
	{ 0x028, "INVALID_IMAGE_SIGNATURE", "the image's signature is invalid", "" },
	{ 0x029, "PROPOSE_ANOTHER_VERSION", "the firmware proposes another version", "" },
	{ 0x02a, "INVALID_PID_FORMAT", "the PID has an invalid format", "" },
	{ 0x02b, "INVALID_PPS_FORMAT", "the PPS has an invalid format", "" },
	{ 0x02c, "BIST_COMMAND_BLOCKED", "blocked by the built-in self test", "" },
	{ 0x02d, "CONNECTION_FAILED", "the connection failed", "" },
	{ 0x02e, "CONNECTION_TOO_MANY", "there are too many connections", AGAIN },
	{ 0x02f, "RNG_GENERATION_IN_PROGRESS", "the seed for random numbers is being made", AGAIN },
	{ 0x030, "RNG_NOT_READY", "random numbers are not ready yet",
	  "repeat it until it succeeds" },
	{ 0x031, "CERTIFICATE_NOT_READY", "the ME is still making its own certificate",
	  "repeat it until it succeeds; on old machines that takes up to seven minutes" },
	{ 0x200, "REMOTE_ACCESS_NOT_GRANTED", "remote access is not granted", "" },
	{ 0x201, "HOST_VPN_IS_DISABLED", "the host's VPN is not enabled for this", "" },
	{ 0x202, "REMOTE_ACCESS_GRANTED_WITHOUT_DDNS", "remote access is granted without DDNS",
	  "" },
	{ 0x203, "REMOTE_ACCESS_GRANTED_WITH_DDNS", "remote access is granted with DDNS", "" },
	{ 0x400, "DISABLED_BY_POLICY", "disabled by policy", "" },
	{ 0x800, "NETWORK_IF_ERROR_BASE", "an error of the network interface", "" },
	{ 0x801, "UNSUPPORTED_OEM_NUMBER", "the OEM number is not supported", "" },
	{ 0x802, "UNSUPPORTED_BOOT_OPTION", "the boot option is not supported", "" },
	{ 0x803, "INVALID_COMMAND", "the firmware does not know this command",
	  "this firmware is too old or too new for it" },
	{ 0x804, "INVALID_SPECIAL_COMMAND", "the special command is invalid", "" },
	{ 0x805, "INVALID_HANDLE", "the handle is invalid", "list the table again" },
	{ 0x806, "INVALID_PASSWORD", "the password does not meet the firmware's rules", "" },
	{ 0x807, "INVALID_REALM", "the realm is invalid", "" },
	{ 0x808, "STORAGE_ACL_ENTRY_IN_USE", "the storage access entry is in use", "" },
	{ 0x809, "DATA_MISSING", "something that must be set first is missing", "" },
	{ 0x80a, "DUPLICATE", "the entry exists already", "" },
	{ 0x80b, "EVENTLOG_FROZEN", "the event log is frozen", "" },
	{ 0x80c, "PKI_MISSING_KEYS", "keys are missing", "" },
	{ 0x80d, "PKI_GENERATING_KEYS", "keys are being made", AGAIN },
	{ 0x80e, "INVALID_KEY", "the key is invalid", "" },
	{ 0x80f, "INVALID_CERT", "the certificate is invalid", "" },
	{ 0x810, "CERT_KEY_NOT_MATCH", "certificate and key do not belong together", "" },
	{ 0x811, "MAX_KERB_DOMAIN_REACHED", "there is no room for another Kerberos domain", "" },
	{ 0x812, "UNSUPPORTED", "the firmware does not support it", "" },
	{ 0x813, "INVALID_PRIORITY", "the priority is invalid", "" },
	{ 0x814, "NOT_FOUND", "there is no such entry", "list the table again" },
	{ 0x815, "INVALID_CREDENTIALS", "the credentials are invalid", "" },
	{ 0x816, "INVALID_PASSPHRASE", "the passphrase is invalid", "" },
	{ 0x818, "NO_ASSOCIATION", "there is no association", "" },
	{ 0x81b, "AUDIT_FAIL", "writing to the audit log failed", "" },
	{ 0x81c, "BLOCKING_COMPONENT", "a component of the ME, such as the audit log, refuses it",
	  "" },
	{ 0x821, "USER_CONSENT_REQUIRED", "the user at the machine must consent", "" },
	{ 0x9c4, "IPV6_INTERFACE_DISABLED", "IPv6 is disabled on the interface", "" },
	{ 0x9c5, "INTERFACE_DOES_NOT_EXIST", "the network interface does not exist", "" },
};

static const struct status *find(uint32_t value)
{
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (statuses[i].value == value)
			return &statuses[i];
	return NULL;
}

const char *meiprov_fw_status_name(uint32_t fw_status)
{
	const struct status *s = find(fw_status);

	return s ? s->name : NULL;
}

const char *meiprov_fw_status_text(uint32_t fw_status)
{
	const struct status *s = find(fw_status);

	return s ? s->text : "a status with no public meaning";
}

const char *status_next(uint32_t fw_status)
{
	const struct status *s = find(fw_status);

	return s ? s->next : "";
}
