// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The monitor on a kernel that the test plays: what libnl sends is answered byte by byte
 * as generic netlink does. Linked with --wrap for what would need the real one.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <syslog.h>
#include <cmocka.h>
#include <netlink/netlink.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <linux/genetlink.h>
#include <linux/mei_prov.h>

#include <meiprov/meiprov.h>

#define FAMILY	    0x21
#define GROUP	    7
#define DEVICES_MAX 4
#define QUEUE_MAX   16

struct datagram {
	size_t len;
	uint32_t sender; /* 0: the kernel */
	int error;	 /* instead of one */
	_Alignas(8) uint8_t data[512];
};

struct queue {
	struct datagram list[QUEUE_MAX];
	size_t first, count;
};

/**
 * struct kernel - what it has, what it answers, and what it was asked
 * @no_family: there is no module
 * @group_error: of joining the group, as libnl says it
 * @dump_error, @watch_error: errno of these requests
 * @watched: indexes, in the order in which they came
 * @interval: of the last watch, 0 when it named none
 */
static struct kernel {
	bool no_family;
	int connect_error;
	int group_error;
	int dump_error;
	int watch_error;
	uint32_t devices[DEVICES_MAX];
	size_t device_count;
	uint32_t watched[QUEUE_MAX];
	size_t watch_count;
	uint32_t interval;
	int joined;
	struct queue replies, events;
} kernel;

/* --- datagrams --- */

static struct datagram *add(struct queue *queue)
{
	struct datagram *d = &queue->list[queue->count++];

	assert_true(queue->count < QUEUE_MAX);
	memset(d, 0, sizeof(*d));
	return d;
}

static struct datagram *take(struct queue *queue)
{
	return queue->first < queue->count ? &queue->list[queue->first++] : NULL;
}

/* A message of libnl's making becomes one of the kernel's. */
static void put_message(struct datagram *d, struct nl_msg *msg)
{
	const struct nlmsghdr *head = nlmsg_hdr(msg);

	assert_true(d->len + NLMSG_ALIGN(head->nlmsg_len) <= sizeof(d->data));
	memcpy(d->data + d->len, head, head->nlmsg_len);
	d->len += NLMSG_ALIGN(head->nlmsg_len);
	nlmsg_free(msg);
}

static struct nl_msg *begin(int type, uint8_t command, int flags)
{
	struct nl_msg *msg = nlmsg_alloc();

	assert_non_null(genlmsg_put(msg, 0, 0, type, 0, flags, command, 1));
	return msg;
}

static void put_error(int error)
{
	struct nl_msg *msg = nlmsg_alloc_simple(NLMSG_ERROR, 0);
	struct nlmsgerr body = { .error = error };

	nlmsg_append(msg, &body, sizeof(body), NLMSG_ALIGNTO);
	put_message(add(&kernel.replies), msg);
}

static void put_device(struct datagram *d, uint8_t command, uint32_t index, int flags)
{
	struct nl_msg *msg = begin(FAMILY, command, flags);

	nla_put_u32(msg, MEI_PROV_A_DEVICE_INDEX, index);
	nla_put_u32(msg, MEI_PROV_A_DEVICE_LINK, MEI_PROV_LINK_UP);
	put_message(d, msg);
}

/* --- what the kernel answers --- */

static void answer_family(void)
{
	struct nl_msg *msg = begin(GENL_ID_CTRL, CTRL_CMD_NEWFAMILY, 0);
	struct nlattr *groups, *group;

	nla_put_u16(msg, CTRL_ATTR_FAMILY_ID, FAMILY);
	nla_put_string(msg, CTRL_ATTR_FAMILY_NAME, MEI_PROV_FAMILY_NAME);
	groups = nla_nest_start(msg, CTRL_ATTR_MCAST_GROUPS);
	group = nla_nest_start(msg, 1);
	nla_put_string(msg, CTRL_ATTR_MCAST_GRP_NAME, MEI_PROV_MCGRP_EVENTS);
	nla_put_u32(msg, CTRL_ATTR_MCAST_GRP_ID, GROUP);
	nla_nest_end(msg, group);
	nla_nest_end(msg, groups);
	put_message(add(&kernel.replies), msg);
	put_error(0);
}

