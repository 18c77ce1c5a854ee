/* SPDX-License-Identifier: Apache-2.0 */
/* tests/support/config.h: config.json of a description, for tests that look into it. */
#ifndef TESTS_SUPPORT_CONFIG_H
#define TESTS_SUPPORT_CONFIG_H

#include <elf.h>

#include "base/buf.h"
#include "engine/mounts.h"
#include "engine/runtime_config.h"
#include "support/spec.h"

/* Of root, on x86-64 whatever this machine is, so that the bytes are the same everywhere. */
static inline int config_write_for(
	struct ctx *cx, const struct spec *s, uint16_t machine, struct buf *ret)
{
	AUTO(arena) struct arena a;
	struct mount_list mounts;
	struct runtime_config rc = {
		.spec = s,
		.mounts = &mounts,
		.cwd = s->cwd ? s->cwd : "/",
		.home = "/root",
		.machine = machine,
	};
	int r;

	arena_init(&a);
	r = mounts_resolve(cx, s, &a, &mounts);
	return r < 0 ? r : runtime_config_write(cx, &rc, ret);
}

static inline int config_write(struct ctx *cx, const struct spec *s, struct buf *ret)
{
	return config_write_for(cx, s, EM_X86_64, ret);
}

/* The same from a document; the caller frees the buffer. */
static inline void config_of(const char *json, struct buf *ret)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_of(&cx, json);

	buf_init(ret, 1 << 20);
	if (spec_check(&cx, s) < 0 || config_write(&cx, s, ret) < 0)
		test_fail("%s: %s", json, ctx_message(&cx));
}

#endif
