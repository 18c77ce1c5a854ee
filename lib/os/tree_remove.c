/* SPDX-License-Identifier: Apache-2.0 */
/* os/tree_remove.c: removal by descriptors; what lies too deep is moved up first, so that depth
 * costs neither descriptors nor stack. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/mem.h"
#include "os/fault.h"
#include "os/listing.h"
#include "os/own_dir.h"
#include "os/resolve.h"
#include "os/target.h"
#include "os/tree.h"

enum { LEVELS_MAX = 32, HOIST_TRIES_MAX = 1000, MESSAGE_PATH_MAX = 2 * LEVELS_MAX * 256 };

struct level {
	int fd;
	size_t next, end;         /* its entries in the listing */
	struct listing_mark mark; /* the listing before it */
	bool unlocked;            /* made writable */
};

struct removal {
	const char *top;  /* for messages */
	unsigned depth;   /* levels in use */
	unsigned hoisted; /* directories moved into the top one since it was listed */
	unsigned hoist_number;
	struct listing list;
	struct level levels[LEVELS_MAX];
};

static void auto_removal(struct removal *rm)
{
	while (rm->depth)
		fd_close(rm->levels[--rm->depth].fd);
	listing_done(&rm->list);
}

static struct level *last(struct removal *rm)
{
	return &rm->levels[rm->depth - 1];
}

/* The way to entry name of the last level; only failures need it. */
static void add_path(const struct removal *rm, const char *name, struct buf *ret)
{
	buf_str(ret, rm->top);
	for (unsigned i = 0; i + 1 < rm->depth; i++) {
		buf_char(ret, '/');
		buf_str(ret, listing_name(&rm->list, rm->levels[i].next - 1));
	}
	if (*name) {
		buf_char(ret, '/');
		buf_str(ret, name);
	}
}

static int fail_removal(struct ctx *cx, const char *name)
{
	int r;

	if (errno != EXDEV && errno != EBUSY)
		return fail_errno(cx, "remove", name);
	r = fail(cx, OCIT_E_POLICY, "'%s': something is mounted there, nothing below it is removed",
		name);
	return advise(cx, r, "unmount it first");
}

static int fail_entry(struct ctx *cx, const struct removal *rm, const char *name)
{
	AUTO(buf) struct buf path;
	int why = errno;

	buf_init(&path, MESSAGE_PATH_MAX);
	add_path(rm, name, &path);
	errno = why;
	return fail_removal(cx, path.error || !path.data ? name : path.data);
}

static int push(struct ctx *cx, struct removal *rm, int fd)
{
	struct level *l = &rm->levels[rm->depth++];
	int r;

	*l = (struct level){ .fd = fd, .mark = listing_mark(&rm->list), .next = rm->list.count };
	r = listing_add(cx, &rm->list, fd, rm->top);
	if (r < 0)
		return r;
	l->end = rm->list.count;
	return 0;
}

/* Called after a refusal: is there hope now? Others' directories cannot be changed. */
static bool unlock(struct level *l)
{
	if (errno != EACCES || l->unlocked)
		return false;
	l->unlocked = true;
	if (fchmod(l->fd, 0700) == 0)
		return true;
	errno = EACCES;
	return false;
}

static int unlink_entry(struct level *l, const char *name, int flags)
{
	do {
		if (unlinkat(l->fd, name, flags) == 0 || errno == ENOENT)
			return 0;
	} while (unlock(l));
	return -1;
}

static int open_entry(struct level *l, const char *name)
{
	int fd;

	do
		fd = own_dir_open(l->fd, name);
	while (fd < 0 && unlock(l));
	return fd;
}

/* Move a directory that lies too deep into the top one, where its turn comes later. */
static int hoist(struct ctx *cx, struct removal *rm, const char *name, int fd)
{
	struct level *from = last(rm), *top = &rm->levels[0];
	char to[32];

	/* Its ".." changes, so it must be writable itself; if it cannot be made so, the move tells.
	 */
	(void)fchmod(fd, 0700);
	for (int tries = 0; tries < HOIST_TRIES_MAX; tries++) {
		snprintf(to, sizeof(to), ".hoisted-%u", rm->hoist_number++);
		do {
			/* An empty directory of that name would be replaced, which does no harm
			 * here. */
			if (renameat(from->fd, name, top->fd, to) == 0) {
				rm->hoisted++;
				return 0;
			}
		} while (unlock(from) || unlock(top));
		if (errno != EEXIST && errno != ENOTEMPTY && errno != ENOTDIR)
			break;
	}
	return fail_entry(cx, rm, name);
}

