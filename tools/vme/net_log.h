/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VME_NET_LOG_H
#define VME_NET_LOG_H
#include <stdio.h>
#define net_error(fmt, ...) fprintf(stderr, "E net: " fmt "\n", ##__VA_ARGS__)
#define net_info(fmt, ...) fprintf(stderr, "I net: " fmt "\n", ##__VA_ARGS__)
#define net_debug(fmt, ...) fprintf(stderr, "D net: " fmt "\n", ##__VA_ARGS__)
#endif
