// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * WS-Man requests as clients send them, and as an enemy would. What arrives
 * in the model is what counts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tools/vme/amt_private.h"
#include "tools/vme/tests/test_wsman_ask.h"

/* --- answers --- */

static void header_is_that_of_hardware(void **state)
{
	struct answer *a = *state;

	ask_with(a, GET, AMT_URI "AMT_GeneralSettings", "", "");
	expect(a, 200,
	       "<a:Header><b:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</b:To>"
	       "<b:RelatesTo>17</b:RelatesTo>"
	       "<b:Action a:mustUnderstand=\"true\">http://schemas.xmlsoap.org/ws/2004/09/transfer/GetResponse</b:Action>"
	       "<b:MessageID>uuid:00000000-8086-8086-8086-000000000001</b:MessageID>"
	       "<c:ResourceURI>" AMT_URI "AMT_GeneralSettings</c:ResourceURI></a:Header>");
	expect(a, 200, "<g:DigestRealm>Digest:727734D63A1FC0423736E48DA554E462</g:DigestRealm>");
	expect(a, 200, "xmlns:g=\"" AMT_URI "AMT_GeneralSettings\"");
	assert_string_equal(a->reply.what, "AMT_GeneralSettings.Get");
}

static void message_id_comes_back_verbatim(void **state)
{
	struct answer *a = *state;
	const char text[] = "<s:Envelope xmlns:s=\"" NS_SOAP "\" xmlns:a=\"" NS_ADDRESSING
			    "\" xmlns:w=\"" NS_WSMAN
			    "\"><s:Header><a:Action s:mustUnderstand=\"true\">" GET
			    "</a:Action><w:ResourceURI s:mustUnderstand=\"true\"> " SETUP
			    " </w:ResourceURI><a:MessageID> u&lt;&amp;\"x\">&#65; </a:MessageID>"
			    "</s:Header><s:Body/></s:Envelope>";

	ask(a, text, strlen(text));
	expect(a, 200, "<b:RelatesTo> u&lt;&amp;&quot;x&quot;&gt;A </b:RelatesTo>");
}

static void otp_is_shown_padded_to_32_bytes(void **state)
{
	struct answer *a = *state;

	ask_with(a, GET, SETUP, "", "");
	expect(a, 200,
	       "<g:ProvisioningServerOTP>AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=</g:ProvisioningServerOTP>");
	expect(a, 200, "<g:ProvisioningState>1</g:ProvisioningState>");
	expect(a, 200, "<g:DhcpDNSSuffix>corp.example.com</g:DhcpDNSSuffix>");
	expect(a, 200, "<g:ZeroTouchConfigurationEnabled>true</g:ZeroTouchConfigurationEnabled>");
	memcpy(a->amt->otp, "0123456789abcdef", 16);
	a->amt->otp_len = 16;
	ask_with(a, GET, SETUP, "", "");
	expect(a, 200,
	       "<g:ProvisioningServerOTP>MDEyMzQ1Njc4OWFiY2RlZgAAAAAAAAAAAAAAAAAAAAA=</g:ProvisioningServerOTP>");
}

/* The context of the last EnumerateResponse. */
static void enumerate(struct answer *a, const char *uri, char context[64])
{
	const char *at;

	ask_with(a, NS_ENUMERATION "/Enumerate", uri, "",
		 "<Enumerate xmlns=\"" NS_ENUMERATION "\"/>");
	expect(a, 200, "<g:EnumerateResponse><g:EnumerationContext>");
	at = strstr(a->reply.text, "<g:EnumerationContext>") + 22;
	snprintf(context, 64, "%.*s", (int)strcspn(at, "<"), at);
}

static void pull(struct answer *a, const char *uri, const char *context, const char *more)
{
	char body[512];

	snprintf(body, sizeof(body),
		 "<Pull xmlns=\"" NS_ENUMERATION "\"><EnumerationContext>%s"
		 "</EnumerationContext>%s</Pull>",
		 context, more);
	ask_with(a, NS_ENUMERATION "/Pull", uri, "", body);
}

static void versions_are_enumerated(void **state)
{
	static const char uri[] = CIM_URI "CIM_SoftwareIdentity";
	struct answer *a = *state;
	char context[64];

	enumerate(a, uri, context);
	pull(a, uri, context, "<MaxElements>999</MaxElements>");
	expect(a, 200,
	       "<h:InstanceID>AMT</h:InstanceID><h:IsEntity>true</h:IsEntity><h:VersionString>12.0.49</h:VersionString>");
	expect(a, 200, "<h:InstanceID>Sku</h:InstanceID>");
	expect(a, 200, "</g:Items><g:EndOfSequence></g:EndOfSequence></g:PullResponse>");
	/* used up */
	pull(a, uri, context, "");
	expect(a, 400, "<a:Value>d:InvalidEnumerationContext</a:Value>");
}

