// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The memory of the machine as the peer maps it, for a device that reads and writes it.
 * Files are read and written, never mapped: a peer that makes one shorter afterwards
 * causes an error and no signal.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "tools/vme/log.h"
#include "tools/vme/vfio_user_private.h"

#define MAPS_MAX 512

#define MAP_READ  (1u << 0)
#define MAP_WRITE (1u << 1)
#define UNMAP_ALL (1u << 1)

struct map_request {
	uint32_t argsz;
	uint32_t flags;
	uint64_t offset;
	uint64_t at;
	uint64_t size;
};

struct unmap_request {
	uint32_t argsz;
	uint32_t flags;
	uint64_t at;
	uint64_t size;
};

static uint64_t last_of(const struct vfio_map *map)
{
	return map->at + (map->size - 1);
}

static bool overlaps(const struct vfio_map *map, uint64_t first, uint64_t last)
{
	return map->at <= last && first <= last_of(map);
}

/* --- map --- */

static int map_check(const struct vfio_user *server, const struct map_request *request)
{
	size_t i;

	if (!request->size || request->at > UINT64_MAX - (request->size - 1))
		return EINVAL;
	if (request->offset > INT64_MAX || request->size > INT64_MAX - request->offset)
		return EINVAL;
	for (i = 0; i < server->map_count; i++)
		if (overlaps(&server->maps[i], request->at, request->at + (request->size - 1)))
			return EEXIST;
	return server->map_count == MAPS_MAX ? ENOSPC : 0;
}

/* What is no file can be mapped, but not be reached: a device that tries gets an error. */
static int take_file(struct vfio_message *in)
{
	struct stat st;
	int fd;

	if (!in->fd_count || fstat(in->fds[0], &st) || !S_ISREG(st.st_mode))
		return -1;
	fd = in->fds[0];
	in->fds[0] = -1;
	return fd;
}

int vfio_dma_map(struct vfio_user *server, struct vfio_message *in)
{
	struct map_request request;
	struct vfio_map *grown;
	int error;

	memcpy(&request, in->body, sizeof(request));
	error = map_check(server, &request);
	if (error)
		return error;
	grown = realloc(server->maps, (server->map_count + 1) * sizeof(*grown));
	if (!grown)
		return ENOMEM;
	server->maps = grown;
	grown[server->map_count++] = (struct vfio_map){
		.at = request.at,
		.size = request.size,
		.offset = request.offset,
		.fd = take_file(in),
		.readable = request.flags & MAP_READ,
		.writable = request.flags & MAP_WRITE,
	};
	return 0;
}

/* --- unmap --- */

static void remove_map(struct vfio_user *server, size_t i)
{
	if (server->maps[i].fd >= 0)
		close(server->maps[i].fd);
	server->maps[i] = server->maps[--server->map_count];
}

void vfio_dma_drop(struct vfio_user *server)
{
	while (server->map_count)
		remove_map(server, server->map_count - 1);
	free(server->maps);
	server->maps = NULL;
}

/* Whole maps only: one that reaches over the range stops it all. */
static int unmap_range(struct vfio_user *server, uint64_t first, uint64_t last)
{
	struct vfio_map *map;
	size_t i;

	for (i = 0; i < server->map_count; i++) {
		map = &server->maps[i];
		if (overlaps(map, first, last) && (map->at < first || last_of(map) > last))
			return EINVAL;
	}
	for (i = server->map_count; i-- > 0;)
		if (overlaps(&server->maps[i], first, last))
			remove_map(server, i);
	return 0;
}

int vfio_dma_unmap(struct vfio_user *server, struct vfio_message *in)
{
	struct unmap_request request;

	memcpy(&request, in->body, sizeof(request));
	if (request.flags & UNMAP_ALL) {
		if (request.at || request.size)
			return EINVAL;
		vfio_dma_drop(server);
		return 0;
	}
	if (!request.size)
		return 0;
	if (request.at > UINT64_MAX - (request.size - 1))
		return EINVAL;
	return unmap_range(server, request.at, request.at + (request.size - 1));
}

/* --- the device's accesses --- */

static const struct vfio_map *find(const struct vfio_user *server, uint64_t at)
{
	size_t i;

	for (i = 0; i < server->map_count; i++)
		if (overlaps(&server->maps[i], at, at))
			return &server->maps[i];
	return NULL;
}

/* How much of an access lies in the map, and where in its file that is. */
static size_t share(const struct vfio_map *map, uint64_t at, size_t len, off_t *offset)
{
	uint64_t inside = map->size - (at - map->at);

	*offset = (off_t)(map->offset + (at - map->at));
	return inside < len ? (size_t)inside : len;
}

int vfio_user_dma_read(struct vfio_user *server, uint64_t at, void *out, size_t len)
{
	const struct vfio_map *map;
	uint8_t *to = out;
	off_t offset;
	ssize_t n;

	for (; len; at += (uint64_t)n, to += n, len -= (size_t)n) {
		map = find(server, at);
		if (!map || map->fd < 0 || !map->readable)
			return -EFAULT;
		n = (ssize_t)share(map, at, len, &offset);
		n = pread(map->fd, to, (size_t)n, offset);
		if (n <= 0)
			return -EFAULT;
	}
	return 0;
}

int vfio_user_dma_write(struct vfio_user *server, uint64_t at, const void *data, size_t len)
{
	const struct vfio_map *map;
	const uint8_t *from = data;
	off_t offset;
	ssize_t n;

	for (; len; at += (uint64_t)n, from += n, len -= (size_t)n) {
		map = find(server, at);
		if (!map || map->fd < 0 || !map->writable)
			return -EFAULT;
		n = (ssize_t)share(map, at, len, &offset);
		n = pwrite(map->fd, from, (size_t)n, offset);
		if (n <= 0)
			return -EFAULT;
	}
	return 0;
}
