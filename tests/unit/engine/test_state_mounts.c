/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/engine/test_state_mounts.c: which directories get room in memory, and which not. */
#include "engine/state_mounts.h"

#include "base/buf.h"
#include "base/ctx.h"
#include "engine/accounts.h"
#include "model/graph.h"
#include "model/spec.h"
#include "support/test.h"

static void add_dir(struct ctx *cx, struct graph *g, const char *path, uint32_t uid, bool state)
{
	struct node n = { .path = path,
		.kind = NODE_DIR,
		.unit = GRAPH_NONE,
		.mode = 0750,
		.uid = uid,
		.gid = 4,
		.state = state };
	uint32_t ignored;

	assert_int_equal(graph_add_node(cx, g, &n, &ignored, NULL), 0);
}

/* "DESTINATION OPTION,..." of what is added to the mounts of spec. */
static void assert_added(struct spec *spec, const char *expected)
{
	static const struct account alice = {
		.name = "alice", .id = 501, .home = "/", .shell = ""
	};
	AUTO(graph) struct graph *g = NULL;
	AUTO(arena) struct arena a;
	AUTO(buf) struct buf text;
	struct known_accounts known;
	struct spec with;
	struct ctx cx;

	arena_init(&a);
	buf_init(&text, 1 << 16);
	assert_int_equal(ctx_init(&cx, NULL), 0);
	assert_int_equal(graph_new(&cx, &g), 0);
	add_dir(&cx, g, "/var/lib/s", 501, true);
	add_dir(&cx, g, "/var/log/s", 0, true);
	add_dir(&cx, g, "/var/lib/t", 0, true);
	add_dir(&cx, g, "/var/lib/t/used", 0, false);
	add_dir(&cx, g, "/var/lib/u", 0, false);
	assert_int_equal(graph_add_user(&cx, g, &alice), 0);
	assert_int_equal(graph_freeze(&cx, g), 0);
	assert_int_equal(accounts_know(&cx, g, &a, &known), 0);
	assert_int_equal(state_mounts_add(&cx, spec, g, &known, &a, &with), 0);
	for (size_t i = spec->n_mounts; i < with.n_mounts; i++) {
		buf_printf(&text, "%s%s ", text.len ? "; " : "", with.mounts[i].destination);
		for (size_t k = 2; k < with.mounts[i].n_options; k++)
			buf_printf(&text, "%s%s", k > 2 ? "," : "", with.mounts[i].options[k]);
	}
	assert_string_equal(text.data ? text.data : "", expected);
}

static void empty_directories_of_state_under_a_read_only_root(void **state)
{
	struct spec spec = { .readonly = true };

	(void)state;
	assert_added(&spec, "/var/lib/s mode=0750,uid=100,gid=4; /var/log/s mode=0750,uid=0,gid=4; "
			    "/run mode=0755; /run/lock mode=1777; /tmp mode=1777");
	spec.readonly = false;
	assert_added(&spec, "");
	spec.readonly = true;
	spec.profile = PROFILE_SEED;
	assert_added(&spec, "");
}

static void mounts_of_the_user_come_first(void **state)
{
	struct mount mounts[] = {
		{ .destination = "/var/log/", .type = "none" },
		{ .destination = "/run", .type = "tmpfs" },
	};
	struct spec spec = { .readonly = true, .mounts = mounts, .n_mounts = 2 };

	(void)state;
	assert_added(
		&spec, "/run/lock mode=1777; /var/lib/s mode=0750,uid=100,gid=4; /tmp mode=1777");
	spec.readonly = false;
	assert_added(&spec, "/run/lock mode=1777");
	mounts[0].destination = "/run/lock";
	assert_added(&spec, "");
	mounts[0].destination = "/x";
	mounts[1].type = "none";
	assert_added(&spec, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_directories_of_state_under_a_read_only_root),
		cmocka_unit_test(mounts_of_the_user_come_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
