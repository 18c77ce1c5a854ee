/* SPDX-License-Identifier: Apache-2.0 */
/* engine/skeleton.c: found by taking one thing away and running a hundred commands. */
#include "engine/skeleton.h"

#include "base/ctx.h"
#include "engine/entries.h"

struct row {
	const char *path;
	const char *target; /* NULL: a directory */
	uint32_t mode;
};

/* Parents first. /usr is there even when empty: systemd-nspawn takes it for the sign of a root. */
static const struct row rows[] = {
	{ "/", NULL, 0755 },
	{ "/dev", NULL, 0755 },
	{ "/etc", NULL, 0755 },
	{ "/proc", NULL, 0755 },
	{ "/root", NULL, 0700 },
	{ "/run", NULL, 0755 },
	{ "/run/lock", NULL, 01777 },
	{ "/sys", NULL, 0755 },
	{ "/tmp", NULL, 01777 },
	{ "/usr", NULL, 0755 },
	{ "/var", NULL, 0755 },
	{ "/var/lock", "/run/lock", 0777 },
	{ "/var/run", "/run", 0777 },
	{ "/var/tmp", NULL, 01777 },
};

static int add_link(struct ctx *cx, struct entries *es, const struct row *row, const char *path)
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

static int add_row(struct ctx *cx, struct entries *es, const struct row *row)
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

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && r == 0; i++)
		r = within(cx, add_row(cx, es, &rows[i]), "skeleton '%s'", rows[i].path);
	return r;
}