static void pull_gives_what_was_asked_for(void **state)
{
	static const char uri[] = CIM_URI "CIM_SoftwareIdentity";
	struct answer *a = *state;
	char context[64];

	enumerate(a, uri, context);
	pull(a, uri, context, "");
	expect(a, 200, "<h:InstanceID>Flash</h:InstanceID>");
	assert_false(has(a, "EndOfSequence"));
	assert_false(has(a, "<h:InstanceID>AMT<"));
	pull(a, uri, context, "<MaxElements>1</MaxElements>");
	expect(a, 200, "<h:InstanceID>AMT</h:InstanceID>");
	pull(a, uri, context, "<MaxElements>7</MaxElements>");
	expect(a, 200, "<h:InstanceID>Sku</h:InstanceID>");
	expect(a, 200, "EndOfSequence");
}

static void unknown_class_enumerates_empty(void **state)
{
	static const char uri[] = IPS_URI "IPS_NeverHeardOf";
	struct answer *a = *state;
	char context[64], other[64];

	enumerate(a, uri, context);
	pull(a, AMT_URI "AMT_Other", context, "");
	expect(a, 400, "d:InvalidEnumerationContext");
	pull(a, uri, context, "<MaxElements>999</MaxElements>");
	expect(a, 200, "<g:Items></g:Items><g:EndOfSequence></g:EndOfSequence>");
	enumerate(a, uri, other);
	assert_string_not_equal(context, other);
	ask_with(a, GET, uri, "", "");
	expect(a, 400, "<a:Value>b:DestinationUnreachable</a:Value>");
}

static void instance_is_found_by_its_key(void **state)
{
	static const char uri[] = CIM_URI "CIM_SoftwareIdentity";
	struct answer *a = *state;

	ask_with(a, GET, uri,
		 "<w:SelectorSet><w:Selector Name=\"InstanceID\">AMT</w:Selector></w:SelectorSet>",
		 "");
	expect(a, 200, "<g:CIM_SoftwareIdentity><g:InstanceID>AMT</g:InstanceID>");
	ask_with(a, GET, uri,
		 "<w:SelectorSet><w:Selector Name=\"InstanceID\">no</w:Selector></w:SelectorSet>",
		 "");
	expect(a, 400, "c:InvalidSelectors");
	ask_with(a, GET, uri, "", "");
	expect(a, 400, "c:InvalidSelectors");
}

static void unknown_names_are_faults(void **state)
{
	static const char *const nowhere[] = {
		"",
		"x",
		AMT_URI,
		"http://example.com/AMT_GeneralSettings",
		AMT_URI "CIM_SoftwareIdentity",
		CIM_URI "AMT_GeneralSettings",
		AMT_URI "AMT_General/Settings",
		AMT_URI "AMT_New\nline",
	};
	struct answer *a = *state;
	size_t i;

	for (i = 0; i < sizeof(nowhere) / sizeof(*nowhere); i++) {
		ask_with(a, GET, nowhere[i], "", "");
		expect(a, 400, "<a:Value>b:DestinationUnreachable</a:Value>");
	}
	ask_with(a, SETUP "/NoSuchMethod", SETUP, "", "");
	expect(a, 400, "b:ActionNotSupported");
	ask_with(a, SETUP "/CommitChanges", AUTH, "", "");
	expect(a, 400, "b:ActionNotSupported");
	assert_int_equal(a->amt->state, AMT_IN);
}

/* --- methods --- */

static void set_mebx(struct answer *a, const char *password)
{
	char body[512];

	snprintf(body, sizeof(body),
		 "<r:SetMEBxPassword_INPUT xmlns:r=\"" SETUP "\"><r:Password>%s"
		 "</r:Password></r:SetMEBxPassword_INPUT>",
		 password);
	ask_with(a, SETUP "/SetMEBxPassword", SETUP, "", body);
}

static void strong_password_reaches_the_model(void **state)
{
	struct answer *a = *state;

	set_mebx(a, "P&amp;ssw0rd&lt;");
	expect(a, 200,
	       "<g:SetMEBxPassword_OUTPUT><g:ReturnValue>0</g:ReturnValue></g:SetMEBxPassword_OUTPUT>");
	expect(a, 200, SETUP "/SetMEBxPasswordResponse</b:Action>");
	assert_string_equal(a->amt->mebx_password, "P&ssw0rd<");
	assert_null(strstr(a->reply.what, "ssw0rd"));
}

