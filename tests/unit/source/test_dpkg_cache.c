/* SPDX-License-Identifier: Apache-2.0 */
/* unit/source/test_dpkg_cache.c: an index that was kept is the same one, or none. */
#include "unit/os/lab.h"

#include "source/dpkg_cache.h"

enum { PACKAGES = 3 };

static const char *const paths[] = { "/usr/bin/a", "/usr/bin/b", "/usr/share/doc/c" };

static struct dpkg_cache_key key_of(uint8_t seed)
{
	struct dpkg_cache_key key = { "dpkg-1-2", { DIGEST_SHA256, 32, { seed } }, PACKAGES };

	return key;
}

static void keep(struct ctx *cx, const struct dpkg_cache_key *key)
{
	struct dpkg_index index = { 0 };

	for (uint32_t p = 0; p < PACKAGES; p++) {
		assert_int_equal(dpkg_index_add(cx, &index, "/usr", 4, p), 0);
		assert_int_equal(dpkg_index_add(cx, &index, paths[p], strlen(paths[p]), p), 0);
	}
	assert_int_equal(dpkg_index_sort(cx, &index), 0);
	dpkg_cache_save(cx, key, &index);
	dpkg_index_done(&index);
}

static bool load(struct ctx *cx, const struct dpkg_cache_key *key)
{
	struct dpkg_index index = { 0 };
	size_t count = 0;
	bool there;

	assert_int_equal(dpkg_cache_load(cx, key, &index, &there), 0);
	assert_string_equal(ctx_message(cx), "");
	if (there) {
		for (uint32_t p = 0; p < PACKAGES; p++) {
			const struct dpkg_entry *at = dpkg_index_find(
				&index, paths[p], strlen(paths[p]), &count);

			assert_int_equal(count, 1);
			assert_int_equal(at->package, p);
		}
		(void)dpkg_index_find(&index, "/usr", 4, &count);
		assert_int_equal(count, PACKAGES);
	}
	dpkg_index_done(&index);
	return there;
}

static int with_cache(void **state)
{
	int r = lab_setup(state);
	struct lab *lab = *state;

	lab->cx.cache_dir = lab->path;
	return r;
}

static void what_was_kept_is_there_again(void **state)
{
	struct lab *lab = *state;
	struct dpkg_cache_key key = key_of(1);

	assert_false(load(&lab->cx, &key));
	keep(&lab->cx, &key);
	assert_true(load(&lab->cx, &key));
	assert_true(load(&lab->cx, &key));
	assert_int_equal(lab_count(lab, "."), 1);
}

static void another_database_or_moment_is_another_index(void **state)
{
	struct lab *lab = *state;
	struct dpkg_cache_key key = key_of(1), other = key_of(2), fewer = key_of(1);

	keep(&lab->cx, &key);
	assert_false(load(&lab->cx, &other));
	snprintf(other.name, sizeof(other.name), "dpkg-1-3");
	assert_false(load(&lab->cx, &other));
	fewer.n_packages = PACKAGES - 1;
	assert_false(load(&lab->cx, &fewer));
	assert_true(load(&lab->cx, &key));
}

static void write_at(const struct lab *lab, const char *name, off_t at, char byte)
{
	int fd = openat(lab->fd, name, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

static void damage_is_noticed_wherever_it_is(void **state)
{
	struct lab *lab = *state;
	struct dpkg_cache_key key = key_of(1);
	char bytes[512];
	int fd;
	ssize_t size;

	keep(&lab->cx, &key);
	fd = openat(lab->fd, key.name, O_RDONLY | O_CLOEXEC);
	size = read(fd, bytes, sizeof(bytes));
	close(fd);
	assert_true(size > 100 && size < (ssize_t)sizeof(bytes));
	for (off_t at = 0; at < size; at++) {
		write_at(lab, key.name, at, (char)(bytes[at] ^ 1));
		assert_false(load(&lab->cx, &key));
		write_at(lab, key.name, at, bytes[at]);
	}
	assert_true(load(&lab->cx, &key));
	for (off_t len = size; len-- > 0;) {
		fd = openat(lab->fd, key.name, O_WRONLY | O_CLOEXEC);
		assert_int_equal(ftruncate(fd, len), 0);
		close(fd);
		assert_false(load(&lab->cx, &key));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_was_kept_is_there_again, with_cache, lab_teardown),
		cmocka_unit_test_setup_teardown(
			another_database_or_moment_is_another_index, with_cache, lab_teardown),
		cmocka_unit_test_setup_teardown(
			damage_is_noticed_wherever_it_is, with_cache, lab_teardown),
	};

	return cmocka_run_group_tests_name("source/dpkg_cache", tests, NULL, NULL);
}
