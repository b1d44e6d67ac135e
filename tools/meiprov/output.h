/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What commands have to say, in the form that was asked for. */
#ifndef MEIPROV_OUTPUT_H
#define MEIPROV_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <meiprov/meiprov.h>

/**
 * struct output - one form of output
 *
 * Each function writes one answer to @out; error() belongs on the standard
 * error stream, and for JSON on standard output as well.
 */
struct output {
	/* @full: all of the UUID; JSON and lines have that always */
	void (*info)(FILE *out, const struct meiprov_info *info, bool full);
	void (*state)(FILE *out, const struct meiprov_state *state);
	void (*ztc)(FILE *out, bool enabled);
	void (*hashes)(FILE *out, const char *command, const struct meiprov_hash *hashes,
		       size_t count);
	void (*otp)(FILE *out, const char *otp);
	void (*suffix)(FILE *out, const char *suffix);
	/* @names: as from meiprov_suffix_list() */
	void (*suffixes)(FILE *out, const char *names);
	void (*ehbc)(FILE *out, bool enabled);
	void (*caps)(FILE *out, const struct meiprov_capability *caps, size_t count);
	/* @loses: NULL, or what is lost, lines of text */
	void (*forecast)(FILE *out, const char *command, const struct meiprov_capability *cap,
			 const char *loses);
	/* @slot: the slot that decides, of @count; NULL when the table is empty */
	void (*match)(FILE *out, const struct meiprov_chain_match *match,
		      const struct meiprov_hash *slot, size_t count);
	/* @all: also what is well; JSON has that always */
	void (*check)(FILE *out, const struct meiprov_check *check, bool all);
	/* @certificate: NULL but for a host-based start */
	void (*started)(FILE *out, bool configured,
			const struct meiprov_host_certificate *certificate);
	void (*done)(FILE *out, const char *command, const char *text);
	void (*event)(FILE *out, const struct meiprov_event *event);
	void (*version)(FILE *out, const char *version);
	void (*error)(FILE *out, FILE *diagnostics, const struct meiprov_error *err);
};

extern const struct output output_plain;
extern const struct output output_json;
extern const struct output output_dump;

/* A slot whose number is not known. */
#define MEIPROV_HANDLE_NONE UINT32_MAX

/* "device added", ... and "device-add", ... */
const char *event_text(enum meiprov_event_type type);
const char *event_name(enum meiprov_event_type type);

#endif /* MEIPROV_OUTPUT_H */
