/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VME_NET_LOG_H
#define VME_NET_LOG_H
#include "tools/vme/log.h"
#define net_error(...) log_error("net", __VA_ARGS__)
#define net_info(...)  log_info("net", __VA_ARGS__)
#define net_debug(...) log_debug("net", __VA_ARGS__)
#endif
