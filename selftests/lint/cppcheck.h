/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What cppcheck needs of headers it does not read: macros that are syntax. Only
 * their shape matters here.
 */
#define TAILQ_HEAD(name, type) struct name { struct type *first; struct type **last; }
#define TAILQ_ENTRY(type) struct { struct type *next; struct type **prev; }
#define LIST_HEAD(name, type) struct name { struct type *first; }
#define LIST_ENTRY(type) struct { struct type *next; struct type **prev; }
#define LIST_FOREACH(var, head, field) TAILQ_FOREACH(var, head, field)
#define TAILQ_FOREACH(var, head, field) \
	for ((var) = (head)->first; (var); (var) = (var)->field.next)
#define STACK_OF(type) struct stack_of_##type
#define json_array_foreach(array, i, value) \
	for ((i) = 0; (i) < json_array_size(array) && ((value) = json_array_get((array), (i))); (i)++)
#define json_object_foreach(object, key, value) \
	for (void *iter = json_object_iter(object); \
	     iter && ((key) = json_object_iter_key(iter)) && ((value) = json_object_iter_value(iter)); \
	     iter = json_object_iter_next((object), iter))
