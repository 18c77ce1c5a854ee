/* SPDX-License-Identifier: Apache-2.0 */
/* engine/includes.c: what an include brought is moved, or has another mode or owner; what others
 * need stays where they look. */
#include "engine/includes.h"

#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "base/text.h"
#include "engine/accounts.h"
#include "engine/cwd.h"
#include "engine/walk.h"
#include "model/plan.h"
#include "model/spec.h"

static bool is_dressed(const struct include *include)
{
	return include->has_mode || include->owner;
}

/* Store paths are what their hash says, whole and in their place. */
static int check_store(
	struct ctx *cx, const struct graph *g, const struct include *include, const char *from)
{
	const struct node *node = graph_find(g, from);

	if (!node && include->destination)
		return advise(cx,
			fail(cx, OCIT_E_UNSUPPORTED,
				"'%s' lies inside a store path and cannot be moved to '%s'", from,
				include->destination),
			"include the whole store path, or leave out the destination");
	if (is_dressed(include) && (!node || node->kind == NODE_TREE))
		return fail(cx, OCIT_E_UNSUPPORTED,
			"'%s' belongs to the store, where modes and owners never change", from);
	return 0;
}

static int find_destination(
	struct ctx *cx, const struct include *include, struct arena *a, const char **ret)
{
	const char *to = path_resolve(a, "/", include->destination);

	if (!to)
		return fail_nomem(cx);
	if (!to[1] || cwd_kernel_dir(to))
		return fail(cx, OCIT_E_FORMAT, "destination '%s' is not ours to fill", to);
	*ret = to;
	return 0;
}

static int relocate(struct ctx *cx, const struct spec *spec, const struct graph *g, struct arena *a,
	const struct include *include, struct includes *in)
{
	struct accounts owner = { .uid = 0 };
	struct relocation rel = { .has_mode = include->has_mode,
		.mode = include->mode,
		.owned = include->owner != NULL };
	const char *from = path_resolve(a, spec->directory ? spec->directory : "/", include->path);
	struct walk walk;
	int r = from ? 0 : fail_nomem(cx);

	if (r == 0 && include->destination)
		r = find_destination(cx, include, a, &rel.to);
	if (r == 0)
		r = walk_graph(cx, g, a, from, &walk);
	if (r == 0)
		r = check_store(cx, g, include, walk.path);
	if (r == 0 && rel.owned)
		r = accounts_find(cx, spec, in->known, include->owner, &owner);
	if (r < 0)
		return r;
	rel.uid = owner.uid;
	rel.gid = owner.gid;
	rel.from = walk.path;
	in->list[in->n++] = rel;
	return 0;
}

/* Did an include without a destination give this reason? Its detail is "include[NUMBER]". */
static bool stays(const struct spec *spec, const struct edge *e)
{
	static const char prefix[] = "include[";
	uint64_t i;
	const char *number;

	if (!e->detail || !text_starts(e->detail, prefix))
		return true;
	number = e->detail + sizeof(prefix) - 1;
	if (!text_u64(number, strcspn(number, "]"), UINT32_MAX, &i) || i >= spec->n_includes)
		return true;
	return !spec->includes[i].destination;
}

/* Is this reason good without the relocated includes? What they brought and where their links lead
 * is carried along with them. */
static bool keeps(const struct spec *spec, const bool *carried, const struct edge *e)
{
	if (e->rule != RULE_INCLUDE && e->rule != RULE_SYMLINK)
		return true;
	if (e->from == GRAPH_ROOT)
		return e->rule == RULE_SYMLINK || stays(spec, e);
	return !carried[e->from];
}

/* carried: only relocated includes lead to the node. Starts as "all that anything leads to". */
static int find_carried(
	struct ctx *cx, const struct spec *spec, const struct graph *g, bool *carried)
{
	bool again = true;

	for (size_t i = 0; i < g->n_edges; i++)
		carried[g->edges[i].to] = true;
	while (again) {
		int r = poll_cancel(cx);

		if (r < 0)
			return r;
		again = false;
		for (size_t i = 0; i < g->n_edges; i++) {
			const struct edge *e = &g->edges[i];

			if (!carried[e->to] || !keeps(spec, carried, e))
				continue;
			carried[e->to] = false;
			again = true;
		}
	}
	return 0;
}

static bool lies_inside(const struct includes *in, const char *path)
{
	for (size_t k = 0; k < in->n_moving; k++)
		if (path_within(path, in->list[k].from))
			return true;
	return false;
}

