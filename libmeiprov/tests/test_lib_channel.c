// SPDX-License-Identifier: LGPL-2.1-or-later
/* What carries the messages, and a peer at the other end that is dead, deaf or no ME. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#include "libmeiprov/channel.h"
#include "libmeiprov/message.h"
#include "vme_rig.h"

#define SHORT_MS 50
#define LONG_MS	 10000 /* never waited for when all is well */

/* --- packets --- */

struct pair {
	int ours;
	int theirs;
};

static struct pair make_pair(void)
{
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds),
			 0);
	return (struct pair){ fds[0], fds[1] };
}

static void close_pair(const struct pair *pair)
{
	close(pair->ours);
	close(pair->theirs);
}

static int ask(const struct pair *pair, int ms)
{
	char reply[16];

	return channel_packets(pair->ours, "request", 7, reply, sizeof(reply), channel_now() + ms);
}

static void a_peer_that_is_gone_is_an_errno_and_no_signal(void **state)
{
	struct pair pair = make_pair();

	close(pair.theirs);
	assert_int_equal(ask(&pair, LONG_MS), -ENODEV); /* a signal would end this program */
	close(pair.ours);
}

static void a_peer_that_leaves_after_the_request_leaves_its_outcome_unknown(void **state)
{
	struct pair pair = make_pair();

	assert_int_equal(shutdown(pair.theirs, SHUT_WR), 0);
	assert_int_equal(ask(&pair, LONG_MS), -ECANCELED);
	close_pair(&pair);
}

static void a_request_that_finds_no_room_until_the_deadline_was_not_sent(void **state)
{
	struct pair pair = make_pair();
	int64_t begin = channel_now();

	while (send(pair.ours, "filler", 6, 0) == 6)
		;
	assert_int_equal(ask(&pair, SHORT_MS), -ETIMEDOUT);
	assert_true(channel_now() - begin >= SHORT_MS);
	close_pair(&pair);
}

static void a_peer_that_says_nothing_leaves_the_outcome_unknown(void **state)
{
	struct pair pair = make_pair();

	assert_int_equal(ask(&pair, SHORT_MS), -ECANCELED);
	assert_int_equal(ask(&pair, -1), -ECANCELED); /* a deadline long past */
	close_pair(&pair);
}

static void what_is_no_descriptor_is_an_errno(void **state)
{
	const struct pair none = { -1, -1 };

	assert_int_equal(ask(&none, SHORT_MS), -EBADF);
}

static void nothing(int number)
{
}

/* Without SA_RESTART; 0: no more. Again and again, because on a busy machine one may come
 * before the wait has begun.
 */
static void signal_every(int ms)
{
	const struct sigaction action = { .sa_handler = nothing };
	const struct itimerval timer = { .it_value.tv_usec = ms * 1000,
					 .it_interval.tv_usec = ms * 1000 };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

static void a_signal_ends_each_wait(void **state)
{
	struct pair pair = make_pair();

	signal_every(SHORT_MS);
	assert_int_equal(ask(&pair, LONG_MS), -EINTR);
	while (send(pair.ours, "filler", 6, 0) == 6)
		;
	assert_int_equal(ask(&pair, LONG_MS), -EINTR);
	signal_every(0);
	close_pair(&pair);
}

static void a_node_without_a_reply_leaves_the_outcome_unknown(void **state)
{
	char reply[8];
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	/* it swallows the request and has no reply */
	assert_int_equal(channel_packets(fd, "x", 1, reply, sizeof(reply), channel_now()),
			 -ECANCELED);
	close(fd);
}

static void closing_what_is_not_open_is_allowed(void **state)
{
	struct channel none = { 0 };

	channel_close(&none);
	assert_null(none.ops);
}

/* --- a connection that is busy --- */

static int connect_busy(void *ctx, int64_t deadline)
{
	return -EBUSY;
}

static void end(void *ctx)
{
}

static void a_signal_ends_the_wait_for_a_taken_connection(void **state)
{
	static const struct channel_ops ops = {
		.kind = "busy", .connect = connect_busy, .disconnect = end, .close = end
	};
	const struct channel channel = { .ops = &ops };
	struct meiprov_device *dev;
	struct meiprov_error err;
	bool on;

	assert_int_equal(message_device(&channel, false, &dev), 0);
	meiprov_device_set_timeout(dev, LONG_MS);
	signal_every(SHORT_MS);
	assert_int_equal(meiprov_ztc_get(dev, &on, &err), -EINTR);
	signal_every(0);
	assert_non_null(strstr(err.why, "signal"));
	meiprov_device_close(dev);
}

/* --- who answers on a socket --- */

struct host {
	char path[64];
	int listener;
	const char *first; /* sent to each that connects; NULL: nothing */
	pthread_t thread;
};

static void *serve(void *arg)
{
	const struct host *host = arg;
	int fd;

	while ((fd = accept(host->listener, NULL, NULL)) >= 0) {
		if (host->first)
			send(fd, host->first, 1, MSG_NOSIGNAL);
		close(fd);
	}
	return NULL;
}

static void host_start(struct host *host, const char *first)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(host->path, sizeof(host->path), "/tmp/meiprov-channel.%d", getpid());
	strcpy(address.sun_path, host->path);
	unlink(host->path);
	host->first = first;
	host->listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(host->listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(host->listener, 8), 0);
	assert_int_equal(pthread_create(&host->thread, NULL, serve, host), 0);
}