static void answer_dump(void)
{
	struct datagram *d;

	if (kernel.dump_error) {
		put_error(kernel.dump_error);
		return;
	}
	d = add(&kernel.replies);
	for (size_t i = 0; i < kernel.device_count; i++)
		put_device(d, MEI_PROV_CMD_DEVICE_GET, kernel.devices[i], NLM_F_MULTI);
	put_message(d, nlmsg_alloc_simple(NLMSG_DONE, NLM_F_MULTI));
}

static void answer_watch(struct nlmsghdr *request)
{
	struct nlattr *attrs[MEI_PROV_A_WATCH_MAX + 1];

	assert_int_equal(genlmsg_parse(request, 0, attrs, MEI_PROV_A_WATCH_MAX, NULL), 0);
	assert_non_null(attrs[MEI_PROV_A_WATCH_INDEX]);
	kernel.watched[kernel.watch_count++] = nla_get_u32(attrs[MEI_PROV_A_WATCH_INDEX]);
	kernel.interval = attrs[MEI_PROV_A_WATCH_INTERVAL_MS] ?
				  nla_get_u32(attrs[MEI_PROV_A_WATCH_INTERVAL_MS]) :
				  0;
	put_error(kernel.watch_error);
}

static int on_send(struct nl_sock *sock, struct nl_msg *msg)
{
	struct nlmsghdr *request = nlmsg_hdr(msg);

	if (request->nlmsg_type == GENL_ID_CTRL && kernel.no_family)
		put_error(-ENOENT);
	else if (request->nlmsg_type == GENL_ID_CTRL)
		answer_family();
	else if (genlmsg_hdr(request)->cmd == MEI_PROV_CMD_DEVICE_GET)
		answer_dump();
	else if (genlmsg_hdr(request)->cmd == MEI_PROV_CMD_WATCH_START)
		answer_watch(request);
	else
		fail_msg("request %d", genlmsg_hdr(request)->cmd);
	return (int)request->nlmsg_len;
}

static int on_receive(struct nl_sock *sock, struct sockaddr_nl *from, unsigned char **buf,
		      struct ucred **creds)
{
	const struct datagram *d = take(&kernel.replies);

	if (!d)
		return -NLE_AGAIN;
	*buf = malloc(d->len);
	memcpy(*buf, d->data, d->len);
	return (int)d->len;
}

/* --- what the linker puts in the place of the real ones --- */

int __wrap_genl_connect(struct nl_sock *sock);
int __wrap_nl_socket_add_membership(struct nl_sock *sock, int group);
ssize_t __wrap_recvfrom(int fd, void *buf, size_t len, int flags, struct sockaddr *from,
			socklen_t *from_len);

int __wrap_genl_connect(struct nl_sock *sock)
{
	struct nl_cb *cb = nl_socket_get_cb(sock);

	nl_cb_overwrite_send(cb, on_send);
	nl_cb_overwrite_recv(cb, on_receive);
	nl_cb_put(cb);
	nl_socket_disable_seq_check(sock);
	return kernel.connect_error;
}

int __wrap_nl_socket_add_membership(struct nl_sock *sock, int group)
{
	kernel.joined = group;
	return kernel.group_error;
}

ssize_t __wrap_recvfrom(int fd, void *buf, size_t len, int flags, struct sockaddr *from,
			socklen_t *from_len)
{
	const struct datagram *d = take(&kernel.events);

	assert_true(flags & MSG_DONTWAIT);
	errno = d ? d->error : EAGAIN;
	if (!d || d->error)
		return -1;
	((struct sockaddr_nl *)from)->nl_pid = d->sender;
	memcpy(buf, d->data, d->len);
	return (ssize_t)d->len;
}

/* --- the promises --- */

static int setup(void **state)
{
	memset(&kernel, 0, sizeof(kernel));
	kernel.device_count = 2;
	kernel.devices[1] = 3;
	return 0;
}

static struct meiprov_monitor *follow_under(struct meiprov_context *context, unsigned int poll_ms)
{
	struct meiprov_monitor *mon;
	struct meiprov_error err;

