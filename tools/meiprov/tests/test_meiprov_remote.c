// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * meiprov --remote on the network face of a real virtual ME, which is configured. One
 * for all tests: it makes an RSA key when it starts.
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
#include "tools/meiprov/exit.h"

#define PASSWORD "P@ssw0rd"
#define UUID	 "939b524b-13d4-1d18-e487-1c697a6b7a2b"
#define DIGEST	 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define OTHER	 "f00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static struct rig rig;
static char out[65536], address[32];
static unsigned int port;

/* A port that nobody has, of an address of this test's own. */
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

static bool is_open(void)
{
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int ret;

	inet_pton(AF_INET, address, &sa.sin_addr);
	ret = connect(fd, (struct sockaddr *)&sa, sizeof(sa));
	close(fd);
	return !ret;
}

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

static int setup(void **state)
{
	char net[64];
	const char *settings[] = { "uuid=" UUID,
				   "state=post",
				   "mebx-password=" PASSWORD,
				   "cert-delay-ms=0",
				   "default-hashes=off",
				   "hash=Default root,sha256," DIGEST ",default",
				   net,
				   NULL };

	snprintf(address, sizeof(address), "127.77.%d.%d", getpid() / 250 % 250,
		 getpid() % 250 + 2);
	port = free_port();
	snprintf(net, sizeof(net), "net=%s:%u", address, port);
	rig_start(&rig, settings);
	put_file("password", PASSWORD "\n");
	for (int i = 0; i < 500 && !is_open(); i++)
		usleep(20000);
	assert_true(is_open());
	return 0;
}

static int teardown(void **state)
{
	rig_stop(&rig);
	return 0;
}

/* As it was at the start. */
static int reset(void **state)
{
	static const char *const orders[] = { "fault clear",	"hash delete 20", "hash delete 21",
					      "hash delete 22", "hash enable 0",  "set ztc on" };
	char program[256], command[512];

	rig_program("vmectl", program, sizeof(program));
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		snprintf(command, sizeof(command), "%s --socket %s %s 2>&1", program, rig.control,
			 orders[i]);
		rig_shell(command, out, sizeof(out));
	}
	return 0;
}

/* meiprov ARGUMENTS, both streams into @out. */
__attribute__((format(printf, 1, 2))) static int run_plain(const char *format, ...)
{
	char program[256], arguments[1024], command[1400];
	va_list args;

	va_start(args, format);
	vsnprintf(arguments, sizeof(arguments), format, args);
	va_end(args);
	rig_program("meiprov", program, sizeof(program));
	snprintf(command, sizeof(command), "%s %s 2>&1", program, arguments);
	return rig_shell(command, out, sizeof(out));
}

/* The same on the device, with its certificate unseen and the right password. */
__attribute__((format(printf, 1, 2))) static int run(const char *format, ...)
{
	char arguments[512];
	va_list args;

	va_start(args, format);
	vsnprintf(arguments, sizeof(arguments), format, args);
	va_end(args);
	return run_plain("%s --remote %s --port %u --password-file %s/password --insecure",
			 arguments, address, port, rig.dir);
}

/* meiprov ARGUMENTS as the host of the same ME sees it. */
static int run_host(const char *arguments)
{
	return run_plain("--transport socket:%s %s", rig.socket, arguments);
}

static void assert_says(const char *text)
{
	if (!strstr(out, text))
		fail_msg("\"%s\" is not in:\n%s", text, out);
}

static void assert_not_says(const char *text)
{
	if (strstr(out, text))
		fail_msg("\"%s\" is in:\n%s", text, out);
}

/* --- what the host sees of it --- */

static void a_hash_that_is_added_is_seen_by_the_host(void **state)
{
	assert_int_equal(run("hash add \"My root\" sha256:" OTHER), EXIT_DONE);
	assert_string_equal(out, "the hash is in the table, with handle 20\n");
	assert_int_equal(run_host("hash show 20"), EXIT_DONE);
	assert_says("    20  active    custom   SHA-256  My root\n        " OTHER "\n");
	assert_int_equal(run("hash add Small sha1:0102030405060708090a0b0c0d0e0f1011121314 "
			     "--inactive"),
			 EXIT_DONE);
	assert_int_equal(run_host("hash show 21"), EXIT_DONE);
	assert_says("inactive  custom   SHA-1    Small\n");
}

static void the_list_is_that_of_the_host(void **state)
{
	char remote[sizeof(out)];

	assert_int_equal(run("hash add \"My root\" sha256:" OTHER " --inactive"), EXIT_DONE);
	assert_int_equal(run("hash list"), EXIT_DONE);
	memcpy(remote, out, sizeof(remote));
	assert_int_equal(run_host("hash list"), EXIT_DONE);
	assert_says("My root");
	assert_string_equal(out, remote);
	assert_int_equal(run("--json hash list"), EXIT_DONE);
	memcpy(remote, out, sizeof(remote));
	assert_int_equal(run_host("--json hash list"), EXIT_DONE);
	assert_string_equal(out, remote);
}

