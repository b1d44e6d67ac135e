// SPDX-License-Identifier: GPL-2.0-or-later
/* Commands on the table of certificate hashes (protocol.md 5.4). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/evp.h>

#include "remote_table.h"

#define SLOTS_OF_ONE_OWN 3 /* on all releases that were seen (amthi.md 5) */

int remote_hash_list(struct cli *cli)
{
	struct remote remote = { .doing = "reading the certificate hashes" };
	struct remote_table table = { 0 };
	struct meiprov_error err = { 0 };
	struct remote_line line = { 0 };
	int ret;

	if (remote_parse(cli, &remote, &line))
		return EXIT_USAGE;
	ret = remote_open(cli, &remote, &err);
	if (!ret)
		ret = remote_table_read(&remote, &table, &err);
	if (!ret)
		cli->output->hashes(stdout, "hash list", table.hashes, table.count);
	remote_table_free(&table);
	remote_close(&remote);
	return ret ? cli_fail(cli, &err) : EXIT_DONE;
}

/**
 * struct job - one change of the table
 * @hash: what to add
 * @slot: place of what is to be changed
 * @active: what it is to be
 */
struct job {
	const struct cli *cli;
	struct remote remote;
	struct remote_table table;
	struct meiprov_hash hash;
	ssize_t slot;
	bool active;
};

/* What can be said before it is tried. */
static int forecast(const struct job *job, const struct change *change,
		    enum meiprov_verdict verdict, const char *why, const char *rule)
{
	struct meiprov_capability cap = {
		.verdict = verdict,
		.confidence = MEIPROV_INFERRED,
		.name = "hash-write",
		.rule = rule,
		.source = "protocol.md 5.4",
	};

	snprintf(cap.why, sizeof(cap.why), "%s", why);
	job->cli->output->forecast(stdout, change->name, &cap, change->loses);
	return verdict == MEIPROV_NO ? EXIT_REFUSED : EXIT_DONE;
}

static int begin(struct job *job, struct meiprov_error *err)
{
	int ret = remote_open(job->cli, &job->remote, err);

	return ret ? ret : remote_table_read(&job->remote, &job->table, err);
}

/* Look again: what was said to be done must be there. */
static int read_again(struct job *job, struct meiprov_error *err)
{
	remote_table_free(&job->table);
	return remote_table_read(&job->remote, &job->table, err) ? remote_unproven(err) : 0;
}

static int not_there(struct job *job, struct meiprov_error *err)
{
	return remote_error(&job->remote, err, -EBADMSG, "see hash list --remote",
			    "AMT says that it is done, and the table does not show it");
}

static int end(struct job *job, int ret, const struct meiprov_error *err, const char *name,
	       const char *text)
{
	remote_table_free(&job->table);
	remote_close(&job->remote);
	if (ret)
		return cli_fail(job->cli, err);
	job->cli->output->done(stdout, name, text);
	return EXIT_DONE;
}

/* A dry run has said all there is to say. */
static int end_dry(struct job *job, int status)
{
	remote_table_free(&job->table);
	remote_close(&job->remote);
	return status;
}

/* --- add --- */

static int create(struct job *job, struct meiprov_error *err)
{
	char data[2 * MEIPROV_DIGEST_MAX], type[16];
	const struct wsman_param params[] = {
		{ "Description", job->hash.name },
		{ "ElementName", job->hash.name },
		{ "Enabled", job->hash.is_active ? "true" : "false" },
		{ "HashData", data },
		{ "HashType", type },
	};
	const struct wsman_request req = {
		.op = WSMAN_CREATE,
		.class_name = REMOTE_HASH_CLASS,
		.params = params,
		.param_count = sizeof(params) / sizeof(params[0]),
	};
	struct wsman_reply *reply;
	int ret;

	EVP_EncodeBlock((unsigned char *)data, job->hash.digest, (int)job->hash.digest_len);
	snprintf(type, sizeof(type), "%u", job->hash.algorithm);
	ret = remote_ask(&job->remote, &req, &reply, err);
	wsman_reply_free(reply);
	if (!ret)
		ret = read_again(job, err);
	if (ret)
		return ret;
	job->slot = remote_table_has(&job->table, &job->hash);
	return job->slot < 0 ? not_there(job, err) : 0;
}

