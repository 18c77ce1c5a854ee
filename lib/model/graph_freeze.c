/* SPDX-License-Identifier: Apache-2.0 */
/* model/graph_freeze.c: make a graph the same whatever order facts came in, and explain each node.
 */
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "model/cost.h"
#include "model/graph.h"
#include "model/plan.h"

/* One element on its way to its place: what it is sorted by, and its number so far. */
struct key {
	const char *text;
	uint32_t old;
};

typedef int compare_fn(const void *, const void *);

static int compare_old(const struct key *a, const struct key *b)
{
	return (a->old > b->old) - (a->old < b->old);
}

static int compare_names(const void *a, const void *b)
{
	const struct key *x = a, *y = b;
	int c = strcmp(x->text, y->text);

	return c ? c : compare_old(x, y);
}

static int compare_paths(const void *a, const void *b)
{
	const struct key *x = a, *y = b;
	int c = plan_path_compare(x->text, y->text);

	return c ? c : compare_old(x, y);
}

/* The root comes before every node. */
static uint32_t from_rank(uint32_t from)
{
	return from == GRAPH_ROOT ? 0 : from + 1;
}

static int compare_numbers(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int compare_details(const char *a, const char *b)
{
	if (!a || !b)
		return (a != NULL) - (b != NULL);
	return strcmp(a, b);
}

static int compare_edges(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;
	int c = compare_numbers(from_rank(x->from), from_rank(y->from));

	if (!c)
		c = compare_numbers(x->to, y->to);
	if (!c)
		c = compare_numbers(x->rule, y->rule);
	return c ? c : compare_details(x->detail, y->detail);
}

static int compare_notes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* An array of the graph as bytes: moving elements is the same for all of them. */
struct array {
	void *data;
	size_t n, size;
	size_t text_at; /* offset of the const char * it is sorted by */
};

static char *array_at(const struct array *array, size_t i)
{
	return (char *)array->data + i * array->size;
}

/* Element from[i] goes to i, one cycle after the other: a second array would be as large as the
 * graph. held has room for one element; from is used up. */
static void array_permute(const struct array *array, uint32_t *from, char *held)
{
	for (size_t start = 0; start < array->n; start++) {
		size_t at = start, next;

		if (from[start] == start)
			continue;
		memcpy(held, array_at(array, start), array->size);
		for (; from[at] != start; at = next) {
			next = from[at];
			memcpy(array_at(array, at), array_at(array, next), array->size);
			from[at] = (uint32_t)at;
		}
		memcpy(array_at(array, at), held, array->size);
		from[at] = (uint32_t)at;
	}
}

/* Sort the array; *ret_new[old number] is the new number. */
static int array_sort(struct ctx *cx, struct arena *a, struct array *array, compare_fn *compare,
	uint32_t **ret_new)
{
	struct key *keys = arena_array(a, array->n, sizeof(*keys));
	uint32_t *new = arena_array(a, array->n, sizeof(*new));
	uint32_t *from = arena_array(a, array->n, sizeof(*from));
	char *held = arena_alloc(a, array->size);

	if (!keys || !new || !from || !held)
		return fail_nomem(cx);
	for (size_t i = 0; i < array->n; i++) {
		memcpy(&keys[i].text, array_at(array, i) + array->text_at, sizeof(keys[i].text));
		keys[i].old = (uint32_t)i;
	}
	if (array->n)
		qsort(keys, array->n, sizeof(*keys), compare);
	for (size_t i = 0; i < array->n; i++) {
		from[i] = keys[i].old;
		new[from[i]] = (uint32_t)i;
	}
	array_permute(array, from, held);
	*ret_new = new;
	return 0;
}

struct renumbering {
	uint32_t *unit, *node, *place;
};

static int sort_arrays(struct ctx *cx, struct arena *a, struct graph *g, struct renumbering *ret)
{
	struct array units = { g->units, g->n_units, sizeof(*g->units), offsetof(struct unit, id) };
	struct array nodes = { g->nodes, g->n_nodes, sizeof(*g->nodes),
		offsetof(struct node, path) };
	struct array places = { g->places, g->n_places, sizeof(*g->places),
		offsetof(struct place, name) };
	int r = array_sort(cx, a, &units, compare_names, &ret->unit);

	if (r == 0)
		r = array_sort(cx, a, &nodes, compare_paths, &ret->node);
	if (r == 0)
		r = array_sort(cx, a, &places, compare_names, &ret->place);
	return r;
}

static void renumber_nodes(struct graph *g, const struct renumbering *new)
{
	for (size_t i = 0; i < g->n_nodes; i++) {
		struct node *n = &g->nodes[i];

		n->unit = n->unit < g->n_units ? new->unit[n->unit] : GRAPH_NONE;
		n->place = n->place < g->n_places ? new->place[n->place] : GRAPH_NONE;
		n->edge = GRAPH_NONE;
		n->distance = GRAPH_NONE;
	}
}

static void renumber_edges(struct graph *g, const struct renumbering *new)
{
	for (size_t i = 0; i < g->n_edges; i++) {
		struct edge *e = &g->edges[i];

		e->to = new->node[e->to];
		if (e->from != GRAPH_ROOT)
			e->from = new->node[e->from];
	}
}

/* Edges that start at the same node next to each other. */
static int group_edges(struct ctx *cx, struct arena *a, struct graph *g)
{
	struct array edges = { .data = g->edges, .n = g->n_edges, .size = sizeof(*g->edges) };
	uint32_t *end = arena_array(a, g->n_nodes + 1, sizeof(*end));
	uint32_t *from = arena_array(a, g->n_edges, sizeof(*from));
	struct edge held;

	if (!end || !from)
		return fail_nomem(cx);
	for (size_t i = 0; i < g->n_edges; i++)
		end[from_rank(g->edges[i].from)]++;
	for (size_t i = 1; i <= g->n_nodes; i++)
		end[i] += end[i - 1];
	for (size_t i = g->n_edges; i-- > 0;)
		from[--end[from_rank(g->edges[i].from)]] = (uint32_t)i;
	array_permute(&edges, from, (char *)&held);
	return 0;
}

/* Only the few edges of one node are compared with each other. */
static int sort_edges(struct ctx *cx, struct arena *a, struct graph *g)
{
	size_t first = 0;
	int r = group_edges(cx, a, g);

	for (size_t i = 1; r == 0 && i <= g->n_edges; i++) {
		if (i < g->n_edges && g->edges[i].from == g->edges[first].from)
			continue;
		qsort(g->edges + first, i - first, sizeof(*g->edges), compare_edges);
		first = i;
	}
	return r;
}

/* The same reason twice is one reason. */
static void drop_equal_edges(struct graph *g)
{
	size_t kept = 0;

	for (size_t i = 0; i < g->n_edges; i++)
		if (!kept || compare_edges(&g->edges[kept - 1], &g->edges[i]))
			g->edges[kept++] = g->edges[i];
	g->n_edges = kept;
}

static size_t sort_texts(const char **texts, size_t n)
{
	size_t kept = 0;

	if (n)
		qsort(texts, n, sizeof(*texts), compare_notes);
	for (size_t i = 0; i < n; i++)
		if (!kept || strcmp(texts[kept - 1], texts[i]))
			texts[kept++] = texts[i];
	return kept;
}

static void sort_notes(struct graph *g)
{
	g->n_notes = sort_texts(g->notes, g->n_notes);
	g->n_missing = sort_texts(g->missing, g->n_missing);
}

static int compare_accounts(const void *a, const void *b)
{
	const struct account *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static void sort_accounts(struct graph *g)
{
	if (g->n_users)
		qsort(g->users, g->n_users, sizeof(*g->users), compare_accounts);
	if (g->n_groups)
		qsort(g->groups, g->n_groups, sizeof(*g->groups), compare_accounts);
}

/* Edges lie sorted by where they start: first[from_rank(x)] is the first one of x. */
static uint32_t *index_edges(struct arena *a, const struct graph *g)
{
	uint32_t *first = arena_array(a, g->n_nodes + 2, sizeof(*first));

	if (!first)
		return NULL;
	for (size_t i = 0; i < g->n_edges; i++)
		first[from_rank(g->edges[i].from) + 1]++;
	for (size_t i = 1; i < g->n_nodes + 2; i++)
		first[i] += first[i - 1];
	return first;
}

/* Breadth first from the root: distances. */
static int measure(struct ctx *cx, struct arena *a, struct graph *g)
{
	uint32_t *first = index_edges(a, g);
	uint32_t *queue = arena_array(a, g->n_nodes + 1, sizeof(*queue));
	size_t head = 0, tail = 0;

	if (!first || !queue)
		return fail_nomem(cx);
	queue[tail++] = GRAPH_ROOT;
	while (head < tail) {
		uint32_t at = queue[head++];
		uint32_t distance = at == GRAPH_ROOT ? 0 : g->nodes[at].distance + 1;

		for (uint32_t e = first[from_rank(at)]; e < first[from_rank(at) + 1]; e++) {
			struct node *to = &g->nodes[g->edges[e].to];

			if (to->distance != GRAPH_NONE)
				continue;
			to->distance = distance;
			queue[tail++] = g->edges[e].to;
		}
		if (head % 1024 == 0 && poll_cancel(cx) < 0)
			return OCIT_E_CANCELLED;
	}
	return 0;
}

/* Edges come sorted by path of their start, so the first fitting one is the smallest. */
static void explain(struct graph *g)
{
	for (size_t i = 0; i < g->n_edges; i++) {
		const struct edge *e = &g->edges[i];
		struct node *to = &g->nodes[e->to];
		uint32_t from = e->from == GRAPH_ROOT ? GRAPH_NONE : g->nodes[e->from].distance;

		if (to->edge != GRAPH_NONE)
			continue;
		if (e->from == GRAPH_ROOT || (from != GRAPH_NONE && from + 1 == to->distance))
			to->edge = (uint32_t)i;
	}
}

static uint64_t add_capped(uint64_t a, uint64_t b)
{
	uint64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

/* The bytes of a file with several names are there once. */
static int is_further_name(struct ctx *cx, struct map *inodes, const struct node *n, bool *ret)
{
	const char *key = (const char *)&n->inode;
	uint32_t ignored;

	*ret = n->inode.ino && map_find(inodes, key, sizeof(n->inode), &ignored);
	if (!n->inode.ino || *ret)
		return 0;
	return map_put(inodes, key, sizeof(n->inode), 0) < 0 ? fail_nomem(cx) : 0;
}

/* A source that knows no size of its own means the sum of its files. */
static int count_units(struct ctx *cx, struct arena *a, struct graph *g)
{
	uint64_t *bytes = arena_array(a, g->n_units, sizeof(*bytes));
	AUTO(map) struct map inodes;

	map_init(&inodes);
	if (!bytes)
		return fail_nomem(cx);
	for (size_t i = 0; i < g->n_units; i++) {
		g->units[i].files = 0;
		g->units[i].root = false;
	}
	for (size_t i = 0; i < g->n_nodes; i++) {
		const struct node *n = &g->nodes[i];
		bool further = false;
		int r;

		if (n->unit == GRAPH_NONE)
			continue;
		g->units[n->unit].files++;
		g->units[n->unit].root |= n->distance == 0;
		r = is_further_name(cx, &inodes, n, &further);
		if (r < 0)
			return r;
		if (!further)
			bytes[n->unit] = add_capped(bytes[n->unit], n->size);
	}
	for (size_t i = 0; i < g->n_units; i++)
		if (!g->units[i].size)
			g->units[i].size = bytes[i];
	return 0;
}

int graph_freeze(struct ctx *cx, struct graph *g)
{
	AUTO(arena) struct arena a;
	struct renumbering new;
	int r;

	arena_init(&a);
	if (g->frozen)
		return fail(cx, OCIT_E_BUG, "graph is frozen already");
	r = sort_arrays(cx, &a, g, &new);
	if (r < 0)
		return r;
	renumber_nodes(g, &new);
	renumber_edges(g, &new);
	map_renumber(&g->unit_index, new.unit);
	map_renumber(&g->node_index, new.node);
	sort_notes(g);
	sort_accounts(g);
	r = sort_edges(cx, &a, g);
	if (r < 0)
		return r;
	drop_equal_edges(g);
	r = measure(cx, &a, g);
	if (r < 0)
		return r;
	explain(g);
	r = count_units(cx, &a, g);
	if (r == 0)
		r = cost_compute(cx, g);
	if (r < 0)
		return r;
	g->frozen = true;
	return 0;
}
