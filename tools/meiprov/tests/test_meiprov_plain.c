// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * meiprov --remote --plain: without TLS, on a virtual ME whose server has allowed that.
 * What goes over the wire then can be read, and is: a thread in between writes it down.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "libmeiprov/tests/vme_rig.h"
#include "tools/meiprov/exit.h"
#include "tools/wsman/trust.h"
#include "tools/wsman/wsman.h"

#define PASSWORD "P@ssw0rd"
#define DIGEST	 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define SETUP	 "AMT_SetupAndConfigurationService"
#define SETTING	 "AMT_TLSSettingData"
#define REMOTE	 "Intel(r) AMT 802.3 TLS Settings"

static struct rig rig;
static char out[65536], address[32];
static unsigned int port; /* of TLS; without it is one below */

/* --- addresses --- */

static struct sockaddr_in address_of(unsigned int number)
{
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_port = htons((uint16_t)number) };

	inet_pton(AF_INET, address, &sa.sin_addr);
	return sa;
}

static int dial(unsigned int number)
{
	struct sockaddr_in sa = address_of(number);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (!connect(fd, (struct sockaddr *)&sa, sizeof(sa)))
		return fd;
	close(fd);
	return -1;
}

static void await(unsigned int number)
{
	int fd = -1;

	for (int i = 0; i < 1000 && fd < 0; i++) {
		usleep(20000);
		fd = dial(number);
	}
	assert_true(fd >= 0);
	close(fd);
}

/* A socket that is bound, and its port. */
static int bound(unsigned int *number)
{
	struct sockaddr_in sa = address_of(0);
	socklen_t len = sizeof(sa);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&sa, &len), 0);
	*number = ntohs(sa.sin_port);
	return fd;
}

/* --- what a server has allowed --- */

static void ask(struct wsman_client *client, const struct wsman_request *req)
{
	struct wsman_result result;

	if (wsman_client_exchange(client, req, &result) != WSMAN_OK)
		fail_msg("%s: %s", req->class_name, result.why);
	wsman_reply_free(result.reply);
}

static void put_settings(struct wsman_client *client)
{
	static const struct wsman_param selectors[] = { { "InstanceID", REMOTE } };
	static const struct wsman_param params[] = { { "AcceptNonSecureConnections", "true" },
						     { "ElementName", REMOTE },
						     { "Enabled", "true" },
						     { "InstanceID", REMOTE },
						     { "MutualAuthentication", "false" } };
	const struct wsman_request put = { .op = WSMAN_PUT,
					   .class_name = SETTING,
					   .params = params,
					   .param_count = 5,
					   .selectors = selectors,
					   .selector_count = 1 };
	const struct wsman_request commit = { .op = WSMAN_INVOKE,
					      .class_name = SETUP,
					      .method = "CommitChanges" };

	ask(client, &put);
	ask(client, &commit);
}

static void allow_plain(void)
{
	char url[64];
	struct wsman_trust any = { .kind = WSMAN_TRUST_ANY };
	const struct wsman_options options = {
		.url = url, .tls_setup = wsman_trust_setup, .tls_ctx = &any, .exchange_ms = 20000
	};
	struct wsman_client *client;

	snprintf(url, sizeof(url), "https://%s:%u/wsman", address, port);
	assert_int_equal(wsman_client_new(&options, &client), 0);
	assert_int_equal(wsman_client_credentials(client, "admin", PASSWORD), 0);
	put_settings(client);
	wsman_client_free(client);
}

static void start(const char *profile)
{
	char net[64], generation[32];
	const char *settings[] = { net,
				   generation,
				   "state=post",
				   "mebx-password=" PASSWORD,
				   "cert-delay-ms=0",
				   "commit-pause-ms=0",
				   "default-hashes=off",
				   "config-server-fqdn=sca.example.org",
				   "suffix=example.org",
				   "hash=Root,sha256," DIGEST,
				   NULL };
	char path[128];
	FILE *file;

	snprintf(address, sizeof(address), "127.80.%d.%d", getpid() / 250 % 250,
		 getpid() % 250 + 2);
	close(bound(&port));
	snprintf(net, sizeof(net), "net=%s:%u", address, port);
	snprintf(generation, sizeof(generation), "profile=%s", profile);
	rig_start(&rig, settings);
	rig_path(&rig, "password", path, sizeof(path));
	file = fopen(path, "we");
	fputs(PASSWORD "\n", file);
	fclose(file);
	await(port);
}

