/* SPDX-License-Identifier: Apache-2.0 */
/* sink/emit.c: all outputs of one run: open, one walk, finish, publish all or none. */
#include "sink/emit.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "os/copy.h"
#include "os/stage.h"
#include "os/target.h"
#include "sink/targets.h"

enum { LANE_PATH_MAX = 64 << 10, STDOUT_FD = 1 };

const struct sink_ops *sink_find(const char *transport)
{
	for (size_t i = 0; i < sink_table_len; i++)
		if (!strcmp(sink_table[i]->name, transport))
			return sink_table[i];
	return NULL;
}

const char *target_label(const ocit_target *target)
{
	if (target->name)
		return target->name;
	return target->fd == STDOUT_FD ? "standard output" : "descriptor";
}

int emit_within(struct ctx *cx, int r, const struct output *o)
{
	if (o->target->name)
		return within(cx, r, "%s '%s'", o->target->transport, o->target->name);
	/* A report that is asked for and shown is no output to whoever reads it. */
	if (o->sink && o->sink->ops->flags & SINK_REPORT)
		return r;
	return within(cx, r, "%s", o->target->transport);
}

static void lane_done(struct emission *em, struct lane *lane)
{
	for (size_t i = 0; lane->states && i < em->n_outputs; i++)
		if (lane->states[i])
			em->outputs[i].sink->ops->lane_close(lane->states[i]);
	mem_free(lane->states);
	mem_free(lane->buffer);
	buf_done(&lane->path);
}

static void lanes_done(struct emission *em)
{
	for (unsigned i = 0; em->lanes && i < em->n_lanes; i++)
		lane_done(em, &em->lanes[i]);
	mem_free(em->lanes);
	em->lanes = NULL;
}

static void output_close(struct output *o)
{
	if (o->sink)
		o->sink->ops->close(o->sink);
	stage_close(o->stage);
}

/* Lanes go first: they belong to sinks. What was not published disappears with its stage. */
static void auto_emission(struct emission *em)
{
	lanes_done(em);
	for (size_t i = 0; em->outputs && i < em->n_outputs; i++)
		output_close(&em->outputs[i]);
	mem_free(em->outputs);
	mem_free(em->digests);
	mem_free(em->sizes);
	mem_free(em->files);
}

static int output_open(struct ctx *cx, struct emission *em, struct output *o)
{
	const struct sink_ops *ops = sink_find(o->target->transport);
	int r;

	if (!ops)
		return fail(cx, OCIT_E_USAGE, "unknown transport '%s'", o->target->transport);
	r = target_check(cx, em->plan, ops, o->target);
	if (!r && o->target->name)
		r = stage_open(cx, o->target->dirfd, o->target->name,
			target_stage_flags(ops, o->target), &o->stage);
	if (!r)
		r = ops->open(cx, em->plan, o->target, o->stage, &o->sink);
	if (r < 0)
		return emit_within(cx, r, o);
	o->walks = !(o->sink->flags & SINK_NO_WALK);
	o->data = o->walks && !(o->sink->flags & SINK_NO_DATA);
	return 0;
}

static int outputs_open(struct ctx *cx, struct emission *em, ocit_target *targets, size_t count)
{
	int r = targets_apart(cx, targets, count);

	if (r < 0)
		return r;
	em->outputs = mem_array(count, sizeof(*em->outputs));
	if (!em->outputs)
		return fail_nomem(cx);
	em->n_outputs = count;
	for (size_t i = 0; i < count; i++) {
		struct output *o = &em->outputs[i];

		o->target = &targets[i];
		r = output_open(cx, em, o);
		if (r < 0)
			return r;
		em->walking |= o->walks;
		em->data |= o->data;
		em->hashing |= o->data && !(o->target->flags & OCIT_TARGET_NO_VERIFY);
	}
	return 0;
}

/* Handing over a descriptor is possible when nobody else wants to see the bytes. */
static struct output *find_splicer(struct emission *em)
{
	struct output *found = NULL;

