// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <curl/curl.h>

#include "remote.h"

#define TLS_PORT   "16993"
#define PLAIN_PORT "16992"
#define PAGES_MAX  64 /* answers that one enumeration may take */

static void make_url(const struct remote_options *o, char *url, size_t size)
{
	const char *port = o->port ? o->port : o->plain ? PLAIN_PORT : TLS_PORT;
	bool ipv6 = strchr(o->host, ':');

	snprintf(url, size, "%s://%s%s%s:%s/wsman", o->plain ? "http" : "https", ipv6 ? "[" : "",
		 o->host, ipv6 ? "]" : "", port);
}

static void set_trust(struct remote *remote)
{
	const struct remote_options *o = &remote->options;

	remote->trust.host = o->host;
	remote->trust.ca_file = o->ca_file;
	remote->trust.kind = o->pin	 ? WSMAN_TRUST_PIN :
			     o->insecure ? WSMAN_TRUST_ANY :
					   WSMAN_TRUST_CA;
}

static int make_client(const struct cli *cli, struct remote *remote)
{
	char url[320];
	const struct wsman_options options = {
		.url = url,
		.plain = remote->options.plain,
		.tls_setup = wsman_trust_setup,
		.tls_ctx = &remote->trust,
		.exchange_ms = cli->timeout_ms,
		.connect_ms = cli->timeout_ms,
	};

	make_url(&remote->options, url, sizeof(url));
	set_trust(remote);
	if (curl_global_init(CURL_GLOBAL_DEFAULT))
		return -ENOMEM;
	remote->has_curl = true;
	return wsman_client_new(&options, &remote->client);
}

int remote_open(const struct cli *cli, struct remote *remote, struct meiprov_error *err)
{
	const char *user = remote->options.user;
	struct secret secret;
	int ret = secret_get(&secret_password, &remote->options.password, &secret, err);

	if (ret)
		return ret;
	ret = make_client(cli, remote);
	if (!ret)
		ret = wsman_client_credentials(remote->client, user ? user : "admin", secret.text);
	explicit_bzero(&secret, sizeof(secret));
	return ret ? remote_error(remote, err, ret, "", "%s", strerror(-ret)) : 0;
}

void remote_close(struct remote *remote)
{
	wsman_client_free(remote->client);
	remote->client = NULL;
	if (remote->has_curl)
		curl_global_cleanup();
	remote->has_curl = false;
}

int remote_ask(struct remote *remote, const struct wsman_request *req, struct wsman_reply **reply,
	       struct meiprov_error *err)
{
	struct wsman_result result;

	*reply = NULL;
	if (wsman_client_exchange(remote->client, req, &result) == WSMAN_OK) {
		*reply = result.reply;
		return 0;
	}
	remote_failed(remote, req, &result, err);
	wsman_reply_free(result.reply);
	return err->code;
}

int remote_get(struct remote *remote, const char *class_name, struct wsman_reply **reply,
	       struct meiprov_error *err)
{
	const struct wsman_request req = { .op = WSMAN_GET, .class_name = class_name };

	return remote_ask(remote, &req, reply, err);
}

static int each_of_page(const struct wsman_reply *page,
			int (*each)(void *ctx, const struct wsman_reply *page, size_t i,
				    struct meiprov_error *err),
			void *ctx, struct meiprov_error *err)
{
	int ret = 0;

	for (size_t i = 0; i < wsman_reply_count(page) && !ret; i++)
		ret = each(ctx, page, i, err);
	return ret;
}

int remote_each(struct remote *remote, const char *class_name,
		int (*each)(void *ctx, const struct wsman_reply *page, size_t i,
			    struct meiprov_error *err),
		void *ctx, struct meiprov_error *err)
{
	struct wsman_request req = { .op = WSMAN_ENUMERATE, .class_name = class_name };
	struct wsman_reply *page, *next;
	int ret = remote_ask(remote, &req, &page, err);

	if (!ret && !wsman_reply_context(page))
		ret = remote_bad_value(remote, "EnumerationContext", err);
	req.op = WSMAN_PULL;
	for (int n = 0; !ret && wsman_reply_context(page); n++) {
		req.context = wsman_reply_context(page);
		ret = n == PAGES_MAX ? remote_error(remote, err, -EMSGSIZE, "",
						    "the list does not come to its end") :
				       remote_ask(remote, &req, &next, err);
		if (ret)
			break;
		wsman_reply_free(page);
		page = next;
		ret = each_of_page(page, each, ctx, err);
	}
	wsman_reply_free(page);
	return ret;
}

/* --- values --- */

int remote_bool(const struct remote *remote, const struct wsman_reply *reply, size_t i,
		const char *name, bool *value, struct meiprov_error *err)
{
	const char *text = wsman_reply_value(reply, i, name);

	*value = text && !strcmp(text, "true");
	if (*value || (text && !strcmp(text, "false")))
		return 0;
	return remote_bad_value(remote, name, err);
}

int remote_number(const struct remote *remote, const struct wsman_reply *reply, size_t i,
		  const char *name, uint32_t *value, struct meiprov_error *err)
{
	const char *text = wsman_reply_value(reply, i, name);
	unsigned long number;

	if (!text || !cli_number(text, UINT32_MAX, &number))
		return remote_bad_value(remote, name, err);
	*value = (uint32_t)number;
	return 0;
}
