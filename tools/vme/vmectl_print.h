/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Results for a person, or as JSON for a program. */
#ifndef VME_VMECTL_PRINT_H
#define VME_VMECTL_PRINT_H

#include <stdbool.h>
#include <jansson.h>

/*
 * "true" prints nothing, an object one "name: value" a line (nested names with
 * dots), an array one entry a line.
 */
void print_result(const json_t *result, bool as_json);
/* One line, written out at once. */
void print_event(const json_t *event, bool as_json);

#endif /* VME_VMECTL_PRINT_H */
