/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A whole virtual ME and a peer of its control socket. */
#ifndef TEST_CONTROL_RIG_H
#define TEST_CONTROL_RIG_H

#include <stddef.h>
#include <jansson.h>
#include "tools/vme/vme.h"

struct rig {
	struct vme *vme;
	char control[64];
	int peer;
	char text[1 << 20]; /* what came and was not looked at yet */
	size_t len;
};

/* cmocka fixtures: *state is a struct rig. */
int rig_setup(void **state);
int rig_teardown(void **state);

int dial(const char *path);
void turn(struct rig *rig);
void say(struct rig *rig, const char *text);
/* Read what has come into rig->text. */
void take(struct rig *rig);
/* The next line as JSON, or NULL. */
json_t *hear(struct rig *rig);
/* @words: blanks between them. A new reference to the result; @error may be NULL. */
json_t *run(struct rig *rig, const char *words, char *error);
void works(struct rig *rig, const char *words);
void refused(struct rig *rig, const char *words, const char *because);
void wants_text(struct rig *rig, const char *words, const char *text);

#endif /* TEST_CONTROL_RIG_H */
