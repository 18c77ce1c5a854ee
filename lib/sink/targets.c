/* SPDX-License-Identifier: Apache-2.0 */
/* sink/targets.c: targets by themselves, beside the store, and beside one another. */
#include "sink/targets.h"

#include "base/ctx.h"
#include "base/mem.h"
#include "model/plan.h"
#include "os/file.h"
#include "os/stage.h"
#include "os/target.h"

static int check_members(struct ctx *cx, const struct sink_ops *ops, const ocit_target *t)
{
	unsigned known = OCIT_TARGET_NO_VERIFY | OCIT_TARGET_FILES | OCIT_TARGET_NO_NOTES |
			 OCIT_TARGET_REPLACE | OCIT_TARGET_SYNC;

	if (!t->name && t->fd < 0)
		return fail(cx, OCIT_E_USAGE, "neither a name nor a descriptor is given");
	if (!t->name && t->flags & (OCIT_TARGET_REPLACE | OCIT_TARGET_SYNC))
		return fail(
			cx, OCIT_E_USAGE, "only an output with a name can be replaced or synced");
	if (t->flags & ~known)
		return fail(cx, OCIT_E_UNSUPPORTED, "target flags 0x%x are not known", t->flags);
	if (ops->flags & SINK_REPORT)
		return 0;
	if (t->format)
		return fail(cx, OCIT_E_USAGE, "a %s has no format", ops->name);
	if (t->why || t->flags & (OCIT_TARGET_FILES | OCIT_TARGET_NO_NOTES))
		return fail(cx, OCIT_E_USAGE, "only a listing explains paths");
	return 0;
}

/* The store that is read, if there is one; -1: none. */
static int store_of(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_entries; i++)
		if (plan->entries[i].kind == NODE_TREE && plan->entries[i].place != GRAPH_NONE)
			return plan->graph->places[plan->entries[i].place].dirfd;
	return -1;
}

/* Nobody but Nix writes into a store, not even for a moment. */
static int check_store(struct ctx *cx, const struct plan *plan, const ocit_target *t)
{
	AUTO(target) struct target at = { .dirfd = -1 };
	int store = store_of(plan);
	int r;

	if (store < 0)
		return 0;
	r = target_open(cx, t->dirfd, t->name, &at);
	if (!r && target_lies_in(&at, store))
		r = fail(cx, OCIT_E_USAGE, "lies in the store that is read");
	return r;
}

unsigned target_stage_flags(const struct sink_ops *ops, const ocit_target *target)
{
	return (ops->flags & SINK_DIRECTORY ? STAGE_DIRECTORY : 0) |
	       (target->flags & OCIT_TARGET_REPLACE ? STAGE_REPLACE : 0) |
	       (target->flags & OCIT_TARGET_SYNC ? STAGE_SYNC : 0);
}

int target_check(struct ctx *cx, const struct plan *plan, const struct sink_ops *ops,
	const ocit_target *target)
{
	int r = check_members(cx, ops, target);

	return r < 0 || !target->name ? r : check_store(cx, plan, target);
}

/* Does t lie in the directory that is to be replaced? Whatever cannot be opened is told about by
 * whoever opens it in earnest. */
static bool lies_in(const ocit_target *t, const ocit_target *replaced)
{
	AUTO(target) struct target in = { .dirfd = -1 }, top = { .dirfd = -1 };
	AUTO(fd) int fd = -1;
	struct ctx own;

	if (ctx_init(&own, NULL) < 0 || target_open(&own, t->dirfd, t->name, &in) < 0 ||
		target_open(&own, replaced->dirfd, replaced->name, &top) < 0 ||
		file_open_dir(&own, top.dirfd, top.name, FILE_BENEATH, &fd) < 0)
		return false;
	return target_lies_in(&in, fd);
}

int targets_apart(struct ctx *cx, const ocit_target *targets, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < count; k++)
			if (i != k && targets[i].name && targets[k].name &&
				targets[k].flags & OCIT_TARGET_REPLACE &&
				lies_in(&targets[i], &targets[k]))
				return fail(cx, OCIT_E_USAGE,
					"%s '%s' lies in '%s', which is to be replaced",
					targets[i].transport, targets[i].name, targets[k].name);
	return 0;
}
