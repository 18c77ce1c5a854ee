/* SPDX-License-Identifier: Apache-2.0 */
/* engine/includes.h: includes that were given another place in the container. */
#ifndef ENGINE_INCLUDES_H
#define ENGINE_INCLUDES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct ctx;
struct graph;
struct spec;

/* One include with a destination. */
struct relocation {
	const char *from; /* where its nodes are: links followed */
	const char *to;
};

struct includes {
	struct relocation *list;
	size_t n;
	bool *moved; /* per node: only a relocated include asked for it, so it is not needed where
			it was */
};

/* Find out what moves where. Everything lies in a. The inside of a store path cannot be moved:
 * OCIT_E_UNSUPPORTED. */
int includes_find(struct ctx *cx, const struct spec *spec, const struct graph *g, struct arena *a,
	struct includes *ret);
/* The path of a node after relocation, in a; NULL in *ret when the relocation is not about it. */
int includes_place(struct ctx *cx, const struct relocation *rel, const char *path, struct arena *a,
	const char **ret);

#endif
