// SPDX-License-Identifier: GPL-2.0-or-later
/* What a server sets in a device with Put, Create, Delete and methods. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "tools/vme/tests/test_wsman_ask.h"

#define GENERAL	 AMT_URI "AMT_GeneralSettings"
#define ETHERNET AMT_URI "AMT_EthernetPortSettings"
#define HASH	 AMT_URI "AMT_ProvisioningCertificateHash"
#define REDIRECT AMT_URI "AMT_RedirectionService"
#define OPT_IN	 IPS_URI "IPS_OptInService"
#define KVM	 CIM_URI "CIM_KVMRedirectionSAP"
#define RECORD	 IPS_URI "IPS_TLSProvisioningRecord"
#define WIRED	 "Intel(r) AMT Ethernet Port Settings 0"
#define WIRELESS "Intel(r) AMT Ethernet Port Settings 1"
#define DIGEST32 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

static void put(struct answer *a, const char *uri, const char *id, const char *properties)
{
	const char *name = strrchr(uri, '/') + 1;
	char body[4096];

	snprintf(body, sizeof(body), "<h:%s xmlns:h=\"%s\">%s</h:%s>", name, uri, properties, name);
	ask_about(a, PUT, uri, id, body);
}

/* --- Put --- */

static void put_keeps_and_shows_properties(void **state)
{
	struct answer *a = *state;

	put(a, GENERAL, "",
	    "<h:DomainName>corp.example.com</h:DomainName><h:HostName>pc-1</h:HostName>"
	    "<h:PingResponseEnabled>0</h:PingResponseEnabled>");
	expect(a, 200, "<g:AMT_GeneralSettings><g:AMTNetworkEnabled>1<");
	expect(a, 200, NS_TRANSFER "/PutResponse</b:Action>");
	ask_with(a, GET, GENERAL, "", "");
	expect(a, 200, "<g:HostName>pc-1</g:HostName>");
	expect(a, 200, "<g:DomainName>corp.example.com</g:DomainName>");
	expect(a, 200, "<g:PingResponseEnabled>false</g:PingResponseEnabled>");
	expect(a, 200, "<g:RmcpPingResponseEnabled>true</g:RmcpPingResponseEnabled>");
}

/* Clients send all they were shown; what is read-only stays. */
static void put_ignores_what_is_read_only(void **state)
{
	struct answer *a = *state;

	put(a, GENERAL, "",
	    "<h:DigestRealm>Digest:00</h:DigestRealm><h:PowerSource>7</h:PowerSource>"
	    "<h:HostName>pc-2</h:HostName>");
	expect(a, 200, "<g:DigestRealm>Digest:727734D63A1FC0423736E48DA554E462</g:DigestRealm>");
	expect(a, 200, "<g:PowerSource>0</g:PowerSource>");
	expect(a, 200, "<g:HostName>pc-2</g:HostName>");
}

static void bad_put_changes_nothing(void **state)
{
	static const char *const bad[] = {
		"<h:HostName>new</h:HostName><h:NoSuchProperty>1</h:NoSuchProperty>",
		"<h:HostName>new</h:HostName><h:DDNSTTL>-1</h:DDNSTTL>",
		"<h:HostName>new</h:HostName><h:DDNSTTL>x</h:DDNSTTL>",
		"<h:HostName>new</h:HostName><h:AMTNetworkEnabled>2</h:AMTNetworkEnabled>",
		"<h:HostName>new</h:HostName><h:SharedFQDN>maybe</h:SharedFQDN>",
		"<h:HostName>0123456789012345678901234567890123456789012345678901234567890123"
		"</h:HostName>",
	};
	struct answer *a = *state;
	size_t i;

	put(a, GENERAL, "", "<h:HostName>old</h:HostName>");
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		put(a, GENERAL, "", bad[i]);
		expect(a, 400, "<a:Value>e:InvalidRepresentation</a:Value>");
	}
	ask_with(a, PUT, GENERAL, "", "<x:AMT_Other xmlns:x=\"urn:x\"/>");
	expect(a, 400, "e:InvalidRepresentation");
	ask_with(a, PUT, GENERAL, "", "");
	expect(a, 400, "e:InvalidRepresentation");
	put(a, CIM_URI "CIM_SoftwareIdentity", "AMT", "");
	expect(a, 400, "b:ActionNotSupported");
	ask_with(a, GET, GENERAL, "", "");
	expect(a, 200, "<g:HostName>old</g:HostName>");
}

