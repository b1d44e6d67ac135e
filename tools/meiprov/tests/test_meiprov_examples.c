// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The examples of the tool's manual pages, run as they stand there, on a virtual ME. What
 * belongs to the reader's place is put in: the transport, names of machines, the
 * certificate to trust. The virtual ME's is its own, so that example's CA becomes its pin.
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
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "libmeiprov/tests/certs.h"
#include "libmeiprov/tests/vme_rig.h"

#define PAGES	 "Documentation/man/"
#define PASSWORD "P@ssw0rd"
#define PIN_SIZE 128

static struct rig rig;
static char out[65536], address[32], pin[PIN_SIZE];
static unsigned int port;

/* --- the place --- */

static void put_file(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	rig_path(&rig, name, path, sizeof(path));
	file = fopen(path, "we");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void put_certificates(void)
{
	const struct cert_spec root = { .cn = "Root", .ca = true, .rsa_bits = 2048 };
	const struct cert_spec leaf = { .cn = "sca.example.org",
					.rsa_bits = 2048,
					.eku = "serverAuth,2.16.840.1.113741.1.2.3" };
	struct cert r = cert_make(&root, NULL), l = cert_make(&leaf, &r);
	char pem[8192] = "";

	cert_pem(&r, pem, sizeof(pem));
	put_file("root.pem", pem);
	*pem = '\0';
	cert_pem(&l, pem, sizeof(pem));
	cert_pem(&r, pem, sizeof(pem));
	put_file("chain.pem", pem);
	cert_free(&l);
	cert_free(&r);
}

/* The tool as the pages call it, which keeps the status of each call. */
static void put_tool(void)
{
	char program[256], text[2048];

	rig_program("meiprov", program, sizeof(program));
	snprintf(text, sizeof(text),
		 "case \" $* \" in\n"
		 "*' --password-credential '*) set -- \"$@\" --port %u ;;\n"
		 "*' --remote '*) set -- \"$@\" --port %u --password-file amt ;;\n"
		 "*' replay '* | *' watch '*) ;;\n"
		 "*) set -- --transport socket:%s \"$@\" ;;\n"
		 "esac\n"
		 "case \" $* \" in *' watch '*) set -- \"$@\" --timeout 1 ;; esac\n"
		 "%s \"$@\"; status=$?; echo $status >>statuses; exit $status\n",
		 port, port, rig.socket, program);
	put_file("tool", text);
}

static unsigned int free_port(void)
{
	struct sockaddr_in sa = { .sin_family = AF_INET };
	socklen_t len = sizeof(sa);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	inet_pton(AF_INET, address, &sa.sin_addr);
	assert_int_equal(bind(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&sa, &len), 0);
	close(fd);
	return ntohs(sa.sin_port);
}

/* @state: of the ME; one that is configured has a network face, and needs a while for it. */
static void start(const char *state)
{
	char first[32], server[64], net[64];
	const char *settings[] = { first,
				   server,
				   "cert-delay-ms=0",
				   "mebx-password=" PASSWORD,
				   strcmp(state, "post") ? NULL : net,
				   NULL };

	snprintf(address, sizeof(address), "127.81.%d.%d", getpid() / 250 % 250,
		 getpid() % 250 + 2);
	port = free_port();
	snprintf(first, sizeof(first), "state=%s", state);
	snprintf(server, sizeof(server), "config-server=%s", address);
	snprintf(net, sizeof(net), "net=%s:%u", address, port);
	rig_start(&rig, settings);
	put_file("amt", PASSWORD "\n");
	put_file("otp", "one-time-word\n");
	put_certificates();
	put_tool();
}

/* The certificate's digest, as the refusal shows it; once the face listens. */
static void learn_pin(void)
{
	char command[512], program[256];

	rig_program("meiprov", program, sizeof(program));
	snprintf(
		command, sizeof(command),
		"for i in $(seq 200); do p=$(%s state --remote %s --port %u --password-file %s/amt "
		"2>&1 | sed -n 's/.*--pin //p'); [ -z \"$p\" ] || break; sleep 0.1; done; "
		"printf %%s \"$p\"",
		program, address, port, rig.dir);
	assert_int_equal(rig_shell(command, pin, sizeof(pin)), 0);
	assert_int_equal(strlen(pin), 95);
}

/* --- an example --- */

/* The commands between the Nth pair of fences of a page. */
#define EXTRACT \
	"awk -v n=%d '/^```$/ { inside = !inside; seen += inside; next } inside && " \
	"seen == n' " PAGES "%s.scd"
#define PUT_IN \
	"sed -e 's|/run/meiprov/otp|otp|; s|sca.example.org|%s|; s|pc7.example.org|%s|'" \
	" -e 's|192.0.2.7|%s|; s|--ca amt-ca.pem|--pin %s|; s|3F:1D:[.]*|%s|'"

static void run_example(const char *page, int number)
{
	char command[2048];
	size_t used;

	used = (size_t)snprintf(command, sizeof(command), EXTRACT " | " PUT_IN, number, page,
				address, address, address, pin, pin);
	snprintf(command + used, sizeof(command) - used,
		 " >%s/example; cd %s; export CREDENTIALS_DIRECTORY=%s; "
		 "bash -c 'meiprov() { sh ./tool \"$@\"; }; . ./example' 2>&1; "
		 "echo \"=$(echo $(cat statuses))\"",
		 rig.dir, rig.dir, rig.dir);
	rig_shell(command, out, sizeof(out));
}

/* @statuses: of the tool's calls, in order. @says: what is printed among the rest. */
static const struct {
	const char *page;
	int number;
	const char *state;
	const char *statuses;
	const char *says;
} rows[] = {
	{ "meiprov.1", 1, "pre", "=0 0\n", "provisioning state  PRE (0)" },
	{ "meiprov.1", 2, "pre", "=11\n", "chain-root-refused" },
	{ "meiprov.1", 3, "pre", "=11 0\n", "hash-write         no" },
	{ "meiprov.1", 4, "in", "=0 0 0 4\n", "configuration runs" },
	{ "meiprov.1", 5, "pre", "=0 0\n", "the one-time password is in the ME" },
	{ "meiprov.1", 6, "pre", "=0\n", "the one-time password is in the ME" },
	{ "meiprov-remote.7", 1, "post", "=0\n", "the hash is in the table, with handle " },
	{ "meiprov-remote.7", 2, "post", "=0\n", " in all, " },
	{ "meiprov-check.7", 1, "pre", "=11 11 11\n", "\nstart the server; " },
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* With the module, watch in place of its error waits for a second. */
static void each_example_does_what_it_is_there_for(void **state)
{
	for (size_t i = 0; i < ROWS; i++) {
		bool watched = i == 3 && !access("/sys/module/mei_prov", F_OK);

		start(rows[i].state);
		if (!strcmp(rows[i].state, "post"))
			learn_pin();
		run_example(rows[i].page, rows[i].number);
		rig_stop(&rig);
		if (!strstr(out, watched ? "=0 0 0 0\n" : rows[i].statuses) ||
		    !strstr(out, rows[i].says))
			fail_msg("%s, example %d:\n%s", rows[i].page, rows[i].number, out);
	}
}

static void no_example_is_left_out(void **state)
{
	static const char *const pages[] = { "meiprov.1", "meiprov-remote.7", "meiprov-check.7" };
	char command[128];

	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		int known = 0;

		for (size_t n = 0; n < ROWS; n++)
			known += !strcmp(rows[n].page, pages[i]);
		snprintf(command, sizeof(command), "grep -c '^```$' " PAGES "%s.scd", pages[i]);
		assert_int_equal(rig_shell(command, out, sizeof(out)), 0);
		if (atoi(out) != 2 * known)
			fail_msg("%s has %d fences, and %d examples are run", pages[i], atoi(out),
				 known);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_example_does_what_it_is_there_for),
		cmocka_unit_test(no_example_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
