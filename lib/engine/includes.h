/* SPDX-License-Identifier: Apache-2.0 */
/* engine/includes.h: includes that were given another place in the container. */
#ifndef ENGINE_INCLUDES_H
#define ENGINE_INCLUDES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct ctx;
struct entry;
struct graph;
struct spec;

/* One include that was given more than a path. */
struct relocation {
	const char *from; /* where its nodes are: links followed */
	const char *to;   /* NULL: they stay there */
	uint32_t mode;    /* with has_mode, as in struct include */
	bool has_mode;
	bool owned; /* by uid and gid */
	uint32_t uid, gid;
};

struct known_accounts;

struct includes {
	const struct known_accounts
		*known;          /* for the names of owners; set before includes_find() */
	struct relocation *list; /* those that move first */
	size_t n_moving, n;
	bool *moved; /* per node: only a relocated include asked for it, so it is not needed where
			it was */
};

/* Find out what moves where, and what changes its mode or owner. Everything lies in a. The inside
 * of a store path cannot be moved, and no store path is changed: OCIT_E_UNSUPPORTED. An owner that
 * the container does not know is an error as in accounts_find(). */
int includes_find(struct ctx *cx, const struct spec *spec, const struct graph *g, struct arena *a,
	struct includes *ret);
/* The path of a node after relocation, in a; NULL in *ret when the relocation is not about it. */
int includes_place(struct ctx *cx, const struct relocation *rel, const char *path, struct arena *a,
	const char **ret);
/* Give an entry that stands for a node at path the mode and owner of this include. */
void includes_dress(const struct relocation *rel, struct entry *e);
/* The same for a node that stays: the include nearest to it decides. */
void includes_dress_staying(const struct includes *in, struct entry *e);

#endif
