/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/engine/plan_items.h: plans of graphs that are written down as a list of items. */
#ifndef TESTS_ENGINE_PLAN_ITEMS_H
#define TESTS_ENGINE_PLAN_ITEMS_H

#include "base/ctx.h"
#include "engine/engine.h"
#include "model/plan.h"
#include "model/spec.h"
#include "support/test.h"

struct item {
	const char *path;
	enum node_kind kind;
	const char *target;
	enum rule rule; /* of an edge from the root */
	uint32_t mode;
	const char *from; /* edge from this earlier item instead */
	const char *detail;
};

static struct ctx cx;
static struct spec *spec;

static int setup(void **state)
{
	static const char *args[] = { "/bin/a", "x" };

	(void)state;
	assert_int_equal(ctx_init(&cx, NULL), 0);
	assert_int_equal(spec_new(&cx, &spec), 0);
	spec->args = args;
	spec->n_args = ARRAY_LEN(args);
	spec->timestamp = 1000;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	spec_free(spec);
	return 0;
}

static void add_item(struct graph *g, const struct item *item)
{
	const struct unit unit = { .id = item->path,
		.name = item->path,
		.size = 500,
		.hash = { .algo = DIGEST_SHA256, .len = 32, .bytes = { 7 } } };
	struct node node = { .path = item->path,
		.kind = item->kind,
		.unit = GRAPH_NONE,
		.mode = item->mode ? item->mode : 0644,
		.uid = 5,
		.gid = 6,
		.size = item->kind == NODE_FILE ? 100 : 0,
		.target = item->target,
		.where = item->path + 1 };
	struct edge edge = { .from = GRAPH_ROOT, .rule = item->rule, .detail = item->detail };

	if (item->kind == NODE_TREE)
		assert_int_equal(graph_add_unit(&cx, g, &unit, &node.unit, NULL), 0);
	assert_int_equal(graph_add_node(&cx, g, &node, &edge.to, NULL), 0);
	if (item->from)
		edge.from = (uint32_t)(graph_find(g, item->from) - g->nodes);
	assert_int_equal(graph_add_edge(&cx, g, &edge), 0);
}

/* Items end with one without a path. */
static struct graph *make_graph(const struct item *items)
{
	struct graph *g = NULL;
	uint32_t place;

	assert_int_equal(graph_new(&cx, &g), 0);
	assert_int_equal(graph_add_place(&cx, g, 3, "/", &place), 0);
	for (; items->path; items++)
		add_item(g, items);
	assert_int_equal(graph_freeze(&cx, g), 0);
	return g;
}

static int plan_items(const struct item *items, struct plan **ret)
{
	AUTO(graph) struct graph *g = make_graph(items);

	return planner_run(&cx, spec, g, ret);
}

static const struct entry *entry_of(const struct plan *p, const char *path)
{
	for (size_t i = 0; i < p->n_entries; i++)
		if (!strcmp(p->entries[i].path, path))
			return &p->entries[i];
	return NULL;
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
