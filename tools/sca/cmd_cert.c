// SPDX-License-Identifier: GPL-2.0-or-later
/* meiprov-sca cert make-test-ca, import, list, root-hash. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <openssl/pem.h>

#include "console.h"
#include "testca.h"

#define CHAIN_MAX (64 * 1024)
#define KEY_MAX	  (16 * 1024)

/* Closes and frees what is in it; a file that is not whole goes. */
static bool finish(BIO *bio, bool ok, const char *path)
{
	int error = errno;

	ok = ok && BIO_flush(bio) == 1;
	BIO_free(bio);
	if (!ok)
		unlink(path);
	errno = error;
	return ok;
}

static BIO *create(const char *path, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;

	return f ? BIO_new_fp(f, BIO_CLOSE) : NULL;
}

static bool write_key(const char *path, EVP_PKEY *key)
{
	BIO *bio = create(path, 0600);

	return bio &&
	       finish(bio, PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL), path);
}

static bool write_certificates(const char *path, X509 *first, X509 *second)
{
	BIO *bio = create(path, 0644);

	return bio && finish(bio,
			     PEM_write_bio_X509(bio, first) &&
				     (!second || PEM_write_bio_X509(bio, second)),
			     path);
}

/* @path: the file that did not work. */
static bool write_files(const struct testca *ca, const char *dir, char *path, size_t size)
{
	snprintf(path, size, "%s/key.pem", dir);
	if (!write_key(path, ca->leaf_key))
		return false;
	snprintf(path, size, "%s/root.pem", dir);
	if (!write_certificates(path, ca->root, NULL))
		return false;
	snprintf(path, size, "%s/chain.pem", dir);
	return write_certificates(path, ca->leaf, ca->root);
}

static int report_test_ca(struct console *con, const struct testca *ca, const char *dir)
{
	char hash[EVP_MAX_MD_SIZE * 2 + 1];

	if (!testca_digest(ca->root, "SHA256", hash))
		return console_fail(con, "hashing the root", "OpenSSL failed", "");
	if (con->json)
		return console_print_json(json_pack("{s:s, s:s, s:s, s:i, s:b}", "directory", dir,
						    "cn", ca->cn, "root_sha256", hash, "days",
						    TESTCA_DAYS, "test_only", 1));
	printf("TEST ONLY: for test networks, valid for %d days; the root's key was not kept\n"
	       "certificate  %s\n"
	       "root SHA-256 %s\n"
	       "files        %s/chain.pem (leaf, root)  key.pem (0600)  root.pem\n",
	       TESTCA_DAYS, ca->cn, hash, dir);
	return EXIT_DONE;
}

static int make_test_ca(struct console *con, const char *cn, const char *dir)
{
	char path[4096] = "";
	struct testca ca;
	int status;

	if (mkdir(dir, 0700) && errno != EEXIST)
		return console_fail(con, dir, strerror(errno), "");
	if (testca_make(cn, &ca)) {
		status = console_fail(con, "making the test CA", "OpenSSL failed",
				      "a name has at most 64 characters");
	} else if (!write_files(&ca, dir, path, sizeof(path))) {
		status = console_fail(con, path[0] ? path : dir, strerror(errno),
				      "give another directory; nothing is written over");
	} else {
		status = report_test_ca(con, &ca, dir);
	}
	testca_free(&ca);
	return status;
}

int cmd_cert_make_test_ca(struct console *con)
{
	static const char usage[] = "cert make-test-ca --suffix S --out DIR [--cn NAME]";
	const char *suffix = NULL;
	const char *given = NULL;
	const char *dir = NULL;
	char cn[256];

	for (int i = 0; i + 1 < con->argc; i += 2) {
		const char **to = !strcmp(con->argv[i], "--suffix") ? &suffix :
				  !strcmp(con->argv[i], "--out")    ? &dir :
				  !strcmp(con->argv[i], "--cn")	    ? &given :
								      NULL;

		if (!to)
			return console_usage(usage);
		*to = con->argv[i + 1];
	}
	if (con->argc % 2 || !dir || (!suffix && !given))
		return console_usage(usage);
	snprintf(cn, sizeof(cn), "%s%s", given ? given : "meiprov-sca.", given ? "" : suffix);
	return make_test_ca(con, cn, dir);
}

