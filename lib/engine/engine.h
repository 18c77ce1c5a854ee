/* SPDX-License-Identifier: Apache-2.0 */
/* engine/engine.h: the two steps between what is asked and what is written. */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include <stddef.h>

struct ctx;
struct graph;
struct plan;
struct source_ops;
struct spec;

/*
 * Everything the command of spec needs, as a fixed point over a table of sources. The graph is
 * frozen and the caller's. The tables are parameters so that tests can run the engine on fakes.
 */
int closure_find(struct ctx *cx, const struct spec *spec, const struct source_ops *const *table,
	size_t table_len, struct graph **ret);
/* Every entry of the output and config.json, from a frozen graph. The plan is frozen and the
 * caller's. */
int planner_run(struct ctx *cx, const struct spec *spec, struct graph *graph, struct plan **ret);

#endif
