// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The classes, properties and return values that are published (protocol.md 5.3, 5.4,
 * 5.6), asked of a whole device by table.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <event2/event.h>
#include "tools/vme/log.h"
#include "tools/vme/tests/test_wsman_ask.h"
#include "tools/vme/vme.h"

#define GENERAL	  AMT_URI "AMT_GeneralSettings"
#define ETHERNET  AMT_URI "AMT_EthernetPortSettings"
#define HASH	  AMT_URI "AMT_ProvisioningCertificateHash"
#define KEYS	  AMT_URI "AMT_PublicKeyManagementService"
#define CERT	  AMT_URI "AMT_PublicKeyCertificate"
#define CONTEXT	  AMT_URI "AMT_TLSCredentialContext"
#define SETTING	  AMT_URI "AMT_TLSSettingData"
#define ENDPOINTS AMT_URI "AMT_TLSProtocolEndpointCollection"
#define REDIRECT  AMT_URI "AMT_RedirectionService"
#define SCHEME	  AMT_URI "AMT_SystemPowerScheme"
#define HOST	  IPS_URI "IPS_HostBasedSetupService"
#define OPT_IN	  IPS_URI "IPS_OptInService"
#define KVM	  CIM_URI "CIM_KVMRedirectionSAP"
#define SOFTWARE  CIM_URI "CIM_SoftwareIdentity"
#define IN_FORCE  CIM_URI "CIM_ElementSettingData"
#define OWN_CERT  "Intel(r) AMT Certificate: Handle: 4294967295"
#define STRONG	  "<r:Password>Str0ng!pass</r:Password>"
#define HA1	  "<r:DigestPassword>AAECAwQFBgcICQoLDA3+/w==</r:DigestPassword>"
#define NO_OTP	  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

#define P(name, value) "<g:" name ">" value "</g:" name ">"
#define SYSTEM	       P("SystemCreationClassName", "CIM_ComputerSystem") P("SystemName", "Intel(r) AMT")

struct rig {
	struct answer answer; /* first: what ask_*() are given */
	struct vme *vme;
	char path[64];
};

static void build(struct rig *rig, const char *profile)
{
	struct vme_config config;
	char why[CONFIG_WHY_MAX];

	assert_int_equal(config_init(&config), 0);
	assert_int_equal(config_set(&config, "profile", profile, why), 0);
	assert_int_equal(config_set(&config, "amthi", rig->path, why), 0);
	assert_int_equal(config_set(&config, "state", "in", why), 0);
	assert_int_equal(config_set(&config, "cert-delay-ms", "0", why), 0);
	assert_int_equal(config_set(&config, "uuid", "2f6e7d1c-0b5a-4c39-8e1d-77d0a1b2c3d4", why),
			 0);
	rig->vme = vme_new(&config, why);
	if (!rig->vme)
		fail_msg("%s", why);
	while (!rig->vme->amt->cert || rig->vme->amt->state != AMT_IN)
		assert_int_equal(event_base_loop(rig->vme->base, EVLOOP_ONCE), 0);
	rig->answer.amt = rig->vme->amt;
	rig->answer.settings = rig->vme->amt->settings;
	rig->answer.wsman = wsman_new(rig->vme->amt);
}

static int setup_of(void **state, const char *profile)
{
	struct rig *rig = calloc(1, sizeof(*rig));

	log_set_level(LOG_LEVEL_NONE);
	snprintf(rig->path, sizeof(rig->path), "/tmp/test_published.%d", (int)getpid());
	build(rig, profile);
	*state = rig;
	return 0;
}

static int setup(void **state)
{
	return setup_of(state, "12.0");
}

static int setup_16(void **state)
{
	return setup_of(state, "16.1");
}

static int teardown(void **state)
{
	struct rig *rig = *state;

	free(rig->answer.reply.text);
	wsman_free(rig->answer.wsman);
	vme_free(rig->vme);
	free(rig);
	return 0;
}

/* --- properties --- */

