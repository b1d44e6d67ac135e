// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "secret.h"

#define DOING "reading the one-time password"

static int fail(struct secret *secret, struct meiprov_error *err, int code, const char *why,
		const char *next)
{
	explicit_bzero(secret, sizeof(*secret));
	memset(err, 0, sizeof(*err));
	err->code = code;
	snprintf(err->doing, sizeof(err->doing), DOING);
	snprintf(err->why, sizeof(err->why), "%s", why);
	snprintf(err->next, sizeof(err->next), "%s", next);
	return code;
}

/* Cut the line end off and look at what remains. */
static int judge(struct secret *s, struct meiprov_error *err)
{
	if (s->len && s->text[s->len - 1] == '\n')
		s->len--;
	if (s->len && s->text[s->len - 1] == '\r')
		s->len--;
	if (s->len < MEIPROV_OTP_MIN || s->len > MEIPROV_OTP_MAX)
		return fail(s, err, -EINVAL,
			    s->len ? "it is not 8 to 32 characters long" : "there is none",
			    "meiprov otp generate makes one");
	for (size_t i = 0; i < s->len; i++)
		if ((unsigned char)s->text[i] < ' ' || s->text[i] == 0x7f)
			return fail(s, err, -EINVAL, "it holds a line end or control character",
				    "put it into one line without anything else");
	return 0;
}

int secret_from_fd(int fd, struct secret *out, struct meiprov_error *err)
{
	memset(out, 0, sizeof(*out));
	while (out->len < sizeof(out->text)) {
		ssize_t n = read(fd, out->text + out->len, sizeof(out->text) - out->len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(out, err, -EIO, strerror(errno),
				    "is it open for reading and not a folder?");
		if (!n)
			break;
		out->len += (size_t)n;
	}
	return judge(out, err);
}

int secret_from_file(const char *path, struct secret *out, struct meiprov_error *err)
{
	char why[256];
	int fd, ret;

	/* /proc, which /dev/stdin leads to, is closed to a process without dumps */
	if (!strcmp(path, "-") || !strcmp(path, "/dev/stdin"))
		return secret_from_fd(STDIN_FILENO, out, err);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		snprintf(why, sizeof(why), "%.180s: %s", path, strerror(errno));
		return fail(out, err, -EIO, why, "");
	}
	ret = secret_from_fd(fd, out, err);
	close(fd);
	return ret;
}

int secret_from_credential(const char *name, struct secret *out, struct meiprov_error *err)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	char path[PATH_MAX];
	int len;

	if (!dir)
		return fail(out, err, -EIO, "this service has no credentials",
			    "LoadCredential= in its unit; see systemd.exec(5)");
	len = snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (!*name || strchr(name, '/') || len < 0 || (size_t)len >= sizeof(path))
		return fail(out, err, -EINVAL, "this is not the name of a credential", "");
	return secret_from_file(path, out, err);
}

/* --- the terminal --- */

/* Block what would end or stop the tool while there is no echo; readable when
 * one of them waits.
 */
static int hold_signals(sigset_t *old)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaddset(&set, signals[i]);
	sigprocmask(SIG_BLOCK, &set, old);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static int wait_for_key(int fd, int signals)
{
	struct pollfd fds[] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
	};

	if (poll(fds, 2, -1) < 0)
		return -errno;
	return fds[1].revents ? -EINTR : 0;
}

static int read_line(int fd, int signals, struct secret *out)
{
	while (out->len < sizeof(out->text)) {
		int ret = wait_for_key(fd, signals);
		ssize_t n;

		if (ret)
			return ret;
		n = read(fd, out->text + out->len, 1);
		if (n < 0)
			return -errno;
		if (!n || out->text[out->len++] == '\n')
			return 0;
	}
	return 0;
}

/* Setting the terminal back drops what was typed beyond the longest password:
 * it must not go to the shell.
 */
static int ask(int fd, int signals, const char *prompt, struct secret *out)
{
	struct termios was, quiet;
	int ret;

	if (tcgetattr(fd, &was))
		return -errno;
	quiet = was;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	quiet.c_lflag |= ECHONL | ICANON;
	if (tcsetattr(fd, TCSAFLUSH, &quiet))
		return -errno;
	dprintf(fd, "%s", prompt);
	ret = read_line(fd, signals, out);
	tcsetattr(fd, TCSAFLUSH, &was);
	if (ret)
		dprintf(fd, "\n");
	return ret;
}

int secret_from_terminal(const char *prompt, struct secret *out, struct meiprov_error *err)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	sigset_t old;
	int signals, ret;

	memset(out, 0, sizeof(*out));
	if (fd < 0)
		return fail(out, err, -EIO, "there is no terminal to ask on",
			    "give it with --file, --fd or --credential");
	signals = hold_signals(&old);
	ret = signals < 0 ? -errno : ask(fd, signals, prompt, out);
	if (ret)
		explicit_bzero(out, sizeof(*out));
	if (signals >= 0)
		close(signals);
	close(fd);
	sigprocmask(SIG_SETMASK, &old, NULL); /* one that waits ends us here */
	if (ret)
		return fail(out, err, ret, strerror(-ret), "");
	return judge(out, err);
}