int cmd_cert_import(struct console *con)
{
	json_t *answer;
	char *chain;
	char *key;
	size_t len;

	if (con->argc != 2)
		return console_usage("cert import CHAIN.pem KEY.pem");
	chain = console_read_file(con, con->argv[0], CHAIN_MAX, &len);
	key = chain ? console_read_file(con, con->argv[1], KEY_MAX, &len) : NULL;
	if (!key) {
		free(chain);
		return EXIT_FAILED;
	}
	answer = console_call(con, "/v1/chains",
			      json_pack("{s:s, s:s}", "chain", chain, "key", key));
	console_wipe(key);
	free(chain);
	if (!answer)
		return EXIT_FAILED;
	if (con->json)
		return console_print_json(answer);
	printf("imported %s%s, root SHA-256 %s\n", member(answer, "cn", "?"),
	       json_is_true(json_object_get(answer, "test_only")) ? " (TEST ONLY)" : "",
	       member(answer, "root_sha256", "?"));
	json_decref(answer);
	return EXIT_DONE;
}

int cmd_cert_list(struct console *con)
{
	json_t *answer;
	json_t *list;
	size_t i;
	json_t *c;

	if (con->argc)
		return console_usage("cert list");
	answer = console_call(con, "/v1/chains", NULL);
	if (!answer)
		return EXIT_FAILED;
	if (con->json)
		return console_print_json(answer);
	list = json_object_get(answer, "chains");
	if (!json_array_size(list))
		printf("no chain; meiprov-sca cert import CHAIN.pem KEY.pem\n");
	json_array_foreach(list, i, c)
		printf("%s%s\n  root         %s\n  root SHA-256 %s\n  valid to     %s\n",
		       member(c, "cn", "?"),
		       json_is_true(json_object_get(c, "test_only")) ? "  TEST ONLY" : "",
		       member(c, "root", "?"), member(c, "root_sha256", "-"),
		       member(c, "not_after", "?"));
	json_decref(answer);
	return EXIT_DONE;
}

/* The self-signed certificate among those of a PEM file. */
static X509 *find_root(const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	X509 *x = NULL;

	while (bio && (x = PEM_read_bio_X509(bio, NULL, NULL, NULL))) {
		if (!X509_NAME_cmp(X509_get_subject_name(x), X509_get_issuer_name(x)))
			break;
		X509_free(x);
	}
	BIO_free(bio);
	return x;
}

static int print_hashes(struct console *con, X509 *root)
{
	static const char *const names[][2] = {
		{ "SHA256", "sha256" },
		{ "SHA384", "sha384" },
		{ "SHA1", "sha1" },
	};
	char subject[256];
	char hash[EVP_MAX_MD_SIZE * 2 + 1];
	json_t *json;

	X509_NAME_oneline(X509_get_subject_name(root), subject, sizeof(subject));
	json = json_pack("{s:s}", "subject", subject);
	if (!con->json)
		printf("%s\n", subject);
	for (size_t i = 0; i < 3; i++) {
		if (!testca_digest(root, names[i][0], hash))
			continue;
		json_object_set_new(json, names[i][1], json_string(hash));
		if (!con->json)
			printf("%-6s %s\n", names[i][1], hash);
	}
	if (con->json)
		return console_print_json(json);
	json_decref(json);
	return EXIT_DONE;
}

int cmd_cert_root_hash(struct console *con)
{
	int status;
	size_t len;
	char *pem;
	X509 *root;

	if (con->argc != 1)
		return console_usage("cert root-hash FILE");
	pem = console_read_file(con, con->argv[0], CHAIN_MAX, &len);
	if (!pem)
		return EXIT_FAILED;
	root = find_root(pem);
	status = root ? print_hashes(con, root) :
			console_fail(con, con->argv[0], "there is no self-signed certificate in it",
				     "give the root in PEM, or a chain that includes it");
	X509_free(root);
	free(pem);
	return status;
}
