// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "selftests/fuzz/library.h"

static void promise(bool kept)
{
	if (!kept)
		abort();
}

#define TEXT(array) promise(memchr(array, 0, sizeof(array)))

/* --- what a call gives --- */

static int get_info(struct meiprov_device *dev, struct meiprov_error *err)
{
	struct meiprov_info info;
	int ret = meiprov_info_get(dev, &info, err);

	if (ret)
		return ret;
	TEXT(info.bios);
	promise(info.version_count <= MEIPROV_VERSIONS_MAX);
	for (size_t i = 0; i < info.version_count; i++) {
		TEXT(info.versions[i].name);
		TEXT(info.versions[i].value);
	}
	promise(info.has_versions || info.has_uuid);
	promise(meiprov_info_version(&info, "AMT") == NULL || info.version_count);
	return 0;
}

static int get_state(struct meiprov_device *dev, struct meiprov_error *err)
{
	struct meiprov_state state;
	int ret = meiprov_state_get(dev, &state, err);

	promise(ret || state.has_provisioning || state.has_control);
	return ret;
}

static int list_hashes(struct meiprov_device *dev, struct meiprov_error *err)
{
	struct meiprov_hash *hashes;
	size_t count;
	int ret = meiprov_hash_list(dev, &hashes, &count, err);

	promise(!hashes == !count);
	promise(!ret || !hashes);
	for (size_t i = 0; i < count; i++) {
		TEXT(hashes[i].name);
		promise(hashes[i].digest_len <= sizeof(hashes[i].digest));
	}
	free(hashes);
	return ret;
}

static int get_network(struct meiprov_device *dev, struct meiprov_error *err)
{
	struct meiprov_network net;
	int ret = meiprov_network_get(dev, &net, err);

	if (ret)
		return ret;
	TEXT(net.domain);
	TEXT(net.server_address);
	TEXT(net.server_fqdn);
	return 0;
}

static int get_suffix(struct meiprov_device *dev, struct meiprov_error *err)
{
	char suffix[MEIPROV_SUFFIX_SIZE];
	int ret = meiprov_suffix_get(dev, suffix, err);

	if (!ret)
		TEXT(suffix);
	return ret;
}

/* The empty name ends the list, within its memory. */
static int list_suffixes(struct meiprov_device *dev, struct meiprov_error *err)
{
	char *names = NULL;
	int ret = meiprov_suffix_list(dev, &names, err);
	const char *name = names;

	promise(!ret == !!names);
	while (name && *name)
		name += strlen(name) + 1;
	free(names);
	return ret;
}

static int get_situation(struct meiprov_device *dev, struct meiprov_error *err)
{
	struct meiprov_situation situation;
	struct meiprov_capability cap;
	int ret = meiprov_situation_get(dev, &situation, err);

	if (ret)
		return ret;
	for (int id = 0; id < MEIPROV_CAPABILITIES; id++) {
		promise(!meiprov_capability_get(&situation, id, &cap));
		promise(cap.verdict <= MEIPROV_UNKNOWN);
		promise((cap.verdict == MEIPROV_YES) == !*cap.why);
		TEXT(cap.why);
	}
	return 0;
}

static int get_ztc(struct meiprov_device *dev, struct meiprov_error *err)
{
	bool enabled;

	return meiprov_ztc_get(dev, &enabled, err);
}

static int get_ehbc(struct meiprov_device *dev, struct meiprov_error *err)
{
	bool enabled;

	return meiprov_ehbc_get(dev, &enabled, err);
}

static int set_otp(struct meiprov_device *dev, struct meiprov_error *err)
{
	return meiprov_otp_set(dev, "12345678", 8, err);
}

static int set_suffix(struct meiprov_device *dev, struct meiprov_error *err)
{
	return meiprov_suffix_set(dev, "example.net", err);
}

static int start(struct meiprov_device *dev, struct meiprov_error *err)
{
	int ret = meiprov_start(dev, false, err);

	promise(ret == -EREMOTEIO || !ret || !meiprov_start_retryable(err));
	return ret;
}

static int start_ipv6(struct meiprov_device *dev, struct meiprov_error *err)
{
	return meiprov_start(dev, true, err);
}

static int (*const calls[])(struct meiprov_device *dev, struct meiprov_error *err) = {
	get_info,
	get_state,
	list_hashes,
	get_network,
	get_suffix,
	list_suffixes,
	get_situation,
	get_ztc,
	get_ehbc,
	set_otp,
	set_suffix,
	start,
	start_ipv6,
	meiprov_stop,
	meiprov_ztc_disable,
	meiprov_unprovision,
	meiprov_ehbc_disable,
	meiprov_disable_clear,
};

#define CALLS (sizeof(calls) / sizeof(calls[0]))

size_t library_calls(void)
{
	return CALLS;
}

void library_call(struct meiprov_device *dev, size_t i)
{
	struct meiprov_error err = { 0 };
	int ret = calls[i % CALLS](dev, &err);

	promise(ret <= 0);
	if (!ret)
		return;
	promise(err.code == ret);
	promise(!err.fw_status == (ret != -EREMOTEIO));
	promise(*err.doing && *err.why);
	TEXT(err.doing);
	TEXT(err.why);
	TEXT(err.next);
}