static void users_who_only_read_change_nothing(void **state)
{
	struct answer *a = *state;

	a->how.read_only = true;
	put(a, GENERAL, "", "<h:HostName>new</h:HostName>");
	expect(a, 400, "<a:Value>c:AccessDenied</a:Value>");
	ask_method(a, SETUP, "CommitChanges", "");
	expect(a, 400, "c:AccessDenied");
	ask_method(a, SETUP, "GetUuid", "");
	returned(a, 0);
	ask_all(a, GENERAL);
	expect(a, 200, "<h:HostName></h:HostName>");
}

static void static_address_needs_a_mask(void **state)
{
	struct answer *a = *state;

	a->amt->platform.ip = 0xc000020a;
	ask_about(a, GET, ETHERNET, WIRED, "");
	expect(a, 200, "<g:DHCPEnabled>true</g:DHCPEnabled>");
	expect(a, 200, "<g:IPAddress>192.0.2.10</g:IPAddress>");
	put(a, ETHERNET, WIRED,
	    "<h:DHCPEnabled>false</h:DHCPEnabled><h:IPAddress>10.0.0.5</h:IPAddress>");
	expect(a, 400, "e:InvalidRepresentation");
	put(a, ETHERNET, WIRED,
	    "<h:DHCPEnabled>false</h:DHCPEnabled><h:IPAddress>10.0.0.999</h:IPAddress>"
	    "<h:SubnetMask>255.0.0.0</h:SubnetMask>");
	expect(a, 400, "e:InvalidRepresentation");
	put(a, ETHERNET, WIRED,
	    "<h:DHCPEnabled>false</h:DHCPEnabled><h:IPAddress>10.0.0.5</h:IPAddress>"
	    "<h:SubnetMask>255.0.0.0</h:SubnetMask><h:LinkPolicy>1</h:LinkPolicy>"
	    "<h:LinkPolicy>16</h:LinkPolicy><h:VLANTag>0</h:VLANTag>");
	expect(a, 200, "<g:IPAddress>10.0.0.5</g:IPAddress>");
	expect(a, 200, "<g:LinkPolicy>1</g:LinkPolicy><g:LinkPolicy>16</g:LinkPolicy>");
	assert_false(has(a, "LinkPolicy>14<"));
	/* the lease again */
	put(a, ETHERNET, WIRED, "<h:DHCPEnabled>true</h:DHCPEnabled>");
	expect(a, 200, "<g:IPAddress>192.0.2.10</g:IPAddress>");
	ask_about(a, GET, ETHERNET, WIRELESS, "");
	expect(a, 400, "c:InvalidSelectors");
	memset(a->amt->platform.wlan_mac, 2, 6);
	ask_about(a, GET, ETHERNET, WIRELESS, "");
	expect(a, 200, "<g:MACAddress>02-02-02-02-02-02</g:MACAddress>");
}

static void redirection_reaches_the_host_interface(void **state)
{
	struct answer *a = *state;

	put(a, REDIRECT, "", "<h:EnabledState>32770</h:EnabledState>");
	expect(a, 200, "<g:EnabledState>32770</g:EnabledState>");
	assert_true(a->amt->platform.sol);
	assert_false(a->amt->platform.ider);
	ask_method(a, REDIRECT, "RequestStateChange", "<r:RequestedState>32771</r:RequestedState>");
	returned(a, 0);
	assert_true(a->amt->platform.ider);
	ask_method(a, REDIRECT, "RequestStateChange", "<r:RequestedState>5</r:RequestedState>");
	returned(a, 36);
	put(a, REDIRECT, "", "<h:EnabledState>2</h:EnabledState>");
	expect(a, 400, "e:InvalidRepresentation");
	ask_method(a, KVM, "RequestStateChange", "<r:RequestedState>2</r:RequestedState>");
	returned(a, 0);
	assert_true(a->amt->platform.kvm);
	ask_method(a, KVM, "RequestStateChange", "<r:RequestedState>9</r:RequestedState>");
	returned(a, 36);
	put(a, OPT_IN, "", "<h:OptInRequired>4294967295</h:OptInRequired>");
	expect(a, 200, "<g:OptInRequired>4294967295</g:OptInRequired>");
	put(a, OPT_IN, "", "<h:OptInRequired>2</h:OptInRequired>");
	expect(a, 400, "e:InvalidRepresentation");
}

