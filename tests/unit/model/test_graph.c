/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/model/test_graph.c: find or add, refusals, and a frozen graph that does not depend on
 * the order in which facts came. */
#include <stdio.h>
#include <stdlib.h>

#include "base/ctx.h"
#include "model/graph.h"
#include "support/test.h"

static struct ctx cx;

static int setup(void **state)
{
	(void)state;
	return ctx_init(&cx, NULL);
}

static uint32_t put(struct graph *g, const char *path, enum node_kind kind, uint32_t unit)
{
	const struct node def = { .path = path,
		.kind = kind,
		.unit = unit,
		.size = 10,
		.target = kind == NODE_LINK ? "target" : NULL };
	uint32_t at = 0;

	assert_int_equal(graph_add_node(&cx, g, &def, &at, NULL), 0);
	return at;
}

static uint32_t put_unit(struct graph *g, const char *id, uint64_t size)
{
	const struct unit def = { .id = id, .name = id, .size = size };
	uint32_t at = 0;

	assert_int_equal(graph_add_unit(&cx, g, &def, &at, NULL), 0);
	return at;
}

static void tie(struct graph *g, uint32_t from, uint32_t to, enum rule rule, const char *detail)
{
	const struct edge def = { .from = from, .to = to, .rule = rule, .detail = detail };

	assert_int_equal(graph_add_edge(&cx, g, &def), 0);
}

static void rules_have_names(void **state)
{
	(void)state;
	for (int i = 0; i < RULE_COUNT; i++) {
		assert_non_null(rule_name((enum rule)i));
		for (int k = 0; k < i; k++)
			assert_string_not_equal(rule_name((enum rule)i), rule_name((enum rule)k));
	}
	assert_string_equal(rule_name(RULE_NEEDED), "needed");
	assert_string_equal(rule_name(RULE_COUNT), "unknown");
}

static void second_addition_changes_nothing(void **state)
{
	AUTO(graph) struct graph *g = NULL;
	const struct unit one = { .id = "u", .name = "first" };
	const struct unit two = { .id = "u", .name = "second" };
	const struct node def = { .path = "/a", .kind = NODE_FILE, .unit = 0, .size = 5 };
	const struct node again = { .path = "/a", .kind = NODE_FILE, .unit = 0, .size = 6 };
	uint32_t a = 9, b = 9;
	bool new = false;

	(void)state;
	assert_int_equal(graph_new(&cx, &g), 0);
	assert_int_equal(graph_add_unit(&cx, g, &one, &a, &new), 0);
	assert_true(new);
	assert_int_equal(graph_add_unit(&cx, g, &two, &b, &new), 0);
	assert_false(new);
	assert_int_equal(a, b);
	assert_string_equal(g->units[a].name, "first");
	assert_int_equal(graph_add_node(&cx, g, &def, &a, &new), 0);
	assert_true(new);
	assert_int_equal(graph_add_node(&cx, g, &again, &b, &new), 0);
	assert_false(new);
	assert_int_equal(a, b);
	assert_int_equal(g->nodes[a].size, 5);
	assert_int_equal(g->n_units + g->n_nodes, 2);
}

static void strings_are_copied(void **state)
{
	AUTO(graph) struct graph *g = NULL;
	char path[] = "/x", detail[] = "why", note[] = "note";
	uint32_t at;

	(void)state;
	assert_int_equal(graph_new(&cx, &g), 0);
	at = put(g, path, NODE_FILE, GRAPH_NONE);
	tie(g, GRAPH_ROOT, at, RULE_NEEDED, detail);
	assert_int_equal(graph_add_note(&cx, g, note), 0);
	path[1] = detail[0] = note[0] = '?';
	assert_string_equal(g->nodes[at].path, "/x");
	assert_string_equal(g->edges[0].detail, "why");
	assert_string_equal(g->notes[0], "note");
	assert_ptr_equal(graph_find(g, "/x"), &g->nodes[at]);
	assert_null(graph_find(g, "/y"));
}

