/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/model/test_id_map.c: ids inside and outside. */
#include "model/id_map.h"
#include "support/test.h"

static void ids_are_those_of_their_range(void **state)
{
	static struct id_map list[] = { { 0, 1000, 1 }, { 1, 100000, 65535 } };
	static const struct id_maps maps = { .list = list, .n = 2 };
	static const struct {
		uint32_t inside, outside;
		bool mapped;
	} rows[] = { { 0, 1000, true }, { 1, 100000, true }, { 33, 100032, true },
		{ 65535, 165534, true }, { 65536, 1000, false }, { UINT32_MAX, 1000, false } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(id_outside(&maps, rows[i].inside), rows[i].outside);
		assert_int_equal(id_is_mapped(&maps, rows[i].inside), rows[i].mapped);
	}
}

static void without_a_map_they_are_the_same(void **state)
{
	static const struct id_maps none = { .n = 0 };

	(void)state;
	assert_int_equal(id_outside(&none, 0), 0);
	assert_int_equal(id_outside(&none, 33), 33);
	assert_false(id_is_mapped(&none, 0));
}

static void a_map_without_root_ends(void **state)
{
	static struct id_map list[] = { { 5, 1000, 1 } };
	static const struct id_maps maps = { .list = list, .n = 1 };

	(void)state;
	assert_int_equal(id_outside(&maps, 0), 0);
	assert_int_equal(id_outside(&maps, 7), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_are_those_of_their_range),
		cmocka_unit_test(without_a_map_they_are_the_same),
		cmocka_unit_test(a_map_without_root_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
