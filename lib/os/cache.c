/* SPDX-License-Identifier: Apache-2.0 */
/* os/cache.c: only what is certainly ours is used. */
#include "os/cache.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/mem.h"
#include "os/file.h"
#include "os/given.h"
#include "os/listing.h"

static const char unfinished[] = ".partial";

/* Nobody else can have written to it. */
static bool is_ours(const struct file_info *info)
{
	return info->uid == geteuid() && !(info->mode & 0022);
}

/* *ret -1: there is none, or none that is to be trusted. */
static int open_dir(struct ctx *cx, const char *dir, int *ret)
{
	AUTO(fd) int fd = -1;
	struct file_info info;

	*ret = -1;
	if (!dir)
		return 0;
	if (given_open_dir(cx, AT_FDCWD, dir, &fd) == 0 && file_look_fd(cx, fd, dir, &info) == 0 &&
		is_ours(&info))
		*ret = take_fd(&fd);
	return cx->code == OCIT_E_NOMEM ? cx->code : 0;
}

static int read_ours(struct ctx *cx, int dirfd, const char *name, struct buf *ret)
{
	struct file_info info;
	int r = file_look(cx, dirfd, name, FILE_BENEATH, &info);

	return r < 0 || !is_ours(&info) ? r : file_read(cx, dirfd, name, FILE_BENEATH, ret);
}

int cache_read(struct ctx *cx, const char *dir, const char *name, struct buf *ret)
{
	AUTO(fd) int fd = -1;
	struct ctx inner;
	int r;

	ctx_child(cx, &inner);
	r = open_dir(&inner, dir, &fd);
	if (r == 0 && fd >= 0)
		r = read_ours(&inner, fd, name, ret);
	if (r == OCIT_E_NOMEM)
		return ctx_adopt(cx, &inner);
	if (r < 0)
		buf_clear(ret);
	return 0;
}

/* With what is above it. */
static void make_dirs(const char *dir)
{
	char path[PATH_MAX];

	if (strlen(dir) >= sizeof(path))
		return;
	memcpy(path, dir, strlen(dir) + 1);
	for (char *slash = path; (slash = strchr(slash + 1, '/'));) {
		*slash = '\0';
		(void)mkdirat(AT_FDCWD, path, 0700);
		*slash = '/';
	}
	(void)mkdirat(AT_FDCWD, path, 0700);
}

static int fill(struct ctx *cx, int fd, const char *name, const void *bytes, size_t len)
{
	struct out_fd out;
	int r;

	out_fd_init(&out, fd, name);
	r = out_write(cx, &out.out, bytes, len);
	return fd_finish(cx, fd, name) < 0 ? cx->code : r;
}

/* Under a name of its own first: what a killed run left under it is in nobody's way. */
static void write_in(struct ctx *cx, int dirfd, const char *name, const void *bytes, size_t len)
{
	char partial[NAME_MAX + 1];
	int fd;

	if ((size_t)snprintf(partial, sizeof(partial), "%s%s", name, unfinished) >= sizeof(partial))
		return;
	(void)unlinkat(dirfd, partial, 0);
	if (file_create(cx, dirfd, partial, 0600, &fd) < 0)
		return;
	if (fill(cx, fd, partial, bytes, len) < 0 || renameat(dirfd, partial, dirfd, name) < 0)
		(void)unlinkat(dirfd, partial, 0);
}

void cache_write(struct ctx *cx, const char *dir, const char *name, const void *bytes, size_t len)
{
	AUTO(fd) int fd = -1;
	struct ctx inner;

	if (!dir)
		return;
	ctx_child(cx, &inner);
	make_dirs(dir);
	if (open_dir(&inner, dir, &fd) == 0 && fd >= 0)
		write_in(&inner, fd, name, bytes, len);
}

static int visit_one(
	struct ctx *cx, int dirfd, const char *name, bool remove, cache_fn *fn, void *user)
{
	struct file_info info;
	int r = file_look(cx, dirfd, name, FILE_BENEATH, &info);

	if (r == OCIT_E_NOT_FOUND) {
		ctx_clear(cx);
		return 0;
	}
	if (r < 0 || info.kind != FILE_REGULAR)
		return r;
	if (remove && unlinkat(dirfd, name, 0) < 0)
		return fail_errno(cx, "remove", name);
	return fn(cx, user, name, info.size);
}

int cache_visit(struct ctx *cx, const char *dir, bool remove, cache_fn *fn, void *user)
{
	AUTO(listing) struct listing l = { 0 };
	AUTO(fd) int fd = -1, list = -1;
	int r = open_dir(cx, dir, &fd);

	if (r < 0 || fd < 0) {
		if (r == 0)
			ctx_clear(cx);
		return r;
	}
	r = file_open_dir(cx, fd, ".", FILE_ANYWHERE, &list);
	if (r == 0)
		r = listing_add(cx, &l, list, dir);
	for (size_t i = 0; i < l.count && r == 0; i++)
		r = visit_one(cx, fd, listing_name(&l, i), remove, fn, user);
	return r;
}