static void another_kind_at_the_same_path_is_refused(void **state)
{
	AUTO(graph) struct graph *g = NULL;
	const struct node dir = { .path = "/a", .kind = NODE_DIR };
	const struct node link = { .path = "/l", .kind = NODE_LINK, .target = "elsewhere" };
	uint32_t at = 77;

	(void)state;
	assert_int_equal(graph_new(&cx, &g), 0);
	put(g, "/a", NODE_FILE, GRAPH_NONE);
	put(g, "/l", NODE_LINK, GRAPH_NONE);
	assert_int_equal(graph_add_node(&cx, g, &dir, &at, NULL), OCIT_E_INTEGRITY);
	assert_string_equal(ctx_message(&cx), "'/a' was a file and is now a directory");
	assert_int_equal(graph_add_node(&cx, g, &link, &at, NULL), OCIT_E_INTEGRITY);
	assert_int_equal(at, 77);
}

static void edges_need_their_nodes_and_self_edges_go(void **state)
{
	AUTO(graph) struct graph *g = NULL;
	const struct edge bad[] = { { .from = 5, .to = 0 }, { .from = 0, .to = 5 },
		{ .from = GRAPH_NONE, .to = 0 } };
	uint32_t a;

	(void)state;
	assert_int_equal(graph_new(&cx, &g), 0);
	a = put(g, "/a", NODE_FILE, GRAPH_NONE);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(graph_add_edge(&cx, g, &bad[i]), OCIT_E_BUG);
	tie(g, a, a, RULE_REFERENCE, NULL);
	assert_int_equal(g->n_edges, 0);
}

static int freed;

static void count_free(void *obj)
{
	*(int *)obj = ++freed;
}

static void owned_objects_go_with_the_last_reference(void **state)
{
	struct graph *g = NULL, *second;
	int one = 0, two = 0;

	(void)state;
	freed = 0;
	assert_int_equal(graph_new(&cx, &g), 0);
	assert_int_equal(graph_own(&cx, g, &one, count_free), 0);
	assert_int_equal(graph_own(&cx, g, &two, count_free), 0);
	second = graph_ref(g);
	graph_unref(g);
	assert_int_equal(freed, 0);
	graph_unref(second);
	assert_int_equal(two, 1); /* last in, first out */
	assert_int_equal(one, 2);
	graph_unref(NULL);
}

static void frozen_graphs_take_nothing_more(void **state)
{
	AUTO(graph) struct graph *g = NULL;
	const struct node def = { .path = "/new", .kind = NODE_FILE };
	uint32_t at;

	(void)state;
	assert_int_equal(graph_new(&cx, &g), 0);
	put(g, "/a", NODE_FILE, GRAPH_NONE);
	assert_int_equal(graph_freeze(&cx, g), 0);
	assert_int_equal(graph_add_node(&cx, g, &def, &at, NULL), OCIT_E_BUG);
	assert_int_equal(graph_add_note(&cx, g, "x"), OCIT_E_BUG);
	assert_int_equal(graph_freeze(&cx, g), OCIT_E_BUG);
}

static void empty_graph_freezes(void **state)
{
	AUTO(graph) struct graph *g = NULL;

	(void)state;
	assert_int_equal(graph_new(&cx, &g), 0);
	assert_int_equal(graph_freeze(&cx, g), 0);
	assert_int_equal(g->n_nodes + g->n_edges + g->n_units, 0);
}

/* A diamond with a longer way round, a cycle, and something nothing leads to. */
static const struct {
	const char *from; /* NULL: the root */
	const char *to;
	enum rule rule;
	const char *detail;
} facts[] = {
	{ NULL, "/bin/a", RULE_PROGRAM, NULL },
	{ NULL, "/bin/a", RULE_ARGUMENT, "args[0]" },
	{ "/bin/a", "/lib/z", RULE_NEEDED, "z" },
	{ "/bin/a", "/lib/y", RULE_NEEDED, "y" },
	{ "/lib/z", "/lib/deep", RULE_NEEDED, NULL },
	{ "/lib/y", "/lib/deep", RULE_NEEDED, "deep" },
	{ "/lib/y", "/lib/deep", RULE_NEEDED, "deep" },
	{ "/lib/y", "/lib/deep", RULE_FEATURE, NULL },
	{ "/lib/deep", "/lib/y", RULE_NEEDED, NULL },
	{ "/lib/deep", "/bin/a", RULE_NEEDED, NULL },
	{ "/lib/deep", "/lib/deeper", RULE_NEEDED, NULL },
	{ "/orphan", "/orphan-child", RULE_NEEDED, NULL },
};
static const char *const paths[] = { "/bin/a", "/lib/z", "/lib/y", "/lib/deep", "/lib/deeper",
	"/orphan", "/orphan-child", "/bin", "/lib-x", "/lib" };