	if (meiprov_monitor_new(context, poll_ms, &mon, &err))
		fail_msg("%s: %s", err.doing, err.why);
	return mon;
}

static struct meiprov_monitor *follow(unsigned int poll_ms)
{
	return follow_under(NULL, poll_ms);
}

static void every_device_is_watched_at_the_wanted_distance(void **state)
{
	meiprov_monitor_free(follow(250));
	assert_int_equal(kernel.joined, GROUP);
	assert_int_equal(kernel.watch_count, 2);
	assert_int_equal(kernel.watched[0], 0);
	assert_int_equal(kernel.watched[1], 3);
	assert_int_equal(kernel.interval, 250);
	meiprov_monitor_free(follow(0));
	assert_int_equal(kernel.interval, 0); /* the driver's own */
}

static void a_device_that_went_meanwhile_is_no_failure(void **state)
{
	kernel.watch_error = -ENODEV;
	meiprov_monitor_free(follow(0));
	kernel.watch_error = -ENOENT;
	meiprov_monitor_free(follow(0));
	assert_int_equal(kernel.watch_count, 4);
}

static void refused(int code, const char *why)
{
	struct meiprov_monitor *mon;
	struct meiprov_error err = { 0 };

	memset(&kernel.replies, 0, sizeof(kernel.replies));
	assert_int_equal(meiprov_monitor_new(NULL, 0, &mon, &err), code);
	assert_null(mon);
	assert_int_equal(err.code, code);
	if (!strstr(err.why, why))
		fail_msg("\"%s\" does not say \"%s\"", err.why, why);
}

static void why_there_are_no_events_is_told_apart(void **state)
{
	kernel.no_family = true;
	refused(-ENOENT, "no netlink family");
	kernel.no_family = false;
	kernel.watch_error = -EPERM;
	refused(-EACCES, "CAP_NET_ADMIN");
	kernel.watch_error = -EBUSY;
	refused(-EBUSY, "");
	kernel.watch_error = -E2BIG; /* one for which libnl has no number */
	refused(-EIO, "");
	kernel.dump_error = -EOPNOTSUPP;
	refused(-EOPNOTSUPP, "older");
	kernel.dump_error = 0;
	kernel.group_error = -NLE_NOACCESS;
	refused(-EACCES, "CAP_NET_ADMIN");
	kernel.connect_error = -NLE_NOMEM;
	refused(-ENOMEM, "memory");
}

static void put_state(struct datagram *d, uint32_t index, uint32_t provisioning)
{
	struct nl_msg *msg = begin(FAMILY, MEI_PROV_CMD_STATE_NTF, 0);

	nla_put_u32(msg, MEI_PROV_A_STATE_INDEX, index);
	nla_put_u32(msg, MEI_PROV_A_STATE_PROVISIONING_STATE, provisioning);
	put_message(d, msg);
}

static void next_is(struct meiprov_monitor *mon, enum meiprov_event_type type, int index)
{
	struct meiprov_event event;

	assert_int_equal(meiprov_monitor_next(mon, &event), 0);
	assert_int_equal(event.type, type);
	assert_int_equal(event.index, index);
}

static void nothing_is_left(struct meiprov_monitor *mon)
{
	struct meiprov_event event;

	assert_int_equal(meiprov_monitor_next(mon, &event), -EAGAIN);
}

static void events_come_in_their_order_also_two_in_a_datagram(void **state)
{
	struct meiprov_monitor *mon = follow(0);
	struct datagram *d = add(&kernel.events);

	put_device(d, MEI_PROV_CMD_DEVICE_CHANGE_NTF, 0, 0);
	put_state(d, 3, MEIPROV_STATE_IN);
	put_device(add(&kernel.events), MEI_PROV_CMD_DEVICE_DEL_NTF, 3, 0);
	next_is(mon, MEIPROV_EVENT_DEVICE_CHANGE, 0);
	next_is(mon, MEIPROV_EVENT_STATE, 3);
	next_is(mon, MEIPROV_EVENT_DEVICE_DEL, 3);
	nothing_is_left(mon);
	assert_int_equal(meiprov_monitor_fd(mon), -1); /* this kernel has no socket */
	meiprov_monitor_free(mon);
}

