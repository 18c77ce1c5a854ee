/* SPDX-License-Identifier: Apache-2.0 */
/* os/file_attrs.c: new files, directories and links, and what they are given afterwards. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "os/fault.h"
#include "os/file.h"
#include "os/resolve.h"

enum { UMASK_DEFAULT = 022, STATUS_MAX = 1024 };

int file_create(struct ctx *cx, int dirfd, const char *name, uint32_t mode, int *ret_fd)
{
	int fd = resolve_below(dirfd, name, O_WRONLY | O_CREAT | O_EXCL, mode);

	if (fd < 0)
		return fail_path(cx, "create", name);
	*ret_fd = fd;
	return 0;
}

/* Where a new entry goes: its directory, opened when name has more than one component. */
struct spot {
	int own;          /* or -1 */
	int dirfd;        /* borrowed, or own */
	const char *leaf; /* within name */
};

static void auto_spot(struct spot *s)
{
	fd_close(s->own);
}

static int spot_open(struct ctx *cx, int dirfd, const char *name, struct spot *ret)
{
	const char *slash = strrchr(name, '/');
	char dir[PATH_MAX];
	size_t len;
	int fd;

	*ret = (struct spot){ .own = -1, .dirfd = dirfd, .leaf = name };
	if (!slash)
		return 0;
	len = (size_t)(slash - name);
	if (len >= sizeof(dir)) {
		errno = ENAMETOOLONG;
		return fail_path(cx, "open directory", name);
	}
	memcpy(dir, name, len);
	dir[len] = '\0';
	/* An absolute name must not turn into a relative one. */
	fd = resolve_below(dirfd, len ? dir : "/", O_PATH | O_DIRECTORY, 0);
	if (fd < 0)
		return fail_path(cx, "open directory", name);
	*ret = (struct spot){ .own = fd, .dirfd = fd, .leaf = slash + 1 };
	return 0;
}

int dir_create(struct ctx *cx, int dirfd, const char *name, uint32_t mode, int *ret_fd)
{
	AUTO(spot) struct spot s = { .own = -1 };
	int r = spot_open(cx, dirfd, name, &s);
	int fd;

	if (r < 0)
		return r;
	if (mkdirat(s.dirfd, s.leaf, mode) < 0)
		return fail_path(cx, "create directory", name);
	if (!ret_fd)
		return 0;
	fd = resolve_below(s.dirfd, s.leaf, O_RDONLY | O_DIRECTORY, 0);
	if (fd < 0)
		return fail_path(cx, "open directory", name);
	*ret_fd = fd;
	return 0;
}

int link_create(struct ctx *cx, int dirfd, const char *name, const char *target)
{
	AUTO(spot) struct spot s = { .own = -1 };
	int r = spot_open(cx, dirfd, name, &s);

	if (r < 0)
		return r;
	if (symlinkat(target, s.dirfd, s.leaf) == 0)
		return 0;
	/* The name and the text can both be too long. */
	if (errno == ENAMETOOLONG && strlen(target) >= PATH_MAX)
		return fail(cx, OCIT_E_LIMIT, "'%s': link text of %zu bytes, limit %d", name,
			strlen(target), PATH_MAX - 1);
	if (errno == ENOENT && !*target)
		return fail(cx, OCIT_E_FORMAT, "'%s': a symlink cannot have an empty text", name);
	return fail_path(cx, "create link", name);
}

int hard_link_create(struct ctx *cx, int dirfd, const char *name, int targetfd, const char *target)
{
	AUTO(spot) struct spot from = { .own = -1 }, to = { .own = -1 };
	int r = spot_open(cx, targetfd, target, &from);

	if (r == 0)
		r = spot_open(cx, dirfd, name, &to);
	if (r < 0)
		return r;
	if (linkat(from.dirfd, from.leaf, to.dirfd, to.leaf, 0) < 0)
		return fail_path(cx, "create hard link", name);
	return 0;
}

/* Nanoseconds stay 0: two runs give the same output. */
static void both_times(const struct file_attrs *attrs, struct timespec ret[2])
{
	ret[0] = (struct timespec){ .tv_sec = (time_t)attrs->mtime };
	ret[1] = ret[0];
}

/* A new owner takes the set-id bits away, so the mode comes after it. */
int file_set_attrs(struct ctx *cx, int fd, const char *name, const struct file_attrs *attrs)
{
	struct timespec times[2];

	both_times(attrs, times);
	if (attrs->own && fchown(fd, attrs->uid, attrs->gid) < 0)
		return fail_errno(cx, "change owner of", name);
	if (attrs->mode != UINT32_MAX && fchmod(fd, attrs->mode) < 0)
		return fail_errno(cx, "change mode of", name);
	if (futimens(fd, times) < 0)
		return fail_errno(cx, "set time of", name);
	return 0;
}

int link_set_attrs(struct ctx *cx, int dirfd, const char *name, const struct file_attrs *attrs)
{
	const int flags = AT_SYMLINK_NOFOLLOW;
	AUTO(spot) struct spot s = { .own = -1 };
	struct timespec times[2];
	int r = spot_open(cx, dirfd, name, &s);

	if (r < 0)
		return r;
	both_times(attrs, times);
	if (attrs->own && fchownat(s.dirfd, s.leaf, attrs->uid, attrs->gid, flags) < 0)
		return fail_errno(cx, "change owner of", name);
	if (utimensat(s.dirfd, s.leaf, times, flags) < 0)
		return fail_errno(cx, "set time of", name);
	return 0;
}

uint32_t process_uid(void)
{
	return geteuid();
}

uint32_t process_gid(void)
{
	return getegid();
}

bool process_is_root(void)
{
	return process_uid() == 0;
}

static uint32_t octal(const char *s)
{
	uint32_t n = 0;

	for (; *s >= '0' && *s <= '7' && n < 01000; s++)
		n = n * 8 + (uint32_t)(*s - '0');
	return n & 0777;
}

uint32_t process_umask(void)
{
	static const char label[] = "\nUmask:\t";
	AUTO(fd) int fd = resolve_plain(AT_FDCWD, "/proc/self/status", O_RDONLY, 0);
	char text[STATUS_MAX];
	const char *at;
	ssize_t n;

	if (fd < 0)
		return UMASK_DEFAULT;
	n = read(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return UMASK_DEFAULT;
	text[n] = '\0';
	at = strstr(text, label);
	return at ? octal(at + sizeof(label) - 1) : UMASK_DEFAULT;
}