static void weak_password_is_refused(void **state)
{
	static const char *const weak[] = {
		"",
		"admin",
		"Sh0rt!a",
		"alllower1!",
		"ALLUPPER1!",
		"NoDigits!!",
		"NoSpecial11",
		"Aa1!Aa1!Aa1!Aa1!Aa1!Aa1!Aa1!Aa1!x",
		"P\xc3\xa4ssw0rd!",
	};
	struct answer *a = *state;
	size_t i;

	for (i = 0; i < sizeof(weak) / sizeof(*weak); i++) {
		set_mebx(a, weak[i]);
		expect(a, 200, "<g:ReturnValue>2054</g:ReturnValue>");
	}
	assert_string_equal(a->amt->mebx_password, AMT_FACTORY_PASSWORD);
	set_mebx(a, "Aa1!Aa1!Aa1!Aa1!Aa1!Aa1!Aa1!Aa1!");
	expect(a, 200, "<g:ReturnValue>0</g:ReturnValue>");
	ask_with(a, SETUP "/SetMEBxPassword", SETUP, "", "");
	expect(a, 400, "c:InvalidParameter");
}

static void set_admin(struct answer *a, const char *user, const char *digest)
{
	char body[512];

	snprintf(body, sizeof(body),
		 "<r:SetAdminAclEntryEx_INPUT xmlns:r=\"" AUTH "\"><r:Username>"
		 "%s</r:Username><r:DigestPassword>%s</r:DigestPassword>"
		 "</r:SetAdminAclEntryEx_INPUT>",
		 user, digest);
	ask_with(a, AUTH "/SetAdminAclEntryEx", AUTH, "", body);
}

static void admin_digest_is_taken_in_both_forms(void **state)
{
	static const uint8_t want[16] = {
		0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0xfe, 0xff
	};
	struct answer *a = *state;

	set_admin(a, "admin", "AAECAwQFBgcICQoLDA3+/w==");
	expect(a, 200, "<g:SetAdminAclEntryEx_OUTPUT><g:ReturnValue>0</g:ReturnValue>");
	assert_string_equal(a->amt->priv->admin_user, "admin");
	assert_memory_equal(a->amt->admin_ha1, want, 16);
	memset(a->amt->admin_ha1, 0, 16);
	set_admin(a, "admin", "000102030405060708090a0b0c0dfeFF");
	expect(a, 200, "<g:ReturnValue>0</g:ReturnValue>");
	assert_memory_equal(a->amt->admin_ha1, want, 16);
}

static void bad_admin_entry_is_refused(void **state)
{
	static const char *const digests[] = {
		"",
		"x",
		"AAECAwQFBgcICQoLDA3+/w=",
		"AAECAwQFBgcICQoLDA0=",
		"AAECAwQFBgcICQoLDA3+/wAA",
		"AAECAwQFBgcICQoLDA3+!w==",
		"000102030405060708090a0b0c0dfeFG",
		"000102030405060708090a0b0c0dfeFF00",
	};
	struct answer *a = *state;
	size_t i;

	for (i = 0; i < sizeof(digests) / sizeof(*digests); i++) {
		set_admin(a, "admin", digests[i]);
		expect(a, 200, "<g:ReturnValue>36</g:ReturnValue>");
	}
	set_admin(a, "", "AAECAwQFBgcICQoLDA3+/w==");
	expect(a, 200, "<g:ReturnValue>12</g:ReturnValue>");
	set_admin(a, "seventeenletters!", "AAECAwQFBgcICQoLDA3+/w==");
	expect(a, 200, "<g:ReturnValue>12</g:ReturnValue>");
	set_admin(a, "a:b", "AAECAwQFBgcICQoLDA3+/w==");
	expect(a, 200, "<g:ReturnValue>12</g:ReturnValue>");
	assert_string_equal(a->amt->priv->admin_user, "");
}

static void commit_returns_the_models_status(void **state)
{
	struct answer *a = *state;

	a->amt->mebx_default = true;
	ask_with(a, SETUP "/CommitChanges", SETUP, "",
		 "<r:CommitChanges_INPUT xmlns:r=\"" SETUP "\"/>");
	expect(a, 200, "<g:CommitChanges_OUTPUT><g:ReturnValue>2057</g:ReturnValue>");
	assert_string_equal(a->reply.what,
			    "AMT_SetupAndConfigurationService.CommitChanges: ReturnValue 2057");
	a->amt->mebx_default = false;
	ask_with(a, SETUP "/CommitChanges", SETUP, "", "");
	expect(a, 200, "<g:ReturnValue>0</g:ReturnValue>");
	assert_int_equal(a->amt->state, AMT_POST);
}

