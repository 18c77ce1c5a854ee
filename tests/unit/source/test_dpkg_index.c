/* SPDX-License-Identifier: Apache-2.0 */
/* unit/source/test_dpkg_index.c: paths and the packages that have them, against a plain search. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "source/dpkg_index.h"

enum { PACKAGES = 40, PATHS = 5000 };

/* Does this package have this path? /0 is everybody's, as /usr is. */
static bool has(unsigned package, unsigned path)
{
	return path == 0 || (path * 2654435761U >> 8) % (path % 100 ? PACKAGES : 3) == package;
}

static size_t name(char *to, size_t size, unsigned path)
{
	return (size_t)snprintf(to, size, "/%*s%u", (int)(path % 30), "", path);
}

static void fill(struct ctx *cx, struct dpkg_index *index)
{
	char text[64];

	for (uint32_t p = 0; p < PACKAGES; p++)
		for (unsigned i = 0; i < PATHS; i++)
			for (int twice = 0; has(p, i) && twice < 2; twice++)
				assert_int_equal(dpkg_index_add(cx, index, text,
							 name(text, sizeof(text), i), p),
					0);
	assert_int_equal(dpkg_index_sort(cx, index), 0);
}

static void each_path_has_its_packages_once_and_in_order(void **state)
{
	struct dpkg_index index = { 0 };
	struct ctx cx;

	(void)state;
	assert_int_equal(ctx_init(&cx, NULL), 0);
	fill(&cx, &index);
	for (unsigned i = 0; i < PATHS; i++) {
		char text[64];
		size_t count, n = 0;
		const struct dpkg_entry *at = dpkg_index_find(
			&index, text, name(text, sizeof(text), i), &count);

		for (uint32_t p = 0; p < PACKAGES; p++) {
			if (!has(p, i))
				continue;
			assert_true(n < count);
			assert_int_equal(at[n++].package, p);
		}
		assert_int_equal(n, count);
	}
	dpkg_index_done(&index);
}

static void what_is_nobodys_is_not_found(void **state)
{
	static const char *const others[] = { "", "/", "/0 ", "/00", "0", "/5000", "/ 1\n" };
	struct dpkg_index index = { 0 };
	struct ctx cx;
	size_t count;

	(void)state;
	assert_int_equal(ctx_init(&cx, NULL), 0);
	fill(&cx, &index);
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		(void)dpkg_index_find(&index, others[i], strlen(others[i]), &count);
		assert_int_equal(count, 0);
	}
	dpkg_index_done(&index);
}

static void none_and_one_are_sorted(void **state)
{
	struct dpkg_index index = { 0 };
	struct ctx cx;
	size_t count;

	(void)state;
	assert_int_equal(ctx_init(&cx, NULL), 0);
	assert_int_equal(dpkg_index_sort(&cx, &index), 0);
	(void)dpkg_index_find(&index, "/a", 2, &count);
	assert_int_equal(count, 0);
	dpkg_index_done(&index);
	assert_int_equal(dpkg_index_add(&cx, &index, "/a", 2, 7), 0);
	assert_int_equal(dpkg_index_sort(&cx, &index), 0);
	assert_int_equal(dpkg_index_find(&index, "/a", 2, &count)->package, 7);
	assert_int_equal(count, 1);
	dpkg_index_done(&index);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_path_has_its_packages_once_and_in_order),
		cmocka_unit_test(what_is_nobodys_is_not_found),
		cmocka_unit_test(none_and_one_are_sorted),
	};

	return cmocka_run_group_tests_name("source/dpkg_index", tests, NULL, NULL);
}
