/* SPDX-License-Identifier: Apache-2.0 */
/* sink/emit_walk.c: in which order, and by which lane, entries reach the outputs. */
#include <stdlib.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "base/text.h"
#include "os/pool.h"
#include "sink/emit.h"

static const struct entry *entry_at(const struct emission *em, size_t index)
{
	return &em->plan->entries[index];
}

/* Directories whose end is still due. */
struct open_dirs {
	size_t *entries;
	size_t count, cap;
};

static void auto_open_dirs(struct open_dirs *d)
{
	mem_free(d->entries);
}

/* End the directories that path is not in; NULL ends all. */
static int leave_dirs(struct ctx *cx, struct emission *em, struct open_dirs *dirs, const char *path)
{
	while (dirs->count) {
		size_t top = dirs->entries[dirs->count - 1];
		int r;

		if (path && path_within(path, entry_at(em, top)->path))
			return 0;
		r = emit_dir_end(cx, em, &em->lanes[0], top);
		if (r < 0)
			return r;
		dirs->count--;
	}
	return 0;
}

static int enter_dir(struct ctx *cx, struct emission *em, struct open_dirs *dirs, size_t index)
{
	int r;

	r = mem_grow(&dirs->entries, &dirs->cap, dirs->count + 1, sizeof(*dirs->entries));
	if (r < 0)
		return fail_nomem(cx);
	r = emit_dir_begin(cx, em, &em->lanes[0], index);
	if (r < 0)
		return r;
	dirs->entries[dirs->count++] = index;
	return 0;
}

/* One lane: the order of the plan, which streams need. */
static int walk_in_order(struct ctx *cx, struct emission *em)
{
	AUTO(open_dirs) struct open_dirs dirs = { 0 };

	for (size_t i = 0; i < em->plan->n_entries; i++) {
		const struct entry *e = entry_at(em, i);
		int r = leave_dirs(cx, em, &dirs, e->path);

		if (!r)
			r = e->kind == NODE_DIR ? enter_dir(cx, em, &dirs, i)
						: emit_entry(cx, em, &em->lanes[0], i);
		if (r < 0)
			return r;
	}
	return leave_dirs(cx, em, &dirs, NULL);
}

/* What lanes share: entries that need no order among themselves. */
struct work {
	struct emission *em;
	size_t *entries;
	size_t count;
};

static void auto_work(struct work *w)
{
	mem_free(w->entries);
}

static int work_one(struct ctx *cx, void *user, unsigned lane, size_t item)
{
	struct work *w = user;

	return emit_entry(cx, w->em, &w->em->lanes[lane], w->entries[item]);
}

/* Large trees first, so that no lane is left with one when the others are through; then the plan's
 * order, where neighbours share their directory. */
static int compare_work(const void *a, const void *b, void *user)
{
	const struct emission *em = user;
	size_t x = *(const size_t *)a, y = *(const size_t *)b;
	const struct entry *ex = entry_at(em, x), *ey = entry_at(em, y);
	uint64_t wx = ex->kind == NODE_TREE ? ex->size + 1 : 0;
	uint64_t wy = ey->kind == NODE_TREE ? ey->size + 1 : 0;

	if (wx != wy)
		return wx > wy ? -1 : 1;
	return x < y ? -1 : x > y;
}

static int walk_contents(struct ctx *cx, struct emission *em)
{
	AUTO(work) struct work w = { .em = em };

	w.entries = mem_array(em->plan->n_entries, sizeof(*w.entries));
	if (!w.entries)
		return fail_nomem(cx);
	for (size_t i = 0; i < em->plan->n_entries; i++)
		if (entry_at(em, i)->kind != NODE_DIR && !entry_at(em, i)->hard)
			w.entries[w.count++] = i;
	qsort_r(w.entries, w.count, sizeof(*w.entries), compare_work, em);
	return pool_run(cx, em->n_lanes, w.count, 1, work_one, &w);
}

/* Another name for a file needs the file. */
static int walk_hard_links(struct ctx *cx, struct emission *em)
{
	int r = 0;

	for (size_t i = 0; !r && i < em->plan->n_entries; i++)
		if (entry_at(em, i)->hard)
			r = emit_entry(cx, em, &em->lanes[0], i);
	return r;
}

/* Several lanes: directories first, so that everything has its parent; their times last. */
static int walk_in_lanes(struct ctx *cx, struct emission *em)
{
	int r = 0;

	for (size_t i = 0; !r && i < em->plan->n_entries; i++)
		if (entry_at(em, i)->kind == NODE_DIR)
			r = emit_dir_begin(cx, em, &em->lanes[0], i);
	if (!r)
		r = walk_contents(cx, em);
	if (!r)
		r = walk_hard_links(cx, em);
	for (size_t i = em->plan->n_entries; !r && i-- > 0;)
		if (entry_at(em, i)->kind == NODE_DIR)
			r = emit_dir_end(cx, em, &em->lanes[0], i);
	return r;
}

int emit_walk(struct ctx *cx, struct emission *em)
{
	return em->n_lanes > 1 ? walk_in_lanes(cx, em) : walk_in_order(cx, em);
}
