/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/base/test_map.c: many keys with long common prefixes, prefixes of each other,
 * overwriting. */
#include <stdio.h>

#include "base/map.h"
#include "base/mem.h"
#include "support/test.h"

enum { KEYS = 50000 };

static void every_key_is_found_and_no_other(void **state)
{
	AUTO(map) struct map m;
	AUTO(mem) char *keys = mem_array(KEYS, 64);
	uint32_t v = 7;

	(void)state;
	map_init(&m);
	assert_false(map_find(&m, "x", 1, &v));
	for (uint32_t i = 0; i < KEYS; i++) {
		char *key = keys + (size_t)i * 64;

		snprintf(key, 64, "/usr/lib/x86_64-linux-gnu/%u", i);
		assert_int_equal(map_put(&m, key, strlen(key), i), 0);
	}
	assert_int_equal(m.count, KEYS);
	for (uint32_t i = 0; i < KEYS; i++) {
		char key[64];

		snprintf(key, sizeof(key), "/usr/lib/x86_64-linux-gnu/%u", i);
		assert_true(map_find(&m, key, strlen(key), &v));
		assert_int_equal(v, i);
	}
	v = 99;
	assert_false(map_find(&m, "/usr/lib/x86_64-linux-gnu/", 26, &v));
	assert_int_equal(v, 99);
}

static void keys_compare_by_length_and_can_be_overwritten(void **state)
{
	AUTO(map) struct map m;
	uint32_t v = 0;

	(void)state;
	map_init(&m);
	assert_int_equal(map_put(&m, "abc", 3, 1), 0);
	assert_int_equal(map_put(&m, "abc", 2, 2), 0);
	assert_int_equal(map_put(&m, "", 0, 3), 0);
	assert_int_equal(map_put(&m, "abc", 3, 4), 0);
	assert_int_equal(m.count, 3);
	assert_true(map_find(&m, "abc", 3, &v));
	assert_int_equal(v, 4);
	assert_true(map_find(&m, "abx", 2, &v));
	assert_int_equal(v, 2);
	assert_true(map_find(&m, "", 0, &v));
	assert_int_equal(v, 3);
}

static void values_are_renumbered_in_place(void **state)
{
	static const uint32_t values[] = { 2, 0, 1 };
	static const char *const keys[] = { "a", "b", "a longer key than a word" };
	AUTO(map) struct map m;
	uint32_t v = 7;

	(void)state;
	map_init(&m);
	map_renumber(&m, values);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(map_put(&m, keys[i], strlen(keys[i]), i), 0);
	map_renumber(&m, values);
	for (uint32_t i = 0; i < 3; i++) {
		assert_true(map_find(&m, keys[i], strlen(keys[i]), &v));
		assert_int_equal(v, values[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_is_found_and_no_other),
		cmocka_unit_test(keys_compare_by_length_and_can_be_overwritten),
		cmocka_unit_test(values_are_renumbered_in_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
