// SPDX-License-Identifier: GPL-2.0-or-later
/* Secrets open only where they belong, and what was committed is there. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/sca/crypt.h"
#include "tools/sca/store.h"
#include "tools/sca/store_private.h"

#define UUID "11111111-2222-3333-4444-555555555555"

struct fixture {
	char dir[64];
	char db[96];
	char key[128];
	struct store *store;
	char why[512];
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	*state = f;
	strcpy(f->dir, "/tmp/meiprov-store.XXXXXX");
	if (!mkdtemp(f->dir))
		return -1;
	snprintf(f->db, sizeof(f->db), "%s/sca.db", f->dir);
	snprintf(f->key, sizeof(f->key), "%s.key", f->db);
	return store_open(f->db, NULL, &f->store, f->why, sizeof(f->why));
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	char command[128];

	store_close(f->store);
	snprintf(command, sizeof(command), "rm -r %s", f->dir);
	free(f);
	return system(command);
}

static int reopen(struct fixture *f)
{
	store_close(f->store);
	return store_open(f->db, NULL, &f->store, f->why, sizeof(f->why));
}

static void key_file_is_private(void **state)
{
	struct fixture *f = *state;
	struct stat st;

	assert_int_equal(stat(f->key, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(crypt_key_create(f->key), -EEXIST);
	assert_int_equal(chmod(f->key, 0640), 0);
	assert_int_equal(reopen(f), -EPERM);
}

static void store_without_its_key_is_refused(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(unlink(f->key), 0);
	assert_int_equal(reopen(f), -EKEYREJECTED);
	/* no new key is left that would look like the right one */
	assert_int_equal(access(f->key, F_OK), -1);
	assert_int_equal(crypt_key_create(f->key), 0);
	assert_int_equal(reopen(f), -EKEYREJECTED);
}

static void damaged_key_file_is_refused(void **state)
{
	struct fixture *f = *state;
	int fd = open(f->key, O_WRONLY | O_TRUNC);

	assert_int_equal(write(fd, "abc\n", 4), 4);
	close(fd);
	assert_int_equal(reopen(f), -EBADMSG);
}

static void second_server_is_refused(void **state)
{
	struct fixture *f = *state;
	struct store *other;

	assert_int_equal(store_open(f->db, NULL, &other, f->why, sizeof(f->why)), -EBUSY);
	assert_null(other);
}

static void sealed_text_opens_only_with_its_owner_field_and_key(void **state)
{
	struct crypt_key a = { .key = { 1 }, .id = "aaaa" };
	struct crypt_key b = { .key = { 1 }, .id = "bbbb" };
	struct crypt_key c = { .key = { 2 }, .id = "aaaa" };
	uint8_t sealed[6 + CRYPT_OVERHEAD];
	char out[16];

	assert_int_equal(crypt_seal(&a, UUID, "otp", "secret", 6, sealed), 0);
	assert_int_equal(crypt_open(&a, UUID, "otp", sealed, sizeof(sealed), out, 16), 6);
	assert_memory_equal(out, "secret", 6);
	assert_int_equal(crypt_open(&a, "x", "otp", sealed, sizeof(sealed), out, 16), -EBADMSG);
	assert_int_equal(crypt_open(&a, UUID, "admin", sealed, sizeof(sealed), out, 16), -EBADMSG);
	assert_int_equal(crypt_open(&b, UUID, "otp", sealed, sizeof(sealed), out, 16), -EBADMSG);
	assert_int_equal(crypt_open(&c, UUID, "otp", sealed, sizeof(sealed), out, 16), -EBADMSG);
	assert_int_equal(crypt_open(&a, UUID, "otp", sealed, sizeof(sealed), out, 5), -ENOBUFS);
}

