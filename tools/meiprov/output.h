/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What commands have to say, in the form that was asked for. */
#ifndef MEIPROV_OUTPUT_H
#define MEIPROV_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include <meiprov/meiprov.h>

/**
 * struct output - one form of output
 *
 * Each function writes one answer to @out; error() belongs on the standard
 * error stream, and for JSON on standard output as well.
 */
struct output {
	void (*info)(FILE *out, const struct meiprov_info *info);
	void (*state)(FILE *out, const struct meiprov_state *state);
	void (*ztc)(FILE *out, bool enabled);
	void (*hashes)(FILE *out, const struct meiprov_hash *hashes, size_t count);
	void (*otp)(FILE *out, const char *otp);
	void (*done)(FILE *out, const char *command, const char *text);
	void (*event)(FILE *out, const struct meiprov_event *event);
	void (*version)(FILE *out, const char *version);
	void (*error)(FILE *out, FILE *diagnostics, const struct meiprov_error *err);
};

extern const struct output output_plain;
extern const struct output output_json;

/* "device added", ... and "device-add", ... */
const char *event_text(enum meiprov_event_type type);
const char *event_name(enum meiprov_event_type type);

#endif /* MEIPROV_OUTPUT_H */
