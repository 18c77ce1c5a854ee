/* SPDX-License-Identifier: Apache-2.0 */
/* os/fault.c: error numbers of path operations in the words of the product. */
#include "os/fault.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <sys/resource.h>

#include "base/ctx.h"

/* The longest part between slashes: the one that a file system refuses. */
static size_t longest_part(const char *name)
{
	size_t longest = 0;

	while (*name) {
		size_t n = strcspn(name, "/");

		if (n > longest)
			longest = n;
		name += n + (name[n] == '/');
	}
	return longest;
}

/* The numbers come first: a name of that length does not fit into a message. */
static int fail_too_long(struct ctx *cx, const char *name)
{
	size_t part = longest_part(name);

	if (part > NAME_MAX)
		return fail(cx, OCIT_E_LIMIT, "name of %zu bytes, limit %d, in '%.300s'", part,
			NAME_MAX, name);
	return fail(cx, OCIT_E_LIMIT, "path of %zu bytes, limit %d: '%.300s'", strlen(name),
		PATH_MAX - 1, name);
}

static int fail_descriptors(struct ctx *cx, const char *op, const char *name)
{
	int r = fail_errno(cx, op, name);
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return r;
	return advise(cx, r, "the limit is %" PRIu64 ": raise it with 'ulimit -n'",
		(uint64_t)limit.rlim_cur);
}

int fail_path(struct ctx *cx, const char *op, const char *name)
{
	switch (errno) {
	case EEXIST:
		return fail(cx, OCIT_E_EXISTS, "'%s' exists already", name);
	case ENAMETOOLONG:
		return fail_too_long(cx, name);
	case ENOTDIR:
		return fail(cx, OCIT_E_FORMAT, "'%s': not a directory", name);
	case ELOOP:
		return fail(cx, OCIT_E_FORMAT,
			"'%s' is a symlink or lies behind one, which is not followed here", name);
	case EXDEV:
		return fail(cx, OCIT_E_FORMAT, "'%s' leads out of its directory", name);
	case EMFILE:
		return fail_descriptors(cx, op, name);
	default:
		return fail_errno(cx, op, name);
	}
}

int fail_changed(struct ctx *cx, const char *name)
{
	return fail(cx, OCIT_E_INTEGRITY, "'%s' changed while it was read", name);
}
