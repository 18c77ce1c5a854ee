/* SPDX-License-Identifier: Apache-2.0 */
/* sink/record.c: the record as JSON, one value a line, in the order of the plan. */
#include "sink/record.h"

#include <stdio.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "codec/json_out.h"
#include "sink/print.h"
#include "sink/reason.h"
#include "sink/sink.h"
#include "sink/units.h"

struct record {
	const struct plan *plan;
	const struct outcome *outcome;
	bool hashes;
	struct json_out out;
};

static void write_head(struct record *r)
{
	struct json_out *o = &r->out;
	struct hasher hasher;
	struct digest config;

	json_out_key_u64(o, "schemaVersion", 1);
	json_out_key(o, "tool");
	json_out_object(o);
	json_out_key_string(o, "name", "ocitools");
	json_out_key_string(o, "version", sink_version);
	json_out_end_object(o);

	json_out_key(o, "args");
	json_out_array(o);
	for (size_t i = 0; i < r->plan->n_args; i++)
		json_out_string(o, r->plan->args[i]);
	json_out_end_array(o);

	hasher_init(&hasher, DIGEST_SHA256);
	hasher_add(&hasher, r->plan->config, r->plan->config_len);
	hasher_end(&hasher, &config);
	json_out_key(o, "config");
	json_out_object(o);
	print_json_digest(o, "digest", &config);
	json_out_end_object(o);
}

static void write_unit(struct record *r, const struct unit *u, const struct unit_view *v)
{
	struct reason reason = reason_of_node(r->plan->graph, v->node);
	struct json_out *o = &r->out;

	json_out_object(o);
	unit_members(o, u);
	json_out_key_u64(o, "files", v->files);
	if (r->hashes)
		print_json_digest(o, "narHash", v->hash);
	reason_json(o, &reason);
	json_out_end_object(o);
}

static void write_units(struct record *r, const struct unit_view *views)
{
	const struct graph *g = r->plan->graph;

	json_out_key(&r->out, "units");
	json_out_array(&r->out);
	for (size_t i = 0; i < g->n_units; i++)
		write_unit(r, &g->units[i], &views[i]);
	json_out_end_array(&r->out);
}

static void write_kind(struct record *r, const struct entry *e)
{
	struct json_out *o = &r->out;

	if (e->kind == NODE_LINK) {
		json_out_key_string(o, "kind", "symlink");
		print_json_name(o, "target", e->target);
	} else if (e->kind == NODE_DIR) {
		json_out_key_string(o, "kind", "directory");
	} else if (e->kind == NODE_TREE) {
		json_out_key_string(o, "kind", "store-path");
	} else {
		json_out_key_string(o, "kind", "file");
		json_out_key_u64(o, "size", e->size);
		if (e->hard)
			print_json_name(o, "hardLink", e->hard->path);
		if (r->hashes)
			print_json_digest(o, "digest", &r->outcome->digests[e - r->plan->entries]);
	}
}

static void write_entry(struct record *r, const struct entry *e)
{
	const struct unit *unit = unit_of_entry(r->plan, e);
	struct reason reason = reason_of_entry(r->plan, e);
	struct json_out *o = &r->out;
	char mode[8];

	json_out_object(o);
	print_json_name(o, "path", e->path);
	write_kind(r, e);
	snprintf(mode, sizeof(mode), "%04o", e->kind == NODE_LINK ? 0777 : e->mode & 07777);
	json_out_key_string(o, "mode", mode);
	json_out_key_u64(o, "uid", e->uid);
	json_out_key_u64(o, "gid", e->gid);
	json_out_key(o, "mtime");
	json_out_i64(o, e->mtime);
	if (unit)
		print_json_name(o, "unit", unit->id);
	reason_json(o, &reason);
	json_out_end_object(o);
}

/* What lies in a store path is described by its NAR hash, and where it lies by its id, unless it
 * was moved. */
static bool is_listed(const struct record *r, const struct entry *e, const struct unit_view *views)
{
	const struct unit *u = unit_of_entry(r->plan, e);

	return e->kind != NODE_TREE || (u && views[u - r->plan->graph->units].moved);
}

static int write_entries(struct ctx *cx, struct record *r, const struct unit_view *views)
{
	json_out_key(&r->out, "files");
	json_out_array(&r->out);
	for (size_t i = 0; i < r->plan->n_entries; i++) {
		int e = poll_cancel(cx);

		if (e < 0)
			return e;
		if (is_listed(r, &r->plan->entries[i], views))
			write_entry(r, &r->plan->entries[i]);
	}
	json_out_end_array(&r->out);
	return 0;
}

int record_write(struct ctx *cx, const struct plan *plan, const struct outcome *outcome,
	bool hashes, struct buf *ret)
{
	struct record r = {
		.plan = plan,
		.outcome = outcome,
		.hashes = hashes && outcome->verified,
	};
	AUTO(mem) struct unit_view *views = NULL;
	int e = unit_views(cx, plan, outcome, &views);

	if (e < 0)
		return e;
	json_out_init(&r.out, ret, 1);
	json_out_object(&r.out);
	write_head(&r);
	write_units(&r, views);
	e = write_entries(cx, &r, views);
	if (e < 0)
		return e;
	json_out_key(&r.out, "notes");
	json_out_array(&r.out);
	for (size_t i = 0; i < plan->n_notes; i++)
		json_out_string(&r.out, plan->notes[i]);
	json_out_end_array(&r.out);
	json_out_end_object(&r.out);
	json_out_finish(&r.out);
	return buf_check(cx, ret);
}

void record_digest(const struct buf *text, char ret[DIGEST_TEXT_MAX])
{
	struct hasher hasher;
	struct digest digest;

	hasher_init(&hasher, DIGEST_SHA256);
	hasher_add(&hasher, text->data, text->len);
	hasher_end(&hasher, &digest);
	digest_text(&digest, ret);
}
