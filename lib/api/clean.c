/* SPDX-License-Identifier: Apache-2.0 */
/* api/clean.c: what killed runs left behind, told and removed. */
#include "api/api.h"
#include "os/cache.h"
#include "os/stale.h"

struct listener {
	ocit_stale_fn *fn;
	bool removed; /* files of the cache */
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

static int tell_cached(struct ctx *cx, void *user, const char *name, uint64_t bytes)
{
	const struct listener *l = user;
	const ocit_stale stale = {
		.size = sizeof(stale),
		.state = l->removed ? OCIT_STALE_REMOVED : OCIT_STALE_CACHED,
		.name = name,
		.bytes = bytes,
		.files = 1,
	};

	return l->fn(&stale, l->user) ? fail(cx, OCIT_E_CANCELLED, "cancelled") : 0;
}

static int check_flags(struct ctx *cx, unsigned flags)
{
	if (flags & ~(unsigned)OCIT_CLEAN_REMOVE)
		return fail(
			cx, OCIT_E_UNSUPPORTED, "flags 0x%x are newer than this library", flags);
	return 0;
}

int ocit_clean(
	ocit_ctx *ctx, int dirfd, const char *name, unsigned flags, ocit_stale_fn *fn, void *user)
{
	struct listener l = { .fn = fn, .user = user };
	struct ctx *cx;
	int r;

	if (!ctx)
		return OCIT_E_USAGE;
	cx = api_enter(ctx);
	if (!name || !*name || !fn)
		return api_leave(
			ctx, fail(cx, OCIT_E_USAGE, "ocit_clean: no %s", fn ? "name" : "fn"));
	r = within(cx, check_flags(cx, flags), "ocit_clean");
	if (r == 0)
		r = stale_visit(cx, dirfd, name, flags & OCIT_CLEAN_REMOVE, tell, &l);
	return api_leave(ctx, r);
}

int ocit_cache_clean(ocit_ctx *ctx, unsigned flags, ocit_stale_fn *fn, void *user)
{
	struct listener l = { .fn = fn, .user = user, .removed = flags & OCIT_CLEAN_REMOVE };
	struct ctx *cx;
	int r;

	if (!ctx)
		return OCIT_E_USAGE;
	cx = api_enter(ctx);
	if (!fn)
		return api_leave(ctx, fail(cx, OCIT_E_USAGE, "ocit_cache_clean: no fn"));
	r = within(cx, check_flags(cx, flags), "ocit_cache_clean");
	if (r == 0)
		r = cache_visit(cx, cx->cache_dir, l.removed, tell_cached, &l);
	return api_leave(ctx, r);
}
