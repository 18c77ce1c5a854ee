/* SPDX-License-Identifier: Apache-2.0 */
/* api/pipeline.c: description -> graph -> plan -> outputs; the engine gets its tables here. */
#include <string.h>

#include "api/api.h"
#include "api/config_rules.h"
#include "api/devices.h"
#include "api/mount_sources.h"
#include "base/mem.h"
#include "engine/engine.h"
#include "model/plan.h"
#include "model/spec.h"
#include "os/tree.h"
#include "sink/sink.h"
#include "source/source.h"

enum { TARGETS_MAX = 64 };

static int find_closure(struct ctx *cx, const struct spec *spec, ocit_graph **ret)
{
	struct graph *graph;
	int r = poll_cancel(cx);

	if (r == 0)
		r = spec_check(cx, spec);
	if (r < 0)
		return r;
	ctx_event(cx, OCIT_EVENT_BEGIN, OCIT_PHASE_CLOSURE, 0, 0, NULL);
	r = closure_find(cx, spec, source_table, source_table_len, &graph);
	if (r < 0)
		return r;
	ctx_event(cx, OCIT_EVENT_END, OCIT_PHASE_CLOSURE, graph->n_nodes, graph->n_nodes, NULL);
	*ret = (ocit_graph *)graph;
	return 0;
}

int ocit_closure(ocit_ctx *ctx, const ocit_spec *spec, ocit_graph **ret)
{
	struct ctx *cx;

	if (!ctx)
		return OCIT_E_USAGE;
	cx = api_enter(ctx);
	if (!spec || !ret)
		return api_leave(ctx,
			fail(cx, OCIT_E_USAGE, "ocit_closure: %s is NULL", spec ? "ret" : "spec"));
	return api_leave(ctx, find_closure(cx, spec_of(spec), ret));
}

void ocit_graph_free(ocit_graph *graph)
{
	if (graph)
		graph_unref(graph_of(graph));
}

/* The description is shared and immutable: what the disk says about its mounts and the process
 * about its owner goes into a copy. */
static int make_plan(
	struct ctx *cx, const struct spec *spec, struct graph *graph, struct plan **ret)
{
	AUTO(arena) struct arena a;
	AUTO(plan) struct plan *plan = NULL;
	struct spec seen = *spec;
	int r;

	arena_init(&a);
	r = spec_map_caller(cx, &seen, process_uid(), process_gid(), &a);
	if (!r)
		r = mount_sources_look(cx, spec, &a, &seen.mounts);
	if (!r)
		r = devices_look(cx, &seen, &a, &seen.devices);
	if (r < 0)
		return r;
	r = planner_run(cx, &seen, graph, &plan);
	if (!r)
		r = config_rules(cx, spec, plan);
	if (!r)
		*ret = take(&plan);
	return r;
}

static int plan_it(
	struct ctx *cx, const struct spec *spec, const struct graph *shared, ocit_plan **ret)
{
	AUTO(graph) struct graph *graph = graph_ref(shared);
	struct plan *plan = NULL;
	int r = poll_cancel(cx);

	if (r == 0)
		r = spec_check(cx, spec);
	if (r < 0)
		return r;
	ctx_event(cx, OCIT_EVENT_BEGIN, OCIT_PHASE_PLAN, 0, 0, NULL);
	r = make_plan(cx, spec, graph, &plan);
	if (r < 0)
		return r;
	ctx_event(cx, OCIT_EVENT_END, OCIT_PHASE_PLAN, plan->n_entries, plan->n_entries, NULL);
	*ret = (ocit_plan *)plan;
	return 0;
}

int ocit_plan_new(ocit_ctx *ctx, const ocit_spec *spec, const ocit_graph *graph, ocit_plan **ret)
{
	struct ctx *cx;

	if (!ctx)
		return OCIT_E_USAGE;
	cx = api_enter(ctx);
	if (!spec || !graph || !ret)
		return api_leave(ctx, fail(cx, OCIT_E_USAGE, "ocit_plan_new: %s is NULL",
					      !spec    ? "spec"
					      : !graph ? "graph"
						       : "ret"));
	return api_leave(ctx, plan_it(cx, spec_of(spec), graph_of(graph), ret));
}

void ocit_plan_free(ocit_plan *plan)
{
	if (plan)
		plan_free(plan_of(plan));
}

void ocit_plan_summary(const ocit_plan *plan, ocit_summary *ret)
{
	ocit_summary sum = { .size = 0 };
	size_t size = ret ? ret->size : 0;

	if (size < sizeof(sum.size))
		return;
	if (plan) {
		const struct plan *p = plan_of(plan);

		sum.bytes = p->bytes;
		sum.files = p->n_entries;
		sum.units = p->graph->n_units;
		sum.notes = p->n_told;
		sum.terminal = p->terminal;
		sum.rootless = p->rootless;
	}
	/* An older caller knows fewer members, a newer one more: those stay as they are. */
	sum.size = size;
	memcpy(ret, &sum, size < sizeof(sum) ? size : sizeof(sum));
}