static void host_stop(struct host *host)
{
	shutdown(host->listener, SHUT_RDWR); /* ends accept() */
	pthread_join(host->thread, NULL);
	close(host->listener);
	unlink(host->path);
}

static int connect_to(const char *first)
{
	struct channel channel;
	struct host host;
	int ret;

	host_start(&host, first);
	assert_int_equal(channel_socket(host.path, &channel, NULL), 0);
	ret = channel.ops->connect(channel.ctx, channel_now() + LONG_MS);
	channel_close(&channel);
	host_stop(&host);
	return ret;
}

/* Statuses with which HBM answers a connect request. */
static void each_status_of_a_connect_has_its_errno(void **state)
{
	assert_int_equal(connect_to("\0"), 0);
	assert_int_equal(connect_to("\1"), -ENOENT);
	assert_int_equal(connect_to("\2"), -EBUSY);
	assert_int_equal(connect_to("\3"), -EBUSY);
	assert_int_equal(connect_to("\4"), -EPROTO);
	assert_int_equal(connect_to("\5"), -EBUSY);
	assert_int_equal(connect_to("\6"), -EPROTO);
	assert_int_equal(connect_to(NULL), -ENODEV); /* it hung up */
}

static void a_socket_without_a_server_is_told_with_its_path(void **state)
{
	struct meiprov_error err;
	struct channel channel;
	struct host host;

	host_start(&host, "\0");
	assert_int_equal(channel_socket(host.path, &channel, &err), 0);
	host_stop(&host);
	assert_int_equal(channel.ops->connect(channel.ctx, channel_now() + LONG_MS), -ENODEV);
	channel_close(&channel);
	assert_int_equal(channel_socket(host.path, &channel, &err), -ENOENT);
	assert_non_null(strstr(err.why, host.path));
	assert_non_null(strstr(err.next, "meiprov-vme"));
	assert_null(channel.ops);
}

static void a_path_that_no_socket_can_have_is_refused(void **state)
{
	struct channel channel;
	char path[200];

	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(channel_socket(path, &channel, NULL), -EINVAL);
	assert_int_equal(channel_socket("", &channel, NULL), -EINVAL);
}

/* --- nodes --- */

static int setup(void **state)
{
	static struct rig rig;

	strcpy(rig.dir, "/tmp/meiprov-channel.XXXXXX");
	*state = &rig;
	return mkdtemp(rig.dir) ? 0 : -1;
}

static int teardown(void **state)
{
	const struct rig *rig = *state;
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", rig->dir);
	return system(command);
}

static void make_file(const struct rig *rig, const char *folders, const char *name)
{
	char command[512];

	snprintf(command, sizeof(command), "mkdir -p %s/%s && : >%s/%s/%s", rig->dir, folders,
		 rig->dir, folders, name);
	assert_int_equal(system(command), 0);
}