/* An instance by its selector, or the only one; all parts are in its Get. */
static const struct {
	const char *uri;
	const char *id;
	const char *parts[12];
} instances[] = {
	{ GENERAL,
	  "",
	  { P("InstanceID", "Intel(r) AMT: General Settings"),
	    P("ElementName", "Intel(r) AMT: General Settings"),
	    "<g:DigestRealm>Digest:", "<g:HostName>", "<g:DomainName>", "<g:HostOSFQDN>",
	    P("NetworkInterfaceEnabled", "true") P("PingResponseEnabled", "true"),
	    P("AMTNetworkEnabled", "1") P("DDNSPeriodicUpdateInterval", "1440") P("DDNSTTL", "900")
		    P("DDNSUpdateByDHCPServerEnabled", "true") P("DDNSUpdateEnabled", "false")
			    P("DHCPv6ConfigurationTimeout", "0"),
	    P("PowerSource", "0") P("PreferredAddressFamily", "0")
		    P("PresenceNotificationInterval", "0") P("PrivacyLevel", "0")
			    P("RmcpPingResponseEnabled", "true") P("SharedFQDN", "true")
				    P("ThunderboltDockEnabled", "0") P("WsmanOnlyMode", "false"),
	    P("IdleWakeTimeout", "1") } },
	{ SETUP,
	  "",
	  { P("Name", "Intel(r) AMT Setup and Configuration Service"),
	    P("ElementName", "Intel(r) AMT Setup and Configuration Service"), SYSTEM,
	    P("CreationClassName", "AMT_SetupAndConfigurationService"), P("EnabledState", "5"),
	    P("RequestedState", "12"), P("ProvisioningMode", "1"), P("ProvisioningState", "1"),
	    P("ZeroTouchConfigurationEnabled", "true"), P("ProvisioningServerOTP", NO_OTP),
	    P("ConfigurationServerFQDN", "")
		    P("CreationClassName", "AMT_SetupAndConfigurationService")
			    P("DhcpDNSSuffix", "example.org"),
	    P("PasswordModel", "1") } },
	{ SETUP, "", { P("TrustedDNSSuffix", "") } },
	{ HOST,
	  "",
	  { P("AllowedControlModes", "2") P("AllowedControlModes", "1"), P("CertChainStatus", "0"),
	    P("CurrentControlMode", "0"), P("Name", "Intel(r) AMT Host Based Setup Service"),
	    P("ElementName", "Intel(r) AMT Host Based Setup Service"), SYSTEM,
	    "=</g:ConfigurationNonce>" } },
	{ TIME,
	  "",
	  { "<g:LocalTimeSyncEnabled>", P("TimeSource", "0"),
	    P("Name", "Intel(r) AMT Time Synchronization Service"), SYSTEM } },
	{ AUTH, "", { P("AllowHttpQopAuthOnly", "1"), SYSTEM } },
	{ KEYS, "", { P("CreationClassName", "AMT_PublicKeyManagementService"), SYSTEM } },
	{ ETHERNET,
	  "Intel(r) AMT Ethernet Port Settings 0",
	  { P("DHCPEnabled", "true"), "<g:MACAddress>", P("LinkIsUp", "true"), "<g:LinkPolicy>",
	    P("IpSyncEnabled", "true"), P("SharedMAC", "true"), P("SharedStaticIp", "false"),
	    P("VLANTag", "0") } },
	{ SETTING,
	  "Intel(r) AMT 802.3 TLS Settings",
	  { P("AcceptNonSecureConnections", "false"),
	    P("ElementName", "Intel(r) AMT 802.3 TLS Settings"), "<g:Enabled>",
	    P("MutualAuthentication", "false"), P("NonSecureConnectionsSupported", "true") } },
	{ SETTING, "Intel(r) AMT LMS TLS Settings", { "<g:Enabled>" } },
	{ ENDPOINTS, "", { P("ElementName", "TLSProtocolEndpoint Instances Collection") } },
	{ REDIRECT,
	  "",
	  { P("Name", "Intel(r) AMT Redirection Service"), "<g:EnabledState>327",
	    P("ListenerEnabled", "false"), SYSTEM } },
	{ KVM, "", { "<g:EnabledState>", P("Name", "KVM Redirection Service Access Point") } },
	{ OPT_IN,
	  "",
	  { P("OptInRequired", "1"), P("OptInState", "0"), P("OptInCodeTimeout", "120"),
	    P("OptInDisplayTimeout", "300"), P("CanModifyOptInPolicy", "1"), SYSTEM } },
	{ SCHEME,
	  "Intel(r) AMT:Power Scheme 0",
	  { P("Description", "ON in S0"), P("InstanceID", "Intel(r) AMT:Power Scheme 0"),
	    "<g:SchemeGUID>" } },
};

