/* SPDX-License-Identifier: Apache-2.0 */
/* os/resolve.c: names are resolved by the kernel where it can stay inside, else one component at a
 * time without ever following. */
#include "os/resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/mem.h"

enum { HOPS_MAX = 40, TRIES_MAX = 128 };

/* The one thing remembered between calls: this kernel has no openat2. A stale value costs a system
 * call, never a verdict. */
static atomic_bool walk_always;

void resolve_force_walk(bool on)
{
	atomic_store_explicit(&walk_always, on, memory_order_relaxed);
}

int resolve_plain(int dirfd, const char *name, int flags, mode_t mode)
{
	int fd;

	do
		fd = openat(dirfd, name, flags | O_CLOEXEC, mode);
	while (fd < 0 && errno == EINTR);
	return fd;
}

/* The kernel answers EAGAIN when something was renamed while it resolved a "..". */
static int kernel_open(int dirfd, const char *name, int flags, mode_t mode, uint64_t resolve)
{
	struct open_how how = {
		.flags = (unsigned)(flags | O_CLOEXEC | (flags & O_PATH ? 0 : O_LARGEFILE)),
		.mode = flags & O_CREAT ? mode : 0,
		.resolve = resolve | RESOLVE_NO_MAGICLINKS,
	};
	long fd = -1;

	for (int tries = 0; tries < TRIES_MAX; tries++) {
		fd = syscall(SYS_openat2, dirfd, name, &how, sizeof(how));
		if (fd >= 0 || (errno != EAGAIN && errno != EINTR))
			break;
	}
	return (int)fd;
}

/* Filters answer ENOSYS or EPERM; only the first is sure not to be about this file. */
static bool kernel_cannot(void)
{
	if (errno == ENOSYS)
		resolve_force_walk(true);
	return errno == ENOSYS || errno == EPERM;
}

static bool try_kernel(void)
{
	return !atomic_load_explicit(&walk_always, memory_order_relaxed);
}

struct walk {
	int root; /* borrowed */
	int at;   /* where we are; -1: at the root */
	bool follow;
	unsigned hops;
	size_t next;             /* offset in todo */
	char done[PATH_MAX];     /* how we came here, free of links */
	char todo[2 * PATH_MAX]; /* what is left of the name */
};

static void drop(int fd)
{
	int why = errno;

	if (fd >= 0)
		close(fd);
	errno = why;
}

static void auto_walk(struct walk *w)
{
	drop(w->at);
}

static int here(const struct walk *w)
{
	return w->at >= 0 ? w->at : w->root;
}

static int fail_with(int error)
{
	errno = error;
	return -1;
}

static int enter(struct walk *w, const char *word)
{
	int fd = resolve_plain(here(w), word, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);

	if (fd < 0)
		return -1;
	drop(w->at);
	w->at = fd;
	return 0;
}

static void restart(struct walk *w)
{
	drop(w->at);
	w->at = -1;
}

static int remember(struct walk *w, const char *word)
{
	size_t len = strlen(w->done), n = strlen(word);

	if (len + 1 + n >= sizeof(w->done))
		return fail_with(ENAMETOOLONG);
	w->done[len] = '/';
	memcpy(w->done + len + 1, word, n + 1);
	return 0;
}

/* ".." is never given to the kernel: a directory that was moved away would lead outside. */
static int go_up(struct walk *w)
{
	char *last = strrchr(w->done, '/');
	char path[PATH_MAX];

	if (!last)
		return 0;
	*last = '\0';
	restart(w);
	memcpy(path, w->done, strlen(w->done) + 1);
	for (char *word = path; *word;) {
		char *end = strchrnul(++word, '/');
		char rest = *end;

		*end = '\0';
		if (enter(w, word) < 0)
			return -1;
		*end = rest;
		word = end;
	}
	return 0;
}

