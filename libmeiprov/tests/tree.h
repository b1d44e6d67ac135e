/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A folder of a test's own that looks like / to the library. */
#ifndef MEIPROV_TESTS_TREE_H
#define MEIPROV_TESTS_TREE_H

#include <sys/stat.h>

/* For cmocka: @state becomes its path, until the teardown removes it. */
int tree_setup(void **state);
int tree_teardown(void **state);

/* A folder, and those above it. */
void tree_folder(const char *root, const char *path);
/* A new file with @text. */
void tree_file(const char *root, const char *path, const char *text, mode_t mode);

#endif /* MEIPROV_TESTS_TREE_H */