/* Directories stay for what stays in them. Nodes come parents first. */
static int keep_parents(
	struct ctx *cx, const struct graph *g, struct arena *a, const struct includes *in)
{
	for (size_t i = g->n_nodes; i-- > 0;) {
		const char *parent = path_parent(a, g->nodes[i].path);
		const struct node *up = parent ? graph_find(g, parent) : NULL;

		if (!parent)
			return fail_nomem(cx);
		if (up && !in->moved[i])
			in->moved[up - g->nodes] = false;
	}
	return 0;
}

static int find_moved(struct ctx *cx, const struct spec *spec, const struct graph *g,
	struct arena *a, const struct includes *in)
{
	bool *carried = arena_array(a, g->n_nodes, sizeof(*carried));
	int r = carried ? find_carried(cx, spec, g, carried) : fail_nomem(cx);

	if (r < 0)
		return r;
	for (size_t i = 0; i < g->n_nodes; i++)
		in->moved[i] = carried[i] && lies_inside(in, g->nodes[i].path);
	return keep_parents(cx, g, a, in);
}

/* Add those of spec that move, or those that stay and are dressed. */
static int add_includes(struct ctx *cx, const struct spec *spec, const struct graph *g,
	struct arena *a, bool moving, struct includes *in)
{
	for (size_t i = 0; i < spec->n_includes; i++) {
		const struct include *include = &spec->includes[i];
		int r;

		if (moving != (include->destination != NULL) || (!moving && !is_dressed(include)))
			continue;
		r = relocate(cx, spec, g, a, include, in);
		if (r < 0)
			return within(cx, r, "include '%s'", include->path);
	}
	return 0;
}

/* Nobody could say which of the two counts. */
static int check_twice(struct ctx *cx, const struct includes *in)
{
	for (size_t i = in->n_moving; i < in->n; i++)
		for (size_t k = in->n_moving; k < i; k++)
			if (!strcmp(in->list[i].from, in->list[k].from))
				return fail(cx, OCIT_E_FORMAT,
					"include '%s': its mode or owner is given twice",
					in->list[i].from);
	return 0;
}

int includes_find(struct ctx *cx, const struct spec *spec, const struct graph *g, struct arena *a,
	struct includes *ret)
{
	struct includes in = { .known = ret->known };
	int r;

	in.list = arena_array(a, spec->n_includes, sizeof(*in.list));
	in.moved = arena_array(a, g->n_nodes, sizeof(*in.moved));
	if (!in.list || !in.moved)
		return fail_nomem(cx);
	r = add_includes(cx, spec, g, a, true, &in);
	in.n_moving = in.n;
	if (r == 0)
		r = add_includes(cx, spec, g, a, false, &in);
	if (r == 0)
		r = check_twice(cx, &in);
	if (r == 0 && in.n_moving)
		r = find_moved(cx, spec, g, a, &in);
	if (r == 0)
		*ret = in;
	return r;
}

int includes_place(struct ctx *cx, const struct relocation *rel, const char *path, struct arena *a,
	const char **ret)
{
	const char *moved;

	*ret = NULL;
	if (!path_within(path, rel->from))
		return 0;
	moved = arena_printf(a, "%s%s", rel->to, rel->from[1] ? path + strlen(rel->from) : path);
	if (!moved)
		return fail_nomem(cx);
	if (!path_is_clean(moved))
		return fail(cx, OCIT_E_LIMIT, "path '%s' is too long", moved);
	*ret = moved;
	return 0;
}

void includes_dress(const struct relocation *rel, struct entry *e)
{
	enum { READ = 0444 };

	if (rel->owned) {
		e->uid = rel->uid;
		e->gid = rel->gid;
	}
	if (!rel->has_mode || e->kind == NODE_LINK)
		return;
	e->mode = rel->mode;
	if (e->kind == NODE_DIR)
		e->mode |= (e->mode & READ) >> 2;
}

void includes_dress_staying(const struct includes *in, struct entry *e)
{
	const struct relocation *nearest = NULL;

	for (size_t i = in->n_moving; i < in->n; i++) {
		const struct relocation *rel = &in->list[i];

		if (path_within(e->path, rel->from) &&
			(!nearest || strlen(rel->from) > strlen(nearest->from)))
			nearest = rel;
	}
	if (nearest)
		includes_dress(nearest, e);
}