static void a_hash_is_disabled_and_enabled(void **state)
{
	assert_int_equal(run("hash disable 00010203"), EXIT_DONE);
	assert_int_equal(run_host("hash list"), EXIT_DONE);
	assert_says("inactive  default");
	assert_int_equal(run("hash enable 0"), EXIT_DONE);
	assert_int_equal(run_host("hash list"), EXIT_DONE);
	assert_says("active    default");
	assert_says("1 in all, 1 active");
}

static void deleting_wants_yes(void **state)
{
	assert_int_equal(run("hash add x sha256:" OTHER), EXIT_DONE);
	assert_int_equal(run("hash delete 20"), EXIT_USAGE);
	assert_says("this cannot be undone:\n  - ");
	assert_int_equal(run_host("hash show 20"), EXIT_DONE);
	assert_int_equal(run("hash delete f0010203 --yes"), EXIT_DONE);
	assert_int_equal(run_host("hash list"), EXIT_DONE);
	assert_says("1 in all");
}

static void the_root_of_a_file_is_hashed(void **state)
{
	const struct cert_spec root = { .cn = "Root", .ca = true };
	const struct cert_spec leaf = { .cn = "sca.example.org" };
	struct cert r = cert_make(&root, NULL), l = cert_make(&leaf, &r);
	unsigned char digest[64];
	char pem[8192] = "", hex[129] = "";
	unsigned int len;

	cert_pem(&l, pem, sizeof(pem));
	put_file("leaf.pem", pem);
	cert_pem(&r, pem, sizeof(pem));
	put_file("chain.pem", pem);
	assert_int_equal(run("hash add Chain %s/chain.pem --hash sha384", rig.dir), EXIT_DONE);
	X509_digest(r.x509, EVP_sha384(), digest, &len);
	for (unsigned int i = 0; i < len; i++)
		sprintf(hex + 2 * i, "%02x", digest[i]);
	assert_int_equal(run_host("hash show 20"), EXIT_DONE);
	assert_says("SHA-384  Chain\n        ");
	assert_says(hex);
	assert_int_equal(run("hash add Chain %s/leaf.pem", rig.dir), EXIT_FAILED);
	assert_says("no certificate in it is a root");
	assert_int_equal(run("hash add Chain %s/password", rig.dir), EXIT_FAILED);
	assert_says("no certificate in PEM");
	assert_int_equal(run("hash add Chain /nonexistent"), EXIT_FAILED);
	cert_free(&l);
	cert_free(&r);
}

static void ztc_is_switched_both_ways_and_the_host_sees_it(void **state)
{
	assert_int_equal(run("ztc disable"), EXIT_USAGE);
	assert_says("this cannot be undone");
	assert_int_equal(run("ztc disable --yes"), EXIT_DONE);
	assert_int_equal(run_host("ztc get"), EXIT_DONE);
	assert_says("disabled");
	assert_int_equal(run("--json ztc get"), EXIT_DONE);
	assert_says("\"enabled\": false");
	assert_int_equal(run("ztc enable"), EXIT_DONE);
	assert_int_equal(run_host("ztc get"), EXIT_DONE);
	assert_says("enabled");
}

static void facts_are_those_that_the_host_reads(void **state)
{
	char versions[sizeof(out)];

	assert_int_equal(run("state"), EXIT_DONE);
	assert_string_equal(out, "provisioning state  POST (2)\ncontrol mode        admin (2)\n");
	assert_int_equal(run_host("info"), EXIT_DONE);
	snprintf(versions, sizeof(versions), "%s", strstr(out, "Flash"));
	assert_int_equal(run("info"), EXIT_DONE);
	assert_says("UUID                939b524b...\n");
	assert_int_equal(run("info --full"), EXIT_DONE);
	assert_says("UUID                " UUID "\nAMT                 12.0.49\n");
	assert_says(versions);
	assert_int_equal(run("info --json"), EXIT_DONE);
	assert_says("\"transport\": \"wsman\"");
	assert_says("\"bios\": null");
}

/* --- limits of the firmware --- */

static void a_default_is_not_deleted(void **state)
{
	assert_int_equal(run("hash delete 0 --dry-run"), EXIT_REFUSED);
	assert_says("the firmware would refuse it");
	assert_int_equal(run("hash delete 0 --yes"), EXIT_REFUSED);
	assert_says("AccessDenied");
	assert_says("defaults cannot be deleted, only disabled");
	assert_int_equal(run_host("hash show 0"), EXIT_DONE);
}