static void shuffle(size_t *order, size_t n, unsigned *seed)
{
	for (size_t i = 0; i < n; i++)
		order[i] = i;
	for (size_t i = n; i > 1; i--) {
		size_t k = (size_t)rand_r(seed) % i, swap = order[i - 1];

		order[i - 1] = order[k];
		order[k] = swap;
	}
}

static uint32_t number_of(struct graph *g, const char *path)
{
	return path ? (uint32_t)(graph_find(g, path) - g->nodes) : GRAPH_ROOT;
}

static struct graph *build(unsigned seed)
{
	size_t order[ARRAY_LEN(paths)], edges[ARRAY_LEN(facts)];
	struct graph *g = NULL;
	uint32_t place;

	assert_int_equal(graph_new(&cx, &g), 0);
	shuffle(order, ARRAY_LEN(paths), &seed);
	shuffle(edges, ARRAY_LEN(facts), &seed);
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		const char *path = paths[order[i]];
		bool dir = !strcmp(path, "/bin") || !strcmp(path, "/lib");

		put(g, path, dir ? NODE_DIR : NODE_FILE, dir ? GRAPH_NONE : put_unit(g, path, 0));
		assert_int_equal(graph_add_place(&cx, g, (int)order[i], path, &place), 0);
		g->nodes[g->n_nodes - 1].place = place;
		assert_int_equal(graph_add_note(&cx, g, path), 0);
		assert_int_equal(graph_add_note(&cx, g, "said twice"), 0);
	}
	for (size_t i = 0; i < ARRAY_LEN(facts); i++)
		tie(g, number_of(g, facts[edges[i]].from), number_of(g, facts[edges[i]].to),
			facts[edges[i]].rule, facts[edges[i]].detail);
	assert_int_equal(graph_freeze(&cx, g), 0);
	return g;
}

static void assert_same_nodes(const struct graph *a, const struct graph *b)
{
	assert_int_equal(a->n_nodes, b->n_nodes);
	for (size_t i = 0; i < a->n_nodes; i++) {
		assert_string_equal(a->nodes[i].path, b->nodes[i].path);
		assert_int_equal(a->nodes[i].unit, b->nodes[i].unit);
		assert_int_equal(a->nodes[i].edge, b->nodes[i].edge);
		assert_int_equal(a->nodes[i].distance, b->nodes[i].distance);
		assert_int_equal(a->nodes[i].place, b->nodes[i].place);
		assert_int_equal(
			a->places[a->nodes[i].place].dirfd, b->places[b->nodes[i].place].dirfd);
		assert_ptr_equal(graph_find(a, a->nodes[i].path), &a->nodes[i]);
	}
}

static void assert_same(const struct graph *a, const struct graph *b)
{
	assert_same_nodes(a, b);
	assert_int_equal(a->n_edges, b->n_edges);
	for (size_t i = 0; i < a->n_edges; i++) {
		assert_int_equal(a->edges[i].from, b->edges[i].from);
		assert_int_equal(a->edges[i].to, b->edges[i].to);
		assert_int_equal(a->edges[i].rule, b->edges[i].rule);
		assert_int_equal(!a->edges[i].detail, !b->edges[i].detail);
		if (a->edges[i].detail)
			assert_string_equal(a->edges[i].detail, b->edges[i].detail);
	}
	for (size_t i = 0; i < a->n_units; i++) {
		assert_string_equal(a->units[i].id, b->units[i].id);
		assert_int_equal(a->units[i].added, b->units[i].added);
		assert_int_equal(a->units[i].root, b->units[i].root);
	}
	assert_int_equal(a->n_notes, b->n_notes);
	for (size_t i = 0; i < a->n_notes; i++)
		assert_string_equal(a->notes[i], b->notes[i]);
}

