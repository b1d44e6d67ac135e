// SPDX-License-Identifier: GPL-2.0-only
/*
 * Refreshes and changes that netlink sockets ask for. A netlink handler never
 * waits for the firmware, so it leaves a request here, with everything that is
 * needed to carry it out and to tell of its end, and a work of the device does
 * them one after the other. For the engine they are commands of a caller like
 * any other.
 *
 * A request of a socket that closes is taken back if it has not been sent, like
 * that of a caller who leaves; one that was sent completes unobserved. When the
 * device or the module goes, the engine has ended before, so that what is
 * queued fails at once and nothing here waits.
 */
#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/netlink.h>
#include <linux/notifier.h>
#include <linux/slab.h>
#include <linux/stringify.h>
#include <net/net_namespace.h>

#include "requests.h"

/* The limits keep one socket from taking all places of a device. */
#define MEI_PROV_REQUESTS_PER_DEVICE	32
#define MEI_PROV_REQUESTS_PER_SOCKET	16

static LIST_HEAD(mei_prov_requests);	/* in the order of asking */
/* Never held while the firmware is asked. */
static DEFINE_MUTEX(mei_prov_requests_lock);
static u32 mei_prov_request_id;

static struct sk_buff *mei_prov_request_done_new(u32 portid)
{
	struct mei_prov_nl_to to = { .portid = portid, .command = MEI_PROV_CMD_OP_DONE };
	struct sk_buff *skb;

	skb = genlmsg_new(4 * nla_total_size(sizeof(u32)), GFP_KERNEL);
	if (!skb)
		return NULL;
	if (!mei_prov_nl_begin(skb, &to)) {
		nlmsg_free(skb);
		return NULL;
	}
	return skb;
}

/**
 * mei_prov_request_new() - allocate a request and all it will need
 * @mdev: the device
 * @portid: the socket that asks
 * @timeout_ms: deadline from now on, 0 for the default
 *
 * It holds no reference to the device: until it is queued the asker has one, and
 * afterwards the device's end waits for it.
 *
 * Return: it, or NULL.
 */
struct mei_prov_request *mei_prov_request_new(struct mei_prov_device *mdev, u32 portid,
					      u32 timeout_ms)
{
	struct mei_prov_request *r;

	r = kzalloc(sizeof(*r), GFP_KERNEL_ACCOUNT);
	if (!r)
		return NULL;
	r->done = mei_prov_request_done_new(portid);
	if (!r->done || mei_prov_call_begin(&r->call, mdev,
					    timeout_ms ?: MEI_PROV_TIMEOUT_DEFAULT_MS,
					    false)) {
		nlmsg_free(r->done);
		kfree(r);
		return NULL;
	}
	r->portid = portid;
	return r;
}

/* One that is not queued, or not any more. */
void mei_prov_request_free(struct mei_prov_request *r)
{
	mei_prov_call_end(&r->call);
	nlmsg_free(r->done);
	kfree(r);
}

/* ------------------------------------------------------------------ asking */

static bool mei_prov_requests_fit(const struct mei_prov_request *r,
				  struct netlink_ext_ack *extack)
{
	unsigned int device = 0, socket = 0;
	struct mei_prov_request *other;

	list_for_each_entry(other, &mei_prov_requests, node) {
		device += other->call.mdev == r->call.mdev;
		socket += other->portid == r->portid;
	}
	if (device >= MEI_PROV_REQUESTS_PER_DEVICE)
		NL_SET_ERR_MSG_MOD(extack, __stringify(MEI_PROV_REQUESTS_PER_DEVICE)
				   " requests wait for this device already: try again later");
	else if (socket >= MEI_PROV_REQUESTS_PER_SOCKET)
		NL_SET_ERR_MSG_MOD(extack, __stringify(MEI_PROV_REQUESTS_PER_SOCKET)
				   " requests of this socket wait already: await an op-done");
	else
		return true;
	return false;
}

/* Another number for each, until they are used up. */
static u32 mei_prov_request_next_id(void)
{
	mei_prov_request_id++;
	if (!mei_prov_request_id)
		mei_prov_request_id++;
	return mei_prov_request_id;
}

static int mei_prov_request_put_name(struct sk_buff *skb, const struct mei_prov_request *r)
{
	return nla_put_u32(skb, MEI_PROV_A_OP_INDEX, r->call.mdev->index) ?:
	       nla_put_u32(skb, MEI_PROV_A_OP_REQUEST_ID, r->id);
}

/* The answer names the request. It must be there before its op-done is. */
static int mei_prov_request_answer(const struct mei_prov_request *r, struct genl_info *info)
{
	struct mei_prov_nl_to to = mei_prov_nl_to_asker(info);
	struct sk_buff *skb;
	void *head;

	skb = genlmsg_new(2 * nla_total_size(sizeof(u32)), GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	head = mei_prov_nl_begin(skb, &to);
	if (!head || mei_prov_request_put_name(skb, r)) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, head);
	return genlmsg_reply(skb, info);
}