static void full_slots_are_named(void **state)
{
	for (int i = 0; i < 3; i++)
		assert_int_equal(run("hash add n sha1:%02d02030405060708090a0b0c0d0e0f1011121314",
				     i),
				 EXIT_DONE);
	assert_int_equal(run("hash add n sha256:" OTHER " --dry-run"), EXIT_DONE);
	assert_says("is not known");
	assert_int_equal(run("hash add n sha256:" OTHER), EXIT_REFUSED);
	assert_says("QuotaLimit");
	assert_says("all slots for hashes of one's own are taken: delete one");
}

static void a_hash_is_not_added_twice(void **state)
{
	assert_int_equal(run("hash add n sha256:" DIGEST " --dry-run"), EXIT_REFUSED);
	assert_says("it is there already");
	assert_int_equal(run("hash add n sha256:" DIGEST), EXIT_REFUSED);
	assert_says("AlreadyExists");
}

static void what_is_not_there_is_told(void **state)
{
	assert_int_equal(run("hash enable 7"), EXIT_FAILED);
	assert_says("there is no hash \"7\"");
	assert_int_equal(run("hash add a sha256:" OTHER), EXIT_DONE);
	assert_int_equal(run("hash add b sha1:f00102030405060708090a0b0c0d0e0f10111213"),
			 EXIT_DONE);
	assert_int_equal(run("hash disable f0010203"), EXIT_FAILED);
	assert_says("several hashes begin with \"f0010203\"");
}

static void a_dry_run_changes_nothing(void **state)
{
	static const char *const changes[] = { "hash add n sha256:" OTHER,
					       "hash disable 0",
					       "hash enable 0",
					       "hash delete 0",
					       "ztc disable",
					       "ztc enable" };
	char before[sizeof(out)];

	assert_int_equal(run_host("hash list"), EXIT_DONE);
	memcpy(before, out, sizeof(before));
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		run("%s --dry-run", changes[i]);
		assert_says("nothing was changed");
	}
	assert_int_equal(run_host("hash list"), EXIT_DONE);
	assert_string_equal(out, before);
	assert_int_equal(run_host("ztc get"), EXIT_DONE);
	assert_says("enabled");
}

/* --- whom to trust, who is asked --- */

/* The device's certificate as the refusal shows it. */
static const char *seen_pin(void)
{
	char *pin;

	assert_int_equal(run_plain("hash list --remote %s --port %u --password-file %s/password",
				   address, port, rig.dir),
			 EXIT_FAILED);
	assert_says("its certificate is not trusted: self-signed certificate");
	pin = strstr(out, "--pin ");
	assert_non_null(pin);
	pin[strcspn(pin, "\n")] = '\0';
	return pin;
}

static void a_certificate_of_its_own_is_taken_by_its_pin_only(void **state)
{
	char pin[128];

	snprintf(pin, sizeof(pin), "%s", seen_pin());
	assert_int_equal(run_plain("state --remote %s --port %u --password-file %s/password %s",
				   address, port, rig.dir, pin),
			 EXIT_DONE);
	pin[6] = pin[6] == '0' ? '1' : '0';
	assert_int_equal(run_plain("state --remote %s --port %u --password-file %s/password %s",
				   address, port, rig.dir, pin),
			 EXIT_FAILED);
	assert_says("it is not the certificate that was pinned");
}

static void a_wrong_password_is_no_permission(void **state)
{
	put_file("wrong", "Wr0ng!word");
	assert_int_equal(
		run_plain("state --remote %s --port %u --insecure --password-file %s/wrong",
			  address, port, rig.dir),
		EXIT_DENIED);
	assert_says("refused the credentials");
	assert_not_says("Wr0ng");
	assert_int_equal(run("state --user nobody"), EXIT_DENIED);
}

static void the_password_comes_from_each_place(void **state)
{
	const char *how = "state --insecure --remote";

	assert_int_equal(run_plain("%s %s --port %u --password-fd 3 3<%s/password", how, address,
				   port, rig.dir),
			 EXIT_DONE);
	assert_int_equal(run_plain("%s %s --port %u --password-file - <%s/password", how, address,
				   port, rig.dir),
			 EXIT_DONE);
	assert_int_equal(setenv("CREDENTIALS_DIRECTORY", rig.dir, 1), 0);
	assert_int_equal(run_plain("%s %s --port %u --password-credential password", how, address,
				   port),
			 EXIT_DONE);
	unsetenv("CREDENTIALS_DIRECTORY");
	assert_int_equal(run_plain("%s %s --port %u --password-credential password", how, address,
				   port),
			 EXIT_FAILED);
	assert_says("reading the password of AMT's administrator: this service has no credentials");
}

