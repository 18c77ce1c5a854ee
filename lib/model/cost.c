/* SPDX-License-Identifier: Apache-2.0 */
/* model/cost.c: dominators of the graph of units (Lengauer and Tarjan), and sizes added up along
 * them. */
#include "model/cost.h"

#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "model/graph.h"

enum { POLL_EVERY = 4096 };

/* Successors or predecessors of every vertex, one after the other: those of v are
 * list[first[v]] ... list[first[v + 1] - 1]. */
struct links {
	uint32_t *first;
	uint32_t *list;
};

/*
 * Vertices are 0 for the root, then units, then nodes without a unit. Walked vertices are numbered
 * in preorder; arrays are indexed by that number where nothing else is said.
 */
struct flow {
	size_t n;         /* vertices */
	uint32_t *number; /* of a vertex; GRAPH_NONE: nothing leads to it */
	uint32_t *vertex; /* the reverse */
	size_t walked;
	uint32_t *parent; /* in the walk */
	uint32_t *semi;
	uint32_t *ancestor; /* in the forest of finished vertices */
	uint32_t *label;    /* smallest semi on the way up that forest */
	uint32_t *idom;
	uint32_t *bucket, *bucket_next; /* lists of vertices by their semidominator */
	uint32_t *stack;
	uint32_t *cursor; /* of a vertex: its first link that was not walked yet */
	struct links out, in;
};

static uint32_t vertex_of(const struct graph *g, uint32_t node)
{
	if (node == GRAPH_ROOT)
		return 0;
	if (g->nodes[node].unit != GRAPH_NONE)
		return 1 + g->nodes[node].unit;
	return (uint32_t)(1 + g->n_units + node);
}

/* Lists of neighbours by counting; backwards swaps the ends. */
static bool links_build(
	const struct graph *g, struct arena *a, size_t n, bool backwards, struct links *ret)
{
	uint32_t *first = arena_array(a, n + 2, sizeof(*first));
	uint32_t *list = arena_array(a, g->n_edges, sizeof(*list));

	if (!first || !list)
		return false;
	/* Counted two places up, so that filling moves each start to where it belongs. */
	for (size_t i = 0; i < g->n_edges; i++)
		first[vertex_of(g, backwards ? g->edges[i].to : g->edges[i].from) + 2]++;
	for (size_t v = 2; v < n + 2; v++)
		first[v] += first[v - 1];
	for (size_t i = 0; i < g->n_edges; i++) {
		uint32_t from = vertex_of(g, g->edges[i].from), to = vertex_of(g, g->edges[i].to);

		list[first[(backwards ? to : from) + 1]++] = backwards ? from : to;
	}
	*ret = (struct links){ .first = first, .list = list };
	return true;
}

static bool flow_alloc(struct flow *f, const struct graph *g, struct arena *a)
{
	uint32_t **const arrays[] = { &f->number, &f->vertex, &f->parent, &f->semi, &f->ancestor,
		&f->label, &f->idom, &f->bucket, &f->bucket_next, &f->stack, &f->cursor };

	*f = (struct flow){ .n = 1 + g->n_units + g->n_nodes };
	for (size_t i = 0; i < sizeof(arrays) / sizeof(arrays[0]); i++) {
		*arrays[i] = arena_array(a, f->n + 1, sizeof(uint32_t));
		if (!*arrays[i])
			return false;
		memset(*arrays[i], 0xff, (f->n + 1) * sizeof(uint32_t)); /* GRAPH_NONE */
	}
	return links_build(g, a, f->n, false, &f->out) && links_build(g, a, f->n, true, &f->in);
}

static void number_vertex(struct flow *f, uint32_t v, uint32_t parent)
{
	uint32_t i = (uint32_t)f->walked++;

	f->number[v] = i;
	f->vertex[i] = v;
	f->parent[i] = parent;
	f->semi[i] = i;
	f->label[i] = i;
}

/* Depth first, with the way back on a stack. */
static int walk(struct ctx *cx, struct flow *f)
{
	size_t depth = 0;

	memcpy(f->cursor, f->out.first, f->n * sizeof(*f->cursor));
	number_vertex(f, 0, GRAPH_NONE);
	f->stack[depth++] = 0;
	while (depth) {
		uint32_t v = f->stack[depth - 1];
		uint32_t next = GRAPH_NONE;

		while (f->cursor[v] < f->out.first[v + 1] && next == GRAPH_NONE) {
			uint32_t w = f->out.list[f->cursor[v]++];

			if (f->number[w] == GRAPH_NONE)
				next = w;
		}
		if (next == GRAPH_NONE) {
			depth--;
			continue;
		}
		number_vertex(f, next, f->number[v]);
		f->stack[depth++] = next;
		if (f->walked % POLL_EVERY == 0 && poll_cancel(cx) < 0)
			return OCIT_E_CANCELLED;
	}
	return 0;
}

