/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Filling struct meiprov_error: number, what was being done, why, what next. */
#ifndef MEIPROV_ERROR_H
#define MEIPROV_ERROR_H

#include <meiprov/meiprov.h>

/* Texts longer than their field are cut. @err may be NULL. Returns @code. */
int error_set(struct meiprov_error *err, int code, const char *doing, const char *why,
	      const char *next);

/* The same with the usual texts of @code, a negative errno. */
int error_errno(struct meiprov_error *err, int code, const char *doing);

/**
 * struct error_hint - better advice than the table's, for one command
 * @status: AMT status
 * @next: what to do next
 */
struct error_hint {
	uint32_t status;
	const char *next;
};

/**
 * error_refused() - the firmware answered @fw_status
 * @hints: the command's own advice, ends with a row whose @next is NULL; or NULL
 *
 * Returns -EREMOTEIO.
 */
int error_refused(struct meiprov_error *err, uint32_t fw_status, const char *doing,
		  const struct error_hint *hints);

#endif /* MEIPROV_ERROR_H */