/* --- the hash table --- */

static void create_hash(struct answer *a, const char *name, const char *type, const char *data)
{
	char body[1024];

	snprintf(body, sizeof(body),
		 "<h:AMT_ProvisioningCertificateHash xmlns:h=\"" HASH "\"><h:ElementName>%s"
		 "</h:ElementName><h:HashType>%s</h:HashType><h:HashData>%s</h:HashData>"
		 "</h:AMT_ProvisioningCertificateHash>",
		 name, type, data);
	ask_about(a, CREATE, HASH, "", body);
}

static void hashes_are_added_disabled_and_deleted(void **state)
{
	static const char id[] = "Intel(r) AMT Provisioning Certificate Hash: Handle: 20";
	struct answer *a = *state;

	create_hash(a, "our root", "2", DIGEST32);
	expect(a, 200, "<g:ResourceCreated><b:Address>");
	expect(a, 200, id);
	assert_int_equal(a->amt->hash_count, 1);
	assert_int_equal(a->amt->hashes[0].digest[31], 31);
	assert_true(a->amt->hashes[0].is_active);
	create_hash(a, "again", "2", DIGEST32);
	expect(a, 400, "c:AlreadyExists");
	put(a, HASH, id, "<h:Enabled>false</h:Enabled><h:HashType>1</h:HashType>");
	expect(a, 200, "<g:Enabled>false</g:Enabled>");
	expect(a, 200, "<g:HashType>2</g:HashType>");
	assert_false(a->amt->hashes[0].is_active);
	ask_all(a, HASH);
	expect(a, 200, "<h:HashData>" DIGEST32 "</h:HashData>");
	ask_about(a, DELETE, HASH, id, "");
	expect(a, 200, "DeleteResponse");
	assert_int_equal(a->amt->hash_count, 0);
	ask_about(a, DELETE, HASH, id, "");
	expect(a, 400, "c:InvalidSelectors");
}

static void hash_table_has_its_limits(void **state)
{
	static const char *const bad[][3] = {
		{ "", "2", DIGEST32 },
		{ "x", "1", DIGEST32 },
		{ "x", "4", DIGEST32 },
		{ "x", "2", "AAEC" },
		{ "x", "2", "" },
		{ "x", "2", "AAE!" },
		{ "x", "258", DIGEST32 },
		{ "a name of more than thirty-two letters", "2", DIGEST32 },
	};
	struct amt_hash factory = { .algorithm = 1, .digest_len = 20, .is_default = true };
	struct answer *a = *state;
	char data[48] = DIGEST32;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		create_hash(a, bad[i][0], bad[i][1], bad[i][2]);
		expect(a, 400, "e:InvalidRepresentation");
	}
	for (i = 0; i < a->amt->user_slots; i++) {
		data[0] = (char)('B' + i);
		create_hash(a, "x", "2", data);
		expect(a, 200, "ResourceCreated");
	}
	create_hash(a, "x", "2", DIGEST32);
	expect(a, 400, "<a:Value>c:QuotaLimit</a:Value>");
	strcpy(factory.name, "factory");
	assert_int_equal(amt_hash_add(a->amt, &factory), 0);
	ask_about(a, DELETE, HASH, "Intel(r) AMT Provisioning Certificate Hash: Handle: 0", "");
	expect(a, 400, "<a:Value>c:AccessDenied</a:Value>");
	assert_int_equal(a->amt->hash_count, a->amt->user_slots + 1);
}

/* --- setup service --- */

static void ztc_and_server_name_are_put(void **state)
{
	struct answer *a = *state;

	put(a, SETUP, "",
	    "<h:ZeroTouchConfigurationEnabled>false</h:ZeroTouchConfigurationEnabled>"
	    "<h:ConfigurationServerFQDN>sca.example.com</h:ConfigurationServerFQDN>");
	expect(a, 200, "<g:ConfigurationServerFQDN>sca.example.com<");
	assert_false(a->amt->ztc_enabled);
	assert_string_equal(a->amt->platform.config_server_fqdn, "sca.example.com");
	put(a, SETUP, "", "<h:ZeroTouchConfigurationEnabled>1</h:ZeroTouchConfigurationEnabled>");
	assert_true(a->amt->ztc_enabled);
}

