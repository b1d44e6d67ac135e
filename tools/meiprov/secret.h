/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a secret comes from: never from the command line. */
#ifndef MEIPROV_SECRET_H
#define MEIPROV_SECRET_H

#include <stddef.h>

#include <meiprov/meiprov.h>

/* The longest one, a line end, and a byte that shows it was longer. */
#define SECRET_SIZE (MEIPROV_OTP_MAX + 3)

/**
 * struct secret - read, used, and wiped with explicit_bzero()
 */
struct secret {
	size_t len;
	char text[SECRET_SIZE];
};

/*
 * All of them: one line end is cut off; a secret that is too long, too short or
 * holds another line end or NUL is -EINVAL. On failure @err is filled and
 * nothing of the secret is left.
 */
int secret_from_fd(int fd, struct secret *out, struct meiprov_error *err);
/* "-" and "/dev/stdin" are standard input. */
int secret_from_file(const char *path, struct secret *out, struct meiprov_error *err);
/* File @name in $CREDENTIALS_DIRECTORY. */
int secret_from_credential(const char *name, struct secret *out, struct meiprov_error *err);
/* Asks on the terminal, without echo. */
int secret_from_terminal(const char *prompt, struct secret *out, struct meiprov_error *err);

#endif /* MEIPROV_SECRET_H */
