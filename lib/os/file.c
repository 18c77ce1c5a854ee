/* SPDX-License-Identifier: Apache-2.0 */
/* os/file.c: opening and looking, each name looked up once. */
#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "os/fault.h"
#include "os/resolve.h"

void file_force_no_openat2(bool on)
{
	resolve_force_walk(on);
}

/* Keeps errno: it runs on the way out of a failure. */
void fd_close(int fd)
{
	int why = errno;

	if (fd >= 0)
		close(fd);
	errno = why;
}

/* Linux closes the descriptor before it can be interrupted. */
int fd_finish(struct ctx *cx, int fd, const char *name)
{
	if (close(fd) == 0 || errno == EINTR)
		return 0;
	return fail_errno(cx, "close", name);
}

/* leaf is O_NOFOLLOW or 0: the other scopes never follow the last component. */
static int open_in(int dirfd, const char *name, enum file_scope scope, int flags, int leaf)
{
	switch (scope) {
	case FILE_BENEATH:
		return resolve_below(dirfd, name, flags, 0);
	case FILE_IN_ROOT:
		return resolve_in_root(dirfd, name, flags | leaf);
	default:
		return resolve_plain(dirfd, name, flags | O_NOFOLLOW, 0);
	}
}

/* What is below a file does not exist, whoever asks. */
static int fail_open(struct ctx *cx, const char *op, const char *name, enum file_scope scope)
{
	if (errno == ENOTDIR)
		return fail(
			cx, OCIT_E_NOT_FOUND, "'%s': a part before a '/' is not a directory", name);
	if (errno == ELOOP && scope == FILE_IN_ROOT)
		return fail(cx, OCIT_E_LIMIT,
			"'%s': more than 40 symlinks, or one that /proc makes up", name);
	return fail_path(cx, op, name);
}

static enum file_kind kind_of(mode_t mode)
{
	if (S_ISREG(mode))
		return FILE_REGULAR;
	if (S_ISDIR(mode))
		return FILE_DIR;
	return S_ISLNK(mode) ? FILE_SYMLINK : FILE_OTHER;
}

static char device_of(mode_t mode)
{
	if (S_ISCHR(mode))
		return 'c';
	return S_ISBLK(mode) ? 'b' : '\0';
}

static struct file_info info_of(const struct stat *st)
{
	return (struct file_info){
		.kind = kind_of(st->st_mode),
		.mode = st->st_mode & 07777,
		.uid = st->st_uid,
		.gid = st->st_gid,
		.nlink = (uint32_t)st->st_nlink,
		.size = st->st_size > 0 ? (uint64_t)st->st_size : 0,
		.dev = st->st_dev,
		.ino = st->st_ino,
		.device = device_of(st->st_mode),
		.major = major(st->st_rdev),
		.minor = minor(st->st_rdev),
		.mtime = st->st_mtim.tv_sec,
		.mtime_ns = (uint32_t)st->st_mtim.tv_nsec,
	};
}

int file_look_fd(struct ctx *cx, int fd, const char *name, struct file_info *ret)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return fail_errno(cx, "stat", name);
	*ret = info_of(&st);
	return 0;
}

static int fail_not_regular(struct ctx *cx, const char *name)
{
	return fail(cx, OCIT_E_FORMAT, "'%s' is not a regular file", name);
}

