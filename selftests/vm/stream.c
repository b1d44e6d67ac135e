// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One byte stream through a virtio-serial port, in one direction.
 *
 *	stream encode	standard input to chunks on standard output
 *	stream decode	the reverse; ends at the end mark, reads no further
 *
 * A port is a wire without an end of file: the guest sees "host disconnected"
 * out of step with the data, the host sees nothing at all. So each chunk is a
 * little-endian length of four bytes and that many bytes, and length 0 is the
 * end. A stream that stops without its end mark was cut, and decode says so.
 *
 * A port of a machine that sleeps is a terminal; here it becomes one that
 * changes no byte.
 *
 * The same program, static, runs on the host and in the guest.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define CHUNK_MAX 32768
#define HEAD_SIZE 4

/* What a shell reports for a program that wrote to a closed pipe. */
#define EXIT_PIPE 141

static unsigned char buffer[HEAD_SIZE + CHUNK_MAX];

static int fail(const char *doing)
{
	if (errno == EPIPE)
		return EXIT_PIPE;
	fprintf(stderr, "stream: %s: %s\n", doing,
		errno == EPROTO ? "cut off before its end" : strerror(errno));
	return 1;
}

static ssize_t read_some(void *buf, size_t size)
{
	ssize_t n;

	do {
		n = read(STDIN_FILENO, buf, size);
	} while (n < 0 && errno == EINTR);
	return n;
}

/* Returns 0, or -1 with errno; a stream that ends early is EPROTO. */
static int read_all(unsigned char *buf, size_t size)
{
	ssize_t n;

	for (; size > 0; buf += n, size -= n) {
		n = read_some(buf, size);
		if (n == 0)
			errno = EPROTO;
		if (n <= 0)
			return -1;
	}
	return 0;
}

static int write_all(const unsigned char *buf, size_t size)
{
	ssize_t n;

	for (; size > 0; buf += n, size -= n) {
		n = write(STDOUT_FILENO, buf, size);
		if (n < 0 && errno == EINTR)
			n = 0;
		if (n < 0)
			return -1;
	}
	return 0;
}

static void put_length(unsigned char *head, uint32_t length)
{
	int i;

	for (i = 0; i < HEAD_SIZE; i++)
		head[i] = length >> (8 * i);
}

static uint32_t get_length(const unsigned char *head)
{
	return head[0] | head[1] << 8 | head[2] << 16 | (uint32_t)head[3] << 24;
}

static int make_raw(int port)
{
	struct termios mode;

	if (tcgetattr(port, &mode) < 0)
		return 0; /* no terminal */
	cfmakeraw(&mode);
	return tcsetattr(port, TCSANOW, &mode);
}

static int encode(void)
{
	ssize_t n;

	if (make_raw(STDOUT_FILENO) < 0)
		return fail("preparing the port");
	do {
		n = read_some(buffer + HEAD_SIZE, CHUNK_MAX);
		if (n < 0)
			return fail("reading");
		put_length(buffer, n);
		if (write_all(buffer, HEAD_SIZE + n) < 0)
			return fail("writing to the port");
	} while (n > 0);
	return 0;
}

static int decode(void)
{
	uint32_t length;

	if (make_raw(STDIN_FILENO) < 0)
		return fail("preparing the port");
	for (;;) {
		if (read_all(buffer, HEAD_SIZE) < 0)
			return fail("reading from the port");
		length = get_length(buffer);
		if (length == 0)
			return 0;
		errno = EBADMSG;
		if (length > CHUNK_MAX)
			return fail("reading from the port");
		if (read_all(buffer, length) < 0)
			return fail("reading from the port");
		if (write_all(buffer, length) < 0)
			return fail("writing");
	}
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "encode") == 0)
		return encode();
	if (argc == 2 && strcmp(argv[1], "decode") == 0)
		return decode();
	fprintf(stderr, "usage: stream encode|decode\n");
	return 2;
}