static void a_new_device_is_watched_too(void **state)
{
	struct meiprov_monitor *mon = follow(100);

	put_device(add(&kernel.events), MEI_PROV_CMD_DEVICE_ADD_NTF, 9, 0);
	next_is(mon, MEIPROV_EVENT_DEVICE_ADD, 9);
	assert_int_equal(kernel.watch_count, 3);
	assert_int_equal(kernel.watched[2], 9);
	assert_int_equal(kernel.interval, 100);
	meiprov_monitor_free(mon);
}

/* Each line behind its priority. */
static void append(void *data, int priority, const char *text)
{
	size_t len = strlen(data);

	snprintf((char *)data + len, 512 - len, "<%d>%s\n", priority, text);
}

static void what_is_watched_and_what_cannot_be_is_told(void **state)
{
	struct meiprov_context *context;
	struct meiprov_monitor *mon;
	char told[512] = "";

	assert_int_equal(meiprov_context_new(&context), 0);
	meiprov_context_set_log(context, append, told, LOG_DEBUG);
	mon = follow_under(context, 0);
	meiprov_context_unref(context); /* the monitor has it still */
	kernel.watch_error = -ENODEV;	/* gone again, which its own event will say */
	put_device(add(&kernel.events), MEI_PROV_CMD_DEVICE_ADD_NTF, 8, 0);
	next_is(mon, MEIPROV_EVENT_DEVICE_ADD, 8);
	kernel.watch_error = -EBUSY;
	put_device(add(&kernel.events), MEI_PROV_CMD_DEVICE_ADD_NTF, 9, 0);
	next_is(mon, MEIPROV_EVENT_DEVICE_ADD, 9);
	assert_string_equal(told, "<7>watching meiprov0\n<7>watching meiprov3\n"
				  "<4>meiprov9 is new and cannot be watched, its states may be "
				  "missed: Device or resource busy\n");
	meiprov_monitor_free(mon);
}

static void after_a_loss_all_devices_are_watched_anew(void **state)
{
	struct meiprov_monitor *mon = follow(0);

	add(&kernel.events)->error = ENOBUFS;
	next_is(mon, MEIPROV_EVENT_LOST, -1);
	assert_int_equal(kernel.watch_count, 4);
	nothing_is_left(mon);
	meiprov_monitor_free(mon);
}

static void what_is_no_event_of_the_kernel_is_passed_over(void **state)
{
	struct meiprov_monitor *mon = follow(0);
	struct datagram *d = add(&kernel.events);

	d->sender = 4711; /* another program */
	put_device(d, MEI_PROV_CMD_DEVICE_DEL_NTF, 1, 0);
	put_message(add(&kernel.events), begin(FAMILY + 1, MEI_PROV_CMD_DEVICE_DEL_NTF, 0));
	add(&kernel.events)->len = 3;
	put_device(add(&kernel.events), MEI_PROV_CMD_DEVICE_DEL_NTF, 2, 0);
	next_is(mon, MEIPROV_EVENT_DEVICE_DEL, 2);
	nothing_is_left(mon);
	meiprov_monitor_free(mon);
}

static void other_failures_of_the_socket_come_through(void **state)
{
	struct meiprov_monitor *mon = follow(0);
	struct meiprov_event event;

	add(&kernel.events)->error = EINTR;
	assert_int_equal(meiprov_monitor_next(mon, &event), -EINTR);
	nothing_is_left(mon);
	meiprov_monitor_free(mon);
	meiprov_monitor_free(NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		TEST(every_device_is_watched_at_the_wanted_distance),
		TEST(a_device_that_went_meanwhile_is_no_failure),
		TEST(why_there_are_no_events_is_told_apart),
		TEST(events_come_in_their_order_also_two_in_a_datagram),
		TEST(a_new_device_is_watched_too),
		TEST(what_is_watched_and_what_cannot_be_is_told),
		TEST(after_a_loss_all_devices_are_watched_anew),
		TEST(what_is_no_event_of_the_kernel_is_passed_over),
		TEST(other_failures_of_the_socket_come_through),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
