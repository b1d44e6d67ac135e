// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"

/* Enough for every table seen (33 slots, amthi.md 5); larger ones take a
 * second reading.
 */
#define FIRST_ROOM 64

static const struct command get_hashes = {
	.request = MEI_PROV_IOC_HASH_GET,
	.size = sizeof(struct mei_prov_hash_get),
	.doing = "reading the certificate hashes",
};

/* Read into room for @room entries; *@count is how many the table has. */
static int read_table(struct meiprov_device *dev, struct mei_prov_hash *room, uint32_t size,
		      uint32_t *count, struct meiprov_error *err)
{
	struct mei_prov_hash_get arg = {
		.count = size,
		.hashes = (uintptr_t)room,
	};
	int ret = device_run(dev, &get_hashes, &arg.head, err);

	*count = arg.count;
	if (!ret && arg.count > MEI_PROV_HASHES_MAX)
		ret = error_errno(err, -EBADMSG, get_hashes.doing);
	return ret;
}

/* The whole table, with room made until it fits. */
static int read_whole(struct meiprov_device *dev, struct mei_prov_hash **table, uint32_t *count,
		      struct meiprov_error *err)
{
	uint32_t room = FIRST_ROOM;

	for (;;) {
		int ret;

		*table = calloc(room, sizeof(**table));
		if (!*table)
			return error_errno(err, -ENOMEM, get_hashes.doing);
		ret = read_table(dev, *table, room, count, err);
		if (!ret && *count <= room)
			return 0;
		free(*table);
		*table = NULL;
		if (ret)
			return ret;
		room = *count;
	}
}

static void convert(struct meiprov_hash *out, const struct mei_prov_hash *in)
{
	_Static_assert(sizeof(out->digest) == sizeof(in->digest), "one length of a digest");
	out->handle = in->handle;
	out->is_default = in->flags & MEI_PROV_HASH_DEFAULT;
	out->is_active = in->flags & MEI_PROV_HASH_ACTIVE;
	out->algorithm = in->algorithm;
	out->digest_len = in->digest_len <= sizeof(out->digest) ? in->digest_len : 0;
	memcpy(out->digest, in->digest, sizeof(out->digest));
	device_text(out->name, sizeof(out->name), in->name, sizeof(in->name));
}

int meiprov_hash_list(struct meiprov_device *dev, struct meiprov_hash **out, size_t *count,
		      struct meiprov_error *err)
{
	struct mei_prov_hash *table;
	uint32_t n = 0;
	int ret = read_whole(dev, &table, &n, err);

	*out = NULL;
	*count = 0;
	if (ret)
		return ret;
	if (n)
		*out = calloc(n, sizeof(**out));
	if (n && !*out)
		ret = error_errno(err, -ENOMEM, get_hashes.doing);
	for (uint32_t i = 0; *out && i < n; i++)
		convert(&(*out)[i], &table[i]);
	if (!ret)
		*count = n;
	free(table);
	return ret;
}

const char *meiprov_hash_algorithm_name(uint32_t algorithm)
{
	static const char *const names[] = {
		[MEIPROV_HASH_MD5] = "MD5",
		[MEIPROV_HASH_SHA1] = "SHA-1",
		[MEIPROV_HASH_SHA256] = "SHA-256",
		[MEIPROV_HASH_SHA384] = "SHA-384",
	};

	return algorithm < sizeof(names) / sizeof(names[0]) ? names[algorithm] : "unknown";
}
