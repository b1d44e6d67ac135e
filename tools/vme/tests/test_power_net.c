// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A device that a server has configured, after its power was gone: who comes to 16993
 * meets the certificate, the users and the settings of before.
 */
#include <arpa/inet.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "tools/vme/amt.h"
#include "tools/vme/key_pool.h"
#include "tools/vme/log.h"
#include "tools/vme/net_settings.h"
#include "tools/vme/tests/test_chain_make.h"
#include "tools/vme/tests/test_net_server.h"
#include "tools/vme/vme.h"
#include "tools/vme/wsman.h"

#define AMT_URI	    "http://intel.com/wbem/wscim/1/amt-schema/1/"
#define KEYS_URI    AMT_URI "AMT_PublicKeyManagementService"
#define CONTEXT_URI AMT_URI "AMT_TLSCredentialContext"
#define GENERAL_URI AMT_URI "AMT_GeneralSettings"
#define TRANSFER    "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
#define PASSWORD    "P@ssw0rd"
#define ROUNDS	    20

static char folder[] = "/tmp/test_power_net.XXXXXX";
static char flash[64], address[64];
static char why[CONFIG_WHY_MAX];
static char realm[64];
static struct device dev;
static struct key_pool *pool; /* so that no time is spent on keys */

static int make_all(void **state)
{
	log_set_level(LOG_LEVEL_ERROR);
	spoken_realm = realm;
	pool = key_pool_new(NULL, 1);
	return pool && mkdtemp(folder) ? make_chain(state) : -1;
}

static int free_all(void **state)
{
	free_chain(state);
	key_pool_free(pool);
	return rmdir(folder);
}

/* A port that was free a moment ago. */
static int setup(void **state)
{
	socklen_t len = sizeof(dev.addr);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool bound;

	dev.addr = (struct sockaddr_in){ .sin_family = AF_INET };
	inet_pton(AF_INET, "127.0.0.78", &dev.addr.sin_addr);
	bound = fd >= 0 && !bind(fd, (struct sockaddr *)&dev.addr, len) &&
		!getsockname(fd, (struct sockaddr *)&dev.addr, &len);
	if (fd >= 0)
		close(fd);
	if (!bound)
		return -1;
	snprintf(address, sizeof(address), "127.0.0.78:%u", ntohs(dev.addr.sin_port));
	snprintf(flash, sizeof(flash), "%s/flash", folder);
	return 0;
}

static int teardown(void **state)
{
	static const char *const names[] = { "", ".new", ".lock" };
	char name[80];
	size_t i;

	for (i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "%s%s", flash, names[i]);
		unlink(name);
	}
	return 0;
}

/* @net: with the port of the network face. */
static struct vme *power_on(bool net)
{
	struct vme_config config;
	struct vme *vme;

	assert_int_equal(config_init(&config), 0);
	assert_int_equal(config_set(&config, "flash", flash, why), 0);
	assert_int_equal(config_set(&config, "log", "error", why), 0);
	assert_int_equal(config_set(&config, "cert-delay-ms", "0", why), 0);
	if (net)
		assert_int_equal(config_set(&config, "net", address, why), 0);
	vme = vme_new(&config, why);
	if (!vme)
		fail_msg("%s", why);
	strcpy(realm, vme->amt->digest_realm);
	return vme;
}

/* --- a server at work, without a wire between --- */

static void operate(struct vme *vme, const char *action, const char *uri, const char *body,
		    const char *want)
{
	struct wsman *wsman = wsman_new(vme->amt);
	struct wsman_reply reply;
	char soap[6000];
	int len;

	len = snprintf(soap, sizeof(soap),
		       "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\" "
		       "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
		       "xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\"><e:Header>"
		       "<a:Action>%s</a:Action><w:ResourceURI>%s</w:ResourceURI>"
		       "<a:MessageID>1</a:MessageID></e:Header><e:Body>%s</e:Body></e:Envelope>",
		       action, uri, body);
	assert_in_range(len, 1, sizeof(soap) - 1);
	assert_int_equal(wsman_handle(wsman, NULL, soap, (size_t)len, &reply), 0);
	expect(reply.text, want);
	free(reply.text);
	wsman_free(wsman);
}

static void method(struct vme *vme, const char *uri, const char *name, const char *input)
{
	char action[256];

	snprintf(action, sizeof(action), "%s/%s", uri, name);
	operate(vme, action, uri, input, "<g:ReturnValue>0<");
}