static void commit(struct answer *a)
{
	amt_mebx_set(a->amt, "P@ssw0rd");
	strcpy(a->amt->admitted.server_cn, "sca.example.com");
	a->amt->admitted.root.algorithm = 2;
	ask_method(a, SETUP, "CommitChanges", "");
	returned(a, 0);
}

static void next_otp_is_put_in_operation_only(void **state)
{
	/* "0123456789abcdef" */
	static const char otp[] =
		"<h:ProvisioningServerOTP>MDEyMzQ1Njc4OWFiY2RlZg==</h:ProvisioningServerOTP>";
	struct answer *a = *state;

	put(a, SETUP, "", otp);
	expect(a, 400, "c:AccessDenied");
	commit(a);
	put(a, SETUP, "", otp);
	expect(a, 200, "<g:ProvisioningServerOTP>AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=<");
	assert_int_equal(a->amt->otp_len, 16);
	put(a, SETUP, "", "<h:ProvisioningServerOTP>AAAA</h:ProvisioningServerOTP>");
	expect(a, 400, "e:InvalidRepresentation");
	assert_int_equal(a->amt->otp_len, 16);
}

static void window_is_extended_within_limits_and_closed(void **state)
{
	struct answer *a = *state;

	ask_method(a, SETUP, "ExtendProvisioningPeriod", "<r:Duration>24</r:Duration>");
	returned(a, 0);
	assert_in_range(amt_window_left(a->amt), 24 * 3600 - 5, 24 * 3600);
	ask_method(a, SETUP, "ExtendProvisioningPeriod", "<r:Duration>25</r:Duration>");
	returned(a, 36);
	ask_method(a, SETUP, "ExtendProvisioningPeriod", "");
	returned(a, 36);
	ask_method(a, SETUP, "ExtendProvisioningPeriod", "<r:Duration>0</r:Duration>");
	returned(a, 0);
	assert_false(a->amt->window_open);
	ask_method(a, SETUP, "ExtendProvisioningPeriod", "<r:Duration>1</r:Duration>");
	returned(a, 16);
}

static void commit_leaves_a_record(void **state)
{
	struct answer *a = *state;

	ask_method(a, SETUP, "GetProvisioningAuditRecord", "");
	returned(a, 2068);
	ask_about(a, GET, RECORD, "", "");
	expect(a, 400, "c:InvalidSelectors");
	ask_all(a, RECORD);
	expect(a, 200, "<g:Items></g:Items>");
	commit(a);
	ask_about(a, GET, RECORD, "", "");
	expect(a, 200, "<g:ProvServerFQDN>sca.example.com</g:ProvServerFQDN>");
	expect(a, 200, "<g:ProvisioningTLSMode>2</g:ProvisioningTLSMode>");
	ask_method(a, SETUP, "GetProvisioningAuditRecordV2", "");
	expect(a, 200, "<g:ProvServerFQDN>sca.example.com</g:ProvServerFQDN>");
	returned(a, 0);
}

static void unprovisioning_ends_the_configuration(void **state)
{
	struct answer *a = *state;

	commit(a);
	ask_method(a, SETUP, "Unprovision", "<r:ProvisioningMode>4</r:ProvisioningMode>");
	returned(a, 36);
	assert_int_equal(a->amt->state, AMT_POST);
	ask_method(a, SETUP, "Unprovision", "<r:ProvisioningMode>1</r:ProvisioningMode>");
	returned(a, 0);
	assert_int_equal(a->amt->state, AMT_PRE);
}

static void partial_unprovisioning_keeps_hashes(void **state)
{
	struct answer *a = *state;

	create_hash(a, "our root", "2", DIGEST32);
	commit(a);
	ask_method(a, SETUP, "PartialUnprovision", "");
	returned(a, 0);
	assert_int_not_equal(a->amt->state, AMT_POST);
	assert_int_equal(a->amt->hash_count, 1);
}

/* --- users --- */

#define HA1 "<r:DigestPassword>AAECAwQFBgcICQoLDA3+/w==</r:DigestPassword>"

