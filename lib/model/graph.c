/* SPDX-License-Identifier: Apache-2.0 */
/* model/graph.c: collect units, nodes and edges in any order; graph_freeze.c puts them in order. */
#include "model/graph.h"

#include <string.h>

#include "base/ctx.h"

struct graph_owned {
	void *obj;
	void (*free_obj)(void *);
};

static const char *const rule_names[RULE_COUNT] = {
	[RULE_PROGRAM] = "program",
	[RULE_ARGUMENT] = "argument",
	[RULE_ENVIRONMENT] = "environment",
	[RULE_INCLUDE] = "include",
	[RULE_TEXT] = "text",
	[RULE_REFERENCE] = "reference",
	[RULE_INTERPRETER] = "interpreter",
	[RULE_NEEDED] = "needed",
	[RULE_SHEBANG] = "shebang",
	[RULE_SYMLINK] = "symlink",
	[RULE_FEATURE] = "feature",
	[RULE_SKELETON] = "skeleton",
	[RULE_APPLICATION] = "application",
	[RULE_HINT] = "hint",
	[RULE_IMPORT] = "import",
	[RULE_PAM] = "pam",
	[RULE_DLOPEN] = "dlopen",
	[RULE_NAMED] = "named",
	[RULE_DEPENDS] = "depends",
	[RULE_RECOMMENDS] = "recommends",
	[RULE_PACKAGE] = "package",
	[RULE_GENERATED] = "generated",
	[RULE_ALTERNATIVE] = "alternative",
	[RULE_MOUNT] = "mount",
};

static const char *const kind_names[] = {
	[NODE_DIR] = "a directory",
	[NODE_FILE] = "a file",
	[NODE_LINK] = "a symlink",
	[NODE_TREE] = "a store path",
};

const char *rule_name(enum rule rule)
{
	return (unsigned)rule < RULE_COUNT ? rule_names[rule] : "unknown";
}

int graph_new(struct ctx *cx, struct graph **ret)
{
	struct graph *g = mem_alloc(sizeof(*g));

	if (!g)
		return fail_nomem(cx);
	arena_init(&g->arena);
	map_init(&g->unit_index);
	map_init(&g->node_index);
	g->refs = 1;
	*ret = g;
	return 0;
}

struct graph *graph_ref(const struct graph *g)
{
	/* The count is not part of what a frozen graph says. */
	struct graph *shared = (struct graph *)g;

	__atomic_add_fetch(&shared->refs, 1, __ATOMIC_RELAXED);
	return shared;
}

void graph_unref(struct graph *g)
{
	if (!g || __atomic_sub_fetch(&g->refs, 1, __ATOMIC_ACQ_REL))
		return;
	for (size_t i = g->n_owned; i-- > 0;)
		g->owned[i].free_obj(g->owned[i].obj);
	mem_free(g->owned);
	mem_free(g->units);
	mem_free(g->nodes);
	mem_free(g->edges);
	mem_free(g->places);
	mem_free(g->users);
	mem_free(g->groups);
	mem_free(g->notes);
	mem_free(g->missing);
	map_done(&g->unit_index);
	map_done(&g->node_index);
	arena_done(&g->arena);
	mem_free(g);
}

/* Room for one more element; numbers must stay below the two reserved ones. */
static int room(
	struct ctx *cx, const struct graph *g, void *array, size_t *cap, size_t n, size_t size)
{
	if (g->frozen)
		return fail(cx, OCIT_E_BUG, "addition to a frozen graph");
	if (n >= GRAPH_ROOT - 1)
		return fail(cx, OCIT_E_LIMIT, "%zu things in one graph", n);
	if (mem_grow(array, cap, n + 1, size) < 0)
		return fail_nomem(cx);
	return 0;
}

/* Copy *s in place; NULL stays NULL. */
static bool keep(struct graph *g, const char **s)
{
	if (!*s)
		return true;
	*s = arena_str(&g->arena, *s);
	return *s;
}

/* Like keep(), but what is the end of another string is the end of its copy. */
static bool keep_part(struct graph *g, const char **s, const char *whole, const char *copy)
{
	size_t len = *s ? strlen(*s) : 0, whole_len = strlen(whole);

	if (!*s || len > whole_len || memcmp(whole + whole_len - len, *s, len))
		return keep(g, s);
	*s = copy + whole_len - len;
	return true;
}

/* The path of a node is mostly the name of its unit. */
static bool keep_path(struct graph *g, struct node *n)
{
	const char *id = n->unit < g->n_units ? g->units[n->unit].id : NULL;

	if (id && !strcmp(id, n->path))
		n->path = id;
	else if (!keep(g, &n->path))
		return false;
	return true;
}

int graph_add_unit(
	struct ctx *cx, struct graph *g, const struct unit *def, uint32_t *ret, bool *ret_new)
{
	struct unit unit = *def;
	uint32_t at;
	bool found = map_find(&g->unit_index, def->id, strlen(def->id), &at);
	int r;

	if (!found) {
		r = room(cx, g, &g->units, &g->cap_units, g->n_units, sizeof(unit));
		if (r < 0)
			return r;
		at = (uint32_t)g->n_units;
		if (!keep(g, &unit.id) || !keep_part(g, &unit.name, def->id, unit.id) ||
			!keep_part(g, &unit.version, def->id, unit.id))
			return fail_nomem(cx);
		if (map_put(&g->unit_index, unit.id, strlen(unit.id), at) < 0)
			return fail_nomem(cx);
		g->units[g->n_units++] = unit;
	}
	if (ret_new)
		*ret_new = !found;
	*ret = at;
	return 0;
}

