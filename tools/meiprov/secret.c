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

const struct secret_kind secret_otp = {
	.doing = "reading the one-time password",
	.prompt = "One-time password: ",
	.min = MEIPROV_OTP_MIN,
	.max = MEIPROV_OTP_MAX,
	.without = "meiprov otp generate makes one",
	.ways = "give it with --file, --fd or --credential",
};

/* The factory's has 5 characters, others 8 to 32 (protocol.md 5.3). */
const struct secret_kind secret_password = {
	.doing = "reading the password of AMT's administrator",
	.prompt = "Password of AMT's administrator: ",
	.min = 1,
	.max = SECRET_MAX,
	.without = "it is the one that was set when AMT was configured",
	.ways = "give it with --password-file, --password-fd or --password-credential",
};

static int fail(const struct secret_kind *kind, struct secret *secret, struct meiprov_error *err,
		int code, const char *why, const char *next)
{
	explicit_bzero(secret, sizeof(*secret));
	memset(err, 0, sizeof(*err));
	err->code = code;
	snprintf(err->doing, sizeof(err->doing), "%s", kind->doing);
	snprintf(err->why, sizeof(err->why), "%s", why);
	snprintf(err->next, sizeof(err->next), "%s", next);
	return code;
}

/* Cut the line end off and look at what remains. */
static int judge(const struct secret_kind *kind, struct secret *s, struct meiprov_error *err)
{
	char why[64];

	if (s->len && s->text[s->len - 1] == '\n')
		s->len--;
	if (s->len && s->text[s->len - 1] == '\r')
		s->len--;
	snprintf(why, sizeof(why), "it is not %zu to %zu characters long", kind->min, kind->max);
	if (s->len < kind->min || s->len > kind->max)
		return fail(kind, s, err, -EINVAL, s->len ? why : "there is none", kind->without);
	s->text[s->len] = '\0';
	for (size_t i = 0; i < s->len; i++)
		if ((unsigned char)s->text[i] < ' ' || s->text[i] == 0x7f)
			return fail(kind, s, err, -EINVAL,
				    "it holds a line end or control character",
				    "put it into one line without anything else");
	return 0;
}

int secret_from_fd(const struct secret_kind *kind, int fd, struct secret *out,
		   struct meiprov_error *err)
{
	memset(out, 0, sizeof(*out));
	while (out->len < sizeof(out->text)) {
		ssize_t n = read(fd, out->text + out->len, sizeof(out->text) - out->len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(kind, out, err, -EIO, strerror(errno),
				    "is it open for reading and not a folder?");
		if (!n)
			break;
		out->len += (size_t)n;
	}
	return judge(kind, out, err);
}

int secret_from_file(const struct secret_kind *kind, const char *path, struct secret *out,
		     struct meiprov_error *err)
{
	char why[256];
	int fd, ret;

	/* /proc, which /dev/stdin leads to, is closed to a process without dumps */
	if (!strcmp(path, "-") || !strcmp(path, "/dev/stdin"))
		return secret_from_fd(kind, STDIN_FILENO, out, err);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		snprintf(why, sizeof(why), "%.180s: %s", path, strerror(errno));
		return fail(kind, out, err, -EIO, why, "");
	}
	ret = secret_from_fd(kind, fd, out, err);
	close(fd);
	return ret;
}

int secret_from_credential(const struct secret_kind *kind, const char *name, struct secret *out,
			   struct meiprov_error *err)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	char path[PATH_MAX];
	int len;

	if (!dir)
		return fail(kind, out, err, -EIO, "this service has no credentials",
			    "LoadCredential= in its unit; see systemd.exec(5)");
	len = snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (!*name || strchr(name, '/') || len < 0 || (size_t)len >= sizeof(path))
		return fail(kind, out, err, -EINVAL, "this is not the name of a credential", "");
	return secret_from_file(kind, path, out, err);
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

int secret_from_terminal(const struct secret_kind *kind, struct secret *out,
			 struct meiprov_error *err)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	sigset_t old;
	int signals, ret;

	memset(out, 0, sizeof(*out));
	if (fd < 0)
		return fail(kind, out, err, -EIO, "there is no terminal to ask on", kind->ways);
	signals = hold_signals(&old);
	ret = signals < 0 ? -errno : ask(fd, signals, kind->prompt, out);
	if (ret)
		explicit_bzero(out, sizeof(*out));
	if (signals >= 0)
		close(signals);
	close(fd);
	sigprocmask(SIG_SETMASK, &old, NULL); /* one that waits ends us here */
	if (ret)
		return fail(kind, out, err, ret, strerror(-ret), "");
	return judge(kind, out, err);
}

/* --- one of them --- */

static bool is_number(const char *text)
{
	return *text && strlen(text) < 10 && !text[strspn(text, "0123456789")];
}

const char *secret_source_fault(const struct secret_source *source)
{
	if (source->given > 1)
		return "it can come from one place only: a file, a file descriptor or a credential";
	if (source->fd && !is_number(source->fd))
		return "a file descriptor is a number";
	return NULL;
}

int secret_get(const struct secret_kind *kind, const struct secret_source *source,
	       struct secret *out, struct meiprov_error *err)
{
	const char *fault = secret_source_fault(source);

	if (fault)
		return fail(kind, out, err, -EINVAL, fault, "");
	if (source->fd)
		return secret_from_fd(kind, atoi(source->fd), out, err);
	if (source->file)
		return secret_from_file(kind, source->file, out, err);
	if (source->credential)
		return secret_from_credential(kind, source->credential, out, err);
	if (source->ask_nobody)
		return fail(kind, out, err, -EINVAL,
			    "nobody may be asked for it (--non-interactive)", kind->ways);
	return secret_from_terminal(kind, out, err);
}
