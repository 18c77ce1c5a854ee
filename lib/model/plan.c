/* SPDX-License-Identifier: Apache-2.0 */
/* model/plan.c: hold a plan, and the one order its entries have. */
#include "model/plan.h"

static const char *const origin_names[] = {
	[ORIGIN_NODE] = "node",
	[ORIGIN_SKELETON] = "skeleton",
	[ORIGIN_SYNTHESIZED] = "synthesized",
	[ORIGIN_MOUNT] = "mount",
	[ORIGIN_PARENT] = "parent",
	[ORIGIN_CWD] = "cwd",
};

const char *origin_name(enum origin origin)
{
	return (unsigned)origin <= ORIGIN_CWD ? origin_names[origin] : "unknown";
}

struct plan *plan_alloc(struct graph *g)
{
	struct plan *p = mem_alloc(sizeof(*p));

	if (!p)
		return NULL;
	arena_init(&p->arena);
	p->graph = graph_ref(g);
	return p;
}

void plan_free(struct plan *p)
{
	if (!p)
		return;
	graph_unref(p->graph);
	mem_free(p->owned);
	arena_done(&p->arena);
	mem_free(p);
}

/* "/" ends a component, so it sorts right after the end of the string. */
static unsigned rank(char c)
{
	return c == '/' ? 1 : c ? (unsigned)(unsigned char)c + 2 : 0;
}

int plan_path_compare(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return (int)rank(*a) - (int)rank(*b);
}
