// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/net_profile.h"

#include "tools/vme/profile.h"

const struct net_profile *net_profile_of(const char *fw_version)
{
	return &vme_profile_of(fw_version)->net;
}