	if (em->hashing)
		return NULL;
	for (size_t i = 0; i < em->n_outputs; i++) {
		if (!em->outputs[i].data)
			continue;
		if (found || !em->outputs[i].sink->ops->splice)
			return NULL;
		found = &em->outputs[i];
	}
	return found;
}

static unsigned count_lanes(const struct ctx *cx, const struct emission *em)
{
	for (size_t i = 0; i < em->n_outputs; i++)
		if (em->outputs[i].walks && !(em->outputs[i].sink->flags & SINK_PARALLEL))
			return 1;
	return cx->threads > 1 ? cx->threads : 1;
}

static int lane_init(struct ctx *cx, struct emission *em, struct lane *lane)
{
	lane->states = mem_array(em->n_outputs, sizeof(*lane->states));
	lane->buffer = mem_alloc(em->data ? COPY_BUFFER : 0);
	if (!lane->states || !lane->buffer)
		return fail_nomem(cx);
	for (size_t i = 0; i < em->n_outputs; i++) {
		struct output *o = &em->outputs[i];
		int r;

		if (!o->walks || !o->sink->ops->lane_open)
			continue;
		r = o->sink->ops->lane_open(cx, o->sink, &lane->states[i]);
		if (r < 0)
			return emit_within(cx, r, o);
	}
	return 0;
}

static int lanes_init(struct ctx *cx, struct emission *em)
{
	unsigned n = count_lanes(cx, em);

	em->lanes = mem_array(n, sizeof(*em->lanes));
	if (!em->lanes)
		return fail_nomem(cx);
	em->n_lanes = n;
	for (unsigned i = 0; i < n; i++)
		buf_init(&em->lanes[i].path, LANE_PATH_MAX);
	for (unsigned i = 0; i < n; i++) {
		int r = lane_init(cx, em, &em->lanes[i]);

		if (r < 0)
			return r;
	}
	return 0;
}

static int outcome_init(struct ctx *cx, struct emission *em)
{
	size_t n = em->plan->n_entries;

	em->digests = mem_array(n, sizeof(*em->digests));
	em->sizes = mem_array(n, sizeof(*em->sizes));
	em->files = mem_array(n, sizeof(*em->files));
	if (!em->digests || !em->sizes || !em->files)
		return fail_nomem(cx);
	return 0;
}

static int write_all_outputs(struct ctx *cx, struct emission *em)
{
	int r;

	if (!em->walking)
		return 0;
	em->splicer = find_splicer(em);
	r = lanes_init(cx, em);
	if (!r)
		r = emit_walk(cx, em);
	lanes_done(em);
	return r;
}

static int finish_all(struct ctx *cx, struct emission *em)
{
	struct outcome outcome = {
		.digests = em->digests,
		.sizes = em->sizes,
		.files = em->files,
		.walked = em->walking,
		.verified = em->hashing,
	};

	for (size_t i = 0; i < em->plan->n_entries; i++) {
		outcome.bytes += em->sizes[i];
		outcome.n_files += em->files[i];
	}
	for (size_t i = 0; i < em->n_outputs; i++) {
		struct output *o = &em->outputs[i];
		int r = o->sink->ops->finish(cx, o->sink, &outcome, o->target);

		if (r < 0)
			return emit_within(cx, r, o);
		o->target->bytes = o->data ? outcome.bytes : 0;
		o->target->files = o->data ? outcome.n_files : 0;
	}
	return 0;
}

/* A later failure takes back what became visible before it: all outputs or none. */
static int publish_all(struct ctx *cx, struct emission *em)
{
	for (size_t i = 0; i < em->n_outputs; i++) {
		struct output *o = &em->outputs[i];
		int r = poll_cancel(cx);

		if (!r && o->stage)
			r = emit_within(cx, stage_publish(cx, o->stage), o);
		if (!r) {
			o->published = true;
			continue;
		}
		for (size_t k = i; k-- > 0;)
			if (em->outputs[k].stage)
				stage_withdraw(em->outputs[k].stage);
		return r;
	}
	return 0;
}

