/* SPDX-License-Identifier: Apache-2.0 */
/* engine/cwd.c: one decision that the closure and the plan must take alike. */
#include "engine/cwd.h"

#include <string.h>

#include "base/ctx.h"
#include "base/text.h"
#include "model/graph.h"
#include "model/spec.h"

enum { PATH_BYTES_MAX = 4095 };

const char *cwd_kernel_dir(const char *path)
{
	static const char *const dirs[] = { "/proc", "/sys", "/dev" };

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		if (path_within(path, dirs[i]))
			return dirs[i];
	return NULL;
}

static bool has_dotdot(const char *path)
{
	for (const char *s = path; *s; s += strspn(s, "/")) {
		size_t n = strcspn(s, "/");

		if (n == 2 && s[0] == '.' && s[1] == '.')
			return true;
		s += n;
	}
	return false;
}

static int check_directory(
	struct ctx *cx, const char *what, const char *path, struct arena *a, const char **ret)
{
	const char *clean;

	if (path[0] != '/')
		return fail(cx, OCIT_E_FORMAT, "%s '%s' is not absolute", what, path);
	if (strlen(path) > PATH_BYTES_MAX)
		return fail(cx, OCIT_E_FORMAT, "%s of %zu bytes, limit %d", what, strlen(path),
			PATH_BYTES_MAX);
	/* Behind a symlink ".." is not what the text says. */
	if (has_dotdot(path))
		return fail(cx, OCIT_E_FORMAT, "%s '%s' has a '..'", what, path);
	clean = path_resolve(a, "/", path);
	if (!clean)
		return fail_nomem(cx);
	if (!path_is_clean(clean))
		return fail(cx, OCIT_E_FORMAT, "%s '%s' has a newline", what, path);
	*ret = clean;
	return 0;
}

int cwd_within(struct ctx *cx, int r, const struct spec *spec, const char *cwd)
{
	r = within(cx, r, "'%s'", cwd);
	return spec->cwd ? spec_within(cx, r, spec, "cwd") : within(cx, r, "caller's directory");
}

int cwd_base(struct ctx *cx, const struct spec *spec, struct arena *a, const char **ret)
{
	const char *base = NULL;
	int r = 0;

	if (spec->cwd)
		r = check_directory(cx, "cwd", spec->cwd, a, &base);
	else if (spec->directory)
		r = check_directory(cx, "caller's directory", spec->directory, a, &base);
	if (r < 0)
		return r;
	if (spec->cwd && cwd_kernel_dir(base))
		return fail(cx, OCIT_E_FORMAT, "cwd '%s' lies in '%s', which belongs to the kernel",
			base, cwd_kernel_dir(base));
	*ret = base;
	return 0;
}

int cwd_decide(struct ctx *cx, const struct spec *spec, const struct graph *g, struct arena *a,
	const char **ret)
{
	const char *base = NULL;
	int r = cwd_base(cx, spec, a, &base);

	if (r < 0)
		return r;
	*ret = base && (spec->cwd || g->relative_args) ? base : "/";
	return 0;
}
