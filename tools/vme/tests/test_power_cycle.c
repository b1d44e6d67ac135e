// SPDX-License-Identifier: GPL-2.0-or-later
/* A whole device with flash, through power cycles and kills. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "tools/vme/amt.h"
#include "tools/vme/log.h"
#include "tools/vme/vme.h"

#define ROUNDS 25

static char folder[] = "/tmp/test_power.XXXXXX";
static char flash[64];
static char why[CONFIG_WHY_MAX];

static int make_folder(void **state)
{
	log_set_level(LOG_LEVEL_ERROR);
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	return rmdir(folder);
}

static int setup(void **state)
{
	snprintf(flash, sizeof(flash), "%s/flash", folder);
	return 0;
}

static int teardown(void **state)
{
	static const char *const names[] = { "", ".new", ".lock" };
	char name[80];
	size_t i;

	for (i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "%s%s", flash, names[i]);
		unlink(name);
	}
	return 0;
}

/* NULL with @why. @more: one more setting, or NULL. */
static struct vme *try_power_on(const char *more)
{
	struct vme_config config;

	assert_int_equal(config_init(&config), 0);
	assert_int_equal(config_set(&config, "flash", flash, why), 0);
	assert_int_equal(config_set(&config, "log", "error", why), 0);
	if (more)
		assert_int_equal(config_set_pair(&config, more, why), 0);
	return vme_new(&config, why);
}

static struct vme *power_on(const char *more)
{
	struct vme *vme = try_power_on(more);

	if (!vme)
		fail_msg("%s", why);
	return vme;
}

static void set(struct vme *vme, const char *key, const char *value)
{
	if (vme_set(vme, key, value, why))
		fail_msg("%s", why);
}

static void shows(struct vme *vme, const char *key, const char *want)
{
	char value[CONFIG_VALUE_MAX];

	assert_int_equal(config_get(&vme->config, key, value), 0);
	assert_string_equal(value, want);
}

static void a_device_stays_the_same_machine(void **state)
{
	struct vme *vme = power_on(NULL);
	uint8_t uuid[16];
	char realm[64];

	memcpy(uuid, vme->amt->uuid, 16);
	strcpy(realm, vme->amt->digest_realm);
	vme_free(vme);
	vme = power_on(NULL);
	assert_memory_equal(vme->amt->uuid, uuid, 16);
	assert_memory_equal(vme->config.uuid, uuid, 16);
	assert_string_equal(vme->amt->digest_realm, realm);
	vme_free(vme);
	assert_null(try_power_on("uuid=939b524b-13d4-1d18-e487-1c697a6b7a2b"));
	assert_non_null(strstr(why, "belongs to the device"));
}

static void mebx_and_host_settings_are_there_again_and_shown(void **state)
{
	struct vme *vme = power_on("suffix=first.example.org");

	set(vme, "ztc", "off");
	set(vme, "suffix", "corp.example.org");
	set(vme, "config-server", "192.0.2.7");
	set(vme, "config-server-fqdn", "sca.example.org");
	assert_int_equal(amt_set_otp(vme->amt, "0123456789", 10), AMT_SUCCESS);
	vme_free(vme);
	vme = power_on("suffix=first.example.org");
	shows(vme, "ztc", "off");
	shows(vme, "suffix", "corp.example.org");
	shows(vme, "config-server", "192.0.2.7:9971");
	shows(vme, "config-server-fqdn", "sca.example.org");
	assert_int_equal(vme->amt->otp_len, 10);
	assert_string_equal(vme->amt->platform.config_server_fqdn, "sca.example.org");
	vme_free(vme);
}

static void only_the_first_power_on_takes_the_state_from_the_settings(void **state)
{
	struct vme *vme = power_on("state=post");

	assert_int_equal(vme->amt->state, AMT_POST);
	amt_unprovision(vme->amt);
	vme_free(vme);
	vme = power_on("state=post");
	assert_int_equal(vme->amt->state, AMT_PRE);
	assert_int_equal(vme->amt->control, AMT_CONTROL_NONE);
	vme_free(vme);
}

static void a_damaged_image_is_no_device(void **state)
{
	FILE *file;

	vme_free(power_on(NULL));
	file = fopen(flash, "r+");
	fseek(file, 60, SEEK_SET);
	fputc(0, file);
	fclose(file);
	assert_null(try_power_on(NULL));
	assert_non_null(strstr(why, "damaged"));
}

static void two_devices_cannot_share_an_image(void **state)
{
	struct vme *vme = power_on(NULL);

	assert_null(try_power_on(NULL));
	assert_non_null(strstr(why, "another device"));
	vme_free(vme);
}

static unsigned int times_told;

static void count(struct amt *amt, unsigned int changed, void *ctx)
{
	times_told++;
	assert_int_equal(amt->state, AMT_PRE);
	assert_false(amt->admin_set);
	assert_null(amt_hash_find(amt, 20));
	assert_int_equal(changed & AMT_CHANGED_HASHES, AMT_CHANGED_HASHES);
}

static void unprovisioning_is_told_as_one_change(void **state)
{
	struct amt_hash hash = {
		.algorithm = 2, .digest_len = 32, .digest = { 1 }, .name = "mine", .is_active = true
	};
	struct vme *vme = power_on("state=post");
	static const uint8_t ha1[16];

	assert_int_equal(amt_hash_add(vme->amt, &hash), 0);
	assert_int_equal(amt_set_admin(vme->amt, "admin", ha1), AMT_SUCCESS);
	times_told = 0;
	assert_int_equal(amt_listen(vme->amt, count, NULL), 0);
	amt_unprovision(vme->amt);
	assert_int_equal(times_told, 1);
	vme_free(vme);
}

/* Configured with a user's hash, and unprovisioned, again and again. */
static void live(void)
{
	struct amt_hash hash = { .algorithm = 2, .digest_len = 32, .name = "mine" };
	struct vme *vme = power_on("state=post");
	unsigned int i;

	for (i = 0;; i++) {
		amt_unprovision(vme->amt);
		memcpy(hash.digest, &i, sizeof(i));
		amt_hash_add(vme->amt, &hash);
		vme->amt->state = AMT_POST;
		vme->amt->control = AMT_CONTROL_ACM;
		amt_changed(vme->amt, AMT_CHANGED_STATE);
	}
}

static void a_kill_at_any_moment_leaves_a_device_that_starts(void **state)
{
	unsigned int seed = 7, posts = 0, i;
	struct vme *vme;
	pid_t pid;

	for (i = 0; i < ROUNDS; i++) {
		pid = fork();
		assert_true(pid >= 0);
		if (!pid)
			live();
		usleep(2000 + (unsigned int)rand_r(&seed) % 60000);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		vme = power_on("state=post");
		assert_int_equal(vme->amt->control,
				 vme->amt->state == AMT_POST ? AMT_CONTROL_ACM : AMT_CONTROL_NONE);
		posts += vme->amt->state == AMT_POST;
		vme_free(vme);
	}
	assert_true(posts > 0);
}

#define promise(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		promise(a_device_stays_the_same_machine),
		promise(mebx_and_host_settings_are_there_again_and_shown),
		promise(only_the_first_power_on_takes_the_state_from_the_settings),
		promise(a_damaged_image_is_no_device),
		promise(two_devices_cannot_share_an_image),
		promise(unprovisioning_is_told_as_one_change),
		promise(a_kill_at_any_moment_leaves_a_device_that_starts),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
