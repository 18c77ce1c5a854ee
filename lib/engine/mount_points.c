/* SPDX-License-Identifier: Apache-2.0 */
/* engine/mount_points.c: mount points are made by us, not by the runtime at every start. */
#include "engine/mount_points.h"

#include "engine/mount_options.h"

#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "base/text.h"
#include "engine/cwd.h"
#include "engine/entries.h"
#include "engine/mounts.h"

static int fail_symlink(struct ctx *cx, const struct walk *walk)
{
	int r = fail(cx, OCIT_E_FORMAT, "'%s' is a symlink", walk->link);

	return walk->kind == WALK_LOOP ? r : advise(cx, r, "mount it at '%s'", walk->path);
}

static int add_file(struct ctx *cx, struct entries *es, const char *path)
{
	const struct entry *old = entries_find(es, path);
	const struct entry def = {
		.path = path,
		.kind = NODE_FILE,
		.origin = ORIGIN_MOUNT,
		.node = GRAPH_NONE,
		.mode = 0644,
		.mtime = es->mtime,
		.bytes = "",
		.place = GRAPH_NONE,
	};

	if (!old)
		return entries_add(cx, es, &def);
	if (old->kind == NODE_DIR)
		return fail(
			cx, OCIT_E_FORMAT, "it is a directory, the source of the mount is a file");
	return 0;
}

static int add_point(struct ctx *cx, struct entries *es, const struct mount *m)
{
	const char *path = m->destination;
	const char *kernel = cwd_kernel_dir(path);
	const struct entry *old;
	struct walk walk;
	int r;

	/* Those lie in a file system that is mounted before them. */
	if (kernel && strcmp(path, kernel) != 0)
		return 0;
	r = entries_walk(cx, es, path, true, &walk);
	if (r < 0)
		return r;
	if (walk.link)
		return fail_symlink(cx, &walk);
	old = entries_find(es, path);
	if (old && old->kind == NODE_TREE)
		return 0;
	if (m->source_is_file)
		return add_file(cx, es, path);
	if (old && old->kind == NODE_FILE && m->source_missing)
		return 0;
	return entries_dir(cx, es, path, 0755, ORIGIN_MOUNT);
}

int mount_points_add(struct ctx *cx, struct entries *es, const struct mount_list *mounts)
{
	int r = 0;

	for (size_t i = 0; i < mounts->count && r == 0; i++)
		r = mount_within(cx, add_point(cx, es, &mounts->mounts[i]), &mounts->mounts[i]);
	return r;
}

/* What a bind mount shows instead may well be the same; a tmpfs is empty for certain. */
static bool is_empty_mount(const struct mount *m)
{
	return m->type && !strcmp(m->type, "tmpfs");
}

/* The same path of the host has what was found there. */
static bool shows_the_same(const struct mount *m)
{
	return m->source && !strcmp(m->source, m->destination);
}

const struct edge *mount_points_hide(const struct mount *m, const struct graph *g)
{
	bool hides = is_empty_mount(m) || (mount_is_bind(m) && !shows_the_same(m));

	for (size_t i = 0; hides && i < g->n_edges; i++) {
		const struct edge *e = &g->edges[i];

		if (e->from == GRAPH_ROOT &&
			(e->rule == RULE_PROGRAM || e->rule == RULE_ARGUMENT) &&
			path_within(g->nodes[e->to].path, m->destination))
			return e;
	}
	return NULL;
}
