/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/engine/test_entries.c: parents are made, and nothing is made below what is no
 * directory. */
#include "base/ctx.h"
#include "engine/entries.h"
#include "support/test.h"

struct fixture {
	struct ctx cx;
	struct arena a;
	struct entries es;
};

static int setup(void **state)
{
	static struct fixture fx;

	assert_int_equal(ctx_init(&fx.cx, NULL), 0);
	arena_init(&fx.a);
	entries_init(&fx.es, &fx.a, 42);
	*state = &fx;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fx = *state;

	entries_done(&fx->es);
	arena_done(&fx->a);
	return 0;
}

static int add(struct fixture *fx, const char *path, enum node_kind kind)
{
	const struct entry def = { .path = path,
		.kind = kind,
		.origin = ORIGIN_NODE,
		.mode = 0700,
		.target = kind == NODE_LINK ? "d" : NULL };

	return entries_add(&fx->cx, &fx->es, &def);
}

static void missing_parents_are_made(void **state)
{
	struct fixture *fx = *state;
	static const char *const expected[] = { "/", "/a", "/a/b", "/a/b/c" };

	assert_int_equal(add(fx, "/a/b/c", NODE_FILE), 0);
	assert_int_equal(fx->es.n, ARRAY_LEN(expected));
	for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
		const struct entry *e = entries_find(&fx->es, expected[i]);

		assert_non_null(e);
		if (e->kind == NODE_FILE)
			continue;
		assert_int_equal(e->origin, ORIGIN_PARENT);
		assert_int_equal(e->kind, NODE_DIR);
		assert_int_equal(e->mode, 0755);
		assert_int_equal(e->mtime, 42);
		assert_int_equal(e->node, GRAPH_NONE);
	}
	assert_null(entries_find(&fx->es, "/a/b/"));
}

static void nothing_is_made_below_what_is_no_directory(void **state)
{
	struct fixture *fx = *state;
	static const struct {
		const char *path, *message;
	} rows[] = {
		{ "/link/x", "'/link' is a symlink, a directory is needed" },
		{ "/file/x/y", "'/file' is a file, a directory is needed" },
		{ "/tree/x", "'/tree' is a store path, nothing can be made in it" },
	};

	assert_int_equal(add(fx, "/link", NODE_LINK), 0);
	assert_int_equal(add(fx, "/file", NODE_FILE), 0);
	assert_int_equal(add(fx, "/tree", NODE_TREE), 0);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t n = fx->es.n;

		assert_int_equal(add(fx, rows[i].path, NODE_FILE), OCIT_E_FORMAT);
		assert_string_equal(ctx_message(&fx->cx), rows[i].message);
		assert_int_equal(entries_dir(&fx->cx, &fx->es, rows[i].path, 0755, ORIGIN_MOUNT),
			OCIT_E_FORMAT);
		assert_string_equal(ctx_message(&fx->cx), rows[i].message);
		assert_int_equal(fx->es.n, n);
	}
	assert_int_equal(entries_dir(&fx->cx, &fx->es, "/tree", 0755, ORIGIN_MOUNT), OCIT_E_FORMAT);
	assert_int_equal(entries_dir(&fx->cx, &fx->es, "/file", 0755, ORIGIN_MOUNT), OCIT_E_FORMAT);
}

static void the_same_path_twice_is_refused(void **state)
{
	struct fixture *fx = *state;

	assert_int_equal(add(fx, "/f", NODE_FILE), 0);
	assert_int_equal(add(fx, "/f", NODE_FILE), OCIT_E_FORMAT);
	assert_string_equal(ctx_message(&fx->cx), "'/f' is there twice");
	assert_int_equal(add(fx, "/f", NODE_DIR), OCIT_E_FORMAT);
}

static void directories_made_on_the_way_take_the_first_real_description(void **state)
{
	struct fixture *fx = *state;

	assert_int_equal(add(fx, "/d/x", NODE_FILE), 0);
	assert_int_equal(entries_dir(&fx->cx, &fx->es, "/d", 01777, ORIGIN_SKELETON), 0);
	assert_int_equal(entries_find(&fx->es, "/d")->mode, 01777);
	assert_int_equal(entries_find(&fx->es, "/d")->origin, ORIGIN_SKELETON);
	assert_int_equal(entries_dir(&fx->cx, &fx->es, "/d", 0700, ORIGIN_CWD), 0);
	assert_int_equal(entries_find(&fx->es, "/d")->mode, 01777);
	assert_int_equal(entries_find(&fx->es, "/d")->origin, ORIGIN_SKELETON);
}

static void entries_count_against_the_limit(void **state)
{
	struct fixture *fx = *state;

	fx->cx.max_files = 3;
	assert_int_equal(add(fx, "/a/b", NODE_FILE), 0);
	assert_int_equal(add(fx, "/c", NODE_FILE), OCIT_E_LIMIT);
	assert_string_equal(ctx_message(&fx->cx), "more than 3 files and directories");
}

static void places_follow_links_above_the_last_component(void **state)
{
	struct fixture *fx = *state;
	const char *place = NULL;
	const struct entry loop = { .path = "/loop", .kind = NODE_LINK, .target = "loop" };
	const struct entry top = { .path = "/top", .kind = NODE_LINK, .target = "/" };

	assert_int_equal(add(fx, "/link", NODE_LINK), 0); /* to /d */
	assert_int_equal(entries_add(&fx->cx, &fx->es, &loop), 0);
	assert_int_equal(entries_add(&fx->cx, &fx->es, &top), 0);
	assert_int_equal(entries_place(&fx->cx, &fx->es, "/link/x", &place), 0);
	assert_string_equal(place, "/d/x");
	assert_int_equal(entries_place(&fx->cx, &fx->es, "/link", &place), 0);
	assert_string_equal(place, "/link");
	assert_int_equal(entries_place(&fx->cx, &fx->es, "/top/x", &place), 0);
	assert_string_equal(place, "/x");
	assert_int_equal(entries_place(&fx->cx, &fx->es, "/loop/x", &place), OCIT_E_FORMAT);
	assert_string_equal(ctx_message(&fx->cx), "'/loop' is a loop of symlinks");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(missing_parents_are_made, setup, teardown),
		cmocka_unit_test_setup_teardown(
			nothing_is_made_below_what_is_no_directory, setup, teardown),
		cmocka_unit_test_setup_teardown(the_same_path_twice_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(
			directories_made_on_the_way_take_the_first_real_description, setup,
			teardown),
		cmocka_unit_test_setup_teardown(entries_count_against_the_limit, setup, teardown),
		cmocka_unit_test_setup_teardown(
			places_follow_links_above_the_last_component, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
