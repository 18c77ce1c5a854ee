/* SPDX-License-Identifier: Apache-2.0 */
/* engine/walk.h: where a path of the container leads, by what is known of its links; no disk. */
#ifndef ENGINE_WALK_H
#define ENGINE_WALK_H

#include <stdbool.h>

#include "model/graph.h"

struct arena;
struct ctx;

enum walk_kind {
	WALK_ABSENT,
	WALK_DIR,
	WALK_FILE,
	WALK_LINK, /* only when the last link is not followed */
	WALK_TREE, /* at or inside a store path: what is there is not known */
	WALK_LOOP
};

struct walk {
	enum walk_kind kind;
	const char *path; /* where it really is, or would be; inside trees as written */
	const char *link; /* the first symlink met; NULL: none */
};

/* What is known: the kind at a clean path, and the text of a link. false: nothing. */
struct walk_view {
	const void *data;
	bool (*at)(
		const void *data, const char *path, enum node_kind *ret, const char **ret_target);
};

/* Directories that nobody mentioned are taken as there. Strings of *ret lie in a. */
int walk_path(struct ctx *cx, const struct walk_view *view, struct arena *a, const char *path,
	bool follow_last, struct walk *ret);
/* The same over the nodes of a graph, links followed to the end. */
int walk_graph(
	struct ctx *cx, const struct graph *g, struct arena *a, const char *path, struct walk *ret);

#endif
