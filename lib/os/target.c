/* SPDX-License-Identifier: Apache-2.0 */
/* os/target.c: names given by the caller are split once; from then on the parent is a descriptor.
 */
#include "os/target.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "os/fault.h"
#include "os/given.h"
#include "os/resolve.h"

static bool ends_in_dots(const char *leaf, size_t n)
{
	return n == 0 || (n == 1 && leaf[0] == '.') || (n == 2 && !memcmp(leaf, "..", 2));
}

/* Lengths of the directory part and of the whole name without its trailing slashes. */
static int split(struct ctx *cx, const char *name, size_t *ret_dir, size_t *ret_len)
{
	size_t len = strlen(name), dir;

	while (len && name[len - 1] == '/')
		len--;
	for (dir = len; dir && name[dir - 1] != '/'; dir--)
		;
	if (ends_in_dots(name + dir, len - dir))
		return fail(cx, OCIT_E_USAGE, "'%s' names no file or directory that could be made",
			name);
	if (memmem(name, len, "//", 2))
		return fail(cx, OCIT_E_USAGE, "'%s' holds '//'", name);
	if (len - dir > NAME_MAX || dir >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return fail_path(cx, "open", name);
	}
	*ret_dir = dir;
	*ret_len = len;
	return 0;
}

int target_open(struct ctx *cx, int dirfd, const char *name, struct target *ret)
{
	char dir[PATH_MAX] = ".";
	size_t dir_len = 0, len = 0;
	int r = split(cx, name, &dir_len, &len);

	if (r < 0)
		return r;
	if (dir_len) {
		memcpy(dir, name, dir_len);
		dir[dir_len] = '\0';
	}
	r = given_open_dir(cx, dirfd, dir, &ret->dirfd);
	if (r < 0)
		return r;
	memcpy(ret->name, name + dir_len, len - dir_len);
	ret->name[len - dir_len] = '\0';
	return 0;
}

/* Upwards, until ".." leads nowhere else. */
bool target_lies_in(const struct target *t, int topfd)
{
	AUTO(fd) int fd = -1;
	struct stat top, now, above;

	if (fstat(topfd, &top) < 0 || fstat(t->dirfd, &now) < 0)
		return false;
	for (int depth = 0; depth < PATH_MAX; depth++) {
		int up;

		if (now.st_dev == top.st_dev && now.st_ino == top.st_ino)
			return true;
		up = resolve_plain(fd < 0 ? t->dirfd : fd, "..", O_PATH | O_DIRECTORY, 0);
		fd_close(fd);
		fd = up;
		if (fd < 0 || fstat(fd, &above) < 0)
			return false;
		if (above.st_dev == now.st_dev && above.st_ino == now.st_ino)
			return false;
		now = above;
	}
	return false;
}

int target_space(const char *name, struct space *ret)
{
	AUTO(target) struct target t = { .dirfd = -1 };
	struct statvfs fs;
	struct ctx own;

	if (ctx_init(&own, NULL) < 0 || target_open(&own, AT_FDCWD, name, &t) < 0 ||
		fstatvfs(t.dirfd, &fs) < 0)
		return -1;
	ret->bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
	ret->inodes = fs.f_favail;
	ret->no_inodes = fs.f_files == 0;
	return 0;
}