const char *ocit_plan_note(const ocit_plan *plan, size_t i)
{
	return plan && i < plan_of(plan)->n_told ? plan_of(plan)->told[i] : NULL;
}

/* Members that a newer header has appended must be zero: they ask for what we cannot do. */
static bool tail_is_zero(const unsigned char *bytes, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (bytes[i])
			return false;
	return true;
}

static int target_check(struct ctx *cx, const ocit_target *target, size_t size)
{
	const unsigned known = OCIT_TARGET_NO_VERIFY | OCIT_TARGET_FILES | OCIT_TARGET_NO_NOTES |
			       OCIT_TARGET_REPLACE | OCIT_TARGET_SYNC;

	if (target->size != size)
		return fail(cx, OCIT_E_USAGE, "ocit_target.size is %zu, %zu is expected",
			target->size, size);
	if ((target->flags & ~known) ||
		!tail_is_zero((const unsigned char *)target, sizeof(*target), size))
		return fail(cx, OCIT_E_UNSUPPORTED,
			"ocit_target asks for something newer than this library");
	if (!target->transport)
		return fail(cx, OCIT_E_USAGE, "ocit_target.transport is NULL");
	if (!target->name && target->fd < 0)
		return fail(cx, OCIT_E_USAGE, "ocit_target has neither a name nor a descriptor");
	return 0;
}

/* The caller's array, whose elements may be larger than ours. */
static ocit_target *target_at(ocit_target *targets, size_t size, size_t i)
{
	void *at = (char *)targets + i * size;

	return at;
}

/* Elements of one size, whatever the caller's library had, in an array of our own. */
static int targets_copy(struct ctx *cx, ocit_target *targets, size_t count, ocit_target **ret)
{
	size_t size = targets->size;
	AUTO(mem) ocit_target *own = mem_array(count, sizeof(*own));

	if (!own)
		return fail_nomem(cx);
	if (size < sizeof(*own) || size % _Alignof(ocit_target))
		return fail(cx, OCIT_E_USAGE, "ocit_target.size is %zu, at least %zu is needed",
			size, sizeof(*own));
	for (size_t i = 0; i < count; i++) {
		int r = target_check(cx, target_at(targets, size, i), size);

		if (r < 0)
			return within(cx, r, "target %zu", i);
		own[i] = *target_at(targets, size, i);
		own[i].size = sizeof(*own);
	}
	*ret = take(&own);
	return 0;
}

typedef int targets_fn(struct ctx *cx, const struct plan *plan, ocit_target *targets, size_t count);

static int with_targets(struct ctx *cx, const struct plan *plan, ocit_target *targets, size_t count,
	targets_fn *work)
{
	AUTO(mem) ocit_target *own = NULL;
	int r = targets_copy(cx, targets, count, &own);

	if (r == 0)
		r = poll_cancel(cx);
	if (r == 0)
		r = work(cx, plan, own, count);
	for (size_t i = 0; r == 0 && i < count; i++) {
		ocit_target *target = target_at(targets, targets->size, i);

		memcpy(target->digest, own[i].digest, sizeof(target->digest));
		target->bytes = own[i].bytes;
		target->files = own[i].files;
	}
	return r;
}

static int enter_targets(ocit_ctx *ctx, const char *function, const ocit_plan *plan,
	ocit_target *targets, size_t count, targets_fn *work)
{
	struct ctx *cx;

	if (!ctx)
		return OCIT_E_USAGE;
	cx = api_enter(ctx);
	if (!plan || !targets)
		return api_leave(ctx, fail(cx, OCIT_E_USAGE, "%s: %s is NULL", function,
					      plan ? "targets" : "plan"));
	if (!count || count > TARGETS_MAX)
		return api_leave(ctx, fail(cx, OCIT_E_USAGE, "%zu targets, at least 1, limit %d",
					      count, TARGETS_MAX));
	return api_leave(ctx, with_targets(cx, plan_of(plan), targets, count, work));
}

int ocit_emit(ocit_ctx *ctx, const ocit_plan *plan, ocit_target *targets, size_t count)
{
	return enter_targets(ctx, "ocit_emit", plan, targets, count, sink_emit);
}

int ocit_emit_check(ocit_ctx *ctx, const ocit_plan *plan, ocit_target *targets, size_t count)
{
	return enter_targets(ctx, "ocit_emit_check", plan, targets, count, sink_check);
}

int ocit_remove(ocit_ctx *ctx, int dirfd, const char *name)
{
	struct ctx *cx;

	if (!ctx)
		return OCIT_E_USAGE;
	cx = api_enter(ctx);
	if (!name || !*name)
		return api_leave(ctx, fail(cx, OCIT_E_USAGE, "ocit_remove: no name"));
	return api_leave(ctx, tree_remove(cx, dirfd, name));
}