static void frozen_graph_does_not_depend_on_the_order_of_facts(void **state)
{
	AUTO(graph) struct graph *first = build(1);

	(void)state;
	for (unsigned seed = 2; seed < 60; seed++) {
		AUTO(graph) struct graph *g = build(seed);

		assert_same(first, g);
	}
}

static void frozen_graph_is_sorted_and_explained(void **state)
{
	static const struct {
		const char *path, *from;
		enum rule rule;
		uint32_t distance;
	} expected[] = {
		{ "/bin", NULL, RULE_COUNT, GRAPH_NONE },
		{ "/bin/a", NULL, RULE_PROGRAM, 0 },
		{ "/lib", NULL, RULE_COUNT, GRAPH_NONE },
		{ "/lib/deep", "/lib/y", RULE_NEEDED, 2 },
		{ "/lib/deeper", "/lib/deep", RULE_NEEDED, 3 },
		{ "/lib/y", "/bin/a", RULE_NEEDED, 1 },
		{ "/lib/z", "/bin/a", RULE_NEEDED, 1 },
		{ "/lib-x", NULL, RULE_COUNT, GRAPH_NONE },
		{ "/orphan", NULL, RULE_COUNT, GRAPH_NONE },
		{ "/orphan-child", NULL, RULE_COUNT, GRAPH_NONE },
	};
	AUTO(graph) struct graph *g = build(5);

	(void)state;
	assert_int_equal(g->n_nodes, ARRAY_LEN(expected));
	for (size_t i = 0; i < g->n_nodes; i++) {
		const struct node *n = &g->nodes[i];

		assert_string_equal(n->path, expected[i].path);
		assert_int_equal(n->distance, expected[i].distance);
		if (expected[i].rule == RULE_COUNT) {
			assert_int_equal(n->edge, GRAPH_NONE);
			continue;
		}
		assert_int_equal(g->edges[n->edge].rule, expected[i].rule);
		assert_int_equal(g->edges[n->edge].from, number_of(g, expected[i].from));
		assert_ptr_equal(&g->nodes[g->edges[n->edge].to], n);
	}
	/* One of the two equal reasons, and one of the equal notes, is gone. */
	assert_int_equal(g->n_edges, ARRAY_LEN(facts) - 1);
	assert_int_equal(g->n_notes, ARRAY_LEN(paths) + 1);
}

static void a_short_chain_wins_over_a_smaller_path(void **state)
{
	AUTO(graph) struct graph *g = NULL;
	uint32_t root, detour, end;

	(void)state;
	assert_int_equal(graph_new(&cx, &g), 0);
	root = put(g, "/z", NODE_FILE, GRAPH_NONE);
	detour = put(g, "/a", NODE_FILE, GRAPH_NONE);
	end = put(g, "/end", NODE_FILE, GRAPH_NONE);
	tie(g, detour, end, RULE_NEEDED, NULL);
	tie(g, root, detour, RULE_NEEDED, NULL);
	tie(g, root, end, RULE_NEEDED, NULL);
	tie(g, GRAPH_ROOT, root, RULE_PROGRAM, NULL);
	assert_int_equal(graph_freeze(&cx, g), 0);
	assert_int_equal(graph_find(g, "/end")->distance, 1);
	assert_int_equal(
		g->edges[graph_find(g, "/end")->edge].from, graph_find(g, "/z") - g->nodes);
}

static void units_count_files_and_sum_sizes_they_do_not_know(void **state)
{
	AUTO(graph) struct graph *g = NULL;
	uint32_t known, unknown, a;

	(void)state;
	assert_int_equal(graph_new(&cx, &g), 0);
	unknown = put_unit(g, "unknown", 0);
	known = put_unit(g, "known", 1000);
	a = put(g, "/a", NODE_FILE, unknown);
	put(g, "/b", NODE_FILE, unknown);
	put(g, "/c", NODE_FILE, known);
	tie(g, GRAPH_ROOT, a, RULE_ARGUMENT, NULL);
	assert_int_equal(graph_freeze(&cx, g), 0);
	assert_string_equal(g->units[0].id, "known");
	assert_int_equal(g->units[0].size, 1000);
	assert_int_equal(g->units[0].files, 1);
	assert_false(g->units[0].root);
	assert_int_equal(g->units[1].size, 20);
	assert_int_equal(g->units[1].files, 2);
	assert_true(g->units[1].root);
}

