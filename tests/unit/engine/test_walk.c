/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/engine/test_walk.c: where paths lead by their links alone. */
#include <stdio.h>

#include "base/ctx.h"
#include "engine/walk.h"
#include "support/test.h"

struct thing {
	const char *path;
	enum node_kind kind;
	const char *target;
};

static const struct thing things[] = {
	{ "/bin", NODE_LINK, "usr/bin" },
	{ "/usr", NODE_DIR, NULL },
	{ "/usr/bin", NODE_DIR, NULL },
	{ "/usr/bin/sh", NODE_LINK, "dash" },
	{ "/usr/bin/dash", NODE_FILE, NULL },
	{ "/usr/bin/up", NODE_LINK, "../../etc/./x" },
	{ "/etc/x", NODE_FILE, NULL },
	{ "/loop", NODE_LINK, "/loop2" },
	{ "/loop2", NODE_LINK, "loop" },
	{ "/self", NODE_LINK, "self/x" },
	{ "/root-link", NODE_LINK, "/" },
	{ "/above", NODE_LINK, "../../../usr" },
	{ "/dangling", NODE_LINK, "/nowhere/x" },
	{ "/into", NODE_LINK, "/store/a" },
	{ "/store/a", NODE_TREE, NULL },
	{ "/empty", NODE_LINK, "" },
};

static bool thing_at(
	const void *data, const char *path, enum node_kind *ret, const char **ret_target)
{
	(void)data;
	for (size_t i = 0; i < ARRAY_LEN(things); i++) {
		if (strcmp(things[i].path, path))
			continue;
		*ret = things[i].kind;
		*ret_target = things[i].target;
		return true;
	}
	return false;
}

static const struct {
	const char *path;
	bool keep_last;
	enum walk_kind kind;
	const char *at, *link;
} rows[] = {
	{ "/", false, WALK_DIR, "/", NULL },
	{ "/usr", false, WALK_DIR, "/usr", NULL },
	{ "/bin", false, WALK_DIR, "/usr/bin", "/bin" },
	{ "/bin", true, WALK_LINK, "/bin", "/bin" },
	{ "/bin/sh", false, WALK_FILE, "/usr/bin/dash", "/bin" },
	{ "/bin/sh", true, WALK_LINK, "/usr/bin/sh", "/bin" },
	{ "/usr/bin/sh", false, WALK_FILE, "/usr/bin/dash", "/usr/bin/sh" },
	{ "/usr/bin/dash", false, WALK_FILE, "/usr/bin/dash", NULL },
	{ "/usr/bin/dash/x", false, WALK_ABSENT, "/usr/bin/dash", NULL },
	{ "/bin/nothing", false, WALK_ABSENT, "/usr/bin/nothing", "/bin" },
	{ "/bin/up", false, WALK_FILE, "/etc/x", "/bin" },
	/* /etc itself was never mentioned */
	{ "/etc/x", false, WALK_FILE, "/etc/x", NULL },
	{ "/etc/y/z", false, WALK_ABSENT, "/etc/y/z", NULL },
	{ "/loop", false, WALK_LOOP, NULL, "/loop" },
	{ "/self", false, WALK_LOOP, NULL, "/self" },
	{ "/root-link", false, WALK_DIR, "/", "/root-link" },
	{ "/root-link/bin/sh", false, WALK_FILE, "/usr/bin/dash", "/root-link" },
	{ "/above/bin/dash", false, WALK_FILE, "/usr/bin/dash", "/above" },
	{ "/dangling", false, WALK_ABSENT, "/nowhere/x", "/dangling" },
	{ "/into", false, WALK_TREE, "/store/a", "/into" },
	{ "/into/bin/x", false, WALK_TREE, "/store/a/bin/x", "/into" },
	{ "/store/a/bin/x", false, WALK_TREE, "/store/a/bin/x", NULL },
};

static void paths_lead_where_the_kernel_would_go(void **state)
{
	const struct walk_view view = { .at = thing_at };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(arena) struct arena a;
		struct walk walk;
		struct ctx cx;

		arena_init(&a);
		assert_int_equal(ctx_init(&cx, NULL), 0);
		assert_int_equal(
			walk_path(&cx, &view, &a, rows[i].path, !rows[i].keep_last, &walk), 0);
		if (walk.kind != rows[i].kind)
			print_error("%s\n", rows[i].path);
		assert_int_equal(walk.kind, rows[i].kind);
		if (rows[i].at)
			assert_string_equal(walk.path, rows[i].at);
		assert_int_equal(!walk.link, !rows[i].link);
		if (rows[i].link)
			assert_string_equal(walk.link, rows[i].link);
	}
}

static void too_long_paths_end_like_loops(void **state)
{
	static char path[4096];
	const struct walk_view view = { .at = thing_at };
	AUTO(arena) struct arena a;
	struct walk walk;
	struct ctx cx;

	(void)state;
	arena_init(&a);
	assert_int_equal(ctx_init(&cx, NULL), 0);
	memset(path, 'x', sizeof(path) - 1);
	memcpy(path, "/bin/", 5);
	assert_int_equal(walk_path(&cx, &view, &a, path, true, &walk), 0);
	assert_int_equal(walk.kind, WALK_LOOP);
}

static void graphs_can_be_walked(void **state)
{
	AUTO(graph) struct graph *g = NULL;
	AUTO(arena) struct arena a;
	const struct node link = { .path = "/l", .kind = NODE_LINK, .target = "f" };
	const struct node file = { .path = "/f", .kind = NODE_FILE };
	uint32_t at;
	struct walk walk;
	struct ctx cx;

	(void)state;
	arena_init(&a);
	assert_int_equal(ctx_init(&cx, NULL), 0);
	assert_int_equal(graph_new(&cx, &g), 0);
	assert_int_equal(graph_add_node(&cx, g, &link, &at, NULL), 0);
	assert_int_equal(graph_add_node(&cx, g, &file, &at, NULL), 0);
	assert_int_equal(walk_graph(&cx, g, &a, "/l", &walk), 0);
	assert_int_equal(walk.kind, WALK_FILE);
	assert_string_equal(walk.path, "/f");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_lead_where_the_kernel_would_go),
		cmocka_unit_test(too_long_paths_end_like_loops),
		cmocka_unit_test(graphs_can_be_walked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
