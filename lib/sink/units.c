/* SPDX-License-Identifier: Apache-2.0 */
/* sink/units.c: entries added up to the units they belong to. */
#include "sink/units.h"

#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "codec/json_out.h"
#include "sink/print.h"
#include "sink/sink.h"

static uint32_t unit_index(const struct plan *plan, const struct entry *e)
{
	const struct graph *g = plan->graph;

	if (e->origin != ORIGIN_NODE || e->node >= g->n_nodes)
		return GRAPH_NONE;
	return g->nodes[e->node].unit;
}

const struct unit *unit_of_entry(const struct plan *plan, const struct entry *e)
{
	uint32_t unit = unit_index(plan, e);

	return unit == GRAPH_NONE ? NULL : &plan->graph->units[unit];
}

uint32_t unit_of_node(const struct graph *g, uint32_t node)
{
	const struct node *n = &g->nodes[node];
	uint32_t unit;

	if (n->unit != GRAPH_NONE || n->kind != NODE_DIR || n->edge == GRAPH_NONE)
		return n->unit;
	return map_find(&g->unit_index, n->path, strlen(n->path), &unit) ? unit : GRAPH_NONE;
}

/* Rules of thumb explain a package less well than what its files say. */
static bool is_guess(const struct graph *g, const struct node *n)
{
	enum rule rule = n->edge == GRAPH_NONE ? RULE_HINT : g->edges[n->edge].rule;

	return rule == RULE_HINT || rule == RULE_SKELETON || rule == RULE_FEATURE;
}

static bool is_nearer(const struct graph *g, const struct node *a, const struct node *b)
{
	if (a->distance != b->distance)
		return a->distance < b->distance;
	return is_guess(g, b) && !is_guess(g, a);
}

/* The node nearest to a root came in from outside; nodes are sorted, so the first wins. */
static void find_entrances(const struct graph *g, struct unit_view *views)
{
	for (size_t i = 0; i < g->n_units; i++)
		views[i] = (struct unit_view){ .node = GRAPH_NONE, .counted = true };
	for (size_t i = 0; i < g->n_nodes; i++) {
		const struct node *n = &g->nodes[i];
		uint32_t unit = unit_of_node(g, (uint32_t)i);
		struct unit_view *v = unit == GRAPH_NONE ? NULL : &views[unit];

		if (v && (v->node == GRAPH_NONE || is_nearer(g, n, &g->nodes[v->node])))
			v->node = (uint32_t)i;
	}
}

static void add_entry(const struct plan *plan, const struct outcome *outcome, size_t index,
	struct unit_view *views)
{
	const struct entry *e = &plan->entries[index];
	uint32_t unit = unit_index(plan, e);

	if (unit == GRAPH_NONE)
		return;
	if (e->kind == NODE_TREE && strcmp(e->path, plan->graph->units[unit].id) != 0)
		views[unit].moved = true;
	if (outcome->walked)
		views[unit].files += outcome->files[index];
	else if (e->kind == NODE_TREE)
		views[unit].counted = false;
	else
		views[unit].files += e->kind != NODE_DIR;
	if (e->kind == NODE_TREE && outcome->verified)
		views[unit].hash = &outcome->digests[index];
}

int unit_views(struct ctx *cx, const struct plan *plan, const struct outcome *outcome,
	struct unit_view **ret)
{
	struct unit_view *views = mem_array(plan->graph->n_units, sizeof(*views));

	if (!views)
		return fail_nomem(cx);
	find_entrances(plan->graph, views);
	for (size_t i = 0; i < plan->n_entries; i++)
		add_entry(plan, outcome, i, views);
	*ret = views;
	return 0;
}

void unit_members(struct json_out *o, const struct unit *u)
{
	print_json_name(o, "id", u->id);
	json_out_key_string(o, "name", u->name);
	if (u->version)
		json_out_key_string(o, "version", u->version);
	json_out_key_string(o, "source", u->source);
	json_out_key_u64(o, "size", u->size);
}
