/* SPDX-License-Identifier: Apache-2.0 */
/* engine/skeleton.c: what every container has, around what the closure has there. */
#include "engine/skeleton.h"

#include "base/ctx.h"
#include "engine/entries.h"
#include "model/skeleton.h"

static int add_link(
	struct ctx *cx, struct entries *es, const struct skeleton_row *row, const char *path)
{
	const struct entry def = {
		.path = path,
		.kind = NODE_LINK,
		.origin = ORIGIN_SKELETON,
		.node = GRAPH_NONE,
		.mode = row->mode,
		.mtime = es->mtime,
		.target = row->target,
		.place = GRAPH_NONE,
	};

	return entries_add(cx, es, &def);
}

static int add_row(struct ctx *cx, struct entries *es, const struct skeleton_row *row)
{
	const char *path = row->path;
	const struct entry *old;
	int r = entries_place(cx, es, row->path, &path);

	if (r < 0)
		return r;
	old = entries_find(es, path);
	if (old && (old->kind == NODE_LINK || (old->kind == NODE_DIR && row->target)))
		return 0;
	if (row->target)
		return add_link(cx, es, row, path);
	return entries_dir(cx, es, path, row->mode, ORIGIN_SKELETON);
}

int skeleton_add(struct ctx *cx, struct entries *es)
{
	int r = 0;

	for (size_t i = 0; i < skeleton_rows_len && r == 0; i++)
		r = within(cx, add_row(cx, es, &skeleton_rows[i]), "skeleton '%s'",
			skeleton_rows[i].path);
	return r;
}