/* Two different things at one path: whichever came first would decide, so neither may. */
static int check_same(struct ctx *cx, const struct node *old, const struct node *def)
{
	if (old->kind != def->kind)
		return fail(cx, OCIT_E_INTEGRITY, "'%s' was %s and is now %s", old->path,
			kind_names[old->kind], kind_names[def->kind]);
	if (old->kind == NODE_LINK && strcmp(old->target, def->target))
		return fail(cx, OCIT_E_INTEGRITY, "symlink '%s' led to '%s' and leads to '%s' now",
			old->path, old->target, def->target);
	return 0;
}

int graph_add_node(
	struct ctx *cx, struct graph *g, const struct node *def, uint32_t *ret, bool *ret_new)
{
	struct node node = *def;
	uint32_t at;
	bool found = map_find(&g->node_index, def->path, strlen(def->path), &at);
	int r;

	if (found) {
		r = check_same(cx, &g->nodes[at], def);
		if (r < 0)
			return r;
	} else {
		r = room(cx, g, &g->nodes, &g->cap_nodes, g->n_nodes, sizeof(node));
		if (r < 0)
			return r;
		at = (uint32_t)g->n_nodes;
		if (!keep_path(g, &node) || !keep(g, &node.target) ||
			!keep_part(g, &node.where, def->path, node.path))
			return fail_nomem(cx);
		if (map_put(&g->node_index, node.path, strlen(node.path), at) < 0)
			return fail_nomem(cx);
		node.edge = GRAPH_NONE;
		node.distance = GRAPH_NONE;
		g->nodes[g->n_nodes++] = node;
	}
	if (ret_new)
		*ret_new = !found;
	*ret = at;
	return 0;
}

int graph_add_edge(struct ctx *cx, struct graph *g, const struct edge *def)
{
	struct edge edge = *def;
	int r;

	if (def->to >= g->n_nodes || (def->from >= g->n_nodes && def->from != GRAPH_ROOT))
		return fail(cx, OCIT_E_BUG, "edge from %u to %u, there are %zu nodes", def->from,
			def->to, g->n_nodes);
	if (def->from == def->to)
		return 0;
	r = room(cx, g, &g->edges, &g->cap_edges, g->n_edges, sizeof(edge));
	if (r < 0)
		return r;
	if (!keep(g, &edge.detail))
		return fail_nomem(cx);
	g->edges[g->n_edges++] = edge;
	return 0;
}

static int add_account(struct ctx *cx, struct graph *g, const struct account *def,
	struct account **list, size_t *n, size_t *cap)
{
	struct account a = *def;
	int r;

	for (size_t i = 0; i < *n; i++)
		if (!strcmp((*list)[i].name, def->name))
			return 0;
	r = room(cx, g, list, cap, *n, sizeof(a));
	if (r < 0)
		return r;
	if (!keep(g, &a.name) || !keep(g, &a.home) || !keep(g, &a.shell))
		return fail_nomem(cx);
	(*list)[(*n)++] = a;
	return 0;
}

int graph_add_user(struct ctx *cx, struct graph *g, const struct account *def)
{
	return add_account(cx, g, def, &g->users, &g->n_users, &g->cap_users);
}

int graph_add_group(struct ctx *cx, struct graph *g, const struct account *def)
{
	return add_account(cx, g, def, &g->groups, &g->n_groups, &g->cap_groups);
}

int graph_add_place(struct ctx *cx, struct graph *g, int dirfd, const char *name, uint32_t *ret)
{
	struct place place = { .dirfd = dirfd, .name = name };
	int r = room(cx, g, &g->places, &g->cap_places, g->n_places, sizeof(place));

	if (r < 0)
		return r;
	if (!keep(g, &place.name))
		return fail_nomem(cx);
	*ret = (uint32_t)g->n_places;
	g->places[g->n_places++] = place;
	return 0;
}

int graph_add_note(struct ctx *cx, struct graph *g, const char *text)
{
	int r = room(cx, g, &g->notes, &g->cap_notes, g->n_notes, sizeof(*g->notes));

	if (r < 0)
		return r;
	if (!keep(g, &text))
		return fail_nomem(cx);
	g->notes[g->n_notes++] = text;
	return 0;
}

int graph_add_missing(struct ctx *cx, struct graph *g, const char *text)
{
	int r = graph_add_note(cx, g, text);

	if (!r)
		r = room(cx, g, &g->missing, &g->cap_missing, g->n_missing, sizeof(*g->missing));
	if (!r)
		g->missing[g->n_missing++] = g->notes[g->n_notes - 1];
	return r;
}

int graph_own(struct ctx *cx, struct graph *g, void *obj, void (*free_obj)(void *))
{
	if (mem_grow(&g->owned, &g->cap_owned, g->n_owned + 1, sizeof(*g->owned)) < 0) {
		free_obj(obj);
		return fail_nomem(cx);
	}
	g->owned[g->n_owned++] = (struct graph_owned){ .obj = obj, .free_obj = free_obj };
	return 0;
}

const struct node *graph_find(const struct graph *g, const char *path)
{
	uint32_t at;

	return map_find(&g->node_index, path, strlen(path), &at) ? &g->nodes[at] : NULL;
}
