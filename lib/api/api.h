/* SPDX-License-Identifier: Apache-2.0 */
/* api/api.h: what the public types are inside, and what every public function does on its way in
 * and out. */
#ifndef API_API_H
#define API_API_H

#include "base/ctx.h"

struct graph;
struct plan;
struct report;
struct spec;

struct ocit_ctx {
	struct ctx cx;
	ocit_error error; /* of the last call; its strings lie in cx */
};

/* Start a call: the record of the one before is forgotten. */
struct ctx *api_enter(ocit_ctx *ctx);
/* End a call with r: a failure has a message, a success has none. Returns r. */
int api_leave(ocit_ctx *ctx, int r);

/* The other public types are the internal ones under another name. */
static inline struct spec *spec_of(const ocit_spec *spec)
{
	return (struct spec *)(uintptr_t)spec;
}
static inline struct graph *graph_of(const ocit_graph *graph)
{
	return (struct graph *)(uintptr_t)graph;
}
static inline struct report *report_of(const ocit_report *report)
{
	return (struct report *)(uintptr_t)report;
}
static inline struct plan *plan_of(const ocit_plan *plan)
{
	return (struct plan *)(uintptr_t)plan;
}

#endif
