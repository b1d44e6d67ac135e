// SPDX-License-Identifier: GPL-2.0-or-later
/* The order of names, asked of a name server of the test's own on 127.0.0.1. */
#include <arpa/inet.h>
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>
#include <event2/event.h>
#include "tools/vme/net_lookup.h"

/* --- the name server: one name has an address --- */

struct server {
	int fd;
	struct sockaddr_storage addr;
	const char *name; /* "" = none */
	char asked[1024]; /* all names, with blanks between */
	bool silent;
};

/* The name of the question, lower case, with dots; length of the question. */
static size_t read_question(const uint8_t *at, size_t len, char name[256])
{
	size_t i = 12, n = 0;

	while (i < len && at[i] && n < 200) {
		size_t label = at[i++];

		if (n)
			name[n++] = '.';
		while (label-- && i < len)
			name[n++] = (char)tolower(at[i++]);
	}
	name[n] = '\0';
	return i + 1 + 4;
}

static void on_question(evutil_socket_t fd, short what, void *arg)
{
	struct server *server = arg;
	struct sockaddr_storage from;
	socklen_t from_len = sizeof(from);
	uint8_t packet[512];
	char name[256];
	ssize_t n = recvfrom(fd, packet, sizeof(packet), 0, (struct sockaddr *)&from, &from_len);
	size_t end;
	bool six, known;

	assert_true(n > 16);
	end = read_question(packet, (size_t)n, name);
	six = packet[end - 3] == 28;
	strcat(strcat(server->asked, *server->asked ? " " : ""), name);
	known = !strcasecmp(name, server->name);
	if (server->silent)
		return;
	packet[2] |= 0x80;
	packet[3] = known ? 0 : 3; /* no such name */
	packet[7] = known;
	memset(packet + 8, 0, 4);
	if (known) {
		static const uint8_t head[] = { 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4 };

		memcpy(packet + end, head, sizeof(head));
		packet[end + 3] = six ? 28 : 1;
		packet[end + 11] = six ? 16 : 4;
		end += sizeof(head);
		inet_pton(six ? AF_INET6 : AF_INET, six ? "2001:db8::7" : "127.1.2.3",
			  packet + end);
		end += six ? 16 : 4;
	}
	sendto(fd, packet, end, 0, (struct sockaddr *)&from, from_len);
}

static void server_start(struct server *server)
{
	struct sockaddr_in *addr = (struct sockaddr_in *)&server->addr;
	socklen_t len = sizeof(*addr);

	memset(server, 0, sizeof(*server));
	addr->sin_family = AF_INET;
	addr->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server->fd = socket(AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(bind(server->fd, (struct sockaddr *)addr, len), 0);
	getsockname(server->fd, (struct sockaddr *)addr, &len);
	server->name = "";
}

/* --- the device --- */

struct result {
	struct event_base *base;
	char found[64];
	char how[NET_LOOKUP_NAME_MAX];
	int calls;
};

static void on_found(void *ctx, const struct sockaddr_storage *server, const char *how)
{
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)server;
	const struct sockaddr_in *four = (const struct sockaddr_in *)server;
	struct result *result = ctx;
	char ip[INET6_ADDRSTRLEN];

	result->calls++;
	snprintf(result->how, sizeof(result->how), "%s", how);
	strcpy(result->found, "nowhere");
	if (server && server->ss_family == AF_INET6)
		snprintf(result->found, sizeof(result->found), "[%s]:%u",
			 inet_ntop(AF_INET6, &six->sin6_addr, ip, sizeof(ip)),
			 ntohs(six->sin6_port));
	else if (server)
		snprintf(result->found, sizeof(result->found), "%s:%u",
			 inet_ntop(AF_INET, &four->sin_addr, ip, sizeof(ip)),
			 ntohs(four->sin_port));
	event_base_loopbreak(result->base);
}

static const struct sockaddr_storage nowhere;

static struct net_places all_places(void)
{
	return (struct net_places){
		.address = &nowhere,
		.fqdn = "sca.example.net",
		.host = "ProvisionServer",
		.domain = "own.example.com",
		.dhcp_suffix = "lan.example.com",
	};
}

static void look(struct server *server, const struct net_places *places, struct result *result)
{
	struct net_lookup *lookup;
	struct event *event;

	memset(result, 0, sizeof(*result));
	*server->asked = '\0';
	result->base = event_base_new();
	event = event_new(result->base, server->fd, EV_READ | EV_PERSIST, on_question, server);
	event_add(event, NULL);
	lookup = net_lookup_new(result->base, &server->addr, on_found, result);
	assert_non_null(lookup);
	net_lookup_start(lookup, places);
	if (!result->calls)
		event_base_dispatch(result->base);
	assert_int_equal(result->calls, 1);
	net_lookup_free(lookup);
	event_free(event);
	event_base_loop(result->base, EVLOOP_NONBLOCK);
	event_base_free(result->base);
}