/* Called with the lock held. An answer that was not taken: nothing is done. */
static int mei_prov_request_enter(struct mei_prov_request *r, struct genl_info *info)
{
	struct mei_prov_device *mdev = r->call.mdev;
	int ret;

	lockdep_assert_held(&mei_prov_requests_lock);
	if (mdev->requests.stopped) {
		NL_SET_ERR_MSG_MOD(info->extack, "the device has just gone away");
		return -ENODEV;
	}
	if (!mei_prov_requests_fit(r, info->extack))
		return -ENOBUFS;
	r->id = mei_prov_request_next_id();
	ret = mei_prov_request_put_name(r->done, r) ?: mei_prov_request_answer(r, info);
	if (ret) {
		NL_SET_ERR_MSG_MOD(info->extack,
				   "the answer could not be delivered: nothing was queued");
		return ret;
	}
	list_add_tail(&r->node, &mei_prov_requests);
	queue_work(mei_prov_wq, &mdev->requests.work);
	return 0;
}

/**
 * mei_prov_request_queue() - answer the asker and have the request carried out
 * @r: complete; belongs to the queue afterwards, or has been freed
 * @info: the netlink request
 *
 * Return: 0, -ENODEV, -ENOBUFS when there are too many already, or why the
 * answer could not be given.
 */
int mei_prov_request_queue(struct mei_prov_request *r, struct genl_info *info)
{
	int ret;

	mutex_lock(&mei_prov_requests_lock);
	ret = mei_prov_request_enter(r, info);
	mutex_unlock(&mei_prov_requests_lock);
	if (ret)
		mei_prov_request_free(r);
	return ret;
}

/* ---------------------------------------------------------------- the work */

static struct mei_prov_request *mei_prov_request_first(struct mei_prov_device *mdev)
{
	struct mei_prov_request *r, *found = NULL;

	mutex_lock(&mei_prov_requests_lock);
	list_for_each_entry(r, &mei_prov_requests, node) {
		if (r->call.mdev == mdev) {
			r->running = true;
			found = r;
			break;
		}
	}
	mutex_unlock(&mei_prov_requests_lock);
	return found;
}

static int mei_prov_request_run(struct mei_prov_request *r)
{
	if (r->parts)
		return mei_prov_refresh(&r->call, r->parts);
	return mei_prov_change_run(&r->call, &r->change);
}

/* A status belongs to an answer; the room for both was made before. */
static void mei_prov_request_tell(struct mei_prov_request *r, int error)
{
	struct nlmsghdr *nlh = nlmsg_hdr(r->done);
	struct sk_buff *skb = r->done;

	r->done = NULL;
	if (nla_put_u32(skb, MEI_PROV_A_OP_ERRNO, -error) ||
	    nla_put_u32(skb, MEI_PROV_A_OP_FW_STATUS, error ? 0 : r->call.fw_status)) {
		nlmsg_free(skb);
		return;
	}
	nlmsg_end(skb, nlh);
	genlmsg_unicast(&init_net, skb, r->portid);
}

static void mei_prov_request_end(struct mei_prov_request *r, int error)
{
	mutex_lock(&mei_prov_requests_lock);
	list_del(&r->node);
	if (r->portid)
		mei_prov_request_tell(r, error);
	mutex_unlock(&mei_prov_requests_lock);
	mei_prov_request_free(r);
}

static void mei_prov_requests_work(struct work_struct *work)
{
	struct mei_prov_device *mdev;
	struct mei_prov_request *r;

	mdev = container_of(work, struct mei_prov_device, requests.work);
	while ((r = mei_prov_request_first(mdev)))
		mei_prov_request_end(r, mei_prov_request_run(r));
}

void mei_prov_requests_begin(struct mei_prov_device *mdev)
{
	INIT_WORK(&mdev->requests.work, mei_prov_requests_work);
}

/**
 * mei_prov_requests_stop() - no request of this device any more
 * @mdev: the device; its engine has ended, so that all of them fail at once
 *
 * The sockets are told.
 */
void mei_prov_requests_stop(struct mei_prov_device *mdev)
{
	mutex_lock(&mei_prov_requests_lock);
	mdev->requests.stopped = true;
	mutex_unlock(&mei_prov_requests_lock);
	flush_work(&mdev->requests.work);
}

/* ------------------------------------------------------------ closed sockets */

/* Called with the lock held. */
static void mei_prov_requests_forget(u32 portid)
{
	struct mei_prov_request *r, *next;

	list_for_each_entry_safe(r, next, &mei_prov_requests, node) {
		if (r->portid != portid)
			continue;
		if (r->running) {
			r->portid = 0;
			mei_prov_call_cancel(&r->call);
		} else {
			list_del(&r->node);
			mei_prov_request_free(r);
		}
	}
}

static int mei_prov_requests_released(struct notifier_block *nb, unsigned long event,
				      void *data)
{
	const struct netlink_notify *n = data;

	if (event != NETLINK_URELEASE || n->protocol != NETLINK_GENERIC ||
	    !net_eq(n->net, &init_net))
		return NOTIFY_DONE;
	mutex_lock(&mei_prov_requests_lock);
	mei_prov_requests_forget(n->portid);
	mutex_unlock(&mei_prov_requests_lock);
	return NOTIFY_DONE;
}

static struct notifier_block mei_prov_requests_notifier = {
	.notifier_call = mei_prov_requests_released,
};

int mei_prov_requests_init(void)
{
	return netlink_register_notifier(&mei_prov_requests_notifier);
}

/* All devices have ended. */
void mei_prov_requests_exit(void)
{
	netlink_unregister_notifier(&mei_prov_requests_notifier);
}