static void published_properties_are_shown(void **state)
{
	struct answer *a = *state;
	size_t i, n;

	for (i = 0; i < sizeof(instances) / sizeof(*instances); i++) {
		ask_about(a, GET, instances[i].uri, instances[i].id, "");
		for (n = 0; n < 12 && instances[i].parts[n]; n++)
			expect(a, 200, instances[i].parts[n]);
	}
}

/* How many there are of each in a new device: 33 slots, 30 of them the factory's. */
static void enumerations_have_all_instances(void **state)
{
	static const struct {
		const char *uri;
		size_t count;
	} rows[] = {
		{ GENERAL, 1 }, { SETUP, 1 },	 { HOST, 1 },	 { TIME, 1 },	   { AUTH, 1 },
		{ KEYS, 1 },	{ ETHERNET, 1 }, { SETTING, 2 }, { ENDPOINTS, 1 }, { REDIRECT, 1 },
		{ KVM, 1 },	{ OPT_IN, 1 },	 { SCHEME, 2 },	 { IN_FORCE, 2 },  { SOFTWARE, 11 },
		{ CONTEXT, 0 }, { CERT, 0 },
	};
	struct answer *a = *state;
	char item[128];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		ask_all(a, rows[i].uri);
		snprintf(item, sizeof(item), "<h:%s ", strrchr(rows[i].uri, '/') + 1);
		if (count_of(a, item) != rows[i].count)
			print_error("%s\n", a->reply.text);
		assert_int_equal(count_of(a, item), rows[i].count);
	}
	ask_all(a, HASH);
	assert_int_equal(count_of(a, "<h:IsDefault>true<"), a->amt->hash_count);
	assert_true(a->amt->hash_count > 0);
}

static void software_is_named_as_on_hardware(void **state)
{
	static const char *const rows[][2] = {
		{ "Flash", "12.0.49" },
		{ "Netstack", "12.0.49" },
		{ "AMTApps", "12.0.49" },
		{ "AMT", "12.0.49" },
		{ "Sku", "16392" },
		{ "VendorID", "8086" },
		{ "Build Number", "1534" },
		{ "Recovery Version", "12.0.49" },
		{ "Recovery Build Num", "1534" },
		{ "Legacy Mode", "False" },
		{ "AMT FW Core Version", "12.0.49" },
	};
	struct answer *a = *state;
	char part[160];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		ask_about(a, GET, SOFTWARE, rows[i][0], "");
		snprintf(part, sizeof(part),
			 P("InstanceID", "%s") P("IsEntity", "true") P("VersionString", "%s"),
			 rows[i][0], rows[i][1]);
		expect(a, 200, part);
	}
	ask_about(a, GET, SOFTWARE, "Core", "");
	expect(a, 400, "InvalidSelectors");
}