static void clock_is_read_and_set(void **state)
{

	struct answer *a = *state;
	char body[512];
	const char *at;
	long ta0;

	ask_with(a, TIME "/GetLowAccuracyTimeSynch", TIME, "", "");
	expect(a, 200, "<g:Ta0>");
	ta0 = atol(strstr(a->reply.text, "<g:Ta0>") + 7);
	snprintf(body, sizeof(body),
		 "<r:X xmlns:r=\"%s\"><r:Ta0>%ld</r:Ta0><r:Tm1>%ld</r:Tm1><r:Tm2>%ld</r:Tm2></r:X>",
		 TIME, ta0, ta0 + 5000, ta0 + 5000);
	ask_with(a, TIME "/SetHighAccuracyTimeSynch", TIME, "", body);
	expect(a, 200, "<g:ReturnValue>0</g:ReturnValue>");
	ask_with(a, TIME "/GetLowAccuracyTimeSynch", TIME, "", "");
	at = strstr(a->reply.text, "<g:Ta0>") + 7;
	assert_in_range(atol(at), ta0 + 4999, ta0 + 5002);
	ask_with(a, TIME "/SetHighAccuracyTimeSynch", TIME, "",
		 "<X><Ta0>1</Ta0><Tm1>2</Tm1><Tm2>3</Tm2></X>");
	expect(a, 200, "<g:ReturnValue>36</g:ReturnValue>");
}

/* --- rules of AMT on envelopes --- */

static void envelope_rules_are_kept(void **state)
{
	struct answer *a = *state;

	ask_with(a, GET, SETUP, "<w:MaxEnvelopeSize>49999</w:MaxEnvelopeSize>", "");
	expect(a, 400, "c:EncodingLimit");
	ask_with(a, GET, SETUP, "<w:MaxEnvelopeSize>50000</w:MaxEnvelopeSize>", "");
	expect(a, 200, "ProvisioningState");
	ask_with(a, GET, SETUP, "<w:OptionSet/>", "");
	expect(a, 400, "<a:Value>a:MustUnderstand</a:Value>");
	ask_with(a, GET, SETUP, "<w:FragmentTransfer>x</w:FragmentTransfer>", "");
	expect(a, 400, "c:UnsupportedFeature");
	ask_with(a, GET, SETUP,
		 "<x:New xmlns:x=\"urn:x\" xmlns:s=\"" NS_SOAP "\" s:mustUnderstand=\"1\"/>", "");
	expect(a, 400, "a:MustUnderstand");
	ask_with(a, GET, SETUP, "<x:New xmlns:x=\"urn:x\"/>", "");
	expect(a, 200, "ProvisioningState");
}

/* --- hostile text --- */

#define ENVELOPE(dtd, id, body) \
	"<?xml version=\"1.0\"?>" dtd "<e:Envelope xmlns:e=\"" NS_SOAP \
	"\" xmlns:a=\"" NS_ADDRESSING "\" xmlns:w=\"" NS_WSMAN "\"><e:Header>" \
	"<a:Action>" GET "</a:Action><w:ResourceURI>" SETUP "</w:ResourceURI>" \
	"<a:MessageID>" id "</a:MessageID></e:Header><e:Body>" body "</e:Body></e:Envelope>"

static void hostile_xml_is_a_schema_fault(void **state)
{
	static const char *const bad[] = {
		"",
		" ",
		"x",
		"<",
		"<a",
		"<a/>",
		"<a></b>",
		"\xff\xfe<\0a\0/\0>",
		"<e:Envelope xmlns:e=\"" NS_SOAP "\"/>",
		"<Envelope><Header/><Body/></Envelope>",
		ENVELOPE("<!DOCTYPE x>", "1", ""),
		ENVELOPE("<!DOCTYPE x [<!ENTITY e \"v\">]>", "&e;", ""),
		ENVELOPE("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>", "&e;", ""),
		ENVELOPE("<!DOCTYPE x SYSTEM \"http://127.0.0.1:1/x.dtd\">", "1", ""),
		ENVELOPE(
			"<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;\">]>",
			"&c;", ""),
		ENVELOPE("", "&undefined;", ""),
		ENVELOPE("", "1", "<a"),
		ENVELOPE("", "1", "<a b=\"1\" b=\"2\"/>"),
		ENVELOPE("", "1", "<n:a/>"),
		ENVELOPE("", "\xc3\x28", ""),
		ENVELOPE("", "1", "") "trailing",
	};
	struct answer *a = *state;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		ask(a, bad[i], strlen(bad[i]));
		if (!has(a, "c:SchemaValidationError"))
			print_error("case %zu: %s\n", i, a->reply.text);
		expect(a, 400, "c:SchemaValidationError");
		assert_false(has(a, "ProvisioningState"));
	}
	ask(a, ENVELOPE("", "1", ""), strlen(ENVELOPE("", "1", "")));
	expect(a, 200, "ProvisioningState");
}

