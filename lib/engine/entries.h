/* SPDX-License-Identifier: Apache-2.0 */
/* engine/entries.h: a plan in the making: entries by path, each below a real directory. */
#ifndef ENGINE_ENTRIES_H
#define ENGINE_ENTRIES_H

#include "base/map.h"
#include "engine/walk.h"
#include "model/plan.h"

struct entries {
	struct arena *a; /* the plan's */
	int64_t mtime;   /* of directories made on the way */
	struct entry *list;
	size_t n, cap;
	struct map index;
};

void entries_init(struct entries *es, struct arena *a, int64_t mtime);
void entries_done(struct entries *es);
/* NULL: none. Valid until the next addition. */
struct entry *entries_find(const struct entries *es, const char *path);
/*
 * Add one entry, whose strings are borrowed, and the directories above it. A directory that is
 * there already stays, unless it was only made on the way; anything else that is there is
 * OCIT_E_FORMAT, and so is a symlink, file or store path where a directory above is needed: the
 * message names that component.
 */
int entries_add(struct ctx *cx, struct entries *es, const struct entry *def);
/* See to it that there is a real directory. */
int entries_dir(
	struct ctx *cx, struct entries *es, const char *path, uint32_t mode, enum origin origin);
/* Where a path leads among the entries. */
int entries_walk(struct ctx *cx, const struct entries *es, const char *path, bool follow_last,
	struct walk *ret);
/* The path with the links above its last component followed: where an entry has to be made so that
 * it is found. */
int entries_place(struct ctx *cx, const struct entries *es, const char *path, const char **ret);

static inline void auto_entries(struct entries *es)
{
	entries_done(es);
}

#endif
