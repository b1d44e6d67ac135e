// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Asks the manageability client what LMS and rpc-go ask it, and prints the answer in
 * hex: mng-ask HEX. As they do it goes through /dev/mei0.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <linux/mei.h>

#define REPLY_MAX  5120
#define TIMEOUT_MS 5000

/* 05b79a6f-4628-4d7f-899d-a91514cb32ab */
static const unsigned char uuid[16] = { 0x6f, 0x9a, 0xb7, 0x05, 0x28, 0x46, 0x7f, 0x4d,
					0x89, 0x9d, 0xa9, 0x15, 0x14, 0xcb, 0x32, 0xab };

static int fail(const char *what)
{
	perror(what);
	return EXIT_FAILURE;
}

static size_t read_hex(const char *text, unsigned char *out, size_t size)
{
	size_t len;

	for (len = 0; len < size && sscanf(text, "%2hhx", &out[len]) == 1; len++)
		text += 2;
	return len;
}

static int ask(int fd, const char *hex)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	unsigned char request[64], reply[REPLY_MAX];
	size_t len = read_hex(hex, request, sizeof(request));
	ssize_t got, i;

	if (write(fd, request, len) != (ssize_t)len)
		return fail("write");
	if (poll(&pfd, 1, TIMEOUT_MS) != 1)
		return fail("no answer");
	got = read(fd, reply, sizeof(reply));
	if (got < 0)
		return fail("read");
	for (i = 0; i < got; i++)
		printf("%02x", reply[i]);
	putchar('\n');
	return EXIT_SUCCESS;
}

static int connect_and_ask(int fd, const char *hex)
{
	struct mei_connect_client_data data;

	memcpy(&data.in_client_uuid, uuid, sizeof(uuid));
	if (ioctl(fd, IOCTL_MEI_CONNECT_CLIENT, &data))
		return fail("connect");
	return ask(fd, hex);
}

int main(int argc, char **argv)
{
	int fd, ret;

	if (argc != 2) {
		fputs("Usage: mng-ask HEX\n", stderr);
		return EXIT_FAILURE;
	}
	fd = open("/dev/mei0", O_RDWR);
	if (fd < 0)
		return fail("/dev/mei0");
	ret = connect_and_ask(fd, argv[1]);
	close(fd);
	return ret;
}
