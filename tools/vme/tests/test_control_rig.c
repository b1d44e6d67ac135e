// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/tests/test_control_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>
#include "tools/vme/log.h"

int dial(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(addr.sun_path, path);
	assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	return fd;
}

void turn(struct rig *rig)
{
	int i;

	for (i = 0; i < 5; i++)
		event_base_loop(rig->vme->base, EVLOOP_NONBLOCK);
}

int rig_setup(void **state)
{
	struct rig *rig = test_calloc(1, sizeof(*rig));
	char why[CONFIG_WHY_MAX] = "", path[64];
	struct vme_config config;

	snprintf(rig->control, sizeof(rig->control), "/tmp/test_control.%d", (int)getpid());
	snprintf(path, sizeof(path), "/tmp/test_control_vfio.%d", (int)getpid());
	assert_int_equal(config_init(&config), 0);
	assert_int_equal(config_set(&config, "control", rig->control, why), 0);
	assert_int_equal(config_set(&config, "socket", path, why), 0);
	assert_int_equal(config_set(&config, "log", "error", why), 0);
	rig->vme = vme_new(&config, why);
	if (!rig->vme)
		fail_msg("%s", why);
	log_set_level(LOG_LEVEL_NONE);
	rig->peer = dial(rig->control);
	turn(rig);
	*state = rig;
	return 0;
}

int rig_teardown(void **state)
{
	struct rig *rig = *state;

	vme_free(rig->vme);
	assert_int_equal(access(rig->control, F_OK), -1);
	close(rig->peer);
	test_free(rig);
	return 0;
}

void say(struct rig *rig, const char *text)
{
	assert_int_equal(send(rig->peer, text, strlen(text), MSG_NOSIGNAL), strlen(text));
	turn(rig);
}

void take(struct rig *rig)
{
	ssize_t n;

	do {
		turn(rig);
		n = recv(rig->peer, rig->text + rig->len, sizeof(rig->text) - rig->len - 1,
			 MSG_DONTWAIT);
		if (n > 0)
			rig->len += (size_t)n;
	} while (n > 0);
	rig->text[rig->len] = '\0';
}

json_t *hear(struct rig *rig)
{
	json_t *message;
	char *end;

	take(rig);
	end = strchr(rig->text, '\n');
	if (!end)
		return NULL;
	*end = '\0';
	message = json_loads(rig->text, 0, NULL);
	assert_non_null(message);
	rig->len -= (size_t)(end + 1 - rig->text);
	memmove(rig->text, end + 1, rig->len + 1);
	return message;
}

json_t *run(struct rig *rig, const char *words, char *error)
{
	char copy[512], *word, *rest = copy;
	json_t *args = json_array(), *request, *reply, *result;
	char *text;

	snprintf(copy, sizeof(copy), "%s", words);
	while ((word = strsep(&rest, " ")))
		json_array_append_new(args, json_string(word));
	request = json_pack("{s:i, s:o}", "id", 42, "args", args);
	text = json_dumps(request, 0);
	say(rig, text);
	say(rig, "\n");
	free(text);
	json_decref(request);
	reply = hear(rig);
	assert_non_null(reply);
	assert_int_equal(json_integer_value(json_object_get(reply, "id")), 42);
	result = json_incref(json_object_get(reply, "result"));
	if (error)
		snprintf(error, 256, "%s",
			 json_string_value(json_object_get(reply, "error")) ?: "");
	assert_int_equal(json_is_true(json_object_get(reply, "ok")), result != NULL);
	json_decref(reply);
	return result;
}

void works(struct rig *rig, const char *words)
{
	char error[256];
	json_t *result = run(rig, words, error);

	if (!result)
		fail_msg("%s: %s", words, error);
	json_decref(result);
}

void refused(struct rig *rig, const char *words, const char *because)
{
	char error[256];
	json_t *result = run(rig, words, error);

	if (result || !strstr(error, because))
		fail_msg("%s: %s", words, result ? "was taken" : error);
}

void wants_text(struct rig *rig, const char *words, const char *text)
{
	json_t *result = run(rig, words, NULL);

	assert_string_equal(json_string_value(result), text);
	json_decref(result);
}