static void the_kernel_is_asked_and_a_file_has_no_amthi(void **state)
{
	const struct rig *rig = *state;
	struct meiprov_error err;
	struct channel channel;
	char path[128];

	make_file(rig, "dev", "mei0");
	assert_int_equal(channel_mei(rig->dir, NULL, &channel, &err), -ENOENT);
	assert_non_null(strstr(err.why, "no AMTHI client"));
	rig_path(rig, "dev/mei0", path, sizeof(path));
	assert_int_equal(channel_mei("", path, &channel, &err), -ENOENT);
	rig_path(rig, "dev/mei7", path, sizeof(path));
	assert_int_equal(channel_mei("", path, &channel, &err), -ENOENT);
	assert_non_null(strstr(err.why, "no /dev/meiN"));
	rig_path(rig, "dev/mei0/mei0", path, sizeof(path));
	assert_int_equal(channel_mei("", path, &channel, &err), -ENOTDIR);
	assert_non_null(strstr(err.why, "directory"));
}

static int open_null(const char *path)
{
	return open("/dev/null", O_RDWR | O_CLOEXEC);
}

static int connect_at_once(int fd)
{
	return 0;
}

static void link_device(const struct rig *rig, const char *target)
{
	char path[128];

	make_file(rig, "sys/class/mei/mei0", "dev");
	rig_path(rig, "sys/class/mei/mei0/device", path, sizeof(path));
	unlink(path);
	assert_int_equal(symlink(target, path), 0);
}

static void the_pci_device_behind_a_node_is_named(void **state)
{
	static const struct channel_mei_calls calls = { open_null, connect_at_once };
	static const char *const targets[] = { "../../../0000:00:16.0", "0000:00:16.0" };
	const struct rig *rig = *state;
	struct channel channel;

	make_file(rig, "dev", "mei0");
	for (size_t i = 0; i < 2; i++) {
		link_device(rig, targets[i]);
		assert_int_equal(channel_mei_with(&calls, rig->dir, NULL, &channel, NULL), 0);
		assert_string_equal(channel.node, "/dev/mei0");
		assert_string_equal(channel.parent, "0000:00:16.0");
		channel_close(&channel);
	}
}

/* Made in the wrong order; folders have an order of their own besides. */
static void the_first_of_several_nodes_is_taken(void **state)
{
	static const struct channel_mei_calls calls = { open_null, connect_at_once };
	const struct rig *rig = *state;
	struct channel channel;
	char name[16];

	for (int i = 19; i >= 10; i--) {
		snprintf(name, sizeof(name), "mei%d", i);
		make_file(rig, "dev", name);
	}
	assert_int_equal(channel_mei_with(&calls, rig->dir, NULL, &channel, NULL), 0);
	assert_string_equal(channel.node, "/dev/mei10");
	channel_close(&channel);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_peer_that_is_gone_is_an_errno_and_no_signal),
		cmocka_unit_test(a_peer_that_leaves_after_the_request_leaves_its_outcome_unknown),
		cmocka_unit_test(a_request_that_finds_no_room_until_the_deadline_was_not_sent),
		cmocka_unit_test(a_peer_that_says_nothing_leaves_the_outcome_unknown),
		cmocka_unit_test(what_is_no_descriptor_is_an_errno),
		cmocka_unit_test(a_signal_ends_each_wait),
		cmocka_unit_test(a_node_without_a_reply_leaves_the_outcome_unknown),
		cmocka_unit_test(closing_what_is_not_open_is_allowed),
		cmocka_unit_test(a_signal_ends_the_wait_for_a_taken_connection),
		cmocka_unit_test(each_status_of_a_connect_has_its_errno),
		cmocka_unit_test(a_socket_without_a_server_is_told_with_its_path),
		cmocka_unit_test(a_path_that_no_socket_can_have_is_refused),
		TEST(the_kernel_is_asked_and_a_file_has_no_amthi),
		TEST(the_pci_device_behind_a_node_is_named),
		TEST(the_first_of_several_nodes_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
