/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a secret comes from: never from the command line. */
#ifndef MEIPROV_SECRET_H
#define MEIPROV_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include <meiprov/meiprov.h>

#define SECRET_MAX 32
/* The longest one, a line end, and a byte that shows it was longer. */
#define SECRET_SIZE (SECRET_MAX + 3)

/**
 * struct secret_kind - what is asked for
 * @doing: for errors, "reading the ..."
 * @prompt: for the terminal
 * @min, @max: characters
 * @without: what to do when there is none
 * @ways: what to do when there is no terminal
 */
struct secret_kind {
	const char *doing;
	const char *prompt;
	size_t min;
	size_t max;
	const char *without;
	const char *ways;
};

extern const struct secret_kind secret_otp;
extern const struct secret_kind secret_password; /* AMT's administrator's */

/**
 * struct secret - read, used, and wiped with explicit_bzero(); a NUL follows it
 */
struct secret {
	size_t len;
	char text[SECRET_SIZE];
};

/**
 * struct secret_source - where it is to come from; nothing: the terminal
 * @given: how many options said so
 * @ask_nobody: not the terminal
 */
struct secret_source {
	const char *fd;
	const char *file;
	const char *credential;
	int given;
	bool ask_nobody;
};

/*
 * All of them: one line end is cut off; a secret that is too long, too short or
 * holds another line end or NUL is -EINVAL. On failure @err is filled and
 * nothing of the secret is left.
 */
int secret_from_fd(const struct secret_kind *kind, int fd, struct secret *out,
		   struct meiprov_error *err);
/* "-" and "/dev/stdin" are standard input. */
int secret_from_file(const struct secret_kind *kind, const char *path, struct secret *out,
		     struct meiprov_error *err);
/* File @name in $CREDENTIALS_DIRECTORY. */
int secret_from_credential(const struct secret_kind *kind, const char *name, struct secret *out,
			   struct meiprov_error *err);
/* Asks on the terminal, without echo. */
int secret_from_terminal(const struct secret_kind *kind, struct secret *out,
			 struct meiprov_error *err);
/* The one of them that @source names; -EINVAL when @source is no good. */
int secret_get(const struct secret_kind *kind, const struct secret_source *source,
	       struct secret *out, struct meiprov_error *err);
/* Why @source is no good, or NULL: more than one is given, or a number is none. */
const char *secret_source_fault(const struct secret_source *source);

#endif /* MEIPROV_SECRET_H */
