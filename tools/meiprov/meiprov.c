// SPDX-License-Identifier: GPL-2.0-or-later
/* meiprov: remote configuration of Intel AMT, on the machine it runs on and on others. */
#include "cli.h"

int main(int argc, char **argv)
{
	return cli_main(argc, argv);
}
