/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The host-based start, in two halves: its argument can be made beforehand. */
#ifndef MEIPROV_HOST_BASED_H
#define MEIPROV_HOST_BASED_H

#include "device.h"

/* Make the argument; -EINVAL when @pin cannot be sent. */
int host_based_argument(const struct meiprov_host_based *pin, struct mei_prov_start_host_based *arg,
			struct meiprov_error *err);
/* Start once. @out may be NULL. */
int host_based_start(struct meiprov_device *dev, const struct mei_prov_start_host_based *arg,
		     struct meiprov_host_certificate *out, struct meiprov_error *err);

#endif /* MEIPROV_HOST_BASED_H */
