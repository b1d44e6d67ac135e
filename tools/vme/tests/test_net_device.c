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
#include "tools/vme/tests/test_chain_make.h"

static EVP_PKEY *device_key; /* one for all, made before the clock runs */
static amt_listener_fn listener;
static void *listener_ctx;

int amt_listen(struct amt *amt, amt_listener_fn fn, void *ctx)
{
	listener = fn;
	listener_ctx = ctx;
	return 0;
}

uint32_t amt_set_mebx_password(struct amt *amt, const char *password)
{
	amt->mebx_default = false;
	listener(amt, AMT_CHANGED_CREDENTIALS, listener_ctx);
	return 0;
}

uint32_t amt_set_admin(struct amt *amt, const char *user, const uint8_t ha1[16])
{
	memcpy(amt->admin_ha1, ha1, 16);
	amt->admin_set = true;
	listener(amt, AMT_CHANGED_CREDENTIALS, listener_ctx);
	return 0;
}

uint32_t amt_commit(struct amt *amt)
{
	if (amt->mebx_default)
		return 2057;
	amt->state = AMT_POST;
	amt->window_open = false;
	listener(amt, AMT_CHANGED_STATE, listener_ctx);
	return 0;
}

bool amt_ha1(const struct amt *amt, const char *user, uint8_t ha1[16])
{
	memcpy(ha1, amt->admin_ha1, 16);
	return amt->admin_set && !strcmp(user, "admin");
}

void amt_otp_visible(const struct amt *amt, uint8_t otp[AMT_OTP_MAX])
{
	memset(otp, 0, AMT_OTP_MAX);
}

static void set_window(struct amt *amt, bool open)
{
	amt->window_open = open;
	listener(amt, AMT_CHANGED_STATE, listener_ctx);
}

static void close_window(evutil_socket_t fd, short what, void *amt)
{
	set_window(amt, false);
}

static void open_window(evutil_socket_t fd, short what, void *amt)
{
	set_window(amt, true);
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

static void run_device(struct device *dev, const struct plan *plan, X509 *root, int pipe_fd)
{
	struct recipe self = { .cn = "device", .key = device_key };
	struct net_config config = { .hello_schedule = plan->schedule,
				     .commit_pause_ms = PAUSE_MS };
	socklen_t len = sizeof(struct sockaddr_in);
	struct amt_hash slot = { .handle = 7, .algorithm = 2, .digest_len = 32, .is_active = true };
	struct amt amt = { .base = event_base_new(),
			   .mebx_default = true,
			   .fw_version = "12.0.49",
			   .digest_realm = REALM,
			   .dhcp_suffix = "example.com",
			   .hashes = &slot,
			   .hash_count = 1,
			   .state = AMT_IN,
			   .window_open = true };
	struct result result;
	struct net_face *net;
	struct event *end;

	vme_clock_init(&amt.clock);
	X509_digest(root, EVP_sha256(), slot.digest, NULL);
	amt.cert = cert_make(&self, NULL, NULL);
	amt.key = self.key;
	memcpy(&config.local, &dev->addr, sizeof(dev->addr));
	getsockname(dev->hellos, (struct sockaddr *)&config.server, &len);
	close(dev->hellos);
	net = net_face_new(&amt, &config);
	if (!net)
		_exit(2);
	end = event_new(amt.base, pipe_fd, EV_READ, stop, amt.base);
	event_add(end, NULL);
	after(amt.base, plan->close_ms, close_window, &amt);
	after(amt.base, plan->open_ms, open_window, &amt);
	event_base_dispatch(amt.base);
	memset(&result, 0, sizeof(result));
	net_face_stats(net, &result.stats);
	result.verdict = amt.verdict;
	result.admitted = amt.admitted;
	result.state = amt.state;
	if (write(pipe_fd, &result, sizeof(result)) != sizeof(result))
		_exit(3);
	net_face_free(net);
	event_free(end);
	/* libevent frees a bufferevent when its deferred callback comes up */
	event_base_loop(amt.base, EVLOOP_NONBLOCK);
	event_base_free(amt.base);
	X509_free(amt.cert);
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