/* What servers ask for beside, and a device of this kind has none of. */
static void other_classes_are_there_and_empty(void **state)
{
	static const char *const uris[] = {
		AMT_URI "AMT_PublicPrivateKeyPair",
		AMT_URI "AMT_PublicKeyCertificate",
		AMT_URI "AMT_RemoteAccessPolicyRule",
		AMT_URI "AMT_ManagementPresenceRemoteSAP",
		AMT_URI "AMT_EnvironmentDetectionSettingData",
		AMT_URI "AMT_8021XProfile",
		IPS_URI "IPS_IEEE8021xSettings",
		IPS_URI "IPS_HTTPProxyAccessPoint",
		IPS_URI "IPS_TLSProvisioningRecord",
		CIM_URI "CIM_WiFiEndpointSettings",
	};
	struct answer *a = *state;
	size_t i;

	for (i = 0; i < sizeof(uris) / sizeof(*uris); i++) {
		ask_all(a, uris[i]);
		expect(a, 200, "<g:Items></g:Items><g:EndOfSequence>");
	}
	ask_about(a, GET, AMT_URI "AMT_8021XProfile", "", "");
	expect(a, 400, "DestinationUnreachable");
}

/* --- methods --- */

struct step {
	const char *uri;
	const char *method;
	const char *input;
	unsigned int value;
	const char *part; /* of the answer, or NULL */
};

static void take_steps(struct answer *a, const struct step *steps, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		ask_method(a, steps[i].uri, steps[i].method, steps[i].input);
		returned(a, steps[i].value);
		if (steps[i].part)
			expect(a, 200, steps[i].part);
	}
}

#define TAKE(a, steps) take_steps(a, steps, sizeof(steps) / sizeof(*(steps)))
#define TIMES(n)       "<r:Ta0>" n "</r:Ta0><r:Tm1>" n "</r:Tm1><r:Tm2>" n "</r:Tm2>"
#define USER(realm) \
	"<r:DigestUsername>op</r:DigestUsername>" HA1 \
	"<r:AccessPermission>2</r:AccessPermission><r:Realms>" realm "</r:Realms>"

static const struct step before_commit[] = {
	{ SETUP, "CommitChanges", "", 2057, NULL },
	{ TIME, "GetLowAccuracyTimeSynch", "", 0, "<g:Ta0>" },
	{ TIME, "SetHighAccuracyTimeSynch", TIMES("1893456000"), 0, NULL },
	{ TIME, "SetHighAccuracyTimeSynch", TIMES("1072915199"), 36, NULL },
	{ SETUP, "SetMEBxPassword", "<r:Password>weak</r:Password>", 2054, NULL },
	{ SETUP, "SetMEBxPassword", STRONG, 0, NULL },
	{ SETUP, "GetUuid", "", 0, P("UUID", "HH1uL1oLOUyOHXfQobLD1A==") },
	{ SETUP, "ExtendProvisioningPeriod", "<r:Duration>6</r:Duration>", 0, NULL },
	{ SETUP, "ExtendProvisioningPeriod", "<r:Duration>25</r:Duration>", 36, NULL },
	{ SETUP, "ExtendProvisioningPeriod", "", 36, NULL },
	{ SETUP, "ResetFlashWearOutProtection", "", 0, NULL },
	{ SETUP, "GetUnprovisionBlockingComponents", "", 0, NULL },
	{ SETUP, "GetProvisioningAuditRecord", "", 2068, NULL },
	{ SETUP, "Unprovision", "<r:ProvisioningMode>4</r:ProvisioningMode>", 36, NULL },
	{ KEYS, "GenerateKeyPair", "<r:KeyAlgorithm>0</r:KeyAlgorithm>", 36, NULL },
	{ KEYS, "AddCertificate", "<r:CertificateBlob>AAAA</r:CertificateBlob>", 2063, NULL },
	{ KEYS, "AddTrustedRootCertificate", "", 2063, NULL },
	{ KEYS, "AddKey", "<r:KeyBlob>AAAA</r:KeyBlob>", 2062, NULL },
	{ KEYS, "GeneratePKCS10RequestEx", "", 36, NULL },
	{ AUTH, "GetAdminAclEntryStatus", "", 0, P("IsDefault", "true") },
	{ AUTH, "SetAdminAclEntryEx", "<r:Username>admin</r:Username>" HA1, 0, NULL },
	{ AUTH, "SetAdminAclEntryEx", "<r:Username>01234567890123456</r:Username>" HA1, 12, NULL },
	{ AUTH, "GetAdminAclEntryStatus", "", 0, P("IsDefault", "false") },
	{ AUTH, "AddUserAclEntryEx", USER("22"), 2055, NULL },
	{ AUTH, "AddUserAclEntryEx", USER("24"), 0, "<g:Handle>" },
	{ AUTH, "AddUserAclEntryEx", USER("3"), 2058, NULL },
	{ REDIRECT, "RequestStateChange", "<r:RequestedState>32769</r:RequestedState>", 0, NULL },
	{ REDIRECT, "RequestStateChange", "<r:RequestedState>32772</r:RequestedState>", 36, NULL },
	{ KVM, "RequestStateChange", "<r:RequestedState>2</r:RequestedState>", 0, NULL },
	{ KVM, "RequestStateChange", "<r:RequestedState>4</r:RequestedState>", 36, NULL },
	{ SETUP, "CommitChanges", "", 0, NULL },
};