static void every_flipped_bit_and_cut_is_noticed(void **state)
{
	struct crypt_key k = { .key = { 1 }, .id = "aaaa" };
	uint8_t sealed[6 + CRYPT_OVERHEAD];
	char out[16];

	crypt_seal(&k, UUID, "otp", "secret", 6, sealed);
	for (size_t bit = 0; bit < 8 * sizeof(sealed); bit++) {
		sealed[bit / 8] ^= 1 << bit % 8;
		assert_int_equal(crypt_open(&k, UUID, "otp", sealed, sizeof(sealed), out, 16),
				 -EBADMSG);
		sealed[bit / 8] ^= 1 << bit % 8;
	}
	for (size_t len = 0; len < sizeof(sealed); len++)
		assert_int_equal(crypt_open(&k, UUID, "otp", sealed, len, out, 16), -EBADMSG);
}

static void same_text_is_never_sealed_alike(void **state)
{
	struct crypt_key k = { .key = { 1 }, .id = "aaaa" };
	uint8_t a[6 + CRYPT_OVERHEAD];
	uint8_t b[6 + CRYPT_OVERHEAD];

	crypt_seal(&k, UUID, "otp", "secret", 6, a);
	crypt_seal(&k, UUID, "otp", "secret", 6, b);
	assert_memory_not_equal(a + 1, b + 1, 12);
}

static bool file_holds(const char *path, const char *text)
{
	FILE *f = fopen(path, "r");
	char *data = calloc(1, 1 << 20);
	size_t n = f ? fread(data, 1, 1 << 20, f) : 0;
	bool found = memmem(data, n, text, strlen(text)) != NULL;

	if (f)
		fclose(f);
	free(data);
	return found;
}

static void secrets_survive_and_are_not_readable_in_the_files(void **state)
{
	struct fixture *f = *state;
	char wal[128];
	char out[33];

	snprintf(wal, sizeof(wal), "%s-wal", f->db);
	assert_int_equal(store_secret_put(f->store, UUID, FIELD_ADMIN, "Plain-Text-1", 12), 0);
	assert_false(file_holds(f->db, "Plain-Text-1") || file_holds(wal, "Plain-Text-1"));
	/* the row itself is there: the search looked in the right place */
	assert_true(file_holds(f->db, FIELD_ADMIN) || file_holds(wal, FIELD_ADMIN));
	assert_int_equal(reopen(f), 0);
	assert_int_equal(store_secret_get(f->store, UUID, FIELD_ADMIN, out, sizeof(out)), 12);
	assert_memory_equal(out, "Plain-Text-1", 12);
	assert_int_equal(store_secret_delete(f->store, UUID, FIELD_ADMIN), 0);
	assert_int_equal(store_secret_get(f->store, UUID, FIELD_ADMIN, out, sizeof(out)), -ENOENT);
}

static void row_moved_to_another_device_does_not_open(void **state)
{
	struct fixture *f = *state;
	char out[33];

	store_secret_put(f->store, UUID, FIELD_OTP, "abcdefgh", 8);
	assert_int_equal(store_exec(f->store, "UPDATE secret SET owner = 'other'"), 0);
	assert_int_equal(store_secret_get(f->store, "other", FIELD_OTP, out, sizeof(out)),
			 -EBADMSG);
}

static void rolled_back_is_as_if_never_written(void **state)
{
	struct fixture *f = *state;
	struct device dev = { .uuid = UUID };
	char out[33];

	assert_int_equal(store_begin(f->store), 0);
	assert_int_equal(store_device_save(f->store, &dev), 0);
	assert_int_equal(store_secret_put(f->store, UUID, FIELD_OTP, "abcdefgh", 8), 0);
	store_rollback(f->store);
	assert_int_equal(store_device_load(f->store, UUID, &dev), -ENOENT);
	assert_int_equal(store_secret_get(f->store, UUID, FIELD_OTP, out, sizeof(out)), -ENOENT);
}

