/* SPDX-License-Identifier: Apache-2.0 */
/* api/mount_sources.c: decides for each bind mount whether its mount point is a file. */
#include "api/mount_sources.h"

#include <string.h>

#include "base/ctx.h"
#include "engine/mounts.h"
#include "model/spec.h"
#include "os/file.h"

/* Only a bind mount has a source that is a path of this machine. */
static bool is_bind(const struct mount *m)
{
	if (!m->source)
		return false;
	if (!m->type || !strcmp(m->type, "bind"))
		return true;
	for (size_t i = 0; i < m->n_options; i++)
		if (!strcmp(m->options[i], "bind") || !strcmp(m->options[i], "rbind"))
			return true;
	return false;
}

static int look_one(struct ctx *cx, struct arena *a, struct mount *m)
{
	struct file_info info = { .kind = FILE_OTHER };
	int r = file_look_through(cx, m->source, &info);

	if (r == OCIT_E_NOMEM || r == OCIT_E_CANCELLED)
		return r;
	if (r == OCIT_E_NOT_FOUND) {
		char *text = arena_printf(a, "mount source '%s' does not exist here", m->source);

		ctx_event(cx, OCIT_EVENT_NOTE, OCIT_PHASE_PLAN, 0, 0, text);
	}
	/* A source that cannot be looked at is no reason to fail: the machine that runs may differ.
	 */
	ctx_clear(cx);
	m->source_missing = r < 0;
	/* The kernel binds like to like: a socket or a device goes onto a file, too. */
	m->source_is_file = r == 0 && info.kind != FILE_DIR;
	return 0;
}

int mount_sources_look(struct ctx *cx, const struct spec *spec, struct arena *a, struct mount **ret)
{
	struct mount *mounts = arena_array(a, spec->n_mounts, sizeof(*mounts));
	int r;

	if (!mounts)
		return fail_nomem(cx);
	for (size_t i = 0; i < spec->n_mounts; i++) {
		mounts[i] = spec->mounts[i];
		if (!is_bind(&mounts[i]))
			continue;
		r = spec_mount_source(cx, spec, &mounts[i], a, &mounts[i].source);
		if (r < 0)
			return mount_within(cx, r, &mounts[i]);
		if (mounts[i].source[0] != '/')
			continue; /* refused by those who plan */
		r = look_one(cx, a, &mounts[i]);
		if (r < 0)
			return r;
	}
	*ret = mounts;
	return 0;
}
