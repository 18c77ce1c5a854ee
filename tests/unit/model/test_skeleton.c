/* SPDX-License-Identifier: Apache-2.0 */
/* unit/model/test_skeleton.c: what every container has is told from what it has not. */
#include "support/test.h"

#include "model/skeleton.h"

static void parents_come_first_and_paths_once(void **state)
{
	(void)state;
	assert_true(skeleton_rows_len > 0);
	assert_string_equal(skeleton_rows[0].path, "/");
	for (size_t i = 1; i < skeleton_rows_len; i++) {
		const char *path = skeleton_rows[i].path;
		const char *slash = strrchr(path, '/');
		bool parent = slash == path;

		for (size_t k = 0; k < i; k++) {
			assert_string_not_equal(skeleton_rows[k].path, path);
			parent |= strlen(skeleton_rows[k].path) == (size_t)(slash - path) &&
				  !strncmp(skeleton_rows[k].path, path, slash - path);
		}
		assert_true(parent);
	}
}

static void directories_are_told_from_links_and_from_nothing(void **state)
{
	static const struct {
		const char *path;
		bool there;
	} cases[] = {
		{ "/", true },
		{ "/run", true },
		{ "/run/lock", true },
		{ "/var/tmp", true },
		{ "/var/run", false },
		{ "/run/", false },
		{ "/run/user", false },
		{ "/usr/lib", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(skeleton_has_dir(cases[i].path), cases[i].there);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parents_come_first_and_paths_once),
		cmocka_unit_test(directories_are_told_from_links_and_from_nothing),
	};

	return cmocka_run_group_tests_name("model/skeleton", tests, NULL, NULL);
}
