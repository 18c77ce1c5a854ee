/* SPDX-License-Identifier: Apache-2.0 */
/* engine/program.c: what execve(2) would refuse is refused before anything is read. */
#include "engine/program.h"

#include <errno.h>
#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "base/text.h"
#include "engine/cwd.h"
#include "engine/probe.h"
#include "model/spec.h"

enum { PATH_BYTES_MAX = 4095, SHOWN_MAX = 200 };

struct search {
	const struct facts *f;
	struct arena *a;
	const char *name; /* args[0] */
	const char *base;
	const char *obstacle;     /* the first file of that name that cannot be it */
	const char *obstacle_why; /* and why not */
};

/* NULL: it is a program. */
static const char *complaint(const struct probed *p)
{
	switch (p->kind) {
	case PROBE_REGULAR:
		return p->executable ? NULL : "is not executable";
	case PROBE_DIR:
		return "is a directory";
	case PROBE_LOOP:
		return "is a loop of symlinks";
	case PROBE_OTHER:
		return "is neither a file nor a directory";
	case PROBE_ABSENT:
	case PROBE_ELSEWHERE:
		break;
	}
	return "does not exist";
}

static void note_obstacle(struct search *s, const char *path, const char *why)
{
	if (s->obstacle)
		return;
	s->obstacle = path;
	s->obstacle_why = why;
}

/* One directory of PATH. *ret stays NULL when the program is not there. */
static int try_directory(
	struct ctx *cx, struct search *s, const char *dir, size_t len, const char **ret)
{
	const char *text, *path;
	struct probed p;
	int r;

	/* Relative ones depend on where the container starts: the runtimes refuse them, too. */
	if (dir[0] != '/' || len + 1 + strlen(s->name) > PATH_BYTES_MAX)
		return 0;
	text = arena_printf(s->a, "%.*s/%s", (int)len, dir, s->name);
	path = text ? path_resolve(s->a, "/", text) : NULL;
	if (!path)
		return fail_nomem(cx);
	if (cwd_kernel_dir(path))
		return 0;
	r = probe_path(cx, s->f, s->a, path, &p);
	if (r == OCIT_E_SYSTEM && cx->sys == EACCES) {
		/* As execvp(3) does: perhaps a later directory has it. */
		ctx_clear(cx);
		note_obstacle(s, path, "cannot be looked at");
		return 0;
	}
	if (r < 0 || p.kind == PROBE_ABSENT)
		return r;
	if (complaint(&p))
		note_obstacle(s, path, complaint(&p));
	else
		*ret = path;
	return 0;
}

/* People type the name of a script beside them. */
static int hint_beside(struct ctx *cx, const struct search *s, int failed)
{
	struct ctx quiet;
	struct probed p;
	const char *path;

	if (!s->base || strlen(s->base) + 1 + strlen(s->name) > PATH_BYTES_MAX)
		return failed;
	ctx_child(cx, &quiet);
	path = path_resolve(s->a, s->base, s->name);
	if (path && probe_path(&quiet, s->f, s->a, path, &p) == 0 && p.kind == PROBE_REGULAR)
		return advise(cx, failed, "write './%s' for the file in '%s'", s->name, s->base);
	return failed;
}

static int search_path(
	struct ctx *cx, struct search *s, const char *search_dirs, struct program *ret)
{
	const char *found = NULL;

	for (const char *dir = search_dirs; *dir && !found;) {
		size_t len = strcspn(dir, ":");
		int r = len ? try_directory(cx, s, dir, len, &found) : 0;

		if (r == 0)
			r = poll_cancel(cx);
		if (r < 0)
			return within(cx, r, "args[0] '%.*s'", SHOWN_MAX, s->name);
		dir += len + (dir[len] == ':');
	}
	if (found) {
		*ret = (struct program){ .path = found };
		return 0;
	}
	if (s->obstacle)
		return fail(cx, OCIT_E_FORMAT, "args[0] '%.*s': '%s' %s, searched in PATH '%s'",
			SHOWN_MAX, s->name, s->obstacle, s->obstacle_why, search_dirs);
	return hint_beside(cx, s,
		fail(cx, OCIT_E_NOT_FOUND, "args[0] '%.*s' is not in PATH '%s'", SHOWN_MAX, s->name,
			search_dirs));
}

static int fail_absent(struct ctx *cx, const struct search *s, const struct probed *p)
{
	const struct source_ops *ops = p->owner->ops;
	int r = ops->missing ? ops->missing(cx, p->owner, p->at) : 0;

	if (r < 0)
		return within(cx, r, "args[0] '%s'", s->name);
	return fail(cx, OCIT_E_NOT_FOUND, "args[0] '%s' does not exist", s->name);
}

static int look_at(struct ctx *cx, const struct search *s, struct program *ret)
{
	const char *path = path_resolve(s->a, s->base ? s->base : "/", s->name);
	struct probed p;
	int r;

	if (!path)
		return fail_nomem(cx);
	if (!path_is_clean(path))
		return fail(cx, OCIT_E_FORMAT, "args[0] '%s' has a newline", s->name);
	if (cwd_kernel_dir(path))
		return fail(cx, OCIT_E_FORMAT,
			"args[0] '%s' lies in '%s', which belongs to the kernel", s->name,
			cwd_kernel_dir(path));
	r = probe_path(cx, s->f, s->a, path, &p);
	if (r < 0)
		return within(cx, r, "args[0] '%s'", s->name);
	if (p.kind == PROBE_ABSENT && !p.owner)
		return advise(cx,
			fail(cx, OCIT_E_NOT_FOUND, "args[0] '%s': no source knows '%s'", s->name,
				p.at),
			"--source auto asks all sources");
	if (p.kind == PROBE_ABSENT)
		return fail_absent(cx, s, &p);
	if (complaint(&p))
		return fail(cx, OCIT_E_FORMAT, "args[0] '%s' %s", s->name, complaint(&p));
	*ret = (struct program){ .path = path, .relative = s->name[0] != '/' };
	return 0;
}

static int find(struct ctx *cx, const struct spec *spec, const struct facts *f, struct arena *a,
	const char *base, struct program *ret)
{
	struct search s = { .f = f, .a = a, .base = base };

	if (!spec->n_args)
		return fail(cx, OCIT_E_USAGE, "args: at least one string is needed");
	s.name = spec->args[0];
	if (!*s.name)
		return fail(cx, OCIT_E_NOT_FOUND, "args[0] is empty");
	if (!strchr(s.name, '/'))
		return search_path(cx, &s, spec_path(spec), ret);
	if (strlen(s.name) + 1 + (base ? strlen(base) : 0) > PATH_BYTES_MAX)
		return fail(cx, OCIT_E_FORMAT, "args[0] of %zu bytes is no path, limit %d",
			strlen(s.name), PATH_BYTES_MAX);
	return look_at(cx, &s, ret);
}

int program_find(struct ctx *cx, const struct spec *spec, const struct facts *f, struct arena *a,
	const char *base, struct program *ret)
{
	int r = find(cx, spec, f, a, base, ret);

	return blame_program(cx, r,
		r == OCIT_E_NOT_FOUND ? OCIT_PROGRAM_NOT_FOUND : OCIT_PROGRAM_NOT_EXECUTABLE);
}