/* What looks like a link in /proc may be none: its text is a description, not a path. */
static bool is_magic(int dirfd, const char *text)
{
	struct statfs fs;

	if (text[0] != '/' && !strchr(text, ':'))
		return false;
	return fstatfs(dirfd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

/* word was refused as no directory or as a link: put the link's text in its place. */
static int follow(struct walk *w, const char *word, const char *rest)
{
	size_t rest_len = strlen(rest);
	char text[PATH_MAX];
	int why = errno;
	ssize_t n = readlinkat(here(w), word, text, sizeof(text) - 1);

	if (n < 0)
		return fail_with(errno == EINVAL ? why : errno);
	if (n == 0)
		return fail_with(ENOENT);
	text[n] = '\0';
	if (!w->follow || w->hops++ >= HOPS_MAX || is_magic(here(w), text))
		return fail_with(ELOOP);
	if ((size_t)n + rest_len >= sizeof(w->todo))
		return fail_with(ENAMETOOLONG);
	memmove(w->todo + n, rest, rest_len + 1);
	memcpy(w->todo, text, (size_t)n);
	w->next = 0;
	if (text[0] == '/') {
		restart(w);
		w->done[0] = '\0';
	}
	return 0;
}

/* One component that is not the last one. */
static int step(struct walk *w, const char *word, const char *rest)
{
	if (!*word || !strcmp(word, "."))
		return 0;
	if (!strcmp(word, ".."))
		return go_up(w);
	if (enter(w, word) == 0)
		return remember(w, word);
	return errno == ENOTDIR ? follow(w, word, rest) : -1;
}

/* Take the next component out of todo; *ret_rest is what follows, "" after the last one. */
static int next_word(struct walk *w, char word[NAME_MAX + 1], const char **ret_rest)
{
	const char *at = w->todo + w->next + strspn(w->todo + w->next, "/");
	size_t n = strcspn(at, "/");

	if (n > NAME_MAX)
		return fail_with(ENAMETOOLONG);
	memcpy(word, at, n);
	word[n] = '\0';
	w->next = (size_t)(at + n - w->todo);
	*ret_rest = at + n;
	return 0;
}

static bool is_dots(const char *word)
{
	return !*word || !strcmp(word, ".") || !strcmp(word, "..");
}

static int walk_open(struct walk *w, int flags, mode_t mode)
{
	char word[NAME_MAX + 1];
	const char *rest;
	int fd;

	for (;;) {
		if (next_word(w, word, &rest) < 0)
			return -1;
		if (*rest || is_dots(word)) {
			if (step(w, word, rest) < 0)
				return -1;
			if (w->todo[w->next])
				continue;
			return resolve_plain(here(w), ".", flags | O_NOFOLLOW, mode);
		}
		fd = resolve_plain(here(w), word, flags | O_NOFOLLOW, mode);
		if (fd >= 0 || flags & O_NOFOLLOW || (errno != ELOOP && errno != ENOTDIR))
			return fd;
		if (follow(w, word, rest) < 0)
			return -1;
	}
}

static int walk_name(int root, const char *name, int flags, mode_t mode, bool follow_links)
{
	AUTO(walk) struct walk w = { .root = root, .at = -1, .follow = follow_links };
	size_t len = strlen(name);

	if (!len)
		return fail_with(ENOENT);
	if (len >= PATH_MAX)
		return fail_with(ENAMETOOLONG);
	memcpy(w.todo, name, len + 1);
	return walk_open(&w, flags, mode);
}

static bool leads_out(const char *name)
{
	if (*name == '/')
		return true;
	while (*name) {
		size_t n = strcspn(name, "/");

		if (n == 2 && name[0] == '.' && name[1] == '.')
			return true;
		name += n + (name[n] == '/');
	}
	return false;
}

int resolve_below(int dirfd, const char *name, int flags, mode_t mode)
{
	const uint64_t how = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;

	flags |= O_NOFOLLOW;
	if (leads_out(name))
		return fail_with(EXDEV);
	if (!strchr(name, '/'))
		return resolve_plain(dirfd, name, flags, mode);
	if (try_kernel()) {
		int fd = kernel_open(dirfd, name, flags, mode, how);

		if (fd >= 0 || !kernel_cannot())
			return fd;
	}
	return walk_name(dirfd, name, flags, mode, false);
}

int resolve_in_root(int dirfd, const char *name, int flags)
{
	if (try_kernel()) {
		int fd = kernel_open(dirfd, name, flags, 0, RESOLVE_IN_ROOT);

		if (fd >= 0 || !kernel_cannot())
			return fd;
	}
	return walk_name(dirfd, name, flags, 0, true);
}

/* Bind mounts share the device with what they cover, so the mount itself is compared where the
 * kernel tells it. */
static bool is_same_mount(int a, int b)
{
	const unsigned want = STATX_TYPE | STATX_MNT_ID;
	struct statx x, y;

	if (statx(a, "", AT_EMPTY_PATH, want, &x) < 0 || statx(b, "", AT_EMPTY_PATH, want, &y) < 0)
		return false;
	if (x.stx_mask & y.stx_mask & STATX_MNT_ID)
		return x.stx_mnt_id == y.stx_mnt_id;
	return x.stx_dev_major == y.stx_dev_major && x.stx_dev_minor == y.stx_dev_minor;
}

int resolve_same_mount(int dirfd, const char *name, int flags)
{
	int fd;

	flags |= O_DIRECTORY | O_NOFOLLOW;
	if (strchr(name, '/') || is_dots(name))
		return fail_with(EXDEV);
	if (try_kernel()) {
		fd = kernel_open(dirfd, name, flags, 0,
			RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV);
		if (fd >= 0 || !kernel_cannot())
			return fd;
	}
	fd = resolve_plain(dirfd, name, flags, 0);
	if (fd < 0 || is_same_mount(dirfd, fd))
		return fd;
	drop(fd);
	return fail_with(EXDEV);
}
