/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the words of a control request do. */
#ifndef VME_CONTROL_VERBS_H
#define VME_CONTROL_VERBS_H

#include <stddef.h>
#include <jansson.h>

struct vme;

#define VERB_WHY_MAX 256

/*
 * Run the verb @words[0]. The result (a new reference), or NULL with a sentence
 * in @why.
 */
json_t *verb_run(struct vme *vme, const char *const *words, size_t count, char why[VERB_WHY_MAX]);

/* control_mebx.c */
json_t *verb_mebx(struct vme *vme, const char *const *words, size_t count, char why[VERB_WHY_MAX]);

/* control_client.c */
json_t *verb_client(struct vme *vme, const char *const *words, size_t count,
		    char why[VERB_WHY_MAX]);
json_t *verb_bus_stop(struct vme *vme, const char *const *words, size_t count,
		      char why[VERB_WHY_MAX]);

/* control_status.c */
json_t *verb_status(struct vme *vme, const char *const *words, size_t count,
		    char why[VERB_WHY_MAX]);

#endif /* VME_CONTROL_VERBS_H */
