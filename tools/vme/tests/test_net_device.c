// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/tests/test_net_device.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include <event2/event.h>
#include <openssl/rsa.h>
#include "tools/vme/amt_private.h"
#include "tools/vme/fault.h"
#include "tools/vme/tests/test_chain_make.h"

static EVP_PKEY *device_key; /* one for all, made before the clock runs */

static void close_window(evutil_socket_t fd, short what, void *amt)
{
	amt_window_end(amt);
}

static void open_window(evutil_socket_t fd, short what, void *amt)
{
	amt_window_open(amt, 3600);
}

static void stop(evutil_socket_t fd, short what, void *base)
{
	event_base_loopbreak(base);
}

static void after(struct event_base *base, unsigned int ms, event_callback_fn fn, void *ctx)
{
	const struct timeval tv = { ms / 1000, ms % 1000 * 1000 };

	if (ms)
		event_base_once(base, -1, EV_TIMEOUT, fn, ctx, &tv);
}

static struct amt *make_model(X509 *root)
{
	struct recipe self = { .cn = "device", .key = device_key };
	struct amt_hash slot = { .algorithm = 2, .digest_len = 32, .is_active = true };
	struct amt *amt = amt_new(event_base_new());

	strcpy(amt->fw_version, "12.0.49");
	strcpy(amt->digest_realm, REALM);
	strcpy(amt->dhcp_suffix, "example.com");
	strcpy(slot.name, "root");
	X509_digest(root, EVP_sha256(), slot.digest, NULL);
	amt_hash_add(amt, &slot);
	amt->cert = cert_make(&self, NULL, NULL);
	amt->key = self.key;
	EVP_PKEY_up_ref(self.key);
	amt_window_open(amt, 3600);
	return amt;
}

static unsigned int reports[REPORT_KINDS];

static void on_report(void *ctx, const struct report *report)
{
	assert_non_null(report->who);
	assert_non_null(report->peer);
	assert_non_null(strstr(report->device, "127.0.0.77:"));
	reports[report->kind]++;
}

static void tell(int pipe_fd, const struct net_face *net, const struct amt *amt)
{
	struct result result;

	memset(&result, 0, sizeof(result));
	net_face_stats(net, &result.stats);
	result.verdict = amt->verdict;
	result.admitted = amt->admitted;
	result.stats.server_name = NULL;
	result.state = amt->state;
	memcpy(result.reports, reports, sizeof(reports));
	if (write(pipe_fd, &result, sizeof(result)) != sizeof(result))
		_exit(3);
}

static void run_device(struct device *dev, const struct plan *plan, X509 *root, int pipe_fd)
{
	struct net_config config = { .hello_schedule = plan->schedule,
				     .commit_pause_ms = PAUSE_MS };
	socklen_t len = sizeof(struct sockaddr_in);
	struct amt *amt = make_model(root);
	struct event_base *base = amt->base;
	struct fault_list faults;
	const struct reporter reporter = { on_report, NULL };
	char why[FAULT_WHY_MAX];
	struct net_face *net;
	struct event *end;

	memcpy(&config.local, &dev->addr, sizeof(dev->addr));
	getsockname(dev->hellos, (struct sockaddr *)&config.server, &len);
	close(dev->hellos);
	if (plan->version)
		strcpy(amt->fw_version, plan->version);
	fault_list_init(&faults);
	config.faults = &faults;
	if (!plan->faults)
		config.reporter = &reporter;
	if (plan->faults && fault_load(&faults, plan->faults, why)) {
		print_error("%s\n", why);
		_exit(4);
	}
	net = net_face_new(amt, &config);
	if (!net)
		_exit(2);
	end = event_new(base, pipe_fd, EV_READ, stop, base);
	event_add(end, NULL);
	after(base, plan->close_ms, close_window, amt);
	after(base, plan->open_ms, open_window, amt);
	event_base_dispatch(base);
	tell(pipe_fd, net, amt);
	net_face_free(net);
	fault_list_clear(&faults);
	event_free(end);
	amt_free(amt);
	/* libevent frees a bufferevent when its deferred callback comes up */
	event_base_loop(base, EVLOOP_NONBLOCK);
	event_base_free(base);
}

/* An address of the device's own, free a moment ago. */
static struct sockaddr_in free_addr(const char *host, int *keep)
{
	struct sockaddr_in addr = { .sin_family = AF_INET };
	socklen_t len = sizeof(addr);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	inet_pton(AF_INET, host, &addr.sin_addr);
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	getsockname(fd, (struct sockaddr *)&addr, &len);
	if (keep)
		*keep = fd;
	else
		close(fd);
	return addr;
}

void device_start(struct device *dev, const struct plan *plan, X509 *root)
{
	int ends[2];

	if (!device_key)
		device_key = EVP_RSA_gen(2048);
	free_addr("127.0.0.1", &dev->hellos);
	assert_int_equal(listen(dev->hellos, 16), 0);
	dev->addr = free_addr("127.0.0.77", NULL);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	fflush(NULL);
	dev->pid = fork();
	if (!dev->pid) {
		close(ends[0]);
		run_device(dev, plan, root, ends[1]);
		exit(0);
	}
	close(ends[1]);
	dev->end = ends[0];
}

struct result device_stop(struct device *dev)
{
	struct result result;
	int status;

	assert_int_equal(write(dev->end, "x", 1), 1);
	assert_int_equal(read(dev->end, &result, sizeof(result)), sizeof(result));
	assert_int_equal(waitpid(dev->pid, &status, 0), dev->pid);
	assert_int_equal(status, 0);
	close(dev->end);
	close(dev->hellos);
	return result;
}