/* The last descriptor there is must be kept for what is moved up. */
static bool is_too_deep(const struct removal *rm, int fd)
{
	int spare;

	if (rm->depth == LEVELS_MAX)
		return true;
	spare = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	fd_close(spare);
	return spare < 0;
}

static int remove_dir(struct ctx *cx, struct removal *rm, const char *name)
{
	AUTO(fd) int fd = open_entry(last(rm), name);

	if (fd < 0)
		return errno == ENOENT ? 0 : fail_entry(cx, rm, name);
	if (rm->depth > 1 && is_too_deep(rm, fd))
		return hoist(cx, rm, name, fd);
	return push(cx, rm, take_fd(&fd));
}

static int remove_entry(struct ctx *cx, struct removal *rm, size_t entry)
{
	const char *name = listing_name(&rm->list, entry);

	if (rm->list.entries[entry].type == DT_DIR)
		return remove_dir(cx, rm, name);
	if (unlink_entry(last(rm), name, 0) == 0)
		return 0;
	return errno == EISDIR ? remove_dir(cx, rm, name) : fail_entry(cx, rm, name);
}

/* The last level is empty, as far as it was listed. */
static int finish_level(struct ctx *cx, struct removal *rm)
{
	struct level *l = last(rm);
	int fd = l->fd;

	listing_reset(&rm->list, l->mark);
	if (rm->depth == 1 && rm->hoisted) {
		rm->hoisted = 0;
		rm->depth = 0;
		if (lseek(fd, 0, SEEK_SET) == 0)
			return push(cx, rm, fd);
		fd_close(fd);
		return fail_errno(cx, "list", rm->top);
	}
	rm->depth--;
	fd_close(fd);
	if (!rm->depth)
		return 0;
	l = last(rm);
	if (unlink_entry(l, listing_name(&rm->list, l->next - 1), AT_REMOVEDIR) == 0)
		return 0;
	return fail_entry(cx, rm, listing_name(&rm->list, l->next - 1));
}

/* Remove everything in fd, which is given away, as is what the list holds. */
static int clear(struct ctx *cx, int fd, const char *name, struct listing list)
{
	AUTO(removal) struct removal rm = { .top = name, .list = list };
	int r = push(cx, &rm, fd);

	while (!r && rm.depth) {
		struct level *l = last(&rm);

		r = poll_cancel(cx);
		if (r < 0)
			return r;
		r = l->next < l->end ? remove_entry(cx, &rm, l->next++) : finish_level(cx, &rm);
	}
	return r;
}

int tree_clear(struct ctx *cx, int fd, const char *name, struct listing *reserve)
{
	struct listing list = { 0 };
	/* A descriptor of our own: the position in the directory belongs to whoever opened it. */
	int again = resolve_plain(fd, ".", O_RDONLY | O_DIRECTORY, 0);

	if (again < 0)
		return fail_path(cx, "open directory", name);
	if (reserve) {
		list = *reserve;
		*reserve = (struct listing){ 0 };
	}
	return clear(cx, again, name, list);
}

static int remove_target(struct ctx *cx, const struct target *t, const char *name)
{
	int fd, r;

	if (unlinkat(t->dirfd, t->name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR)
		return fail_removal(cx, name);
	fd = own_dir_open(t->dirfd, t->name);
	if (fd < 0)
		return fail_removal(cx, name);
	r = clear(cx, fd, name, (struct listing){ 0 });
	if (r < 0)
		return r;
	if (unlinkat(t->dirfd, t->name, AT_REMOVEDIR) == 0 || errno == ENOENT)
		return 0;
	return fail_removal(cx, name);
}

int tree_remove(struct ctx *cx, int dirfd, const char *name)
{
	AUTO(target) struct target t = { .dirfd = -1 };
	int r = target_open(cx, dirfd, name, &t);

	if (r == OCIT_E_NOT_FOUND) {
		ctx_clear(cx);
		return 0;
	}
	if (r < 0)
		return r;
	return remove_target(cx, &t, name);
}
