/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/model/test_cost.c: added sizes against known answers, against the definition on random
 * graphs, and on graphs made to be slow. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/ctx.h"
#include "model/graph.h"
#include "support/test.h"

enum { SMALL = 14, LARGE = 20000 };

static struct ctx cx;

static int setup(void **state)
{
	(void)state;
	return ctx_init(&cx, NULL);
}

static uint32_t put(struct graph *g, unsigned i, uint64_t size, bool with_unit)
{
	char path[32];
	struct unit unit = { .id = path, .name = path, .size = size };
	struct node node = { .path = path, .kind = NODE_FILE, .unit = GRAPH_NONE };
	uint32_t at = 0;

	snprintf(path, sizeof(path), "/%05u", i);
	if (with_unit)
		assert_int_equal(graph_add_unit(&cx, g, &unit, &node.unit, NULL), 0);
	assert_int_equal(graph_add_node(&cx, g, &node, &at, NULL), 0);
	return at;
}

static void tie(struct graph *g, uint32_t from, uint32_t to)
{
	const struct edge e = { .from = from, .to = to, .rule = RULE_REFERENCE };

	assert_int_equal(graph_add_edge(&cx, g, &e), 0);
}

struct known {
	const char *name;
	int edges[12][2]; /* -1: the root; { -2 }: the end */
	uint64_t size[6], added[6];
};

static const struct known known[] = {
	{ "chain", { { -1, 0 }, { 0, 1 }, { 1, 2 }, { -2 } }, { 1, 2, 4 }, { 7, 6, 4 } },
	{ "diamond", { { -1, 0 }, { 0, 1 }, { 0, 2 }, { 1, 3 }, { 2, 3 }, { -2 } }, { 1, 2, 4, 8 },
		{ 15, 2, 4, 8 } },
	{ "two roots share", { { -1, 0 }, { -1, 1 }, { 0, 2 }, { 1, 2 }, { -2 } }, { 1, 2, 4 },
		{ 1, 2, 4 } },
	{ "cycle", { { -1, 0 }, { 0, 1 }, { 1, 2 }, { 2, 0 }, { -2 } }, { 1, 2, 4 }, { 7, 6, 4 } },
	{ "root is needed, too", { { -1, 0 }, { -1, 1 }, { 0, 1 }, { -2 } }, { 1, 2 }, { 1, 2 } },
	{ "nothing leads to it", { { -1, 0 }, { 1, 2 }, { -2 } }, { 1, 2, 4 }, { 1, 2, 4 } },
	{ "self reference", { { -1, 0 }, { 0, 0 }, { 0, 1 }, { 1, 1 }, { -2 } }, { 1, 2 },
		{ 3, 2 } },
	{ "two ways of different length",
		{ { -1, 0 }, { 0, 1 }, { 1, 2 }, { 2, 3 }, { 0, 3 }, { 3, 4 }, { -2 } },
		{ 1, 2, 4, 8, 16 }, { 31, 6, 4, 24, 16 } },
	{ "sum is capped", { { -1, 0 }, { 0, 1 }, { -2 } }, { UINT64_MAX, 2 }, { UINT64_MAX, 2 } },
};

static void added_sizes_are_those_of_the_definition(void **state)
{
	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(known); k++) {
		AUTO(graph) struct graph *g = NULL;
		unsigned n = 0;

		assert_int_equal(graph_new(&cx, &g), 0);
		for (; n < 6 && known[k].size[n]; n++)
			put(g, n, known[k].size[n], true);
		for (size_t e = 0; known[k].edges[e][0] != -2; e++)
			tie(g,
				known[k].edges[e][0] < 0 ? GRAPH_ROOT
							 : (uint32_t)known[k].edges[e][0],
				(uint32_t)known[k].edges[e][1]);
		assert_int_equal(graph_freeze(&cx, g), 0);
		for (unsigned i = 0; i < n; i++)
			if (g->units[i].added != known[k].added[i]) {
				print_error("%s: unit %u\n", known[k].name, i);
				assert_int_equal(g->units[i].added, known[k].added[i]);
			}
	}
}