static int setup_allowed(void **state)
{
	start("12.0");
	allow_plain();
	await(port - 1);
	return 0;
}

static int setup_refused(void **state)
{
	start("12.0");
	return 0;
}

static int setup_amt_16(void **state)
{
	start("16.1");
	allow_plain();
	return 0;
}

static int teardown(void **state)
{
	rig_stop(&rig);
	return 0;
}

/* --- the tool --- */

static int run(const char *arguments, unsigned int number)
{
	char program[256], command[1024];

	rig_program("meiprov", program, sizeof(program));
	snprintf(command, sizeof(command),
		 "%s %s --remote %s --port %u --plain --password-file %s/password 2>&1", program,
		 arguments, address, number, rig.dir);
	return rig_shell(command, out, sizeof(out));
}

static void assert_says(const char *text)
{
	if (!strstr(out, text))
		fail_msg("\"%s\" is not in:\n%s", text, out);
}

static void without_tls_the_table_is_read_and_changed(void **state)
{
	assert_int_equal(run("hash list", port - 1), EXIT_DONE);
	assert_says("active    custom   SHA-256  Root\n        " DIGEST "\n");
	assert_int_equal(run("hash disable 00010203", port - 1), EXIT_DONE);
	assert_int_equal(run("hash list", port - 1), EXIT_DONE);
	assert_says("inactive  custom");
}

static void where_it_is_not_allowed_the_way_that_is_is_named(void **state)
{
	assert_int_equal(run("hash list", port - 1), EXIT_ABSENT);
	assert_says("next: without TLS AMT answers on port 16992, where a server has allowed it, "
		    "and newer releases never: leave out --plain");
	assert_int_equal(run("hash list", port), EXIT_FAILED);
	assert_says("leave out --plain");
	assert_null(strstr(out, DIGEST));
}

/* --- in between --- */

/**
 * struct between - passes on one connection after another
 * @sent, @got: all that the tool sent, and that came back
 */
struct between {
	pthread_t thread;
	int fd;
	unsigned int port;
	char sent[65536];
	char got[65536];
};

/* What came on @from goes to @to, and behind what is written in @text; false: it ended. */
static bool pass(int from, int to, char *text, size_t size)
{
	char bytes[4096];
	ssize_t len = read(from, bytes, sizeof(bytes));
	size_t used = strlen(text);

	if (len <= 0 || used + (size_t)len >= size || write(to, bytes, (size_t)len) != len)
		return false;
	memcpy(text + used, bytes, (size_t)len);
	text[used + (size_t)len] = '\0';
	return true;
}

static void pass_connection(struct between *b, int client, int device)
{
	struct pollfd fds[] = { { .fd = client, .events = POLLIN },
				{ .fd = device, .events = POLLIN } };
	bool goes_on = true;

	while (goes_on && poll(fds, 2, -1) > 0) {
		if (fds[0].revents)
			goes_on = pass(client, device, b->sent, sizeof(b->sent));
		if (goes_on && fds[1].revents)
			goes_on = pass(device, client, b->got, sizeof(b->got));
	}
}

static void *run_between(void *arg)
{
	struct between *b = arg;
	int client, device;

	while ((client = accept(b->fd, NULL, NULL)) >= 0) {
		device = dial(port - 1);
		if (device >= 0) {
			pass_connection(b, client, device);
			close(device);
		}
		close(client);
	}
	return NULL;
}

static struct between *between_start(void)
{
	struct between *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	b->fd = bound(&b->port);
	assert_int_equal(listen(b->fd, 4), 0);
	assert_int_equal(pthread_create(&b->thread, NULL, run_between, b), 0);
	return b;
}