static void a_file_of_several_names_counts_once(void **state)
{
	AUTO(graph) struct graph *g = NULL;
	uint32_t unit, at;

	(void)state;
	assert_int_equal(graph_new(&cx, &g), 0);
	unit = put_unit(g, "unit", 0);
	for (const char *name = "abcd"; *name; name++) {
		const struct node def = { .path = (char[]){ '/', *name, '\0' },
			.kind = NODE_FILE,
			.unit = unit,
			.size = 10,
			.inode = { .dev = *name == 'd' ? 2 : 1, .ino = *name == 'c' ? 6 : 5 } };

		assert_int_equal(graph_add_node(&cx, g, &def, &at, NULL), 0);
	}
	assert_int_equal(graph_freeze(&cx, g), 0);
	assert_int_equal(g->units[0].size, 30);
	assert_int_equal(g->units[0].files, 4);
}

static void chain_of_100000_freezes_without_recursion(void **state)
{
	AUTO(graph) struct graph *g = NULL;
	uint32_t last = GRAPH_ROOT;

	(void)state;
	assert_int_equal(graph_new(&cx, &g), 0);
	for (unsigned i = 0; i < 100000; i++) {
		char path[32];
		uint32_t at;

		snprintf(path, sizeof(path), "/n/%06u", i);
		at = put(g, path, NODE_FILE, put_unit(g, path, 1));
		tie(g, last, at, RULE_REFERENCE, NULL);
		last = at;
	}
	assert_int_equal(graph_freeze(&cx, g), 0);
	assert_int_equal(g->nodes[99999].distance, 99999);
	assert_int_equal(g->units[0].added, 100000);
	assert_int_equal(g->units[99999].added, 1);
}

static void freezing_can_be_cancelled(void **state)
{
	AUTO(graph) struct graph *g = NULL;
	struct ctx own;
	uint32_t last = GRAPH_ROOT;

	(void)state;
	assert_int_equal(ctx_init(&own, NULL), 0);
	assert_int_equal(graph_new(&cx, &g), 0);
	for (unsigned i = 0; i < 20000; i++) {
		char path[32];
		uint32_t at;

		snprintf(path, sizeof(path), "/n/%06u", i);
		at = put(g, path, NODE_FILE, GRAPH_NONE);
		tie(g, last, at, RULE_REFERENCE, NULL);
		last = at;
	}
	atomic_store(own.cancel, 1);
	assert_int_equal(graph_freeze(&own, g), OCIT_E_CANCELLED);
	assert_string_equal(ctx_message(&own), "cancelled");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(rules_have_names, setup),
		cmocka_unit_test_setup(second_addition_changes_nothing, setup),
		cmocka_unit_test_setup(strings_are_copied, setup),
		cmocka_unit_test_setup(another_kind_at_the_same_path_is_refused, setup),
		cmocka_unit_test_setup(edges_need_their_nodes_and_self_edges_go, setup),
		cmocka_unit_test_setup(owned_objects_go_with_the_last_reference, setup),
		cmocka_unit_test_setup(frozen_graphs_take_nothing_more, setup),
		cmocka_unit_test_setup(empty_graph_freezes, setup),
		cmocka_unit_test_setup(frozen_graph_does_not_depend_on_the_order_of_facts, setup),
		cmocka_unit_test_setup(frozen_graph_is_sorted_and_explained, setup),
		cmocka_unit_test_setup(a_short_chain_wins_over_a_smaller_path, setup),
		cmocka_unit_test_setup(units_count_files_and_sum_sizes_they_do_not_know, setup),
		cmocka_unit_test_setup(a_file_of_several_names_counts_once, setup),
		cmocka_unit_test_setup(chain_of_100000_freezes_without_recursion, setup),
		cmocka_unit_test_setup(freezing_can_be_cancelled, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