static void add_blob(struct vme *vme, const char *name, const char *element, unsigned char *der,
		     int len)
{
	char text[4096], input[4200];

	assert_in_range(len, 1, 3000);
	EVP_EncodeBlock((unsigned char *)text, der, len);
	OPENSSL_free(der);
	snprintf(input, sizeof(input), "<X><%s>%s</%s></X>", element, text, element);
	method(vme, KEYS_URI, name, input);
}

static void install_certificate(struct vme *vme)
{
	unsigned char *der = NULL;
	char body[512];
	int len = i2d_PrivateKey(leaf_key, &der);

	add_blob(vme, "AddKey", "KeyBlob", der, len);
	der = NULL;
	len = i2d_X509(leaf, &der);
	add_blob(vme, "AddCertificate", "CertificateBlob", der, len);
	snprintf(body, sizeof(body),
		 "<AMT_TLSCredentialContext><ElementInContext><a:ReferenceParameters>"
		 "<w:SelectorSet><w:Selector Name=\"InstanceID\">Intel(r) AMT Certificate: "
		 "Handle: %u</w:Selector></w:SelectorSet></a:ReferenceParameters>"
		 "</ElementInContext></AMT_TLSCredentialContext>",
		 vme->amt->settings->certs[0].handle);
	operate(vme, TRANSFER "Create", CONTEXT_URI, body, "ResourceCreated");
}

static void set_password(struct vme *vme)
{
	char text[128], input[256];
	unsigned char sum[16];
	int i, len;

	snprintf(text, sizeof(text), "admin:%s:" PASSWORD, realm);
	EVP_Digest(text, strlen(text), sum, NULL, EVP_md5(), NULL);
	len = snprintf(input, sizeof(input), "<X><Username>admin</Username><DigestPassword>");
	for (i = 0; i < 16; i++)
		len += snprintf(input + len, sizeof(input) - (size_t)len, "%02x", sum[i]);
	snprintf(input + len, sizeof(input) - (size_t)len, "</DigestPassword></X>");
	method(vme, AUTH_URI, "SetAdminAclEntryEx", input);
}

static void open_window(struct vme *vme)
{
	uint32_t status;

	while ((status = amt_start(vme->amt, false)) == AMT_CERTIFICATE_NOT_READY)
		event_base_loop(vme->base, EVLOOP_ONCE);
	assert_int_equal(status, AMT_SUCCESS);
}

/* All but the commit. */
static void prepare(struct vme *vme)
{
	open_window(vme);
	if (vme->amt->mebx_default)
		method(vme, SETUP_URI, "SetMEBxPassword",
		       "<X><Password>Str0ng!pass</Password></X>");
	set_password(vme);
	install_certificate(vme);
	operate(vme, TRANSFER "Put", GENERAL_URI,
		"<AMT_GeneralSettings><HostName>pc17</HostName></AMT_GeneralSettings>",
		"<g:HostName>pc17<");
}

/* --- a client at the port --- */

static pid_t serve(void)
{
	struct vme *vme;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid)
		return pid;
	vme = power_on(true);
	event_base_dispatch(vme->base);
	_exit(1);
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static SSL *connect_to_device(X509 *want)
{
	SSL *ssl = handshake(dial_patiently(&dev), NULL, NULL, NULL);
	X509 *served;

	assert_non_null(ssl);
	served = SSL_get1_peer_certificate(ssl);
	assert_int_equal(X509_cmp(served, want), 0);
	X509_free(served);
	return ssl;
}

/* What a Get of the general settings is answered to who has @password. */
static void get_as_admin(const char *password, char answer[8192])
{
	char text[4096], authorization[512];
	SSL *ssl = connect_to_device(leaf);
	size_t len;

	ask(ssl, GENERAL_URI, NULL, "", answer);
	expect(answer, "HTTP/1.1 401");
	hang_up(ssl);
	authorize(answer, password, authorization);
	ssl = connect_to_device(leaf);
	len = request_text(text, GENERAL_URI, NULL, "", authorization);
	assert_int_equal(SSL_write(ssl, text, (int)len), len);
	read_answer(ssl, answer);
	hang_up(ssl);
}

static void a_configured_device_serves_its_certificate_and_password_again(void **state)
{
	struct vme *vme = power_on(false);
	char answer[8192];
	pid_t pid;

	prepare(vme);
	method(vme, SETUP_URI, "CommitChanges", "");
	vme_free(vme);
	pid = serve();
	get_as_admin(PASSWORD, answer);
	expect(answer, "HTTP/1.1 200");
	expect(answer, "<g:HostName>pc17<");
	get_as_admin("another0ne!", answer);
	expect(answer, "HTTP/1.1 401");
	end(pid);
}