static void names_are_tried_in_order(void **state)
{
	static const struct {
		const char *name, *asked;
	} cases[] = {
		{ "sca.example.net", "sca.example.net" },
		{ "provisionserver.own.example.com",
		  "sca.example.net provisionserver.own.example.com" },
		{ "provisionserver.lan.example.com",
		  "sca.example.net provisionserver.own.example.com provisionserver.lan.example.com" },
	};
	struct net_places places = all_places();
	struct server server;
	struct result result;
	size_t i;

	server_start(&server);
	for (i = 0; i < 3; i++) {
		server.name = cases[i].name;
		look(&server, &places, &result);
		assert_string_equal(server.asked, cases[i].asked);
		assert_string_equal(result.found, "127.1.2.3:9971");
		assert_true(!strcasecmp(result.how, cases[i].name));
	}
	server.name = "";
	look(&server, &places, &result);
	assert_string_equal(result.found, "nowhere");
	close(server.fd);
}

static void without_a_domain_the_bare_name_is_asked_for(void **state)
{
	struct net_places places = all_places();
	struct server server;
	struct result result;

	server_start(&server);
	places.fqdn = "";
	places.domain = "";
	look(&server, &places, &result);
	assert_string_equal(server.asked, "provisionserver provisionserver.lan.example.com");
	places.dhcp_suffix = "";
	places.host = "amt-setup";
	server.name = "amt-setup";
	look(&server, &places, &result);
	assert_string_equal(server.asked, "amt-setup");
	assert_string_equal(result.found, "127.1.2.3:9971");
	close(server.fd);
}

static void same_domain_is_asked_once(void **state)
{
	struct net_places places = all_places();
	struct server server;
	struct result result;

	server_start(&server);
	places.fqdn = "";
	places.domain = "LAN.example.com";
	look(&server, &places, &result);
	assert_string_equal(server.asked, "provisionserver.lan.example.com");
	close(server.fd);
}

static void address_needs_no_name(void **state)
{
	struct net_places places = all_places();
	struct sockaddr_storage address;
	struct server server;
	struct result result;

	server_start(&server);
	address = server.addr;
	((struct sockaddr_in *)&address)->sin_port = htons(1234);
	places.address = &address;
	look(&server, &places, &result);
	assert_string_equal(server.asked, "");
	assert_string_equal(result.found, "127.0.0.1:1234");
	assert_string_equal(result.how, "address");
	close(server.fd);
}

static void ipv6_asks_for_its_own_addresses(void **state)
{
	struct net_places places = all_places();
	struct server server;
	struct result result;

	server_start(&server);
	places.ipv6 = true;
	server.name = "sca.example.net";
	look(&server, &places, &result);
	assert_string_equal(result.found, "[2001:db8::7]:9971");
	close(server.fd);
}

/* Nothing comes of a lookup that was given up, or that another replaced. */
static void lookups_can_be_given_up(void **state)
{
	struct net_places places = all_places();
	struct event_base *base = event_base_new();
	struct result result = { .base = base };
	const struct timeval soon = { .tv_usec = 100000 };
	struct net_lookup *lookup;
	struct server server;

	server_start(&server);
	server.silent = true;
	lookup = net_lookup_new(base, &server.addr, on_found, &result);
	net_lookup_start(lookup, &places);
	event_base_loopexit(base, &soon);
	event_base_dispatch(base);
	assert_int_equal(result.calls, 0);
	net_lookup_start(lookup, &places); /* over the one under way */
	net_lookup_stop(lookup);
	event_base_loop(base, EVLOOP_NONBLOCK);
	net_lookup_start(lookup, &places);
	net_lookup_free(lookup);
	event_base_loop(base, EVLOOP_NONBLOCK);
	assert_int_equal(result.calls, 0);
	event_base_free(base);
	close(server.fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_tried_in_order),
		cmocka_unit_test(without_a_domain_the_bare_name_is_asked_for),
		cmocka_unit_test(same_domain_is_asked_once),
		cmocka_unit_test(address_needs_no_name),
		cmocka_unit_test(ipv6_asks_for_its_own_addresses),
		cmocka_unit_test(lookups_can_be_given_up),
	};

	return cmocka_run_group_tests_name("lookup", tests, NULL, NULL);
}
