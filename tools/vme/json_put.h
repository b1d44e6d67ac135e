/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One member of a JSON object a line. Out of memory leaves the member out. */
#ifndef VME_JSON_PUT_H
#define VME_JSON_PUT_H

#include <stdbool.h>
#include <jansson.h>

static inline void put_number(json_t *object, const char *name, json_int_t value)
{
	json_object_set_new(object, name, json_integer(value));
}

static inline void put_bool(json_t *object, const char *name, bool value)
{
	json_object_set_new(object, name, json_boolean(value));
}

/* Text from outside may be anything; JSON takes UTF-8 only. */
static inline void put_text(json_t *object, const char *name, const char *value)
{
	json_t *text = json_string(value);

	json_object_set_new(object, name, text ? text : json_string("(not text)"));
}

#endif /* VME_JSON_PUT_H */