/* What the root reaches when one unit is taken out. */
static uint32_t reach(const struct graph *g, uint32_t without)
{
	uint32_t seen = 0, last = UINT32_MAX;

	while (seen != last) {
		last = seen;
		for (size_t i = 0; i < g->n_edges; i++) {
			const struct edge *e = &g->edges[i];

			if (e->to != without && (e->from == GRAPH_ROOT || (seen >> e->from & 1)))
				seen |= UINT32_C(1) << e->to;
		}
	}
	return seen;
}

/* Nodes 0 to SMALL - 1, of which every fourth has no unit. */
static struct graph *build_random(unsigned *seed)
{
	struct graph *g = NULL;
	size_t edges = 4 + (size_t)rand_r(seed) % 40;

	assert_int_equal(graph_new(&cx, &g), 0);
	for (unsigned i = 0; i < SMALL; i++)
		put(g, i, UINT64_C(1) << i, i % 4 != 3);
	for (size_t i = 0; i < edges; i++) {
		unsigned from = (unsigned)rand_r(seed) % (SMALL + 2);

		tie(g, from >= SMALL ? GRAPH_ROOT : from, (unsigned)rand_r(seed) % SMALL);
	}
	assert_int_equal(graph_freeze(&cx, g), 0);
	return g;
}

static void random_graphs_agree_with_taking_units_out(void **state)
{
	unsigned seed = 20240607;

	(void)state;
	for (unsigned round = 0; round < 3000; round++) {
		AUTO(graph) struct graph *g = build_random(&seed);
		uint32_t all = reach(g, GRAPH_NONE);

		for (uint32_t i = 0; i < g->n_nodes; i++) {
			uint32_t lost = all & ~reach(g, i);
			uint64_t added = UINT64_C(1) << i;

			if (g->nodes[i].unit == GRAPH_NONE)
				continue;
			if (all >> i & 1)
				added = 0;
			for (uint32_t k = 0; k < g->n_nodes; k++)
				if ((lost >> k & 1) && g->nodes[k].unit != GRAPH_NONE)
					added += UINT64_C(1) << k;
			if (g->units[g->nodes[i].unit].added != added) {
				print_error("round %u node %u\n", round, i);
				assert_int_equal(g->units[g->nodes[i].unit].added, added);
			}
		}
	}
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A chain; jumps over it make simple dominator algorithms walk it again and again. */
static void assert_fast(unsigned shape)
{
	AUTO(graph) struct graph *g = NULL;
	unsigned seed = 7;
	double start;

	assert_int_equal(graph_new(&cx, &g), 0);
	for (unsigned i = 0; i < LARGE; i++)
		put(g, i, 1, true);
	tie(g, GRAPH_ROOT, 0);
	for (unsigned i = 1; i < LARGE; i++)
		tie(g, i - 1, i);
	for (unsigned i = 0; i < 4 * LARGE; i++) {
		unsigned a = (unsigned)rand_r(&seed) % LARGE, b = (unsigned)rand_r(&seed) % LARGE;
		unsigned at = i % LARGE;

		if (shape == 0)
			tie(g, a, b);
		else if (shape == 1)
			tie(g, LARGE - 1 - at, at / 2);
		else
			tie(g, at / 2, at);
	}
	start = seconds();
	assert_int_equal(graph_freeze(&cx, g), 0);
	assert_true(seconds() - start < 5);
	assert_int_equal(g->units[0].added, LARGE);
}

static void large_graphs_take_no_time(void **state)
{
	(void)state;
	for (unsigned shape = 0; shape < 3; shape++)
		assert_fast(shape);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(added_sizes_are_those_of_the_definition, setup),
		cmocka_unit_test_setup(random_graphs_agree_with_taking_units_out, setup),
		cmocka_unit_test_setup(large_graphs_take_no_time, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