static void device_row_comes_back_whole(void **state)
{
	struct fixture *f = *state;
	struct device in = {
		.uuid = UUID,
		.otp_required = 1,
		.state = DEVICE_REFUSED,
		.result = RESULT_OTP_WRONG,
		.stage = "state",
		.reason = "it's \"wrong\"",
		.address = "127.1.2.3",
		.registered_at = 1,
		.session_at = 2,
		.ended_at = 3,
		.configured_at = 1700000000000,
		.sessions = 5,
		.chain_tries = 6,
		.hello_retry = 7,
		.credentials_set = 1,
		.version = "12.0.49",
		.realm = "Digest:AA",
		.chain = "cc",
		.root_in_hello = 1,
		.pin = "dd",
		.mebx = SECRET_KEPT,
		.admin = SECRET_SET,
		.commit_sent = 1,
	};
	struct device out;

	assert_int_equal(store_device_save(f->store, &in), 0);
	assert_int_equal(reopen(f), 0);
	assert_int_equal(store_device_load(f->store, UUID, &out), 0);
	assert_memory_equal(&in, &out, sizeof(in));
	in.state = DEVICE_CONFIGURED;
	assert_int_equal(store_device_save(f->store, &in), 0);
	assert_int_equal(store_device_load(f->store, UUID, &out), 0);
	assert_int_equal(out.state, DEVICE_CONFIGURED);
}

static int count_entry(const struct log_entry *e, void *ctx)
{
	*(int *)ctx += 1;
	return 0;
}

static void log_is_filtered_by_device_and_position(void **state)
{
	struct fixture *f = *state;
	int n = 0;

	store_log_add(f->store, UUID, "session", "one");
	store_log_add(f->store, NULL, "start", "two");
	store_log_add(f->store, UUID, "configured", "three");
	store_log_each(f->store, UUID, 0, 10, count_entry, &n);
	assert_int_equal(n, 2);
	n = 0;
	store_log_each(f->store, NULL, 1, 10, count_entry, &n);
	assert_int_equal(n, 2);
	n = 0;
	store_log_each(f->store, NULL, 0, 1, count_entry, &n);
	assert_int_equal(n, 1);
}

static void newer_store_is_refused(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(store_exec(f->store, "PRAGMA user_version=1000"), 0);
	assert_int_equal(reopen(f), -EPROTONOSUPPORT);
	assert_non_null(strstr(f->why, "newer"));
}

static void passwords_are_what_amt_takes(void **state)
{
	char last[PASSWORD_SIZE] = "";

	for (int i = 0; i < 2000; i++) {
		char p[PASSWORD_SIZE];

		assert_int_equal(password_generate(p), 0);
		assert_int_equal(strlen(p), 32);
		assert_non_null(strpbrk(p, "ABCDEFGHJKLMNPQRSTUVWXYZ"));
		assert_non_null(strpbrk(p, "abcdefghijkmnpqrstuvwxyz"));
		assert_non_null(strpbrk(p, "23456789"));
		assert_non_null(strpbrk(p, "!$%()*+-.=@^"));
		assert_null(strpbrk(p, "\",:&<>_ "));
		assert_string_not_equal(p, last);
		strcpy(last, p);
	}
}

int main(void)
{
#define WITH_STORE(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		WITH_STORE(key_file_is_private),
		WITH_STORE(store_without_its_key_is_refused),
		WITH_STORE(damaged_key_file_is_refused),
		WITH_STORE(second_server_is_refused),
		cmocka_unit_test(sealed_text_opens_only_with_its_owner_field_and_key),
		cmocka_unit_test(every_flipped_bit_and_cut_is_noticed),
		cmocka_unit_test(same_text_is_never_sealed_alike),
		WITH_STORE(secrets_survive_and_are_not_readable_in_the_files),
		WITH_STORE(row_moved_to_another_device_does_not_open),
		WITH_STORE(rolled_back_is_as_if_never_written),
		WITH_STORE(device_row_comes_back_whole),
		WITH_STORE(log_is_filtered_by_device_and_position),
		WITH_STORE(newer_store_is_refused),
		cmocka_unit_test(passwords_are_what_amt_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
