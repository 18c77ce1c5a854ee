/* SPDX-License-Identifier: Apache-2.0 */
/* api/clean.c: what killed runs left behind, told and removed. */
#include "api/api.h"
#include "os/stale.h"

struct listener {
	ocit_stale_fn *fn;
	void *user;
};

static int public_state(enum stale_state state)
{
	switch (state) {
	case STALE_LEFT:
		return OCIT_STALE_LEFT;
	case STALE_REMOVED:
		return OCIT_STALE_REMOVED;
	case STALE_LIVE:
		return OCIT_STALE_LIVE;
	case STALE_FOREIGN:
		break;
	}
	return OCIT_STALE_FOREIGN;
}

static int tell(struct ctx *cx, void *user, const struct stale *s)
{
	const struct listener *l = user;
	const ocit_stale stale = {
		.size = sizeof(stale),
		.state = public_state(s->state),
		.name = s->name,
		.target = s->target,
		.bytes = s->bytes,
		.files = s->files,
	};

	if (l->fn(&stale, l->user))
		return fail(cx, OCIT_E_CANCELLED, "cancelled");
	return 0;
}

int ocit_clean(
	ocit_ctx *ctx, int dirfd, const char *name, unsigned flags, ocit_stale_fn *fn, void *user)
{
	struct listener l = { .fn = fn, .user = user };
	struct ctx *cx;

	if (!ctx)
		return OCIT_E_USAGE;
	cx = api_enter(ctx);
	if (!name || !*name || !fn)
		return api_leave(
			ctx, fail(cx, OCIT_E_USAGE, "ocit_clean: no %s", fn ? "name" : "fn"));
	if (flags & ~(unsigned)OCIT_CLEAN_REMOVE)
		return api_leave(
			ctx, fail(cx, OCIT_E_UNSUPPORTED,
				     "ocit_clean: flags 0x%x are newer than this library", flags));
	return api_leave(ctx, stale_visit(cx, dirfd, name, flags & OCIT_CLEAN_REMOVE, tell, &l));
}
