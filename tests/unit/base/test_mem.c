/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/base/test_mem.c: checked products and arenas. */
#include "base/mem.h"
#include "support/test.h"
#include <ocitools.h>

static void products_that_overflow_give_null(void **state)
{
	AUTO(arena) struct arena a;
	void *grown = NULL;
	size_t cap = 0;

	(void)state;
	arena_init(&a);
	assert_null(mem_array(SIZE_MAX / 2, 4));
	assert_null(arena_array(&a, SIZE_MAX / 2, 4));
	assert_null(arena_alloc(&a, SIZE_MAX - 8));
	assert_null(arena_copy(&a, "", SIZE_MAX));
	assert_int_equal(mem_grow(&grown, &cap, SIZE_MAX / 2, 8), OCIT_E_NOMEM);
	assert_int_equal(cap, 0);
	assert_null(grown);
}

static void arena_memory_is_zeroed_aligned_and_apart(void **state)
{
	AUTO(arena) struct arena a;
	unsigned char *seen[500];

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < 500; i++) {
		size_t size = i * 37 % 5000 + 1;

		seen[i] = arena_alloc(&a, size);
		assert_non_null(seen[i]);
		assert_int_equal((uintptr_t)seen[i] % _Alignof(max_align_t), 0);
		for (size_t k = 0; k < size; k++)
			assert_int_equal(seen[i][k], 0);
		memset(seen[i], 0xa5, size);
		assert_non_null(arena_copy(&a, "odd", 3)); /* the next one must be aligned again */
	}
}

static void strings_are_copied_and_terminated(void **state)
{
	AUTO(arena) struct arena a;

	(void)state;
	arena_init(&a);
	assert_string_equal(arena_copy(&a, "hello world", 5), "hello");
	assert_string_equal(arena_str(&a, ""), "");
	assert_string_equal(arena_printf(&a, "%s-%d", "x", 7), "x-7");
}

static void growth_keeps_content(void **state)
{
	AUTO(mem) uint32_t *v = NULL;
	size_t cap = 0;

	(void)state;
	for (uint32_t i = 0; i < 10000; i++) {
		assert_int_equal(mem_grow(&v, &cap, i + 1, sizeof(*v)), 0);
		v[i] = i;
	}
	for (uint32_t i = 0; i < 10000; i++)
		assert_int_equal(v[i], i);
}

static void take_gives_away_once(void **state)
{
	char *p = mem_strdup("x");
	char *q = take(&p);

	(void)state;
	assert_null(p);
	assert_string_equal(q, "x");
	mem_free(q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(products_that_overflow_give_null),
		cmocka_unit_test(arena_memory_is_zeroed_aligned_and_apart),
		cmocka_unit_test(strings_are_copied_and_terminated),
		cmocka_unit_test(growth_keeps_content),
		cmocka_unit_test(take_gives_away_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