/* Nothing is saved at the end: the request itself has to. */
static void what_changes_in_operation_is_kept_at_once(void **state)
{
	struct vme *vme = power_on(false);

	prepare(vme);
	method(vme, SETUP_URI, "CommitChanges", "");
	operate(vme, TRANSFER "Put", GENERAL_URI,
		"<AMT_GeneralSettings><HostName>pc18</HostName></AMT_GeneralSettings>",
		"<g:HostName>pc18<");
	vme_free(vme);
	vme = power_on(false);
	assert_int_equal(vme->amt->state, AMT_POST);
	assert_string_equal(net_value_get(vme->amt->settings, "AMT_GeneralSettings", 0, "HostName"),
			    "pc18");
	vme_free(vme);
}

/* --- kills --- */

/* How far the child has come, as it says itself. */
enum stage { CLEAN, COMMITTING, CONFIGURED, UNPROVISIONING };

struct life {
	enum stage stage;
	unsigned int commits;
	bool begun;
};

static void unprovision(struct vme *vme, struct life *life)
{
	life->stage = UNPROVISIONING;
	method(vme, SETUP_URI, "Unprovision", "<X><ProvisioningMode>1</ProvisioningMode></X>");
	life->stage = CLEAN;
}

static void live(struct life *life)
{
	struct vme *vme = power_on(false);

	vme->amt->key_pool = pool;
	life->stage = vme->amt->state == AMT_POST ? CONFIGURED : CLEAN;
	life->begun = true;
	if (vme->amt->state == AMT_IN)
		amt_stop(vme->amt);
	if (vme->amt->state == AMT_POST)
		unprovision(vme, life);
	for (;;) {
		prepare(vme);
		life->stage = COMMITTING;
		method(vme, SETUP_URI, "CommitChanges", "");
		life->stage = CONFIGURED;
		life->commits++;
		unprovision(vme, life);
	}
}

/*
 * Never one without the other; and nothing in a device that is not configured, but for
 * names when setup was stopped after the administrator had been set.
 */
static bool is_whole(const struct amt *amt)
{
	const struct net_settings *settings = amt->settings;
	const struct net_cert *cert = net_cert_find(settings, settings->tls.cert);

	if (amt->state == AMT_POST)
		return amt->admin_set && settings->tls.has_cert && cert &&
		       net_key_of_cert(settings, cert->cert) &&
		       net_value_get(settings, "AMT_GeneralSettings", 0, "HostName");
	if (settings->tls.has_cert)
		return false;
	return amt->state == AMT_IN || (!settings->key_count && !settings->cert_count &&
					(amt->admin_set || STAILQ_EMPTY(&settings->values)));
}

static bool is_as_answered(const struct amt *amt, enum stage stage)
{
	if (stage == CLEAN || stage == CONFIGURED)
		return (amt->state == AMT_POST) == (stage == CONFIGURED);
	return true;
}

static pid_t give_life(struct life *life)
{
	pid_t pid;

	life->begun = false;
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid)
		live(life);
	while (!*(volatile bool *)&life->begun)
		sleep_ms(1);
	return pid;
}

/* How long setup takes on this machine, so that kills fall into all of it. */
static unsigned int setup_ms(struct life *life)
{
	pid_t pid = give_life(life);
	unsigned int ms = 0;

	for (; !*(volatile unsigned int *)&life->commits; ms++)
		sleep_ms(1);
	end(pid);
	return ms + 10;
}

static void a_kill_at_any_moment_keeps_what_was_answered(void **state)
{
	const int flags = MAP_SHARED | MAP_ANONYMOUS;
	/* cppcheck-suppress invalidFunctionArg */
	struct life *life = mmap(NULL, sizeof(*life), PROT_READ | PROT_WRITE, flags, -1, 0);
	unsigned int seed = 11, span_ms, i;
	struct vme *vme;
	pid_t pid;

	assert_true(life != MAP_FAILED);
	span_ms = 2 * setup_ms(life);
	for (i = 0; i < ROUNDS; i++) {
		pid = give_life(life);
		sleep_ms((unsigned int)rand_r(&seed) % span_ms);
		end(pid);
		vme = power_on(false);
		if (!is_whole(vme->amt) || !is_as_answered(vme->amt, life->stage))
			fail_msg("round %u: stage %d, but state %d, keys %zu", i, life->stage,
				 vme->amt->state, vme->amt->settings->key_count);
		vme_free(vme);
	}
	munmap(life, sizeof(*life));
}

#define promise(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		promise(a_configured_device_serves_its_certificate_and_password_again),
		promise(what_changes_in_operation_is_kept_at_once),
		promise(a_kill_at_any_moment_keeps_what_was_answered),
	};

	return cmocka_run_group_tests(tests, make_all, free_all);
}
