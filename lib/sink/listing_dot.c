/* SPDX-License-Identifier: Apache-2.0 */
/* sink/listing_dot.c: units and what needs what, for Graphviz. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/text.h"
#include "sink/listing.h"
#include "sink/print.h"

/* A unit, or a path that belongs to none. Units come first, then nodes. */
struct arrow {
	uint64_t from, to;
	enum rule rule;
};

static uint64_t vertex_of(const struct graph *g, uint32_t node)
{
	uint32_t unit = unit_of_node(g, node);

	return unit != GRAPH_NONE ? unit : g->n_units + (uint64_t)node;
}

static int compare_arrows(const void *a, const void *b)
{
	const struct arrow *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	if (x->to != y->to)
		return x->to < y->to ? -1 : 1;
	return (int)x->rule - (int)y->rule;
}

static void quoted(struct buf *out, const char *s)
{
	while (*s) {
		size_t shown = text_shown(s);

		if (*s == '"' || *s == '\\')
			buf_char(out, '\\');
		if (shown)
			buf_add(out, s, shown);
		else
			buf_printf(out, "\\\\x%02x", (unsigned char)*s);
		s += shown ? shown : 1;
	}
}

static void write_unit(const struct unit *u, size_t index, struct buf *out)
{
	char size[PRINT_SIZE_MAX];

	print_size(u->size, size);
	buf_printf(out, "\tn%zu [label=\"", index);
	quoted(out, u->name);
	if (u->version) {
		buf_char(out, ' ');
		quoted(out, u->version);
	}
	buf_printf(out, "\\n%s\"%s];\n", size, u->root ? ", style=bold" : "");
}

static void write_arrows(const struct arrow *arrows, size_t count, struct buf *out)
{
	for (size_t i = 0; i < count; i++) {
		const struct arrow *a = &arrows[i];

		if (!i || compare_arrows(a, a - 1))
			buf_printf(out, "\tn%llu -> n%llu [label=\"%s\"];\n",
				(unsigned long long)a->from, (unsigned long long)a->to,
				rule_name(a->rule));
	}
}

/* Nodes of one unit are one vertex; arrows inside it say nothing. */
static size_t collect_arrows(const struct graph *g, struct arrow *arrows)
{
	size_t count = 0;

	for (size_t i = 0; i < g->n_edges; i++) {
		const struct edge *e = &g->edges[i];
		struct arrow a = { .to = vertex_of(g, e->to), .rule = e->rule };

		if (e->from == GRAPH_ROOT)
			continue;
		a.from = vertex_of(g, e->from);
		if (a.from != a.to)
			arrows[count++] = a;
	}
	qsort(arrows, count, sizeof(*arrows), compare_arrows);
	return count;
}

/* A link or directory is of interest for the units it leads to. One round for each link that is
 * followed by another; chains of them are short. */
static void mark_leading(const struct arrow *arrows, size_t count, bool *leads)
{
	bool changed;

	do {
		changed = false;
		for (size_t i = count; i-- > 0;) {
			if (!leads[arrows[i].to] || leads[arrows[i].from])
				continue;
			leads[arrows[i].from] = true;
			changed = true;
		}
	} while (changed);
}

static size_t drop_dead_ends(struct arrow *arrows, size_t count, const bool *leads)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (leads[arrows[i].to])
			arrows[kept++] = arrows[i];
	return kept;
}

static int write_graph(struct ctx *cx, const struct graph *g, struct buf *out)
{
	AUTO(mem) struct arrow *arrows = mem_array(g->n_edges, sizeof(*arrows));
	AUTO(mem) bool *leads = mem_array(g->n_units + g->n_nodes, sizeof(*leads));
	size_t count;

	if (!arrows || !leads)
		return fail_nomem(cx);
	for (size_t i = 0; i < g->n_units; i++) {
		leads[i] = true;
		write_unit(&g->units[i], i, out);
	}
	count = collect_arrows(g, arrows);
	mark_leading(arrows, count, leads);
	for (size_t i = 0; i < g->n_nodes; i++) {
		if (!leads[g->n_units + i])
			continue;
		buf_printf(out, "\tn%zu [shape=plaintext, label=\"", g->n_units + i);
		quoted(out, g->nodes[i].path);
		buf_str(out, "\"];\n");
	}
	write_arrows(arrows, drop_dead_ends(arrows, count, leads), out);
	return 0;
}

/* The chain of one path, drawn from the command down. */
static int write_why(struct ctx *cx, const struct listing *l, struct buf *out)
{
	AUTO(chain) struct chain chain = { 0 };
	const struct graph *g = l->plan->graph;
	int r = why_find(cx, l->plan, l->why, &chain);

	if (r < 0)
		return r;
	for (size_t i = 0; i < chain.count; i++) {
		const struct node *n = &g->nodes[chain.nodes[i]];

		buf_printf(out, "\tn%zu [label=\"", i);
		quoted(out, n->path);
		buf_str(out, "\"];\n");
		if (i && n->edge != GRAPH_NONE)
			buf_printf(out, "\tn%zu -> n%zu [label=\"%s\"];\n", i - 1, i,
				rule_name(g->edges[n->edge].rule));
	}
	if (!chain.count) {
		buf_str(out, "\tn0 [label=\"");
		quoted(out, chain.entry->path);
		buf_str(out, "\"];\n");
	}
	return 0;
}

static int dot_write(struct ctx *cx, const struct listing *l, struct buf *out)
{
	int r;

	buf_str(out, "digraph closure {\n\tnode [shape=box];\n");
	r = l->why ? write_why(cx, l, out) : write_graph(cx, l->plan->graph, out);
	buf_str(out, "}\n");
	return r;
}

const struct listing_format listing_dot = {
	.name = "dot",
	.write = dot_write,
};
