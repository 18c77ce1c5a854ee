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

/* Does the node with this reason have to stay? Inside an included directory it depends on that. */
static bool keeps(const struct spec *spec, const struct includes *in, const struct graph *g,
	const struct edge *e)
{
	const char *parent, *child;

	if (e->rule != RULE_INCLUDE)
		return true;
	if (e->from == GRAPH_ROOT)
		return stays(spec, e);
	parent = g->nodes[e->from].path;
	child = g->nodes[e->to].path;
	return !in->moved[e->from] || !path_within(child, parent);
}

static void find_moved(const struct spec *spec, const struct graph *g, const struct includes *in)
{
	for (size_t i = 0; i < g->n_nodes; i++)
		for (size_t k = 0; k < in->n && !in->moved[i]; k++)
			in->moved[i] = path_within(g->nodes[i].path, in->list[k].from);
	/* Edges from directories come before those from what is in them, but not after all edges
	 * to them: a second round sees what the first one decided. */
	for (unsigned round = 0; round < 2; round++)
		for (size_t i = 0; i < g->n_edges; i++)
			if (keeps(spec, in, g, &g->edges[i]))
				in->moved[g->edges[i].to] = false;
}

int includes_find(struct ctx *cx, const struct spec *spec, const struct graph *g, struct arena *a,
	struct includes *ret)
{
	struct includes in = { .n = 0 };

	in.list = arena_array(a, spec->n_includes, sizeof(*in.list));
	in.moved = arena_array(a, g->n_nodes, sizeof(*in.moved));
	if (!in.list || !in.moved)
		return fail_nomem(cx);
	for (size_t i = 0; i < spec->n_includes; i++) {
		int r;

		if (!spec->includes[i].destination)
			continue;
		r = relocate(cx, spec, g, a, &spec->includes[i], &in.list[in.n]);
		if (r < 0)
			return within(cx, r, "include '%s'", spec->includes[i].path);
		in.n++;
	}
	if (in.n)
		find_moved(spec, g, &in);
	*ret = in;
	return 0;
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