static void nobody_there_is_absent(void **state)
{
	unsigned int other = free_port();

	assert_int_equal(run_plain("state --remote %s --port %u --insecure "
				   "--password-file %s/password",
				   address, other, rig.dir),
			 EXIT_ABSENT);
	assert_says("is AMT configured there");
}

/* A port that speaks TLS is not spoken to in plain. */
static void plain_is_another_way(void **state)
{
	assert_int_equal(run_plain("state --remote %s --port %u --plain "
				   "--password-file %s/password",
				   address, port, rig.dir),
			 EXIT_FAILED);
	assert_not_says("POST");
}

static void a_device_that_says_nothing_times_out(void **state)
{
	rig_order(&rig, "fault add wsman:AMT_SetupAndConfigurationService.Get delay=4000");
	assert_int_equal(run("--timeout 1500 state"), EXIT_TIMED_OUT);
	assert_says("--timeout MS gives it more time");
}

/* The order got there: what became of it is not known. */
static void a_change_without_an_answer_is_an_unknown_outcome(void **state)
{
	rig_order(&rig, "fault add wsman:AMT_ProvisioningCertificateHash.Put drop");
	assert_int_equal(run("--timeout 1500 hash disable 0"), EXIT_UNKNOWN);
	assert_says("its outcome is unknown");
}

static void wrong_use_is_told(void **state)
{
	static const char *const wrong[] = {
		"state --remote",
		"state --remote=",
		"state --remote a/b",
		"state --remote -x",
		"state --remote h --port 0",
		"state --remote h --port x",
		"state --remote h --pin 00",
		"state --remote h --plain --insecure",
		"state --remote h --password-fd x",
		"state --remote h --password-fd 3 --password-file x",
		"state --remote h x",
		"state --remote h --yes",
		"hash add --remote h",
		"hash add name --remote h",
		"hash add name sha256:00 --remote h",
		"hash add name md5x --hash md5 --remote h",
		"hash add name sha1:0102030405060708090a0b0c0d0e0f1011121314 --hash sha1 --remote h",
		"hash add 123456789012345678901234567890123 x --remote h",
		"hash add '' x --remote h",
		"hash enable --remote h",
		"hash enable x --remote h",
		"hash enable 0102030 --remote h",
		"hash enable 1 2 --remote h",
		"hash enable 1 --yes --remote h",
		"otp generate --remote h",
		"--transport mei state --remote h",
		"--device 0 state --remote h",
		"--device 0000:00:16.0 state --remote h",
		"info --persona --remote h",
		"state --port 16993",
		"record /tmp/x -- state --remote h",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (run_plain("%s", wrong[i]) != EXIT_USAGE)
			fail_msg("%s:\n%s", wrong[i], out);
		assert_says("--help");
	}
}

static void without_remote_the_ways_that_work_are_named(void **state)
{
	static const char *const writes[] = { "hash add n sha256:" OTHER, "hash enable 0",
					      "hash disable 0", "hash delete 0 --yes",
					      "ztc enable" };
	char command[128];

	for (size_t i = 0; i < sizeof(writes) / sizeof(writes[0]); i++) {
		assert_int_equal(run_host(writes[i]), EXIT_REFUSED);
		assert_says("not offered to the host by this firmware");
		assert_says("--remote HOST");
		assert_says("MEBx");
		snprintf(command, sizeof(command), "%s --dry-run", writes[i]);
		assert_int_equal(run_host(command), EXIT_REFUSED);
		assert_says("the firmware would refuse it");
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, reset)
	const struct CMUnitTest tests[] = {
		TEST(a_hash_that_is_added_is_seen_by_the_host),
		TEST(the_list_is_that_of_the_host),
		TEST(a_hash_is_disabled_and_enabled),
		TEST(deleting_wants_yes),
		TEST(the_root_of_a_file_is_hashed),
		TEST(ztc_is_switched_both_ways_and_the_host_sees_it),
		TEST(facts_are_those_that_the_host_reads),
		TEST(a_default_is_not_deleted),
		TEST(full_slots_are_named),
		TEST(a_hash_is_not_added_twice),
		TEST(what_is_not_there_is_told),
		TEST(a_dry_run_changes_nothing),
		TEST(a_certificate_of_its_own_is_taken_by_its_pin_only),
		TEST(a_wrong_password_is_no_permission),
		TEST(the_password_comes_from_each_place),
		TEST(nobody_there_is_absent),
		TEST(plain_is_another_way),
		TEST(a_device_that_says_nothing_times_out),
		TEST(a_change_without_an_answer_is_an_unknown_outcome),
		TEST(wrong_use_is_told),
		TEST(without_remote_the_ways_that_work_are_named),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
