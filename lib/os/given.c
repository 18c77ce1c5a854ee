/* SPDX-License-Identifier: Apache-2.0 */
/* os/given.c: a name without links costs one system call; else it is walked, link by link. */
#include "os/given.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "os/fault.h"
#include "os/file.h"
#include "os/resolve.h"

enum { HOPS_MAX = 40, DIRECTORY = O_PATH | O_DIRECTORY };

struct walk {
	struct ctx *cx;
	const char *name;        /* as given, for messages */
	int at;                  /* where we are */
	unsigned hops;           /* links followed */
	char todo[2 * PATH_MAX]; /* what is left of the name */
};

static void auto_walk(struct walk *w)
{
	fd_close(w->at);
}

/* Go to a directory that the kernel may find by following no link, or a link of its own. */
static int enter(struct walk *w, const char *word, int flags)
{
	int fd = resolve_plain(w->at, word, DIRECTORY | flags, 0);

	if (fd < 0)
		return -1;
	fd_close(w->at);
	w->at = fd;
	return 0;
}

static bool may_follow(const struct stat *dir, const struct stat *link)
{
	const mode_t everybody = S_ISVTX | S_IWOTH;

	if ((dir->st_mode & everybody) != everybody)
		return true;
	return link->st_uid == geteuid() || link->st_uid == dir->st_uid;
}

static int fail_open(const struct walk *w, int error)
{
	errno = error;
	return fail_path(w->cx, "open directory", w->name);
}

/* The text of the link goes in front of what is left. */
static int put_in_front(struct walk *w, int link)
{
	size_t left = strlen(w->todo);
	char text[PATH_MAX];
	ssize_t n = readlinkat(link, "", text, sizeof(text) - 1);

	if (n <= 0)
		return fail_open(w, n < 0 ? errno : ENOENT);
	if (w->hops++ >= HOPS_MAX)
		return fail_open(w, ELOOP);
	if ((size_t)n + 1 + left >= sizeof(w->todo))
		return fail_open(w, ENAMETOOLONG);
	memmove(w->todo + n + 1, w->todo, left + 1);
	memcpy(w->todo, text, (size_t)n);
	w->todo[n] = '/';
	return text[0] != '/' || enter(w, "/", 0) == 0 ? 0 : fail_open(w, errno);
}

/* word is no directory: follow it, if it is a link of somebody trusted. */
static int follow(struct walk *w, const char *word)
{
	AUTO(fd) int fd = resolve_plain(w->at, word, O_PATH | O_NOFOLLOW, 0);
	struct stat dir, link;

	if (fd < 0 || fstat(w->at, &dir) < 0 || fstat(fd, &link) < 0)
		return fail_open(w, errno);
	if (!S_ISLNK(link.st_mode))
		return fail_open(w, ENOTDIR);
	if (may_follow(&dir, &link))
		return put_in_front(w, fd);
	return advise(w->cx,
		fail(w->cx, OCIT_E_POLICY,
			"'%s' leads through the symlink '%s' of user %u in a directory that "
			"everybody may write",
			w->name, word, (unsigned)link.st_uid),
		"name the directory it leads to, if you trust that user");
}

/* Links of procfs lead where no text says: only the kernel can follow them. */
static bool is_magic(int at)
{
	struct statfs fs;

	return fstatfs(at, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

static int step(struct walk *w, const char *word)
{
	if (enter(w, word, is_magic(w->at) ? 0 : O_NOFOLLOW) == 0)
		return 0;
	if (errno == ENOTDIR || errno == ELOOP)
		return follow(w, word);
	return fail_open(w, errno);
}

static int walk_all(struct walk *w)
{
	int r = 0;

	while (r == 0) {
		size_t skip = strspn(w->todo, "/"), n = strcspn(w->todo + skip, "/");
		char word[NAME_MAX + 1];

		if (!n)
			return 0;
		if (n > NAME_MAX)
			return fail_open(w, ENAMETOOLONG);
		memcpy(word, w->todo + skip, n);
		word[n] = '\0';
		memmove(w->todo, w->todo + skip + n, strlen(w->todo + skip + n) + 1);
		r = step(w, word);
	}
	return r;
}

static int walk_links(struct ctx *cx, int dirfd, const char *name, int *ret_fd)
{
	AUTO(walk) struct walk w = { .cx = cx, .name = name, .at = -1 };
	int r;

	w.at = resolve_plain(dirfd, *name == '/' ? "/" : ".", DIRECTORY, 0);
	if (w.at < 0)
		return fail_path(cx, "open directory", name);
	memcpy(w.todo, name, strlen(name) + 1);
	r = walk_all(&w);
	if (r == 0)
		*ret_fd = take_fd(&w.at);
	return r;
}

int given_open_dir(struct ctx *cx, int dirfd, const char *name, int *ret_fd)
{
	struct open_how how = { .flags = DIRECTORY | O_CLOEXEC, .resolve = RESOLVE_NO_SYMLINKS };
	int fd;

	if (strlen(name) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return fail_path(cx, "open directory", name);
	}
	fd = (int)syscall(SYS_openat2, dirfd, name, &how, sizeof(how));
	if (fd < 0)
		return walk_links(cx, dirfd, name, ret_fd);
	*ret_fd = fd;
	return 0;
}
