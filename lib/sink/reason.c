/* SPDX-License-Identifier: Apache-2.0 */
/* sink/reason.c: rules and origins in words. */
#include "sink/reason.h"

#include "base/buf.h"
#include "codec/json_out.h"
#include "sink/print.h"

/* before, what needs it, after. Without a place for what needs it, after is NULL. */
struct phrase {
	const char *before, *after;
};

static const struct phrase rule_phrases[RULE_COUNT] = {
	[RULE_PROGRAM] = { "it is the command", NULL },
	[RULE_ARGUMENT] = { "an argument names it", NULL },
	[RULE_ENVIRONMENT] = { "the environment names it", NULL },
	[RULE_INCLUDE] = { "it is included on request", NULL },
	[RULE_TEXT] = { "the text of ", " names it" },
	[RULE_REFERENCE] = { "", " refers to it" },
	[RULE_INTERPRETER] = { "it is the interpreter of ", "" },
	[RULE_NEEDED] = { "", " needs it" },
	[RULE_SHEBANG] = { "the first line of ", " names it" },
	[RULE_SYMLINK] = { "the link ", " leads to it" },
	[RULE_FEATURE] = { "", " uses it at run time" },
	[RULE_SKELETON] = { "what runs with ", " gets it" },
	[RULE_APPLICATION] = { "it is of the application of ", "" },
	[RULE_HINT] = { "", " looks for it" },
	[RULE_IMPORT] = { "", " imports it" },
	[RULE_PAM] = { "the PAM rules of ", " ask for it" },
	[RULE_DLOPEN] = { "", " says that it opens it" },
	[RULE_NAMED] = { "its package was asked for", NULL },
	[RULE_DEPENDS] = { "the package of ", " depends on it" },
	[RULE_RECOMMENDS] = { "the package of ", " recommends it" },
	[RULE_PACKAGE] = { "it is of the same package as ", "" },
	[RULE_GENERATED] = { "it was generated among the files of ", "" },
	[RULE_ALTERNATIVE] = { "it is another name of ", "" },
	[RULE_MOUNT] = { "it is a mount point", NULL },
};

static const struct phrase origin_phrases[] = {
	[ORIGIN_NODE] = { "nothing explains it", NULL },
	[ORIGIN_SKELETON] = { "every container has it", NULL },
	[ORIGIN_SYNTHESIZED] = { "ocitools writes it itself", NULL },
	[ORIGIN_MOUNT] = { "it is a mount point", NULL },
	[ORIGIN_PARENT] = { "it holds something that is needed", NULL },
	[ORIGIN_CWD] = { "it is the working directory", NULL },
};

static struct reason of_origin(enum origin origin)
{
	return (struct reason){
		.rule = origin == ORIGIN_NODE ? "unknown" : origin_name(origin),
		.before = origin_phrases[origin].before,
	};
}

struct reason reason_of_node(const struct graph *g, uint32_t node)
{
	const struct edge *e;

	if (node >= g->n_nodes)
		return of_origin(ORIGIN_NODE);
	/* Nothing asks for a directory on the way, but for what lies in it. */
	if (g->nodes[node].edge == GRAPH_NONE)
		return of_origin(g->nodes[node].kind == NODE_DIR ? ORIGIN_PARENT : ORIGIN_NODE);
	e = &g->edges[g->nodes[node].edge];
	return (struct reason){
		.rule = rule_name(e->rule),
		.before = rule_phrases[e->rule].before,
		.after = rule_phrases[e->rule].after,
		.detail = e->detail,
		.from = e->from == GRAPH_ROOT ? NULL : g->nodes[e->from].path,
	};
}

struct reason reason_of_entry(const struct plan *plan, const struct entry *e)
{
	if (e->origin != ORIGIN_NODE)
		return of_origin(e->origin);
	return reason_of_node(plan->graph, e->node);
}

uint32_t reason_parent(const struct graph *g, uint32_t node)
{
	uint32_t edge = g->nodes[node].edge;
	uint32_t from = edge == GRAPH_NONE ? GRAPH_ROOT : g->edges[edge].from;

	return from == GRAPH_ROOT ? GRAPH_NONE : from;
}

void reason_phrase(struct buf *out, const struct reason *r)
{
	buf_str(out, r->before);
	if (r->after) {
		print_safe(out, r->from ? r->from : "the command line");
		buf_str(out, r->after);
	}
	if (!r->detail)
		return;
	buf_str(out, " (");
	print_safe(out, r->detail);
	buf_char(out, ')');
}

void reason_members(struct json_out *o, const struct reason *r)
{
	json_out_key_string(o, "rule", r->rule);
	if (r->detail)
		print_json_name(o, "detail", r->detail);
	if (r->from)
		print_json_name(o, "from", r->from);
}

void reason_json(struct json_out *o, const struct reason *r)
{
	json_out_key(o, "reason");
	json_out_object(o);
	reason_members(o, r);
	json_out_end_object(o);
}