static const struct step after_commit[] = {
	{ SETUP, "SetMEBxPassword", STRONG, 16, NULL },
	{ SETUP, "ExtendProvisioningPeriod", "<r:Duration>6</r:Duration>", 16, NULL },
	{ SETUP, "GetProvisioningAuditRecord", "", 0, P("ProvServerFQDN", "sca.example.org") },
	{ SETUP, "GetProvisioningAuditRecordV2", "", 0, "<g:TimeStamp>" },
	{ SETUP, "Unprovision", "<r:ProvisioningMode>1</r:ProvisioningMode>", 0, NULL },
};

static void published_values_are_returned(void **state)
{
	struct answer *a = *state;

	strcpy(a->amt->admitted.server_cn, "sca.example.org");
	TAKE(a, before_commit);
	ask_about(a, GET, SETUP, "", "");
	expect(a, 200, P("ProvisioningState", "2"));
	ask_about(a, GET, HOST, "", "");
	expect(a, 200, P("CurrentControlMode", "2"));
	ask_about(a, GET, TIME, "", "");
	expect(a, 200, P("TimeSource", "1"));
	TAKE(a, after_commit);
	assert_int_equal(a->amt->state, AMT_PRE);
	ask_method(a, SETUP, "SetTLSPSK", "<r:PID>ABCD1234</r:PID>");
	expect(a, 400, "ActionNotSupported");
}

static void wrong_otp_closes_the_period(void **state)
{
	struct answer *a = *state;

	ask_method(a, SETUP, "ExtendProvisioningPeriod", "<r:Duration>0</r:Duration>");
	returned(a, 0);
	assert_false(a->amt->window_open);
}

static void choose_scheme(struct answer *a, const char *id)
{
	ask_about(a, SCHEME "/SetPowerScheme", SCHEME, id,
		  "<r:SetPowerScheme_INPUT xmlns:r=\"" SCHEME "\"/>");
}

static void one_power_scheme_is_in_force(void **state)
{
	struct answer *a = *state;

	ask_all(a, IN_FORCE);
	assert_int_equal(count_of(a, "<h:IsCurrent>1<"), 1);
	expect(a, 200, "Scheme 0</c:Selector>");
	assert_true(strstr(a->reply.text, "Scheme 0<") < strstr(a->reply.text, "IsCurrent>1<"));
	choose_scheme(a, "Intel(r) AMT:Power Scheme 0");
	returned(a, 0);
	ask_all(a, IN_FORCE);
	assert_int_equal(count_of(a, "<h:IsCurrent>1<"), 1);
	assert_true(strstr(a->reply.text, "Scheme 0<") > strstr(a->reply.text, "IsCurrent>1<"));
	choose_scheme(a, "Intel(r) AMT:Power Scheme 7");
	expect(a, 400, "InvalidSelectors");
	choose_scheme(a, "");
	expect(a, 400, "InvalidSelectors");
}

static void the_nonce_has_20_bytes_and_lasts_until_something_changes(void **state)
{
	struct answer *a = *state;
	char first[64], second[64];

	ask_about(a, GET, HOST, "", "");
	text_of(a, "g:ConfigurationNonce", first, sizeof(first));
	assert_int_equal(strlen(first), 28);
	ask_about(a, GET, HOST, "", "");
	text_of(a, "g:ConfigurationNonce", second, sizeof(second));
	assert_string_equal(first, second);
}

