/* SPDX-License-Identifier: Apache-2.0 */
/* sink/why.c: find a path in a plan and follow its reasons back to the command. */
#include <string.h>

#include "base/ctx.h"
#include "base/text.h"
#include "sink/listing.h"
#include "sink/reason.h"

enum { HOPS_MAX = 40 };

static const struct entry *find_entry(const struct plan *plan, const char *path)
{
	size_t low = 0, high = plan->n_entries;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = plan_path_compare(path, plan->entries[middle].path);

		if (!order)
			return &plan->entries[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* The entry of path, or the nearest one above it; path is cut down to what that covers. */
static const struct entry *nearest_entry(const struct plan *plan, char *path)
{
	const struct entry *e = find_entry(plan, path);
	size_t len = strlen(path);

	while (!e && len > 1) {
		while (path[len - 1] != '/')
			len--;
		len -= len > 1;
		path[len] = '\0';
		e = find_entry(plan, path);
	}
	return e;
}

static int fail_unknown(struct ctx *cx, const char *path)
{
	int r = fail(cx, OCIT_E_NOT_FOUND, "'%s' is not in the container", path);

	return advise(cx, r, "'explain --files' shows every path that is");
}

/* Where a path leads when link covers its first len bytes. */
static char *follow(struct arena *a, const struct entry *link, const char *rest)
{
	char *dir = path_parent(a, link->path);
	char *joined = dir ? arena_printf(a, "%s%s", link->target, rest) : NULL;

	return joined ? path_resolve(a, dir, joined) : NULL;
}

/* People ask for /bin/ls where /bin is a link: what they mean lies behind it. */
static int find_path(
	struct ctx *cx, const struct plan *plan, const char *asked, const struct entry **ret)
{
	AUTO(arena) struct arena a = { 0 };
	char *path = path_resolve(&a, "/", asked);

	for (unsigned hops = 0; path && hops <= HOPS_MAX; hops++) {
		char *covered = arena_str(&a, path);
		const struct entry *e = covered ? nearest_entry(plan, covered) : NULL;

		if (!covered)
			return fail_nomem(cx);
		if (e && (e->kind == NODE_TREE || !strcmp(covered, path))) {
			*ret = e;
			return 0;
		}
		if (!e || e->kind != NODE_LINK)
			return fail_unknown(cx, asked);
		path = follow(&a, e, path + strlen(covered));
	}
	return path ? fail_unknown(cx, asked) : fail_nomem(cx);
}

int why_find(struct ctx *cx, const struct plan *plan, const char *path, struct chain *ret)
{
	const struct graph *g = plan->graph;
	struct chain c = { 0 };
	size_t length = 0;
	int r = find_path(cx, plan, path, &c.entry);

	if (r < 0)
		return r;
	if (c.entry->origin != ORIGIN_NODE) {
		*ret = c;
		return 0;
	}
	/* A frozen graph has no cycle here; the bound is for one that was never frozen. */
	for (uint32_t n = c.entry->node; n != GRAPH_NONE && length <= g->n_nodes; length++)
		n = reason_parent(g, n);
	c.nodes = mem_array(length, sizeof(*c.nodes));
	if (!c.nodes)
		return fail_nomem(cx);
	c.count = length;
	for (uint32_t n = c.entry->node; length--; n = reason_parent(g, n))
		c.nodes[length] = n;
	*ret = c;
	return 0;
}

void why_done(struct chain *c)
{
	mem_free(c->nodes);
}
