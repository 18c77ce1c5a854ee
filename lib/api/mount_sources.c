/* SPDX-License-Identifier: Apache-2.0 */
/* api/mount_sources.c: decides for each bind mount whether its mount point is a file. */
#include "api/mount_sources.h"

#include <fcntl.h>
#include <string.h>

#include "base/ctx.h"
#include "engine/mounts.h"
#include "model/spec.h"
#include "os/file.h"

enum { HOPS_MAX = 40 };

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

/* Names are taken as the kernel takes them: "a/.." is not "." when a is a link. */
static const char *below_root(const char *path)
{
	return path + strspn(path, "/");
}

/* Follow the symlink at: *ret_at is the path it leads to, in a. */
static int follow(struct ctx *cx, int root, const char *at, struct arena *a, const char **ret_at)
{
	size_t dir = strlen(at);
	const char *next;
	char *target;
	int r;

	r = file_readlink(cx, root, at, FILE_IN_ROOT, a, &target);
	if (r < 0)
		return r;
	while (dir && at[dir - 1] != '/')
		dir--;
	next = *target == '/' ? target : arena_printf(a, "%.*s%s", (int)dir, at, target);
	if (!next)
		return fail_nomem(cx);
	*ret_at = below_root(next);
	return 0;
}

/* What path is in the end, as a bind mount would see it. */
static int look_through(
	struct ctx *cx, int root, const char *path, struct arena *a, struct file_info *ret)
{
	const char *at = below_root(path);

	for (unsigned hops = 0; hops <= HOPS_MAX; hops++) {
		struct file_info info = { .kind = FILE_DIR };
		int r = *at ? file_look(cx, root, at, FILE_IN_ROOT, &info) : 0;

		if (r < 0)
			return r;
		if (info.kind != FILE_SYMLINK) {
			*ret = info;
			return 0;
		}
		r = follow(cx, root, at, a, &at);
		if (r < 0)
			return r;
	}
	return fail(cx, OCIT_E_LIMIT, "'%s': more than %d symlinks", path, HOPS_MAX);
}

static int look_one(struct ctx *cx, int root, struct arena *a, struct mount *m)
{
	AUTO(arena) struct arena words;
	struct file_info info = { .kind = FILE_OTHER };
	int r;

	arena_init(&words);
	r = look_through(cx, root, m->source, &words, &info);
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
	AUTO(fd) int root = -1;
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
		if (root < 0) {
			r = file_open_dir(cx, AT_FDCWD, "/", FILE_ANYWHERE, &root);
			if (r < 0)
				return r;
		}
		r = look_one(cx, root, a, &mounts[i]);
		if (r < 0)
			return r;
	}
	*ret = mounts;
	return 0;
}