static void add_user(struct answer *a, const char *who, const char *more)
{
	char input[1024];

	snprintf(input, sizeof(input), "%s%s", who, more);
	ask_method(a, AUTH, "AddUserAclEntryEx", input);
}

static void users_come_and_go(void **state)
{
	struct answer *a = *state;
	char handle[32], input[128];

	add_user(a, "<r:DigestUsername>op</r:DigestUsername>" HA1,
		 "<r:AccessPermission>1</r:AccessPermission><r:Realms>3</r:Realms>"
		 "<r:Realms>13</r:Realms>");
	returned(a, 0);
	text_of(a, "g:Handle", handle, sizeof(handle));
	snprintf(input, sizeof(input), "<r:Handle>%s</r:Handle>", handle);
	ask_method(a, AUTH, "GetUserAclEntryEx", input);
	expect(a, 200,
	       "<g:DigestUsername>op</g:DigestUsername><g:AccessPermission>1</g:AccessPermission>"
	       "<g:Realms>3</g:Realms><g:Realms>13</g:Realms><g:ReturnValue>0<");
	assert_false(has(a, "AAECAw"));
	ask_method(a, AUTH, "EnumerateUserAclEntries", "<r:StartIndex>1</r:StartIndex>");
	expect(a, 200, "<g:TotalCount>1</g:TotalCount><g:HandlesCount>1</g:HandlesCount>");
	ask_method(a, AUTH, "SetAclEnabledState",
		   "<r:Handle>9</r:Handle><r:Enabled>false</r:Enabled>");
	returned(a, 2068);
	snprintf(input, sizeof(input), "<r:Handle>%s</r:Handle><r:Enabled>false</r:Enabled>",
		 handle);
	ask_method(a, AUTH, "SetAclEnabledState", input);
	returned(a, 0);
	assert_false(net_user_named(a->settings, "op")->enabled);
	snprintf(input, sizeof(input), "<r:Handle>%s</r:Handle>", handle);
	ask_method(a, AUTH, "RemoveUserAclEntry", input);
	returned(a, 0);
	ask_method(a, AUTH, "RemoveUserAclEntry", input);
	returned(a, 2068);
}

static void bad_users_are_refused(void **state)
{
	static const char op[] = "<r:DigestUsername>op</r:DigestUsername>" HA1;
	static const char net[] = "<r:AccessPermission>1</r:AccessPermission>";
	struct answer *a = *state;
	char name[128];
	int i;

	add_user(a, op, "");
	returned(a, 36);
	add_user(a, op, "<r:AccessPermission>3</r:AccessPermission>");
	returned(a, 36);
	add_user(a, op, "<r:AccessPermission>1</r:AccessPermission><r:Realms>22</r:Realms>");
	returned(a, 2055);
	add_user(a, "<r:DigestUsername>admin</r:DigestUsername>" HA1, net);
	returned(a, 12);
	add_user(a, "<r:DigestUsername>$$OsAdmin</r:DigestUsername>" HA1, net);
	returned(a, 12);
	add_user(a, "<r:KerberosUserSid>AAEC</r:KerberosUserSid>", net);
	returned(a, 36);
	add_user(a, "<r:KerberosUserSid>AAECAwQFBgc=</r:KerberosUserSid>", net);
	returned(a, 0);
	add_user(a, op, net);
	returned(a, 0);
	add_user(a, op, net);
	returned(a, 2058);
	for (i = 2; i < NET_USERS_MAX; i++) {
		snprintf(name, sizeof(name), "<r:DigestUsername>u%d</r:DigestUsername>" HA1, i);
		add_user(a, name, net);
		returned(a, 0);
	}
	add_user(a, "<r:DigestUsername>last</r:DigestUsername>" HA1, net);
	returned(a, 23);
	ask_method(a, AUTH, "AddUserAclEntryEx", "");
	returned(a, 36);
	ask_with(a, AUTH "/AddUserAclEntryEx", AUTH, "", "");
	returned(a, 36);
}

