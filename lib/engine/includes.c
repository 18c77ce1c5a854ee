/* SPDX-License-Identifier: Apache-2.0 */
/* engine/includes.c: what an include brought is moved; what others need stays where they look. */
#include "engine/includes.h"

#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "base/text.h"
#include "engine/cwd.h"
#include "engine/walk.h"
#include "model/spec.h"

static int check_inside(
	struct ctx *cx, const struct graph *g, const struct include *include, const char *from)
{
	if (graph_find(g, from))
		return 0;
	return advise(cx,
		fail(cx, OCIT_E_UNSUPPORTED,
			"'%s' lies inside a store path and cannot be moved to '%s'", from,
			include->destination),
		"include the whole store path, or leave out the destination");
}

static int relocate(struct ctx *cx, const struct spec *spec, const struct graph *g, struct arena *a,
	const struct include *include, struct relocation *ret)
{
	const char *base = spec->directory ? spec->directory : "/";
	const char *from = path_resolve(a, base, include->path);
	const char *to = path_resolve(a, "/", include->destination);
	struct walk walk;
	int r;

	if (!from || !to)
		return fail_nomem(cx);
	if (!to[1] || cwd_kernel_dir(to))
		return fail(cx, OCIT_E_FORMAT, "destination '%s' is not ours to fill", to);
	r = walk_graph(cx, g, a, from, &walk);
	if (r < 0)
		return r;
	r = check_inside(cx, g, include, walk.path);
	if (r < 0)
		return r;
	*ret = (struct relocation){ .from = walk.path, .to = to };
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
	for (size_t k = 0; k < in->n; k++)
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

int includes_find(struct ctx *cx, const struct spec *spec, const struct graph *g, struct arena *a,
	struct includes *ret)
{
	struct includes in = { .n = 0 };
	int r = 0;

	in.list = arena_array(a, spec->n_includes, sizeof(*in.list));
	in.moved = arena_array(a, g->n_nodes, sizeof(*in.moved));
	if (!in.list || !in.moved)
		return fail_nomem(cx);
	for (size_t i = 0; i < spec->n_includes; i++) {
		if (!spec->includes[i].destination)
			continue;
		r = relocate(cx, spec, g, a, &spec->includes[i], &in.list[in.n]);
		if (r < 0)
			return within(cx, r, "include '%s'", spec->includes[i].path);
		in.n++;
	}
	if (in.n)
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
