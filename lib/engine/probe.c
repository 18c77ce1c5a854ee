/* SPDX-License-Identifier: Apache-2.0 */
/* engine/probe.c: each hand-over is one hop, so two sources cannot send us round for ever. */
#include "engine/probe.h"

#include "base/ctx.h"
#include "base/mem.h"

enum { HOPS_MAX = 40 };

int probe_path(struct ctx *cx, const struct facts *f, struct arena *a, const char *path,
	struct probed *ret)
{
	for (unsigned hops = 0; hops <= HOPS_MAX; hops++) {
		struct source *owner = facts_claimant(f, path);
		struct probe probe = { .kind = PROBE_ABSENT };
		int r = owner ? owner->ops->probe(cx, owner, path, &probe) : 0;

		if (r < 0)
			return r;
		if (probe.kind != PROBE_ELSEWHERE) {
			*ret = (struct probed){ .kind = probe.kind,
				.executable = probe.executable,
				.at = path,
				.owner = owner };
			return 0;
		}
		path = arena_str(a, probe.elsewhere);
		mem_free(probe.elsewhere);
		if (!path)
			return fail_nomem(cx);
		r = poll_cancel(cx);
		if (r < 0)
			return r;
	}
	*ret = (struct probed){ .kind = PROBE_LOOP, .at = path };
	return 0;
}
