// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <curl/curl.h>
#include <openssl/crypto.h>

#include "console.h"

#define ANSWER_MAX (64 * 1024 * 1024)

struct answer {
	char *data;
	size_t len;
};

static size_t on_data(char *data, size_t one, size_t len, void *ctx)
{
	struct answer *a = ctx;
	char *grown;

	if (a->len + len > ANSWER_MAX)
		return 0;
	grown = realloc(a->data, a->len + len + 1);
	if (!grown)
		return 0;
	a->data = grown;
	memcpy(a->data + a->len, data, len);
	a->len += len;
	a->data[a->len] = '\0';
	return len;
}

static CURLcode exchange(const struct console *con, const char *path, const char *text,
			 struct answer *a)
{
	struct curl_slist *headers;
	CURL *e = curl_easy_init();
	char url[512];
	CURLcode rc;

	if (!e)
		return CURLE_OUT_OF_MEMORY;
	snprintf(url, sizeof(url), "http://meiprov%s", path);
	headers = curl_slist_append(NULL, "Content-Type: application/json");
	curl_easy_setopt(e, CURLOPT_URL, url);
	curl_easy_setopt(e, CURLOPT_UNIX_SOCKET_PATH, con->api);
	curl_easy_setopt(e, CURLOPT_PROXY, "");
	curl_easy_setopt(e, CURLOPT_TIMEOUT, 60L);
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_data);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, a);
	if (text)
		curl_easy_setopt(e, CURLOPT_POSTFIELDS, text);
	rc = curl_easy_perform(e);
	curl_easy_cleanup(e);
	curl_slist_free_all(headers);
	return rc;
}

int console_print_json(json_t *json)
{
	json_dumpf(json, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(json);
	return EXIT_DONE;
}

int console_fail(const struct console *con, const char *doing, const char *why, const char *next)
{
	if (con->json)
		console_print_json(json_pack("{s:{s:s, s:s, s:s}}", "error", "doing", doing, "why",
					     why, "next", next));
	fprintf(stderr, "meiprov-sca: %s: %s\n", doing, why);
	if (*next)
		fprintf(stderr, "  next: %s\n", next);
	return EXIT_FAILED;
}

int console_usage(const char *text)
{
	fprintf(stderr, "Usage: meiprov-sca %s\n", text);
	return EXIT_USAGE;
}

const char *member(const json_t *json, const char *name, const char *otherwise)
{
	const char *text = json_string_value(json_object_get(json, name));

	return text ? text : otherwise;
}

static json_t *no_answer(const struct console *con, CURLcode rc)
{
	char why[256];

	snprintf(why, sizeof(why), "no server answers at %.160s: %s", con->api,
		 curl_easy_strerror(rc));
	console_fail(con, "asking the server", why,
		     "start meiprov-scad, or name its socket with --api SOCKET; the socket "
		     "opens to its own user only");
	return NULL;
}

static json_t *check(const struct console *con, json_t *json)
{
	json_t *error = json_object_get(json, "error");

	if (json_is_object(json) && !error)
		return json;
	if (error)
		console_fail(con, member(error, "doing", "asking the server"),
			     member(error, "why", "unknown"), member(error, "next", ""));
	else
		console_fail(con, "asking the server", "its answer is not JSON",
			     "is it meiprov-scad of the same version?");
	json_decref(json);
	return NULL;
}

json_t *console_call(const struct console *con, const char *path, json_t *body)
{
	char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
	struct answer a = { 0 };
	json_t *json = NULL;
	CURLcode rc;

	rc = exchange(con, path, text, &a);
	console_wipe(text);
	json_decref(body);
	if (rc) {
		no_answer(con, rc);
	} else {
		json = json_loads(a.data ? a.data : "", 0, NULL);
		json = check(con, json);
	}
	console_wipe(a.data);
	return json;
}

void console_wipe(char *text)
{
	if (!text)
		return;
	OPENSSL_cleanse(text, strlen(text));
	free(text);
}

char *console_read_file(const struct console *con, const char *path, size_t max, size_t *len)
{
	int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	char *text = calloc(1, max + 2);
	ssize_t n = -1;

	*len = 0;
	while (fd >= 0 && text && *len <= max) {
		n = read(fd, text + *len, max + 1 - *len);
		if (n <= 0)
			break;
		*len += (size_t)n;
	}
	if (fd < 0 || !text || n < 0)
		console_fail(con, path, strerror(errno), "");
	else if (*len > max)
		console_fail(con, path, "the file is far too long for this", "");
	else
		n = 0;
	if (fd > STDIN_FILENO)
		close(fd);
	if (fd >= 0 && text && !n && *len <= max)
		return text;
	if (text)
		OPENSSL_cleanse(text, max + 2);
	free(text);
	return NULL;
}
