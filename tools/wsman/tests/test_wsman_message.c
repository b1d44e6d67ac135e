// SPDX-License-Identifier: GPL-2.0-or-later
/* WS-Man requests are built right, and no reply does harm. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/wsman/wsman.h"

#define HEAD \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?><a:Envelope " \
	"xmlns:a=\"http://www.w3.org/2003/05/soap-envelope\" " \
	"xmlns:b=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" " \
	"xmlns:g=\"urn:x\" xmlns:h=\"urn:y\">" \
	"<a:Header><b:RelatesTo>7</b:RelatesTo></a:Header><a:Body>"
#define TAIL "</a:Body></a:Envelope>"

static struct wsman_reply *parse(const char *xml)
{
	struct wsman_reply *r;

	assert_int_equal(wsman_reply_parse(xml, strlen(xml), &r), 0);
	return r;
}

static int refuse(const char *xml)
{
	struct wsman_reply *r;
	int ret = wsman_reply_parse(xml, strlen(xml), &r);

	assert_null(r);
	return ret;
}

static void method_input_is_escaped_and_in_the_class_namespace(void **state)
{
	const struct wsman_param p = { "Password", "a<b>&\"c'" };
	const struct wsman_request req = {
		.op = WSMAN_INVOKE,
		.class_name = "AMT_SetupAndConfigurationService",
		.method = "SetMEBxPassword",
		.params = &p,
		.param_count = 1,
	};
	char *xml;

	assert_int_equal(wsman_build(&req, 5, &xml), 0);
	assert_non_null(strstr(xml, "<h:SetMEBxPassword_INPUT xmlns:h=\"http://intel.com"
				    "/wbem/wscim/1/amt-schema/1/AMT_SetupAndConfigurationService\">"
				    "<h:Password>a&lt;b&gt;&amp;&quot;c&apos;</h:Password>"
				    "</h:SetMEBxPassword_INPUT>"));
	assert_non_null(strstr(xml, "<a:Action>http://intel.com/wbem/wscim/1/amt-schema/1/"
				    "AMT_SetupAndConfigurationService/SetMEBxPassword</a:Action>"));
	assert_non_null(strstr(xml, "<a:MessageID>5</a:MessageID>"));
	wsman_text_free(xml);
}

static void pull_carries_the_context(void **state)
{
	const struct wsman_request req = {
		.op = WSMAN_PULL,
		.class_name = "CIM_SoftwareIdentity",
		.context = "D3<0",
	};
	char *xml;

	assert_int_equal(wsman_build(&req, 1, &xml), 0);
	assert_non_null(strstr(xml, "<EnumerationContext>D3&lt;0</EnumerationContext>"));
	assert_non_null(strstr(xml, "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"
				    "CIM_SoftwareIdentity"));
	wsman_text_free(xml);
}

static void create_has_the_instance_and_delete_its_name(void **state)
{
	const struct wsman_param p = { "HashType", "2" };
	const struct wsman_param selector = { "InstanceID", "a \"b\"" };
	struct wsman_request req = {
		.op = WSMAN_CREATE,
		.class_name = "AMT_ProvisioningCertificateHash",
		.params = &p,
		.param_count = 1,
	};
	char *xml;

	assert_int_equal(wsman_build(&req, 1, &xml), 0);
	assert_non_null(strstr(xml, "2004/09/transfer/Create</a:Action>"));
	assert_non_null(strstr(xml, "<h:HashType>2</h:HashType></h:AMT_ProvisioningCertificateHash>"
				    "</Body>"));
	wsman_text_free(xml);
	req.op = WSMAN_DELETE;
	req.param_count = 0;
	req.selectors = &selector;
	req.selector_count = 1;
	assert_int_equal(wsman_build(&req, 1, &xml), 0);
	assert_non_null(strstr(xml, "2004/09/transfer/Delete</a:Action>"));
	assert_non_null(strstr(xml,
			       "<w:Selector Name=\"InstanceID\">a &quot;b&quot;</w:Selector>"));
	assert_non_null(strstr(xml, "<Body></Body>"));
	wsman_text_free(xml);
}

static void impossible_requests_are_refused(void **state)
{
	const struct wsman_param p = { "Password", "a\001b" };
	struct wsman_request req = { .op = WSMAN_GET, .class_name = "XYZ_Class" };
	char *xml;

	assert_int_equal(wsman_build(&req, 1, &xml), -EINVAL);
	req.class_name = "AMT_GeneralSettings";
	req.op = WSMAN_INVOKE;
	assert_int_equal(wsman_build(&req, 1, &xml), -EINVAL);
	req.method = "M";
	req.params = &p;
	req.param_count = 1;
	assert_int_equal(wsman_build(&req, 1, &xml), -EINVAL);
	assert_null(xml);
	req.op = WSMAN_PULL;
	assert_int_equal(wsman_build(&req, 1, &xml), -EINVAL);
	req.op = WSMAN_DELETE + 1;
	assert_int_equal(wsman_build(&req, 1, &xml), -EINVAL);
}

static void get_answer_gives_its_properties(void **state)
{
	struct wsman_reply *r =
		parse(HEAD "<g:AMT_GeneralSettings><g:DigestRealm>Digest:AB&amp;C</g:DigestRealm>"
			   "<g:HostName/><g:Nested><g:Inner>x</g:Inner></g:Nested>"
			   "</g:AMT_GeneralSettings>" TAIL);

	assert_string_equal(wsman_reply_payload(r), "AMT_GeneralSettings");
	assert_string_equal(wsman_reply_relates_to(r), "7");
	assert_string_equal(wsman_reply_value(r, 0, "DigestRealm"), "Digest:AB&C");
	assert_string_equal(wsman_reply_value(r, 0, "HostName"), "");
	assert_null(wsman_reply_value(r, 0, "Inner"));
	assert_null(wsman_reply_value(r, 0, "Missing"));
	assert_false(wsman_reply_is_fault(r));
	wsman_reply_free(r);
}

static void properties_come_in_their_order(void **state)
{
	struct wsman_reply *r = parse(HEAD "<g:A><g:Two>2</g:Two><g:One>1</g:One></g:A>" TAIL);
	const char *name, *value;

	assert_true(wsman_reply_property(r, 0, 1, &name, &value));
	assert_string_equal(name, "One");
	assert_string_equal(value, "1");
	assert_true(wsman_reply_property(r, 0, 0, &name, &value));
	assert_string_equal(name, "Two");
	assert_false(wsman_reply_property(r, 0, 2, &name, &value));
	assert_false(wsman_reply_property(r, 1, 0, &name, &value));
	wsman_reply_free(r);
}

static void empty_body_has_no_payload(void **state)
{
	struct wsman_reply *r = parse(HEAD TAIL);

	assert_string_equal(wsman_reply_payload(r), "");
	assert_false(wsman_reply_is_fault(r));
	wsman_reply_free(r);
}

static void pull_answer_keeps_instances_apart(void **state)
{
	struct wsman_reply *r =
		parse(HEAD "<g:PullResponse><g:Items>"
			   "<h:CIM_SoftwareIdentity><h:InstanceID>Flash</h:InstanceID>"
			   "<h:VersionString>1</h:VersionString></h:CIM_SoftwareIdentity>"
			   "<h:CIM_SoftwareIdentity><h:InstanceID>AMT</h:InstanceID>"
			   "<h:VersionString>12.0.49</h:VersionString></h:CIM_SoftwareIdentity>"
			   "</g:Items><g:EndOfSequence></g:EndOfSequence></g:PullResponse>" TAIL);

	assert_int_equal(wsman_reply_count(r), 2);
	assert_string_equal(wsman_reply_value(r, 1, "VersionString"), "12.0.49");
	assert_string_equal(wsman_reply_value(r, 0, "InstanceID"), "Flash");
	assert_null(wsman_reply_context(r));
	wsman_reply_free(r);
}

static void empty_pull_has_no_instance(void **state)
{
	struct wsman_reply *r = parse(HEAD
				      "<g:PullResponse>"
				      "<g:EnumerationContext>D4</g:EnumerationContext><g:Items/>"
				      "</g:PullResponse>" TAIL);

	assert_int_equal(wsman_reply_count(r), 0);
	assert_string_equal(wsman_reply_context(r), "D4");
	wsman_reply_free(r);
}

static void return_value_must_be_a_number(void **state)
{
	static const struct {
		const char *text;
		int ret;
	} cases[] = {
		{ "<g:ReturnValue>2057</g:ReturnValue>", 0 },
		{ "<g:ReturnValue>-1</g:ReturnValue>", -EBADMSG },
		{ "<g:ReturnValue>4294967296</g:ReturnValue>", -EBADMSG },
		{ "<g:ReturnValue>0x</g:ReturnValue>", -EBADMSG },
		{ "<g:ReturnValue></g:ReturnValue>", -EBADMSG },
		{ "<g:Other>0</g:Other>", -ENODATA },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char xml[1024];
		struct wsman_reply *r;
		uint32_t value = 0;

		snprintf(xml, sizeof(xml), HEAD "<g:M_OUTPUT>%s</g:M_OUTPUT>" TAIL, cases[i].text);
		r = parse(xml);
		assert_int_equal(wsman_reply_return_value(r, &value), cases[i].ret);
		if (!cases[i].ret)
			assert_string_equal(wsman_status_name(value), "DATA_MISSING");
		wsman_reply_free(r);
	}
}

static void fault_is_named_by_its_innermost_code(void **state)
{
	struct wsman_reply *r =
		parse(HEAD "<a:Fault><a:Code><a:Value>a:Sender</a:Value>"
			   "<a:Subcode><a:Value>e:AccessDenied</a:Value></a:Subcode></a:Code>"
			   "<a:Reason><a:Text xml:lang=\"en-US\">no</a:Text></a:Reason>"
			   "<a:Detail/></a:Fault>" TAIL);

	assert_true(wsman_reply_is_fault(r));
	assert_string_equal(wsman_reply_fault_code(r), "AccessDenied");
	assert_string_equal(wsman_reply_fault_reason(r), "no");
	assert_int_equal(wsman_reply_count(r), 0);
	wsman_reply_free(r);
}

static void declarations_and_entities_are_refused(void **state)
{
	assert_int_equal(refuse("<!DOCTYPE a [<!ENTITY x \"y\">]>" HEAD "<g:A/>" TAIL), -EBADMSG);
	assert_int_equal(refuse("<?xml version=\"1.0\"?><!DOCTYPE a SYSTEM "
				"\"file:///etc/passwd\"><a/>"),
			 -EBADMSG);
	assert_int_equal(refuse(HEAD "<g:A><g:B>&x;</g:B></g:A>" TAIL), -EBADMSG);
	assert_int_equal(refuse("<?xml version=\"1.0\" encoding=\"UTF-16\"?>\xff\xfe<a/>"),
			 -EBADMSG);
}

static void what_is_not_an_envelope_is_refused(void **state)
{
	struct wsman_reply *r;

	assert_int_equal(refuse(""), -EBADMSG);
	assert_int_equal(refuse("hello"), -EBADMSG);
	assert_int_equal(refuse("<Envelope/>"), -EBADMSG);
	assert_int_equal(refuse("<html><body>Log on failed</body></html>"), -EBADMSG);
	assert_int_equal(refuse("<a:Envelope xmlns:a=\"http://www.w3.org/2003/05/soap-envelope\">"
				"<a:Header/></a:Envelope>"),
			 -EBADMSG);
	assert_int_equal(refuse(HEAD "<g:A/><g:B/>" TAIL), -EBADMSG);
	assert_int_equal(refuse(HEAD "<g:A/></a:Body><a:Body><g:B/>" TAIL), -EBADMSG);
	assert_int_equal(wsman_reply_parse(HEAD "<g:A/>" TAIL "\0", sizeof(HEAD "<g:A/>" TAIL), &r),
			 -EBADMSG);
}

static void every_truncation_is_refused(void **state)
{
	static const char xml[] = HEAD "<g:A><g:B>1</g:B></g:A>" TAIL;

	for (size_t len = 0; len + 1 < sizeof(xml); len++) {
		char *copy = malloc(len ? len : 1);
		struct wsman_reply *r;

		assert_non_null(copy);
		memcpy(copy, xml, len);
		assert_int_equal(wsman_reply_parse(copy, len, &r), -EBADMSG);
		free(copy);
	}
}

static char *repeat(const char *head, const char *unit, size_t count, const char *tail)
{
	size_t len = strlen(unit);
	char *out = malloc(strlen(head) + len * count + strlen(tail) + 1);
	char *p;

	assert_non_null(out);
	p = stpcpy(out, head);
	for (size_t i = 0; i < count; i++)
		p = stpcpy(p, unit);
	strcpy(p, tail);
	return out;
}

static void size_depth_and_count_are_capped(void **state)
{
	char *deep = repeat(HEAD, "<g:a>", WSMAN_DEPTH_MAX, "");
	char *many = repeat(HEAD "<g:A>", "<g:a/>", WSMAN_ELEMENTS_MAX, "</g:A>" TAIL);
	char *large = repeat(HEAD "<g:A>", "0123456789abcdef", WSMAN_REPLY_MAX / 16, "</g:A>" TAIL);
	char *value = repeat(HEAD "<g:A><g:V>", "0123456789abcdef", 5000, "</g:V></g:A>" TAIL);

	assert_int_equal(refuse(deep), -EMSGSIZE);
	assert_int_equal(refuse(many), -EMSGSIZE);
	assert_int_equal(refuse(large), -EMSGSIZE);
	assert_int_equal(refuse(value), -EMSGSIZE);
	free(deep);
	free(many);
	free(large);
	free(value);
}

static void base64_is_strict(void **state)
{
	uint8_t out[32];

	assert_int_equal(wsman_base64_decode("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", out,
					     sizeof(out)),
			 32);
	assert_int_equal(wsman_base64_decode("QUI=", out, sizeof(out)), 2);
	assert_memory_equal(out, "AB", 2);
	assert_int_equal(wsman_base64_decode("QQ==", out, sizeof(out)), 1);
	assert_int_equal(wsman_base64_decode("", out, sizeof(out)), 0);
	assert_int_equal(wsman_base64_decode("QUI", out, sizeof(out)), -EINVAL);
	assert_int_equal(wsman_base64_decode("Q=I=", out, sizeof(out)), -EINVAL);
	assert_int_equal(wsman_base64_decode("QUI=QUI=", out, sizeof(out)), -EINVAL);
	assert_int_equal(wsman_base64_decode("QU-=", out, sizeof(out)), -EINVAL);
	assert_int_equal(wsman_base64_decode(" QUI", out, sizeof(out)), -EINVAL);
	assert_int_equal(wsman_base64_decode("====", out, sizeof(out)), -EINVAL);
	assert_int_equal(wsman_base64_decode("QUJD", out, 2), -ENOBUFS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(method_input_is_escaped_and_in_the_class_namespace),
		cmocka_unit_test(pull_carries_the_context),
		cmocka_unit_test(create_has_the_instance_and_delete_its_name),
		cmocka_unit_test(impossible_requests_are_refused),
		cmocka_unit_test(get_answer_gives_its_properties),
		cmocka_unit_test(properties_come_in_their_order),
		cmocka_unit_test(empty_body_has_no_payload),
		cmocka_unit_test(pull_answer_keeps_instances_apart),
		cmocka_unit_test(empty_pull_has_no_instance),
		cmocka_unit_test(return_value_must_be_a_number),
		cmocka_unit_test(fault_is_named_by_its_innermost_code),
		cmocka_unit_test(declarations_and_entities_are_refused),
		cmocka_unit_test(what_is_not_an_envelope_is_refused),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(size_depth_and_count_are_capped),
		cmocka_unit_test(base64_is_strict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