static int forecast_add(const struct job *job, const struct change *change)
{
	static const char rule[] = "each hash once, as many of one's own as there are slots";
	size_t own = 0;

	for (size_t i = 0; i < job->table.count; i++)
		own += !job->table.hashes[i].is_default;
	if (remote_table_has(&job->table, &job->hash) >= 0)
		return forecast(job, change, MEIPROV_NO, "it is there already", rule);
	if (own >= SLOTS_OF_ONE_OWN)
		return forecast(job, change, MEIPROV_UNKNOWN,
				"three of one's own are there, as many as most releases take",
				rule);
	return forecast(job, change, MEIPROV_YES, "", rule);
}

int remote_hash_add(struct cli *cli)
{
	static const struct change change = { "hash add", MEIPROV_CAP_HASH_WRITE, NULL };
	struct job job = { .cli = cli, .remote.doing = "adding a certificate hash" };
	const char *algorithm = NULL;
	bool inactive = false;
	const struct remote_option more[] = { { "--hash", &algorithm },
					      { "--inactive", NULL, &inactive },
					      { NULL } };
	struct remote_line line = { .change = &change,
				    .more = more,
				    .text_count = 2,
				    .wanted = "a name, and a file or a hash are wanted" };
	struct meiprov_error err = { 0 };
	char text[64] = "";
	int ret = remote_parse(cli, &job.remote, &line);

	if (!ret)
		ret = remote_hash_input(cli, line.texts[0], line.texts[1], algorithm, &job.hash);
	if (ret)
		return ret;
	job.hash.is_active = !inactive;
	ret = begin(&job, &err);
	if (!ret && line.options.dry_run)
		return end_dry(&job, forecast_add(&job, &change));
	if (!ret)
		ret = create(&job, &err);
	if (!ret)
		snprintf(text, sizeof(text), "the hash is in the table, with handle %u",
			 job.table.hashes[job.slot].handle);
	return end(&job, ret, &err, change.name, text);
}

/* --- enable, disable --- */

/* The whole instance, as it was shown, and one property else. */
static int put_enabled(struct job *job, struct meiprov_error *err)
{
	const struct meiprov_hash *h = &job->table.hashes[job->slot];
	char data[2 * MEIPROV_DIGEST_MAX], type[16];
	const char *key = job->table.keys[job->slot];
	const struct wsman_param params[] = {
		{ "Description", h->name },
		{ "ElementName", h->name },
		{ "Enabled", job->active ? "true" : "false" },
		{ "HashData", data },
		{ "HashType", type },
		{ "InstanceID", key },
		{ "IsDefault", h->is_default ? "true" : "false" },
	};
	const struct wsman_param selector = { "InstanceID", key };
	const struct wsman_request req = {
		.op = WSMAN_PUT,
		.class_name = REMOTE_HASH_CLASS,
		.params = params,
		.param_count = sizeof(params) / sizeof(params[0]),
		.selectors = &selector,
		.selector_count = 1,
	};
	struct wsman_reply *reply;
	int ret;

	EVP_EncodeBlock((unsigned char *)data, h->digest, (int)h->digest_len);
	snprintf(type, sizeof(type), "%u", h->algorithm);
	ret = remote_ask(&job->remote, &req, &reply, err);
	wsman_reply_free(reply);
	return ret;
}

static int set_active(struct job *job, struct meiprov_error *err)
{
	int ret;

	job->hash = job->table.hashes[job->slot];
	ret = put_enabled(job, err);
	if (!ret)
		ret = read_again(job, err);
	if (ret)
		return ret;
	job->slot = remote_table_has(&job->table, &job->hash);
	if (job->slot < 0 || job->table.hashes[job->slot].is_active != job->active)
		return not_there(job, err);
	return 0;
}

