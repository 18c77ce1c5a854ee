/* SPDX-License-Identifier: Apache-2.0 */
/* sink/listing_json.c: a listing for programs; schemaVersion 1. */
#include "base/buf.h"
#include "base/ctx.h"
#include "codec/json_out.h"
#include "sink/listing.h"
#include "sink/print.h"
#include "sink/reason.h"

static const char *const kind_names[] = {
	[NODE_DIR] = "directory",
	[NODE_FILE] = "file",
	[NODE_LINK] = "symlink",
	[NODE_TREE] = "tree",
};

static void write_totals(const struct listing *l, struct json_out *o)
{
	json_out_key(o, "total");
	json_out_object(o);
	json_out_key_u64(o, "bytes", l->outcome->walked ? l->outcome->bytes : l->plan->bytes);
	json_out_key_u64(o, "units", l->plan->graph->n_units);
	if (l->outcome->walked)
		json_out_key_u64(o, "files", l->outcome->n_files);
	json_out_end_object(o);
}

static void write_units(const struct listing *l, struct json_out *o)
{
	const struct graph *g = l->plan->graph;

	json_out_key(o, "units");
	json_out_array(o);
	for (size_t i = 0; i < g->n_units; i++) {
		const struct unit *u = &g->units[i];
		struct reason reason = reason_of_node(g, l->views[i].node);

		json_out_object(o);
		unit_members(o, u);
		json_out_key_u64(o, "added", u->added);
		if (l->views[i].counted)
			json_out_key_u64(o, "files", l->views[i].files);
		print_json_digest(o, "narHash", &u->hash);
		json_out_key_bool(o, "root", u->root);
		reason_json(o, &reason);
		json_out_end_object(o);
	}
	json_out_end_array(o);
}

static void write_edges(const struct graph *g, struct json_out *o)
{
	json_out_key(o, "edges");
	json_out_array(o);
	for (size_t i = 0; i < g->n_edges; i++) {
		const struct edge *e = &g->edges[i];

		json_out_object(o);
		if (e->from != GRAPH_ROOT)
			print_json_name(o, "from", g->nodes[e->from].path);
		print_json_name(o, "to", g->nodes[e->to].path);
		json_out_key_string(o, "rule", rule_name(e->rule));
		if (e->detail)
			print_json_name(o, "detail", e->detail);
		json_out_end_object(o);
	}
	json_out_end_array(o);
}

static void write_file(const struct listing *l, const struct listed *item, struct json_out *o)
{
	const struct unit *unit = unit_of_entry(l->plan, item->entry);
	struct reason reason = reason_of_entry(l->plan, item->entry);

	json_out_object(o);
	print_json_name(o, "path", item->path);
	json_out_key_string(o, "kind", kind_names[item->kind]);
	if (item->kind == NODE_FILE)
		json_out_key_u64(o, "size", item->size);
	if (unit)
		print_json_name(o, "unit", unit->id);
	reason_json(o, &reason);
	json_out_end_object(o);
}

static int write_files(struct ctx *cx, const struct listing *l, struct json_out *o)
{
	if (!l->files)
		return 0;
	json_out_key(o, "files");
	json_out_array(o);
	for (size_t i = 0; i < l->n_items; i++) {
		int r = poll_cancel(cx);

		if (r < 0)
			return r;
		write_file(l, &l->items[i], o);
	}
	json_out_end_array(o);
	return 0;
}

static void write_strings(
	struct json_out *o, const char *key, const char *const *strings, size_t count)
{
	json_out_key(o, key);
	json_out_array(o);
	for (size_t i = 0; i < count; i++)
		json_out_string(o, strings[i]);
	json_out_end_array(o);
}

static int write_everything(struct ctx *cx, const struct listing *l, struct json_out *o)
{
	int r;

	write_strings(o, "args", l->plan->args, l->plan->n_args);
	write_totals(l, o);
	write_units(l, o);
	r = write_files(cx, l, o);
	if (r < 0)
		return r;
	write_edges(l->plan->graph, o);
	write_strings(o, "notes", l->plan->notes, l->plan->n_notes);
	return 0;
}

static void write_step(struct json_out *o, const char *path, const struct reason *reason)
{
	json_out_object(o);
	print_json_name(o, "path", path);
	reason_members(o, reason);
	json_out_end_object(o);
}

static int write_why(struct ctx *cx, const struct listing *l, struct json_out *o)
{
	AUTO(chain) struct chain chain = { 0 };
	const struct graph *g = l->plan->graph;
	int r = why_find(cx, l->plan, l->why, &chain);

	if (r < 0)
		return r;
	print_json_name(o, "path", l->why);
	json_out_key(o, "chain");
	json_out_array(o);
	for (size_t i = 0; i < chain.count; i++) {
		struct reason reason = reason_of_node(g, chain.nodes[i]);

		write_step(o, g->nodes[chain.nodes[i]].path, &reason);
	}
	if (!chain.count) {
		struct reason reason = reason_of_entry(l->plan, chain.entry);

		write_step(o, chain.entry->path, &reason);
	}
	json_out_end_array(o);
	return 0;
}

static int json_write(struct ctx *cx, const struct listing *l, struct buf *out)
{
	struct json_out o;
	int r;

	json_out_init(&o, out, 1);
	json_out_object(&o);
	json_out_key_u64(&o, "schemaVersion", 1);
	r = l->why ? write_why(cx, l, &o) : write_everything(cx, l, &o);
	if (r < 0)
		return r;
	json_out_end_object(&o);
	json_out_finish(&o);
	return 0;
}

const struct listing_format listing_json = {
	.name = "json",
	.write = json_write,
};
