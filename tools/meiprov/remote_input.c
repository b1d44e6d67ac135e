// SPDX-License-Identifier: GPL-2.0-or-later
/* A hash as it is given: its digits, or the certificate it is of. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "remote_table.h"

#define CERTS_MAX     16
#define NAME_MAX_SIZE 32

static const struct algorithm {
	const char *name;
	uint32_t number;
	size_t len;
	const EVP_MD *(*md)(void);
} algorithms[] = {
	{ "sha1", MEIPROV_HASH_SHA1, 20, EVP_sha1 },
	{ "sha256", MEIPROV_HASH_SHA256, 32, EVP_sha256 },
	{ "sha384", MEIPROV_HASH_SHA384, 48, EVP_sha384 },
};

static const struct algorithm *algorithm_named(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++)
		if (strlen(algorithms[i].name) == len &&
		    !strncasecmp(algorithms[i].name, name, len))
			return &algorithms[i];
	return NULL;
}

static bool read_hex(const char *text, size_t len, uint8_t *out)
{
	if (strlen(text) != 2 * len || strspn(text, "0123456789abcdefABCDEF") != 2 * len)
		return false;
	for (size_t i = 0; i < len; i++)
		sscanf(text + 2 * i, "%2hhx", &out[i]);
	return true;
}

static int set_algorithm(struct meiprov_hash *hash, const struct algorithm *a)
{
	hash->algorithm = a->number;
	hash->digest_len = a->len;
	return 0;
}

/* --- a certificate --- */

static int cannot(const struct cli *cli, const char *path, int code, const char *why,
		  const char *next)
{
	struct meiprov_error err = { .code = code, .doing = "reading the root certificate" };

	snprintf(err.why, sizeof(err.why), "%.120s: %s", path, why);
	snprintf(err.next, sizeof(err.next), "%s", next);
	return cli_fail(cli, &err);
}

/* The first certificate in the file that vouches for itself; *@certs: how many it has. */
static X509 *read_root(FILE *file, int *certs)
{
	X509 *root = NULL, *cert;

	for (*certs = 0; *certs < CERTS_MAX; ++*certs) {
		cert = PEM_read_X509(file, NULL, NULL, NULL);
		if (!cert)
			break;
		if (!root && X509_self_signed(cert, 1) == 1)
			root = cert;
		else
			X509_free(cert);
	}
	return root;
}

static int hash_of_file(const struct cli *cli, const char *path, const struct algorithm *a,
			struct meiprov_hash *hash)
{
	FILE *file = fopen(path, "re");
	X509 *root;
	int certs, ok;

	if (!file)
		return cannot(cli, path, -EIO, strerror(errno),
			      "a hash itself is given as sha256:HEX");
	root = read_root(file, &certs);
	fclose(file);
	if (!root)
		return cannot(cli, path, -EINVAL,
			      certs ? "no certificate in it is a root" :
				      "there is no certificate in PEM in it",
			      "AMT keeps hashes of roots, which are signed by themselves");
	ok = X509_digest(root, a->md(), hash->digest, NULL);
	X509_free(root);
	if (!ok)
		return cannot(cli, path, -EIO, "its hash cannot be made", "");
	return set_algorithm(hash, a);
}

/* --- either --- */

static int check_name(const struct cli *cli, const char *name, struct meiprov_hash *hash)
{
	size_t len = strlen(name);

	if (!len || len > NAME_MAX_SIZE)
		return cli_usage(cli, "the name of a hash has 1 to %d bytes", NAME_MAX_SIZE);
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)name[i] < ' ' || name[i] == 0x7f)
			return cli_usage(cli, "the name of a hash has no control characters");
	strcpy(hash->name, name);
	return 0;
}

int remote_hash_input(const struct cli *cli, const char *name, const char *what,
		      const char *algorithm, struct meiprov_hash *hash)
{
	const char *colon = strchr(what, ':');
	const struct algorithm *a = colon ? algorithm_named(what, (size_t)(colon - what)) : NULL;

	memset(hash, 0, sizeof(*hash));
	if (check_name(cli, name, hash))
		return EXIT_USAGE;
	if (a && algorithm)
		return cli_usage(cli, "--hash goes with a file, not with %s:", a->name);
	if (a && !read_hex(colon + 1, a->len, hash->digest))
		return cli_usage(cli, "%s: is followed by %zu hex digits", a->name, 2 * a->len);
	if (a)
		return set_algorithm(hash, a);
	if (!algorithm)
		algorithm = "sha256";
	a = algorithm_named(algorithm, strlen(algorithm));
	if (!a)
		return cli_usage(cli, "--hash takes sha1, sha256 or sha384, not \"%s\"", algorithm);
	return hash_of_file(cli, what, a, hash);
}