int file_open(struct ctx *cx, int dirfd, const char *name, enum file_scope scope, int *ret_fd,
	struct file_info *ret_info)
{
	AUTO(fd) int fd = open_in(dirfd, name, scope, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	struct file_info info;
	int r;

	if (fd < 0 && (errno == ENXIO || errno == ENODEV))
		return fail_not_regular(cx, name);
	if (fd < 0)
		return fail_open(cx, "open", name, scope);
	r = file_look_fd(cx, fd, name, &info);
	if (r < 0)
		return r;
	if (info.kind != FILE_REGULAR)
		return fail_not_regular(cx, name);

	*ret_fd = take_fd(&fd);
	if (ret_info)
		*ret_info = info;
	return 0;
}

int file_open_dir(struct ctx *cx, int dirfd, const char *name, enum file_scope scope, int *ret_fd)
{
	int fd = open_in(dirfd, name, scope, O_RDONLY | O_DIRECTORY, 0);

	if (fd < 0 && errno == ENOTDIR)
		return fail(cx, OCIT_E_FORMAT, "'%s' is not a directory", name);
	if (fd < 0)
		return fail_open(cx, "open directory", name, scope);
	*ret_fd = fd;
	return 0;
}

int file_enter(struct ctx *cx, int dirfd, const char *name, enum file_scope scope, int *ret_fd)
{
	int fd = open_in(dirfd, name, scope, O_PATH | O_DIRECTORY, 0);

	if (fd < 0)
		return fail_open(cx, "stat", name, scope);
	*ret_fd = fd;
	return 0;
}

int file_open_given_dir(struct ctx *cx, int dirfd, const char *name, int *ret_fd)
{
	int fd = resolve_plain(dirfd, name, O_RDONLY | O_DIRECTORY, 0);

	if (fd < 0)
		return fail_path(cx, "open directory", name);
	*ret_fd = fd;
	return 0;
}

/* One component cannot lead anywhere: no descriptor is needed to be sure of it. */
static bool is_entry(const char *name)
{
	return *name && !strchr(name, '/') && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static bool can_ask_directly(const char *name, enum file_scope scope)
{
	return scope == FILE_ANYWHERE || is_entry(name);
}

int file_look(
	struct ctx *cx, int dirfd, const char *name, enum file_scope scope, struct file_info *ret)
{
	AUTO(fd) int fd = -1;
	struct stat st;

	if (can_ask_directly(name, scope)) {
		if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			return fail_open(cx, "stat", name, scope);
		*ret = info_of(&st);
		return 0;
	}
	fd = open_in(dirfd, name, scope, O_PATH, O_NOFOLLOW);
	if (fd < 0)
		return fail_open(cx, "stat", name, scope);
	return file_look_fd(cx, fd, name, ret);
}

int file_look_through(struct ctx *cx, const char *path, struct file_info *ret)
{
	struct stat st;

	if (fstatat(AT_FDCWD, path, &st, AT_NO_AUTOMOUNT) < 0)
		return fail_open(cx, "stat", path, FILE_ANYWHERE);
	*ret = info_of(&st);
	return 0;
}

bool file_has_rested(const struct file_info *info)
{
	struct timespec now;

	/* File systems have times of up to two seconds. */
	return clock_gettime(CLOCK_REALTIME, &now) == 0 && info->mtime < now.tv_sec - 2;
}

static ssize_t link_text(
	int dirfd, const char *name, enum file_scope scope, char *text, size_t room)
{
	AUTO(fd) int fd = -1;
	ssize_t n;

	if (can_ask_directly(name, scope))
		return readlinkat(dirfd, name, text, room);
	fd = open_in(dirfd, name, scope, O_PATH, O_NOFOLLOW);
	if (fd < 0)
		return -1;
	n = readlinkat(fd, "", text, room);
	if (n < 0 && errno == ENOENT) /* what Linux says of a descriptor that is no link */
		errno = EINVAL;
	return n;
}

int file_readlink(struct ctx *cx, int dirfd, const char *name, enum file_scope scope,
	struct arena *a, char **ret)
{
	char text[PATH_MAX];
	ssize_t n = link_text(dirfd, name, scope, text, sizeof(text));
	char *copy;

	if (n < 0 && errno == EINVAL)
		return fail(cx, OCIT_E_FORMAT, "'%s' is not a symlink", name);
	if (n < 0)
		return fail_open(cx, "read link", name, scope);
	if (n == sizeof(text))
		return fail(cx, OCIT_E_LIMIT, "'%s': link text of %d bytes or more, limit %d", name,
			PATH_MAX, PATH_MAX - 1);
	copy = arena_copy(a, text, (size_t)n);
	if (!copy)
		return fail_nomem(cx);
	*ret = copy;
	return 0;
}
