/* SPDX-License-Identifier: Apache-2.0 */
/* engine/entries.c: nothing is ever planned below a symlink, a file or a store path. */
#include "engine/entries.h"

#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "base/text.h"

void entries_init(struct entries *es, struct arena *a, int64_t mtime)
{
	*es = (struct entries){ .a = a, .mtime = mtime };
	map_init(&es->index);
}

void entries_done(struct entries *es)
{
	mem_free(es->list);
	map_done(&es->index);
	es->list = NULL;
	es->n = es->cap = 0;
}

static struct entry *find(const struct entries *es, const char *path, size_t len)
{
	uint32_t at;

	return map_find(&es->index, path, len, &at) ? &es->list[at] : NULL;
}

struct entry *entries_find(const struct entries *es, const char *path)
{
	return find(es, path, strlen(path));
}

static int append(struct ctx *cx, struct entries *es, const struct entry *def)
{
	if (es->n >= cx->max_files)
		return fail(cx, OCIT_E_LIMIT, "more than %llu files and directories",
			(unsigned long long)cx->max_files);
	if (mem_grow(&es->list, &es->cap, es->n + 1, sizeof(*def)) < 0)
		return fail_nomem(cx);
	if (map_put(&es->index, def->path, strlen(def->path), (uint32_t)es->n) < 0)
		return fail_nomem(cx);
	es->list[es->n++] = *def;
	return 0;
}

static int need_directory(struct ctx *cx, const struct entry *e)
{
	switch (e->kind) {
	case NODE_DIR:
		break;
	case NODE_LINK:
		return fail(cx, OCIT_E_FORMAT, "'%s' is a symlink, a directory is needed", e->path);
	case NODE_FILE:
		return fail(cx, OCIT_E_FORMAT, "'%s' is a file, a directory is needed", e->path);
	case NODE_TREE:
		return fail(cx, OCIT_E_FORMAT, "'%s' is a store path, nothing can be made in it",
			e->path);
	}
	return 0;
}

static struct entry directory(const struct entries *es, const char *path, enum origin origin)
{
	return (struct entry){
		.path = path,
		.kind = NODE_DIR,
		.origin = origin,
		.node = GRAPH_NONE,
		.mode = 0755,
		.mtime = es->mtime,
		.place = GRAPH_NONE,
	};
}

/* The directory that is the first len bytes of path. */
static int make_parent(struct ctx *cx, struct entries *es, const char *path, size_t len)
{
	const struct entry *e = find(es, path, len);
	struct entry def;

	if (e)
		return need_directory(cx, e);
	def = directory(es, arena_copy(es->a, path, len), ORIGIN_PARENT);
	return def.path ? append(cx, es, &def) : fail_nomem(cx);
}

static int make_parents(struct ctx *cx, struct entries *es, const char *path)
{
	int r = path[1] ? make_parent(cx, es, path, 1) : 0;

	for (const char *s = strchr(path + 1, '/'); s && r == 0; s = strchr(s + 1, '/'))
		r = make_parent(cx, es, path, (size_t)(s - path));
	return r;
}

int entries_add(struct ctx *cx, struct entries *es, const struct entry *def)
{
	struct entry *old = entries_find(es, def->path);
	int r;

	if (!old) {
		r = make_parents(cx, es, def->path);
		return r < 0 ? r : append(cx, es, def);
	}
	if (old->kind != NODE_DIR || def->kind != NODE_DIR)
		return fail(cx, OCIT_E_FORMAT, "'%s' is there twice", def->path);
	if (old->origin == ORIGIN_PARENT) {
		const char *path = old->path; /* the key of the index */

		*old = *def;
		old->path = path;
	}
	return 0;
}

int entries_dir(
	struct ctx *cx, struct entries *es, const char *path, uint32_t mode, enum origin origin)
{
	const struct entry *old = entries_find(es, path);
	struct entry def = directory(es, path, origin);
	int r = old ? need_directory(cx, old) : 0;

	if (r < 0)
		return r;
	def.mode = mode;
	return entries_add(cx, es, &def);
}

static bool entry_at(
	const void *data, const char *path, enum node_kind *ret, const char **ret_target)
{
	const struct entry *e = entries_find(data, path);

	if (!e)
		return false;
	*ret = e->kind;
	*ret_target = e->target;
	return true;
}

int entries_walk(struct ctx *cx, const struct entries *es, const char *path, bool follow_last,
	struct walk *ret)
{
	const struct walk_view view = { .data = es, .at = entry_at };

	return walk_path(cx, &view, es->a, path, follow_last, ret);
}

int entries_place(struct ctx *cx, const struct entries *es, const char *path, const char **ret)
{
	const char *parent = path_parent(es->a, path);
	const char *place;
	struct walk walk;
	int r = parent ? entries_walk(cx, es, parent, true, &walk) : fail_nomem(cx);

	if (r < 0)
		return r;
	if (walk.kind == WALK_LOOP)
		return fail(cx, OCIT_E_FORMAT, "'%s' is a loop of symlinks", parent);
	if (!walk.link) {
		*ret = path;
		return 0;
	}
	place = arena_printf(es->a, "%s/%s", walk.path[1] ? walk.path : "", path_base(path));
	if (!place)
		return fail_nomem(cx);
	*ret = place;
	return 0;
}
