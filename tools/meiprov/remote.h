/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The device behind --remote HOST: how to reach it, and questions to it. */
#ifndef MEIPROV_REMOTE_H
#define MEIPROV_REMOTE_H

#include "change.h"
#include "secret.h"
#include "tools/wsman/trust.h"
#include "tools/wsman/wsman.h"

/**
 * struct remote_options - --remote and what goes with it, as given; NULL: not given
 */
struct remote_options {
	const char *host;
	const char *port;
	const char *user;
	const char *ca_file;
	const char *pin;
	bool insecure;
	bool plain;
	struct secret_source password;
};

/**
 * struct remote - a device to be asked
 * @doing: for errors: what the command does
 * @has_curl: libcurl was set up, which no command without --remote does
 */
struct remote {
	struct remote_options options;
	const char *doing;
	bool has_curl;
	struct wsman_trust trust;
	struct wsman_client *client;
};

/**
 * struct remote_option - one more option of a command
 * @value, @flag: one of them is set when it is there
 */
struct remote_option {
	const char *name;
	const char **value;
	bool *flag;
};

/**
 * struct remote_line - what a command takes from its arguments
 * @change: NULL: it changes nothing, and takes neither --dry-run nor --yes
 * @more: its own options, up to one without a name; NULL: none
 * @texts: the arguments that are no options; there must be @text_count
 * @wanted: what to say when there are not
 */
struct remote_line {
	const struct change *change;
	const struct remote_option *more;
	size_t text_count;
	const char *wanted;
	struct change_options options;
	const char *texts[2];
};

/* Take all arguments; 0, or EXIT_USAGE after saying why. */
int remote_parse(struct cli *cli, struct remote *remote, struct remote_line *line);

/* Read the password and make ready; remote_close() in either case. Nothing is sent. */
int remote_open(const struct cli *cli, struct remote *remote, struct meiprov_error *err);
void remote_close(struct remote *remote);

/*
 * One exchange. @reply is the device's answer, and no fault; free it with
 * wsman_reply_free(). A Put, Create, Delete or method whose answer got lost ends in
 * -ECANCELED.
 */
int remote_ask(struct remote *remote, const struct wsman_request *req, struct wsman_reply **reply,
	       struct meiprov_error *err);
/* Get of a class with one instance. */
int remote_get(struct remote *remote, const char *class_name, struct wsman_reply **reply,
	       struct meiprov_error *err);
/*
 * All instances of a class, page by page; @each returns 0, or an error that ends it
 * after it has filled @err.
 */
int remote_each(struct remote *remote, const char *class_name,
		int (*each)(void *ctx, const struct wsman_reply *page, size_t i,
			    struct meiprov_error *err),
		void *ctx, struct meiprov_error *err);

/* Fill @err: @doing of the remote, @why, @next. Returns @code. */
int remote_error(const struct remote *remote, struct meiprov_error *err, int code, const char *next,
		 const char *why, ...) __attribute__((format(printf, 5, 6)));
/* What became of an exchange that did not give an answer. */
int remote_failed(const struct remote *remote, const struct wsman_request *req,
		  const struct wsman_result *result, struct meiprov_error *err);
/* AMT took a change, and could not be asked whether it is so: an unknown outcome. */
int remote_unproven(struct meiprov_error *err);
/* The answer lacks @name, or it is not in form. */
int remote_bad_value(const struct remote *remote, const char *name, struct meiprov_error *err);

/* "true" or "false" of instance @i. */
int remote_bool(const struct remote *remote, const struct wsman_reply *reply, size_t i,
		const char *name, bool *value, struct meiprov_error *err);
int remote_number(const struct remote *remote, const struct wsman_reply *reply, size_t i,
		  const char *name, uint32_t *value, struct meiprov_error *err);

#endif /* MEIPROV_REMOTE_H */