static void admin_is_default_until_set(void **state)
{
	struct answer *a = *state;

	ask_method(a, AUTH, "GetAdminAclEntryStatus", "");
	expect(a, 200, "<g:IsDefault>true</g:IsDefault>");
	ask_method(a, AUTH, "SetAdminAclEntryEx", "<r:Username>boss</r:Username>" HA1);
	returned(a, 0);
	ask_method(a, AUTH, "GetAdminAclEntryStatus", "");
	expect(a, 200, "<g:IsDefault>false</g:IsDefault>");
	ask_method(a, AUTH, "GetAdminAclEntry", "");
	expect(a, 200, "<g:Username>boss</g:Username>");
}

/* --- every class --- */

static void every_class_answers_enumerate(void **state)
{
	static const char *const uris[] = {
		GENERAL,
		SETUP,
		AUTH,
		TIME,
		ETHERNET,
		HASH,
		REDIRECT,
		OPT_IN,
		KVM,
		RECORD,
		AMT_URI "AMT_PublicKeyCertificate",
		AMT_URI "AMT_PublicPrivateKeyPair",
		AMT_URI "AMT_TLSSettingData",
		AMT_URI "AMT_TLSCredentialContext",
		AMT_URI "AMT_TLSProtocolEndpointCollection",
		AMT_URI "AMT_PublicKeyManagementService",
		IPS_URI "IPS_HostBasedSetupService",
		CIM_URI "CIM_SoftwareIdentity",
		/* asked for by other servers, and empty */
		IPS_URI "IPS_IEEE8021xSettings",
		CIM_URI "CIM_WiFiEndpointSettings",
		AMT_URI "AMT_RemoteAccessPolicyRule",
		IPS_URI "IPS_HTTPProxyAccessPoint",
	};
	struct answer *a = *state;
	size_t i;

	for (i = 0; i < sizeof(uris) / sizeof(*uris); i++)
		ask_all(a, uris[i]);
}

static void the_audit_log_can_block_unprovisioning(void **state)
{
	struct answer *a = *state;

	a->amt->platform.audit_blocks = true;
	ask_method(a, SETUP, "Unprovision", "<r:ProvisioningMode>1</r:ProvisioningMode>");
	returned(a, 2076);
	assert_int_equal(a->amt->state, AMT_IN);
	ask_method(a, SETUP, "GetUnprovisionBlockingComponents", "");
	expect(a, 200, "<g:Component>1</g:Component>");
	ask_method(a, SETUP, "PartialUnprovision", "");
	returned(a, 2076);
	a->amt->platform.audit_blocks = false;
	ask_method(a, SETUP, "Unprovision", "<r:ProvisioningMode>1</r:ProvisioningMode>");
	returned(a, 0);
	assert_int_equal(a->amt->state, AMT_PRE);
	ask_method(a, SETUP, "GetUnprovisionBlockingComponents", "");
	returned(a, 0);
	assert_false(has(a, "Component>1<"));
}

static void a_pre_shared_key_is_a_matter_of_firmware_before_11(void **state)
{
	static const char input[] = "<r:PID>ABCD1234</r:PID><r:PPS>0</r:PPS>";
	struct answer *a = *state;

	ask_method(a, SETUP, "SetTLSPSK", input);
	expect(a, 400, "ActionNotSupported");
	strcpy(a->amt->fw_version, "8.1.71");
	ask_method(a, SETUP, "SetTLSPSK", input);
	returned(a, 2066);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ask_setup, ask_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(put_keeps_and_shows_properties),
		TEST(put_ignores_what_is_read_only),
		TEST(bad_put_changes_nothing),
		TEST(users_who_only_read_change_nothing),
		TEST(static_address_needs_a_mask),
		TEST(redirection_reaches_the_host_interface),
		TEST(hashes_are_added_disabled_and_deleted),
		TEST(hash_table_has_its_limits),
		TEST(ztc_and_server_name_are_put),
		TEST(next_otp_is_put_in_operation_only),
		TEST(window_is_extended_within_limits_and_closed),
		TEST(commit_leaves_a_record),
		TEST(unprovisioning_ends_the_configuration),
		TEST(partial_unprovisioning_keeps_hashes),
		TEST(the_audit_log_can_block_unprovisioning),
		TEST(a_pre_shared_key_is_a_matter_of_firmware_before_11),
		TEST(users_come_and_go),
		TEST(bad_users_are_refused),
		TEST(admin_is_default_until_set),
		TEST(every_class_answers_enumerate),
	};

	return cmocka_run_group_tests_name("wsman setup", tests, NULL, NULL);
}