static const char slot_wanted[] = "one hash is wanted: a handle, or the beginning of its digits";

/* Up to the slot; EXIT_USAGE, or 0 with *@ret. */
static int begin_slot(struct cli *cli, struct job *job, struct remote_line *line, int *ret,
		      struct meiprov_error *err)
{
	if (remote_parse(cli, &job->remote, line))
		return EXIT_USAGE;
	if (!remote_table_is_hash(line->texts[0]))
		return cli_usage(cli, "%s, not \"%s\"", slot_wanted, line->texts[0]);
	if (!line->options.dry_run && !change_confirmed(cli, line->change, &line->options))
		return EXIT_USAGE;
	*ret = begin(job, err);
	if (*ret)
		return 0;
	job->slot = remote_table_find(&job->remote, &job->table, line->texts[0], err);
	*ret = job->slot < 0 ? (int)job->slot : 0;
	return 0;
}

static int set_command(struct cli *cli, const struct change *change, const char *doing, bool active,
		       const char *text)
{
	struct job job = { .cli = cli, .remote.doing = doing, .active = active };
	struct remote_line line = { .change = change, .text_count = 1, .wanted = slot_wanted };
	struct meiprov_error err = { 0 };
	int ret;

	if (begin_slot(cli, &job, &line, &ret, &err))
		return EXIT_USAGE;
	if (!ret && line.options.dry_run)
		return end_dry(&job, forecast(&job, change, MEIPROV_YES,
					      job.table.hashes[job.slot].is_active == active ?
						      "it is so already" :
						      "",
					      "every hash can be enabled and disabled"));
	if (!ret)
		ret = set_active(&job, &err);
	return end(&job, ret, &err, change->name, text);
}

int remote_hash_enable(struct cli *cli)
{
	static const struct change change = { "hash enable", MEIPROV_CAP_HASH_WRITE, NULL };

	return set_command(cli, &change, "enabling a certificate hash", true, "the hash is active");
}

int remote_hash_disable(struct cli *cli)
{
	static const struct change change = { "hash disable", MEIPROV_CAP_HASH_WRITE, NULL };

	return set_command(cli, &change, "disabling a certificate hash", false,
			   "the hash is not active");
}

/* --- delete --- */

static int remove_slot(struct job *job, struct meiprov_error *err)
{
	const struct wsman_param selector = { "InstanceID", job->table.keys[job->slot] };
	const struct wsman_request req = {
		.op = WSMAN_DELETE,
		.class_name = REMOTE_HASH_CLASS,
		.selectors = &selector,
		.selector_count = 1,
	};
	struct wsman_reply *reply;
	int ret;

	job->hash = job->table.hashes[job->slot];
	ret = remote_ask(&job->remote, &req, &reply, err);
	wsman_reply_free(reply);
	if (!ret)
		ret = read_again(job, err);
	if (!ret && remote_table_has(&job->table, &job->hash) >= 0)
		ret = not_there(job, err);
	return ret;
}

int remote_hash_delete(struct cli *cli)
{
	static const struct change change = {
		"hash delete", MEIPROV_CAP_HASH_WRITE,
		"  - the hash: servers with this root can configure the machine no longer\n"
	};
	static const char rule[] = "firmware's own hashes can be disabled, not deleted";
	struct job job = { .cli = cli, .remote.doing = "deleting a certificate hash" };
	struct remote_line line = { .change = &change, .text_count = 1, .wanted = slot_wanted };
	struct meiprov_error err = { 0 };
	int ret;

	if (begin_slot(cli, &job, &line, &ret, &err))
		return EXIT_USAGE;
	if (!ret && line.options.dry_run && job.table.hashes[job.slot].is_default)
		return end_dry(&job, forecast(&job, &change, MEIPROV_NO, "it is a default", rule));
	if (!ret && line.options.dry_run)
		return end_dry(&job, forecast(&job, &change, MEIPROV_YES, "", rule));
	if (!ret)
		ret = remove_slot(&job, &err);
	return end(&job, ret, &err, change.name, "the hash is out of the table");
}