static void between_stop(struct between *b)
{
	shutdown(b->fd, SHUT_RDWR);
	pthread_join(b->thread, NULL);
	close(b->fd);
}

/* --- the mode of ZTC is one property of an instance that is put back --- */

/* The body in which @text stands, parsed; in front of it may be the length of a chunk. */
static struct wsman_reply *message_with(char *all, const char *text)
{
	struct wsman_reply *message;
	char *at = strstr(all, text), *begin, *end;

	assert_non_null(at);
	for (begin = at; begin > all && strncmp(begin, "\r\n\r\n", 4); begin--)
		;
	begin = strchr(begin, '<');
	end = strstr(at, "Envelope>");
	assert_non_null(end);
	end += strlen("Envelope>");
	if (wsman_reply_parse(begin, (size_t)(end - begin), &message))
		fail_msg("not a message: %.*s", (int)(end - begin), begin);
	return message;
}

/* Each property that was shown stands in the Put as it was, but for these two. */
static void assert_put_back(const struct wsman_reply *shown, const struct wsman_reply *put,
			    const char *mode)
{
	const char *name, *value, *now;
	size_t count = 0;

	for (size_t n = 0; wsman_reply_property(shown, 0, n, &name, &value); n++) {
		now = wsman_reply_value(put, 0, name);
		if (!strcmp(name, "ProvisioningServerOTP")) {
			assert_null(now);
			continue;
		}
		if (!now)
			fail_msg("%s is not put back", name);
		assert_string_equal(now,
				    strcmp(name, "ZeroTouchConfigurationEnabled") ? value : mode);
		count++;
	}
	assert_int_equal(count, 14);
}

static void switch_ztc(const char *command, const char *mode)
{
	struct between *b = between_start();
	struct wsman_reply *shown, *put;

	assert_int_equal(run(command, b->port), EXIT_DONE);
	between_stop(b);
	assert_non_null(strstr(b->got, "ProvisioningServerOTP>"));
	assert_null(strstr(b->sent, "ProvisioningServerOTP"));
	assert_non_null(strstr(b->sent, "/transfer/Put<"));
	shown = message_with(b->got, "ProvisioningServerOTP>");
	put = message_with(b->sent, "/transfer/Put<");
	assert_put_back(shown, put, mode);
	wsman_reply_free(shown);
	wsman_reply_free(put);
	free(b);
}

static void the_one_time_password_is_never_put_back(void **state)
{
	switch_ztc("ztc disable --yes", "false");
	switch_ztc("ztc enable", "true");
}

/* What the person at the machine has set is what the device has afterwards too. */
static void other_properties_survive_a_put(void **state)
{
	char first[sizeof(out)], command[512], program[256];

	rig_program("vmectl", program, sizeof(program));
	snprintf(command, sizeof(command),
		 "for k in config-server-fqdn suffix dhcp-suffix ztc amt ehbc uuid; do"
		 " %s --socket %s get $k; done",
		 program, rig.control);
	assert_int_equal(rig_shell(command, first, sizeof(first)), 0);
	assert_non_null(strstr(first, "sca.example.org"));
	assert_int_equal(run("ztc disable --yes", port - 1), EXIT_DONE);
	assert_int_equal(run("ztc enable", port - 1), EXIT_DONE);
	assert_int_equal(rig_shell(command, out, sizeof(out)), 0);
	assert_string_equal(out, first);
}

int main(void)
{
#define TEST(name, setup) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(without_tls_the_table_is_read_and_changed, setup_allowed),
		TEST(where_it_is_not_allowed_the_way_that_is_is_named, setup_refused),
		TEST(where_it_is_not_allowed_the_way_that_is_is_named, setup_amt_16),
		TEST(the_one_time_password_is_never_put_back, setup_allowed),
		TEST(other_properties_survive_a_put, setup_allowed),
	};

	curl_global_init(CURL_GLOBAL_DEFAULT);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