/* A request around @depth nested elements. */
static void ask_deep(struct answer *a, int depth)
{
	char body[2048];
	size_t len = 0;
	int i;

	for (i = 0; i < depth; i++)
		len += sprintf(body + len, "<a>");
	for (i = 0; i < depth; i++)
		len += sprintf(body + len, "</a>");
	ask_with(a, GET, SETUP, "", body);
}

static void depth_and_number_are_capped(void **state)
{
	static const char head[] = "<?xml version=\"1.0\"?><e:Envelope xmlns:e=\"" NS_SOAP
				   "\"><e:Header/><e:Body>";
	struct answer *a = *state;
	size_t size = 200 * 1024, len, n;
	char *text = malloc(size);

	ask_deep(a, WSMAN_DEPTH_MAX - 2); /* Envelope and Body count too */
	expect(a, 200, "ProvisioningState");
	ask_deep(a, WSMAN_DEPTH_MAX - 1);
	expect(a, 400, "c:SchemaValidationError");
	/* 20,000 elements deep */
	len = sprintf(text, "%s", head);
	for (n = 0; n < 20000; n++)
		len += sprintf(text + len, "<a>");
	ask(a, text, len);
	expect(a, 400, "c:SchemaValidationError");
	/* 30,000 side by side */
	len = sprintf(text, "%s", head);
	for (n = 0; n < 30000; n++)
		len += sprintf(text + len, "<a/>");
	len += sprintf(text + len, "</e:Body></e:Envelope>");
	ask(a, text, len);
	expect(a, 400, "c:SchemaValidationError");
	/* 10,000 attributes */
	len = sprintf(text, "%s<a", head);
	for (n = 0; n < 10000; n++)
		len += sprintf(text + len, " a%zu='1'", n);
	len += sprintf(text + len, "/></e:Body></e:Envelope>");
	ask(a, text, len);
	expect(a, 400, "c:SchemaValidationError");
	free(text);
}

/* Every truncation of a good request, from exact-size memory. */
static void truncated_requests_are_refused(void **state)
{
	static const char good[] = ENVELOPE("", "1", "<x><y>z</y></x>");
	struct answer *a = *state;
	size_t len;

	for (len = 0; len < strlen(good); len++) {
		char *piece = malloc(len ? len : 1);

		memcpy(piece, good, len);
		ask(a, piece, len);
		assert_int_equal(a->reply.http_status, 400);
		free(piece);
	}
}

/* Values of the configuration go through the escaping writer. */
static void answers_stay_well_formed(void **state)
{
	struct answer *a = *state;
	char saved[sizeof(a->amt->dhcp_suffix)];

	memcpy(saved, a->amt->dhcp_suffix, sizeof(saved));
	strcpy(a->amt->dhcp_suffix, "a<b>&\"'\x01\n");
	ask_with(a, GET, SETUP, "", "");
	expect(a, 200, "<g:DhcpDNSSuffix>a&lt;b&gt;&amp;&quot;&apos;?&#10;</g:DhcpDNSSuffix>");
	memcpy(a->amt->dhcp_suffix, saved, sizeof(saved));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ask_setup, ask_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(header_is_that_of_hardware),
		TEST(message_id_comes_back_verbatim),
		TEST(otp_is_shown_padded_to_32_bytes),
		TEST(versions_are_enumerated),
		TEST(pull_gives_what_was_asked_for),
		TEST(unknown_class_enumerates_empty),
		TEST(instance_is_found_by_its_key),
		TEST(unknown_names_are_faults),
		TEST(strong_password_reaches_the_model),
		TEST(weak_password_is_refused),
		TEST(admin_digest_is_taken_in_both_forms),
		TEST(bad_admin_entry_is_refused),
		TEST(commit_returns_the_models_status),
		TEST(clock_is_read_and_set),
		TEST(envelope_rules_are_kept),
		TEST(hostile_xml_is_a_schema_fault),
		TEST(depth_and_number_are_capped),
		TEST(truncated_requests_are_refused),
		TEST(answers_stay_well_formed),
	};

	return cmocka_run_group_tests_name("wsman", tests, NULL, NULL);
}
