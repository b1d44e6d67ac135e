/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MEIPROV_PEM_H
#define MEIPROV_PEM_H

#include "cli.h"

/* Read a chain from a file; free it with meiprov_chain_free(). Returns 0, or an exit
 * status after saying why.
 */
int pem_chain(const struct cli *cli, const char *path, struct meiprov_chain **out);

#endif /* MEIPROV_PEM_H */
