// SPDX-License-Identifier: GPL-2.0-or-later
/* A small fleet, whole: who is who, and how they are switched on. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "tools/vme/fleet.c" /* its members are looked at */

#define DEVICES 40

static char keys_path[64]; /* made once for all */
static int network;	   /* second byte of the addresses */

static struct vme *start(const char *const *settings)
{
	static const char *const always[] = {
		"state=in", "cert-delay-ms=0",	  "log=error",
		"fleet=40", "default-hashes=off", "mac=02:00:00:00:00:fe",
	};
	struct vme_config config;
	char why[CONFIG_WHY_MAX] = "", net[64];
	struct vme *vme;
	size_t i;

	assert_int_equal(config_init(&config), 0);
	for (i = 0; i < sizeof(always) / sizeof(*always); i++)
		assert_int_equal(config_set_pair(&config, always[i], why), 0);
	/* tests run side by side on one machine */
	snprintf(net, sizeof(net), "127.%d.0.250:26993", network);
	assert_int_equal(config_set(&config, "net", net, why), 0);
	assert_int_equal(config_set(&config, "fleet-keys", keys_path, why), 0);
	for (; settings && *settings; settings++)
		assert_int_equal(config_set_pair(&config, *settings, why), 0);
	assert_int_equal(config_check(&config, why), 0);
	vme = vme_new(&config, why);
	if (!vme)
		print_error("%s\n", why);
	assert_non_null(vme);
	return vme;
}

static void run_ms(struct vme *vme, unsigned int ms)
{
	const struct timeval tv = { ms / 1000, ms % 1000 * 1000 };

	event_base_loopexit(vme->base, &tv);
	event_base_dispatch(vme->base);
}

static json_int_t total(const struct vme *vme, const char *name)
{
	json_t *status = fleet_status(vme->fleet);
	json_int_t value = json_integer_value(json_object_get(status, name));

	json_decref(status);
	return value;
}

static void run_until_open(struct vme *vme, json_int_t windows)
{
	int turns;

	for (turns = 0; turns < 200 && total(vme, "windows_open") < windows; turns++)
		run_ms(vme, 50);
	assert_int_equal(total(vme, "windows_open"), windows);
}

static void every_device_is_its_own(void **state)
{
	struct vme *vme = start(NULL);
	struct fleet *fleet = vme->fleet;
	char last[64];
	json_t *rows;
	size_t i, j;

	run_until_open(vme, DEVICES);
	for (i = 0; i < DEVICES; i++) {
		for (j = 0; j < i; j++) {
			const struct amt *one = device(fleet, i)->amt,
					 *other = device(fleet, j)->amt;

			assert_memory_not_equal(one->uuid, other->uuid, 16);
			assert_memory_not_equal(one->platform.mac, other->platform.mac, 6);
			assert_string_not_equal(one->digest_realm, other->digest_realm);
			assert_int_not_equal(X509_cmp(one->cert, other->cert), 0);
		}
	}
	/* keys are shared, and the addresses go on over a byte's end */
	assert_ptr_equal(device(fleet, 3)->amt->key, device(fleet, 3 + KEYS)->amt->key);
	rows = fleet_list(fleet, DEVICES - 1, 10);
	assert_int_equal(json_array_size(rows), 1);
	snprintf(last, sizeof(last), "127.%d.1.33:26993", network);
	assert_string_equal(json_string_value(json_object_get(json_array_get(rows, 0), "address")),
			    last);
	assert_int_equal(device(fleet, 2)->amt->platform.mac[4], 1);
	assert_int_equal(device(fleet, 2)->amt->platform.mac[5], 0);
	json_decref(rows);
	vme_free(vme);
}

static void trickle_switches_on_one_after_the_other(void **state)
{
	static const char *const slow[] = { "fleet-rate=20", NULL };
	struct vme *vme = start(slow);

	run_ms(vme, 500);
	assert_in_range(total(vme, "switched_on"), 2, 20);
	run_until_open(vme, DEVICES);
	vme_free(vme);
}

static void same_seed_makes_the_same_fleet(void **state)
{
	const uint8_t first[16] = { 1, 2, 3 };
	uint8_t one[16], again[16], two[16];

	fleet_uuid(first, 0, one);
	assert_memory_equal(one, first, 16);
	fleet_uuid(first, 1, one);
	fleet_uuid(first, 1, again);
	fleet_uuid(first, 2, two);
	assert_memory_equal(one, again, 16);
	assert_memory_not_equal(one, two, 16);
	assert_int_equal(one[7] >> 4, 4);
}

static void addresses_stay_on_the_loopback(void **state)
{
	struct sockaddr_storage first = { 0 }, out;
	struct sockaddr_in *address = (struct sockaddr_in *)&first;

	address->sin_family = AF_INET;
	inet_pton(AF_INET, "127.255.255.254", &address->sin_addr);
	assert_int_equal(fleet_address(&first, 1, &out), 0);
	assert_int_equal(fleet_address(&first, 2, &out), -ERANGE);
	assert_int_equal(fleet_address(&first, UINT32_MAX, &out), -ERANGE);
	inet_pton(AF_INET, "10.0.0.1", &address->sin_addr);
	assert_int_equal(fleet_address(&first, 0, &out), -ERANGE);
	first.ss_family = AF_INET6;
	assert_int_equal(fleet_address(&first, 0, &out), -ERANGE);
}

static void keys_are_kept_for_their_owner_only(void **state)
{
	char path[] = "/tmp/test-fleet-XXXXXX";
	struct key_pool *pool, *again;
	EVP_PKEY *one, *same;
	struct stat st;

	close(mkstemp(path));
	assert_null(key_pool_new(path, 2)); /* an empty file is no file of keys */
	assert_int_equal(errno, EBADMSG);
	unlink(path);
	pool = key_pool_new(path, 2);
	assert_non_null(pool);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 077, 0);
	again = key_pool_new(path, 1);
	one = key_pool_take(pool, KEY_POOL_BITS);
	same = key_pool_take(again, KEY_POOL_BITS);
	assert_int_equal(EVP_PKEY_eq(one, same), 1);
	assert_null(key_pool_take(pool, 1024));
	EVP_PKEY_free(one);
	EVP_PKEY_free(same);
	key_pool_free(pool);
	key_pool_free(again);
	unlink(path);
}

static int name_keys(void **state)
{
	network = 20 + (int)getpid() % 200;
	snprintf(keys_path, sizeof(keys_path), "/tmp/test-fleet-keys.%d", (int)getpid());
	return 0;
}

static int drop_keys(void **state)
{
	return unlink(keys_path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_device_is_its_own),
		cmocka_unit_test(trickle_switches_on_one_after_the_other),
		cmocka_unit_test(same_seed_makes_the_same_fleet),
		cmocka_unit_test(addresses_stay_on_the_loopback),
		cmocka_unit_test(keys_are_kept_for_their_owner_only),
	};

	return cmocka_run_group_tests_name("fleet", tests, name_keys, drop_keys);
}