static int blame_remover(struct ctx *cx, const struct emission *em, int r)
{
	for (size_t i = 0; i < em->n_outputs; i++) {
		const struct output *o = &em->outputs[i];

		if (o->stage && stage_blame(cx, o->stage, &r))
			return emit_within(cx, r, o);
	}
	return r;
}

static int emit(struct ctx *cx, const struct plan *plan, ocit_target *targets, size_t count)
{
	AUTO(emission) struct emission em = { .cx = cx, .plan = plan };
	int r;

	if (!count)
		return fail(cx, OCIT_E_USAGE, "no output is named");
	for (size_t i = 0; i < count; i++) {
		memset(targets[i].digest, 0, sizeof(targets[i].digest));
		targets[i].bytes = targets[i].files = 0;
	}
	r = outcome_init(cx, &em);
	if (!r)
		r = outputs_open(cx, &em, targets, count);
	if (r < 0)
		return blame_remover(cx, &em, r);

	ctx_event(cx, OCIT_EVENT_BEGIN, OCIT_PHASE_WRITE, 0, plan->bytes, NULL);
	r = write_all_outputs(cx, &em);
	if (!r)
		r = finish_all(cx, &em);
	if (r < 0)
		return blame_remover(cx, &em, r);
	ctx_event(cx, OCIT_EVENT_END, OCIT_PHASE_WRITE, plan->bytes, plan->bytes, NULL);

	ctx_event(cx, OCIT_EVENT_BEGIN, OCIT_PHASE_PUBLISH, 0, count, NULL);
	r = publish_all(cx, &em);
	if (!r)
		ctx_event(cx, OCIT_EVENT_END, OCIT_PHASE_PUBLISH, count, count, NULL);
	return r < 0 ? blame_remover(cx, &em, r) : 0;
}

/* Where the least is free. What was written is gone by now: this is what another try finds. */
static const char *find_tightest(const ocit_target *targets, size_t count, struct space *ret)
{
	const char *found = NULL;

	for (size_t i = 0; i < count; i++) {
		struct space s;

		/* A stream may be what is full. */
		if (!targets[i].name)
			return NULL;
		if (target_space(targets[i].name, &s) < 0)
			continue;
		if (!found || s.bytes < ret->bytes) {
			found = targets[i].name;
			*ret = s;
		}
	}
	return found;
}

static int advise_space(struct ctx *cx, int r, uint64_t bytes, const char *name, struct space free)
{
	if (free.no_inodes)
		return advise(cx, r,
			"%" PRIu64 " bytes are free beside '%s'; the content is %" PRIu64
			" bytes for each output",
			free.bytes, name, bytes);
	return advise(cx, r,
		"%" PRIu64 " bytes and %" PRIu64
		" inodes are free beside '%s'; the content is %" PRIu64 " bytes for each output",
		free.bytes, free.inodes, name, bytes);
}

static int check_output(struct ctx *cx, const struct plan *plan, ocit_target *target)
{
	const struct output o = { .target = target };
	const struct sink_ops *ops = sink_find(target->transport);
	int r;

	if (!ops)
		return fail(cx, OCIT_E_USAGE, "unknown transport '%s'", target->transport);
	r = target_check(cx, plan, ops, target);
	if (!r && target->name)
		r = stage_probe(cx, target->dirfd, target->name, target_stage_flags(ops, target));
	return emit_within(cx, r, &o);
}

int sink_check(struct ctx *cx, const struct plan *plan, ocit_target *targets, size_t count)
{
	int r = targets_apart(cx, targets, count);

	for (size_t i = 0; i < count && !r; i++)
		r = check_output(cx, plan, &targets[i]);
	return r;
}

int sink_emit(struct ctx *cx, const struct plan *plan, ocit_target *targets, size_t count)
{
	int r = emit(cx, plan, targets, count);
	struct space free = { 0 };
	const char *name;

	if (!r || (cx->sys != ENOSPC && cx->sys != EDQUOT))
		return r;
	name = find_tightest(targets, count, &free);
	return name ? advise_space(cx, r, plan->bytes, name, free) : r;
}