/* --- the certificate of TLS --- */

static void bind_cert(struct answer *a, const char *collection)
{
	char body[2048];

	snprintf(body, sizeof(body),
		 "<h:AMT_TLSCredentialContext xmlns:h=\"" CONTEXT "\" xmlns:a=\"" NS_ADDRESSING
		 "\" xmlns:w=\"" NS_WSMAN "\"><h:ElementInContext><a:Address>/wsman</a:Address>"
		 "<a:ReferenceParameters><w:ResourceURI>" CERT "</w:ResourceURI><w:SelectorSet>"
		 "<w:Selector Name=\"InstanceID\">" OWN_CERT "</w:Selector></w:SelectorSet>"
		 "</a:ReferenceParameters></h:ElementInContext><h:ElementProvidingContext>"
		 "<a:Address>/wsman</a:Address><a:ReferenceParameters><w:ResourceURI>" ENDPOINTS
		 "</w:ResourceURI><w:SelectorSet><w:Selector Name=\"ElementName\">%s</w:Selector>"
		 "</w:SelectorSet></a:ReferenceParameters></h:ElementProvidingContext>"
		 "</h:AMT_TLSCredentialContext>",
		 collection);
	ask_about(a, PUT, CONTEXT, "", body);
}

static void commit(struct answer *a)
{
	static const struct step steps[] = {
		{ SETUP, "SetMEBxPassword", STRONG, 0, NULL },
		{ SETUP, "CommitChanges", "", 0, NULL },
	};

	TAKE(a, steps);
}

static void own_certificate_is_shown_from_16_1_on(void **state)
{
	struct answer *a = *state;

	ask_about(a, GET, CERT, OWN_CERT, "");
	expect(a, 200, P("ReadOnlyCertificate", "true"));
	expect(a, 200, P("TrustedRootCertficate", "false"));
	expect(a, 200, "<g:X509Certificate>MII");
	ask_about(a, DELETE, CERT, OWN_CERT, "");
	expect(a, 400, "AccessDenied");
	ask_all(a, CONTEXT);
	expect(a, 200, "<g:Items></g:Items>");
	commit(a);
	ask_all(a, CONTEXT);
	expect(a, 200, OWN_CERT);
	ask_about(a, DELETE, CONTEXT, "", "");
	expect(a, 400, "AccessDenied");
	ask_about(a, GET, SETTING, "Intel(r) AMT 802.3 TLS Settings", "");
	expect(a, 200, P("NonSecureConnectionsSupported", "false"));
}

static void the_collection_of_endpoints_has_two_spellings(void **state)
{
	struct answer *a = *state;

	commit(a);
	bind_cert(a, "TLSProtocolEndpoint Instances Collection");
	expect(a, 200, "PutResponse");
	bind_cert(a, "TLSProtocolEndpointInstances Collection");
	expect(a, 200, "PutResponse");
	bind_cert(a, "TLSProtocolEndpoints");
	expect(a, 400, "InvalidParameter");
}

#define TEST(name)    cmocka_unit_test_setup_teardown(name, setup, teardown)
#define TEST_16(name) cmocka_unit_test_setup_teardown(name, setup_16, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(published_properties_are_shown),
		TEST(enumerations_have_all_instances),
		TEST(software_is_named_as_on_hardware),
		TEST(other_classes_are_there_and_empty),
		TEST(published_values_are_returned),
		TEST(wrong_otp_closes_the_period),
		TEST(one_power_scheme_is_in_force),
		TEST(the_nonce_has_20_bytes_and_lasts_until_something_changes),
		TEST_16(own_certificate_is_shown_from_16_1_on),
		TEST_16(the_collection_of_endpoints_has_two_spellings),
	};

	return cmocka_run_group_tests_name("published classes", tests, NULL, NULL);
}
