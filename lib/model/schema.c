/* SPDX-License-Identifier: Apache-2.0 */
/* model/schema.c: a document and its rows walked side by side, without recursion. */
#include "model/schema.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "codec/json.h"
#include "model/report.h"
#include "model/schema_run.h"
#include "model/schema_table.h"

enum { PATH_BYTES_MAX = 1 << 16, GUESSES_MAX = 100 };

/* A container on the way to the value that is looked at. */
struct level {
	const struct schema_row *row;
	const struct json_value *value;
	size_t next; /* index of the member to look at */
	size_t path; /* length of the path to the container */
};

struct walk {
	struct schema_run run;
	struct level levels[JSON_DEPTH_MAX + 1];
	size_t depth;
};

bool schema_kind_find(const char *name, enum schema_kind *ret)
{
	for (size_t i = 0; i < SCHEMA_KINDS; i++) {
		if (strcmp(schema_roots[i].name, name) == 0) {
			*ret = (enum schema_kind)i;
			return true;
		}
	}
	return false;
}

static void path_cut(struct buf *path, size_t len)
{
	path->len = len;
	if (path->data)
		path->data[len] = '\0';
}

static bool is_plain(const char *key)
{
	return *key && !key[strspn(key, "0123456789_-abcdefghijklmnopqrstuvwxyz"
					"ABCDEFGHIJKLMNOPQRSTUVWXYZ")];
}

/* Names that could be taken for several are quoted. A long one is shortened: it is in every
 * finding below it. */
static void path_key(struct buf *path, const char *key)
{
	char shown[SCHEMA_SHOWN_MAX + 4];

	schema_shorten(key, shown);
	if (is_plain(shown))
		buf_printf(path, "%s%s", path->len ? "." : "", shown);
	else
		buf_printf(path, "[\"%s\"]", shown);
}

static const struct schema_row *row_find(const struct schema_row *object, const char *key)
{
	for (size_t i = 0; i < object->count; i++)
		if (strcmp(schema_rows[object->first + i].name, key) == 0)
			return &schema_rows[object->first + i];
	return NULL;
}

static int check_missing(
	struct schema_run *run, const struct schema_row *object, const struct json_value *v)
{
	size_t len = run->path->len;
	int r = 0;

	for (size_t i = 0; !r && i < object->count; i++) {
		const struct schema_row *row = &schema_rows[object->first + i];

		if (!row->required || json_member(v, row->name))
			continue;
		if (row->absent) {
			schema_needs(run, row->absent);
			continue;
		}
		path_key(run->path, row->name);
		r = schema_error(run, "required, but missing");
		path_cut(run->path, len);
	}
	return r;
}

/* The known member that a writer of key may have meant, or NULL. */
static const char *row_near(const struct schema_row *object, const char *key)
{
	size_t best = strlen(key) / 3 + 1;
	const char *near = NULL;

	for (size_t i = 0; i < object->count; i++) {
		const char *name = schema_rows[object->first + i].name;
		size_t distance = text_distance(key, name);

		if (distance < best) {
			best = distance;
			near = name;
		}
	}
	return near;
}

static int add_unknown(struct schema_run *run, const char *near)
{
	struct report *report = run->report;

	if (!near)
		return report_info(run->cx, report, "unknown-member", run->path->data,
			"the specification has no such member");
	return report_info(run->cx, report, "unknown-member", run->path->data,
		"the specification has no such member; was '%s' meant?", near);
}

/* Guessing takes time, and nobody reads a thousand guesses. */
static int tell_unknown(struct schema_run *run, const struct schema_row *object, const char *key)
{
	const char *near = run->unknown++ < GUESSES_MAX ? row_near(object, key) : NULL;
	size_t len = run->path->len;
	int r;

	path_key(run->path, key);
	r = buf_check(run->cx, run->path);
	if (!r)
		r = add_unknown(run, near);
	path_cut(run->path, len);
	return r;
}

static bool is_walked(const struct schema_row *row, const struct json_value *v)
{
	bool walked = row->type == SCHEMA_OBJECT || row->type == SCHEMA_ARRAY ||
		      row->type == SCHEMA_MAP;
	enum json_type wanted = row->type == SCHEMA_ARRAY ? JSON_ARRAY : JSON_OBJECT;

	return walked && json_type(v) == wanted;
}

/* Check a value, and have its members visited. */
static int enter(struct walk *w, const struct schema_row *row, const struct json_value *v)
{
	int r;

	schema_needs(&w->run, row->since);
	r = schema_value_check(&w->run, row, v);
	if (r < 0 || !is_walked(row, v))
		return r;
	if (row->type == SCHEMA_OBJECT)
		r = check_missing(&w->run, row, v);
	w->levels[w->depth++] = (struct level){ row, v, 0, w->run.path->len };
	return r;
}

static int visit_next(struct walk *w, struct level *level)
{
	const struct schema_row *row = &schema_rows[level->row->first];
	size_t i = level->next++;
	const struct json_value *v;
	const char *key = "";

	if (json_type(level->value) == JSON_ARRAY) {
		v = json_at(level->value, i);
		buf_printf(w->run.path, "[%zu]", i);
		return enter(w, row, v);
	}
	v = json_member_at(level->value, i, &key);
	if (level->row->type == SCHEMA_OBJECT)
		row = row_find(level->row, key);
	if (!row)
		return tell_unknown(&w->run, level->row, key);
	path_key(w->run.path, key);
	return enter(w, row, v);
}

static int walk_all(struct walk *w)
{
	int r = 0;

	while (!r && w->depth) {
		struct level *top = &w->levels[w->depth - 1];

		path_cut(w->run.path, top->path);
		if (top->next == json_count(top->value)) {
			w->depth--;
			continue;
		}
		r = poll_cancel(w->run.cx);
		if (!r)
			r = visit_next(w, top);
	}
	return r;
}

int schema_check(struct ctx *cx, enum schema_kind kind, const struct json_value *document,
	struct report *report, const char **ret_version)
{
	struct walk w = { .run = { .cx = cx, .report = report } };
	AUTO(buf) struct buf path;
	int r;

	buf_init(&path, PATH_BYTES_MAX);
	w.run.path = &path;
	r = enter(&w, &schema_rows[schema_roots[kind].row], document);
	if (!r)
		r = walk_all(&w);
	if (!r && kind == SCHEMA_CONFIG)
		r = schema_config_rules(&w.run, document);
	if (!r && ret_version)
		*ret_version = schema_versions[w.run.version];
	return r;
}
