// SPDX-License-Identifier: GPL-2.0-only
/*
 * A one-time password that follows from a number, so that somebody outside the
 * machine can look for it in the machine's memory without having put it there.
 *
 *	mei_prov_otp_source NUMBER print | set | keep
 *
 * print: on standard output; set: into the ME by ioctl; keep: in memory, until a
 * signal ends it. But for "keep" no copy stays in this program.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device.h"

/* splitmix64: any number will do as a seed. */
static uint64_t next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static void derive(uint64_t seed, char otp[MEI_PROV_OTP_MAX])
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	size_t i;

	for (i = 0; i < MEI_PROV_OTP_MAX; i++)
		otp[i] = alphabet[next(&seed) % 64];
}

static int print(const char *otp)
{
	return write(STDOUT_FILENO, otp, MEI_PROV_OTP_MAX) == MEI_PROV_OTP_MAX ? 0 : 1;
}

/* Byte by byte: memcpy() would take the vector registers, and the kernel keeps
 * them, in memory it does not clear, when the process sleeps or ends.
 */
static void copy(unsigned char *to, const volatile char *from)
{
	size_t i;

	for (i = 0; i < MEI_PROV_OTP_MAX; i++)
		to[i] = from[i];
}

static int set(const char *otp)
{
	struct mei_prov_otp_set arg = { .otp_len = MEI_PROV_OTP_MAX };
	int ret, fd = device_open(O_WRONLY);

	if (fd < 0)
		return 1;
	copy(arg.otp, otp);
	ret = DEVICE_CALL(fd, MEI_PROV_IOC_OTP_SET, &arg, ENOUGH_MS);
	explicit_bzero(arg.otp, sizeof(arg.otp));
	close(fd);
	if (ret != 0 || arg.head.fw_status != 0)
		fprintf(stderr, "errno %d, AMT status %u\n", -ret, arg.head.fw_status);
	return ret != 0 || arg.head.fw_status != 0;
}

static int keep(const char *otp)
{
	puts("kept");
	fclose(stdout);
	pause();
	return otp[0] == '\0';
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*fn)(const char *otp);
	} verbs[] = { { "print", print }, { "set", set }, { "keep", keep } };
	char otp[MEI_PROV_OTP_MAX];
	int ret = 2;
	size_t i;

	for (i = 0; argc == 3 && i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(argv[2], verbs[i].name) != 0)
			continue;
		derive(strtoull(argv[1], NULL, 0), otp);
		ret = verbs[i].fn(otp);
	}
	explicit_bzero(otp, sizeof(otp));
	if (ret == 2)
		fprintf(stderr, "usage: %s NUMBER print|set|keep\n", argv[0]);
	return ret;
}
