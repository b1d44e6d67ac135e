/* SPDX-License-Identifier: GPL-2.0-only */
/* What netlink sockets ask of the firmware, waiting for its turn. */
#ifndef MEI_PROV_REQUESTS_H
#define MEI_PROV_REQUESTS_H

#include <linux/list.h>

#include "change.h"
#include "mei_prov.h"
#include "netlink.h"

/**
 * struct mei_prov_request - a refresh or a change that a socket asked for
 * @node: in mei_prov_requests until it has ended; under the lock of requests.c
 * @call: its command, with transaction and deadline
 * @parts: MEI_PROV_REFRESH_* of a refresh, 0 for a change
 * @change: the change
 * @suffix: what @change names, if it sets the suffix
 * @done: the op-done message, complete but for the result
 * @portid: the socket, 0 when it has been closed; under the lock
 * @id: names the request to the socket
 * @running: the worker has it; under the lock
 *
 * Everything it needs is allocated when it is asked for.
 */
struct mei_prov_request {
	struct list_head node;
	struct mei_prov_call call;
	u32 parts;
	struct mei_prov_change change;
	char suffix[MEI_PROV_SUFFIX_MAX + 1];
	struct sk_buff *done;
	u32 portid;
	u32 id;
	bool running;
};

struct mei_prov_request *mei_prov_request_new(struct mei_prov_device *mdev, u32 portid,
					      u32 timeout_ms);
void mei_prov_request_free(struct mei_prov_request *r);
int mei_prov_request_queue(struct mei_prov_request *r, struct genl_info *info);

#endif /* MEI_PROV_REQUESTS_H */