/* The label of v after every vertex on its way up the forest was looked at; shortens that way. */
static uint32_t evaluate(struct flow *f, uint32_t v)
{
	size_t depth = 0;

	if (f->ancestor[v] == GRAPH_NONE)
		return v;
	for (uint32_t x = v; f->ancestor[f->ancestor[x]] != GRAPH_NONE; x = f->ancestor[x])
		f->stack[depth++] = x;
	while (depth) {
		uint32_t x = f->stack[--depth];
		uint32_t up = f->ancestor[x];

		if (f->semi[f->label[up]] < f->semi[f->label[x]])
			f->label[x] = f->label[up];
		f->ancestor[x] = f->ancestor[up];
	}
	return f->label[v];
}

static void find_semidominator(struct flow *f, uint32_t i)
{
	uint32_t v = f->vertex[i];

	for (uint32_t k = f->in.first[v]; k < f->in.first[v + 1]; k++) {
		uint32_t from = f->number[f->in.list[k]];
		uint32_t u;

		if (from == GRAPH_NONE)
			continue;
		u = evaluate(f, from);
		if (f->semi[u] < f->semi[i])
			f->semi[i] = f->semi[u];
	}
}

/* Everything whose semidominator is p and whose way to p is linked by now. */
static void empty_bucket(struct flow *f, uint32_t p)
{
	for (uint32_t v = f->bucket[p]; v != GRAPH_NONE; v = f->bucket_next[v]) {
		uint32_t u = evaluate(f, v);

		f->idom[v] = f->semi[u] < f->semi[v] ? u : p;
	}
	f->bucket[p] = GRAPH_NONE;
}

static int dominate(struct ctx *cx, struct flow *f)
{
	for (uint32_t i = (uint32_t)f->walked - 1; i > 0; i--) {
		find_semidominator(f, i);
		f->bucket_next[i] = f->bucket[f->semi[i]];
		f->bucket[f->semi[i]] = i;
		f->ancestor[i] = f->parent[i];
		empty_bucket(f, f->parent[i]);
		if (i % POLL_EVERY == 0 && poll_cancel(cx) < 0)
			return OCIT_E_CANCELLED;
	}
	for (uint32_t i = 1; i < f->walked; i++)
		if (f->idom[i] != f->semi[i])
			f->idom[i] = f->idom[f->idom[i]];
	return 0;
}

static uint64_t add_capped(uint64_t a, uint64_t b)
{
	uint64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

/* A dominator has the smaller number, so from the back every sum is complete when it is passed on.
 */
static int add_up(struct ctx *cx, const struct flow *f, struct arena *a, struct graph *g)
{
	uint64_t *bytes = arena_array(a, f->walked, sizeof(*bytes));

	if (!bytes)
		return fail_nomem(cx);
	for (size_t u = 0; u < g->n_units; u++) {
		g->units[u].added = g->units[u].size;
		if (f->number[1 + u] != GRAPH_NONE)
			bytes[f->number[1 + u]] = g->units[u].size;
	}
	for (size_t i = f->walked - 1; i > 0; i--)
		bytes[f->idom[i]] = add_capped(bytes[f->idom[i]], bytes[i]);
	for (size_t u = 0; u < g->n_units; u++)
		if (f->number[1 + u] != GRAPH_NONE)
			g->units[u].added = bytes[f->number[1 + u]];
	return 0;
}

int cost_compute(struct ctx *cx, struct graph *g)
{
	AUTO(arena) struct arena a;
	struct flow f;
	int r;

	arena_init(&a);
	if (g->n_units + g->n_nodes >= GRAPH_ROOT - 2)
		return fail(cx, OCIT_E_LIMIT, "%zu units and %zu nodes in one graph", g->n_units,
			g->n_nodes);
	if (!flow_alloc(&f, g, &a))
		return fail_nomem(cx);
	r = walk(cx, &f);
	if (r == 0)
		r = dominate(cx, &f);
	if (r == 0)
		r = add_up(cx, &f, &a, g);
	return r;
}
