// SPDX-License-Identifier: LGPL-2.1-or-later
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "vme_rig.h"

#define SETTINGS_MAX 16

/* The test lies in BUILD/tests, programs in BUILD. */
void rig_program(const char *name, char *path, size_t size)
{
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *end;

	assert_true(len > 0);
	self[len] = '\0';
	for (int i = 0; i < 2; i++) {
		end = strrchr(self, '/');
		assert_non_null(end);
		*end = '\0';
	}
	snprintf(path, size, "%.200s/%s", self, name);
}

void rig_path(const struct rig *rig, const char *name, char *path, size_t size)
{
	snprintf(path, size, "%s/%s", rig->dir, name);
}

static void run_vme(const struct rig *rig, const char *const settings[], int out)
{
	char program[256], amthi[128], control[128];
	const char *argv[SETTINGS_MAX + 4] = { "meiprov-vme", amthi, control };
	int n = 3;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	rig_program("meiprov-vme", program, sizeof(program));
	snprintf(amthi, sizeof(amthi), "amthi=%s", rig->socket);
	snprintf(control, sizeof(control), "control=%s", rig->control);
	for (int i = 0; settings && settings[i] && i < SETTINGS_MAX; i++)
		argv[n++] = settings[i];
	dup2(out, STDOUT_FILENO);
	execv(program, (char *const *)argv);
	_exit(127);
}

void rig_start(struct rig *rig, const char *const settings[])
{
	struct pollfd p = { .events = POLLIN };
	int pipes[2];
	char line[8];

	strcpy(rig->dir, "/tmp/meiprov-rig.XXXXXX");
	assert_non_null(mkdtemp(rig->dir));
	rig_path(rig, "amthi", rig->socket, sizeof(rig->socket));
	rig_path(rig, "control", rig->control, sizeof(rig->control));
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	rig->pid = fork();
	assert_true(rig->pid >= 0);
	if (!rig->pid)
		run_vme(rig, settings, pipes[1]);
	close(pipes[1]);
	p.fd = pipes[0];
	assert_int_equal(poll(&p, 1, 20000), 1);
	assert_int_equal(read(pipes[0], line, 6), 6); /* "ready\n" */
	close(pipes[0]);
}

void rig_stop(struct rig *rig)
{
	char command[128];

	kill(rig->pid, SIGTERM);
	waitpid(rig->pid, NULL, 0);
	snprintf(command, sizeof(command), "rm -rf %s", rig->dir);
	assert_int_equal(system(command), 0);
}

void rig_order(const struct rig *rig, const char *words)
{
	char program[256], command[2048];

	rig_program("vmectl", program, sizeof(program));
	snprintf(command, sizeof(command), "%s --socket %s %s >%s/vmectl", program, rig->control,
		 words, rig->dir);
	assert_int_equal(system(command), 0);
}

int rig_shell(const char *shell, char *out, size_t size)
{
	FILE *pipe = popen(shell, "re");
	size_t len;
	int status;

	assert_non_null(pipe);
	len = fread(out, 1, size - 1, pipe);
	out[len] = '\0';
	while (fgetc(pipe) != EOF)
		;
	status = pclose(pipe);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* --- the kernel, as channel_mei() sees it --- */

static char mei_socket[96];

void rig_mei_use(const struct rig *rig)
{
	memcpy(mei_socket, rig->socket, sizeof(mei_socket));
}

static int mei_open(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	strcpy(address.sun_path, mei_socket);
	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

/* Connect statuses as the kernel turns them into errnos. */
static int mei_connect(int fd)
{
	static const int errnos[] = { 0, -ENOTTY, -EBUSY, -EBUSY, -EINVAL, -EBUSY };
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint8_t status;

	assert_int_equal(poll(&p, 1, 5000), 1);
	assert_int_equal(read(fd, &status, 1), 1);
	assert_true(status < 6);
	return errnos[status];
}

const struct channel_mei_calls rig_mei_calls = {
	.open = mei_open,
	.connect = mei_connect,
};
