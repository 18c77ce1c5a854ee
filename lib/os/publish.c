/* SPDX-License-Identifier: Apache-2.0 */
/* os/publish.c: renaming with flags where there are any, and what comes nearest elsewhere. */
#include "os/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "os/fault.h"
#include "os/file.h"
#include "os/resolve.h"

/* 1: it is of this kind; 0: it is not, or is not there; -1: nobody knows. */
static int is_kind(int dirfd, const char *name, mode_t kind)
{
	struct stat st;

	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -1;
	return (st.st_mode & S_IFMT) == kind;
}

static int looks_like_ours(int fd)
{
	static const char *const root[] = { "dev", "etc", "proc", "sys" };
	int r = is_kind(fd, "config.json", S_IFREG);

	if (r > 0)
		r = is_kind(fd, "rootfs", S_IFDIR);
	if (r)
		return r;
	for (size_t i = 0; i < sizeof(root) / sizeof(root[0]); i++) {
		r = is_kind(fd, root[i], S_IFDIR);
		if (r <= 0)
			return r;
	}
	return 1;
}

/* Where the kernel does not tell (before 5.8), a bind of the same file system is not seen. */
static bool is_mount(const struct target *to, const struct stat *st)
{
	struct stat parent;
	struct statx x;

	if (statx(to->dirfd, to->name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_TYPE, &x) ==
			0 &&
		x.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT)
		return x.stx_attributes & STATX_ATTR_MOUNT_ROOT;
	return fstat(to->dirfd, &parent) == 0 && parent.st_dev != st->st_dev;
}

static int check_directory(struct ctx *cx, const struct target *to, const char *name)
{
	AUTO(fd) int fd = resolve_plain(to->dirfd, to->name, O_PATH | O_DIRECTORY, 0);
	int ours;

	if (fd < 0)
		return fail_path(cx, "open directory", name);
	ours = looks_like_ours(fd);
	if (ours < 0)
		return fail_path(cx, "stat what is in", name);
	if (ours)
		return 0;
	return advise(cx,
		fail(cx, OCIT_E_EXISTS,
			"'%s' is neither a bundle nor a root file system: it is not replaced",
			name),
		"remove it yourself if it can go");
}

static int check_kind(struct ctx *cx, const struct target *to, const char *name, bool directory,
	const struct stat *st)
{
	if (S_ISLNK(st->st_mode))
		return fail(cx, OCIT_E_EXISTS, "'%s' is a symlink: it is not replaced", name);
	if (!S_ISREG(st->st_mode) && !S_ISDIR(st->st_mode))
		return fail(cx, OCIT_E_EXISTS, "'%s' is neither a file nor a directory", name);
	if (S_ISDIR(st->st_mode) != directory)
		return fail(cx, OCIT_E_EXISTS, "'%s' is a %s, and a %s would take its place", name,
			directory ? "file" : "directory", directory ? "directory" : "file");
	if (is_mount(to, st))
		return fail(cx, OCIT_E_EXISTS, "'%s' is a mount point", name);
	return directory ? check_directory(cx, to, name) : 0;
}

int publish_may_replace(struct ctx *cx, const struct target *to, const char *name, bool directory,
	bool *ret_there, struct file_id *ret)
{
	struct stat st;
	int r;

	*ret_there = false;
	if (fstatat(to->dirfd, to->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : fail_path(cx, "stat", name);
	r = check_kind(cx, to, name, directory, &st);
	*ret_there = true;
	*ret = (struct file_id){ .dev = st.st_dev, .ino = st.st_ino };
	return r;
}

/* EINVAL: the file system knows no flags; the others: no such call, or a filter forbids it. */
static bool flags_refused(void)
{
	return errno == EINVAL || errno == ENOSYS || errno == EPERM;
}

/* The directory is moved onto an empty one that we made: that works only while it is empty. */
static int move_dir(int fromfd, const char *entry, const struct target *to)
{
	int why;

	if (mkdirat(to->dirfd, to->name, 0700) < 0)
		return -1;
	if (renameat(fromfd, entry, to->dirfd, to->name) == 0)
		return 0;
	why = errno == ENOTEMPTY ? EEXIST : errno;
	/* It fails if somebody filled it: then it is theirs. */
	(void)unlinkat(to->dirfd, to->name, AT_REMOVEDIR);
	errno = why;
	return -1;
}

static int move_file(int fromfd, const char *entry, const struct target *to)
{
	if (linkat(fromfd, entry, to->dirfd, to->name, 0) < 0)
		return -1;
	/* The other name goes with the stage, at the latest. */
	(void)unlinkat(fromfd, entry, 0);
	return 0;
}

int publish_move(int fromfd, const char *entry, const struct target *to, bool directory)
{
	if (renameat2(fromfd, entry, to->dirfd, to->name, RENAME_NOREPLACE) == 0)
		return 0;
	if (!flags_refused())
		return -1;
	return directory ? move_dir(fromfd, entry, to) : move_file(fromfd, entry, to);
}

/* The old file gets a second name first, which then is the only one, and the entry's. */
static int exchange_file(int fromfd, const char *entry, const struct target *to)
{
	static const char kept[] = "kept";
	int why;

	if (linkat(to->dirfd, to->name, fromfd, kept, 0) < 0)
		return -1;
	if (renameat(fromfd, entry, to->dirfd, to->name) == 0 &&
		renameat(fromfd, kept, fromfd, entry) == 0)
		return 0;
	why = errno;
	(void)unlinkat(fromfd, kept, 0);
	errno = why;
	return -1;
}

int publish_exchange(int fromfd, const char *entry, const struct target *to, bool directory)
{
	if (renameat2(fromfd, entry, to->dirfd, to->name, RENAME_EXCHANGE) == 0)
		return 0;
	if (!flags_refused())
		return -1;
	if (!directory)
		return exchange_file(fromfd, entry, to);
	if (errno != EPERM)
		errno = EOPNOTSUPP;
	return -1;
}

int publish_sync(struct ctx *cx, int fd, const char *name)
{
	return syncfs(fd) < 0 ? fail_errno(cx, "write to disk", name) : 0;
}

int publish_sync_name(struct ctx *cx, const struct target *to)
{
	AUTO(fd) int fd = resolve_plain(to->dirfd, ".", O_RDONLY | O_DIRECTORY, 0);

	if (fd < 0 || fsync(fd) < 0)
		return fail_errno(cx, "write to disk the directory of", to->name);
	return 0;
}
