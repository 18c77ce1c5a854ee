/* SPDX-License-Identifier: Apache-2.0 */
/* os/stale.c: a directory is removed only when its name, owner, mode, lock and contents all say
 * that a dead run of ours made it. */
#include "os/stale.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/mem.h"
#include "os/file.h"
#include "os/listing.h"
#include "os/own_dir.h"
#include "os/stage.h"
#include "os/tree.h"

enum { TARGET_MAX = 255, NEWBORN_S = 60 };

/* One entry under examination. */
struct suspect {
	struct stale stale;
	int dirfd; /* where it lies; borrowed */
	int fd;    /* open and locked, or -1 */
	struct stat info;
	char target[TARGET_MAX + 1];
};

static void auto_suspect(struct suspect *s)
{
	fd_close(s->fd);
}

/* What a run writes there: its marker and what is to be published, each of them or neither. */
static bool holds_ours_only(struct ctx *cx, int fd, const char *name, bool *ret_empty)
{
	struct listing list = { 0 };
	bool ours = listing_add(cx, &list, fd, name) == 0;

	for (size_t i = 0; ours && i < list.count; i++) {
		const char *entry = listing_name(&list, i);

		ours = !strcmp(entry, STAGE_MARKER) || !strcmp(entry, STAGE_ENTRY);
	}
	*ret_empty = !list.count;
	listing_done(&list);
	return ours;
}

/* The marker goes shortly before publishing, so it may be missing; one that is odd is not ours. */
static bool read_marker(struct ctx *cx, struct suspect *s)
{
	AUTO(buf) struct buf text;
	int r;

	buf_init(&text, TARGET_MAX);
	r = file_read(cx, s->fd, STAGE_MARKER, FILE_BENEATH, &text);
	if (r == OCIT_E_NOT_FOUND)
		return true;
	if (r < 0 || memchr(text.data ? text.data : "", '\0', text.len) ||
		memchr(text.data ? text.data : "", '/', text.len))
		return false;
	/* Killed between making the file and writing it: empty. */
	if (text.len) {
		memcpy(s->target, text.data, text.len);
		s->target[text.len] = '\0';
		s->stale.target = s->target;
	}
	return true;
}

/* Between mkdir and the lock a run has nothing but an empty directory to show. */
static bool is_newborn(const struct stat *info)
{
	struct timespec now;

	return clock_gettime(CLOCK_REALTIME, &now) == 0 && info->st_mtime <= now.tv_sec &&
	       now.tv_sec - info->st_mtime < NEWBORN_S;
}

/* The name may have been published, removed or replaced since it was listed. */
static bool is_still_there(const struct suspect *s)
{
	struct stat now;

	return fstatat(s->dirfd, s->stale.name, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
	       now.st_dev == s->info.st_dev && now.st_ino == s->info.st_ino;
}

static enum stale_state judge_open(struct ctx *cx, struct suspect *s)
{
	bool empty;

	if (flock(s->fd, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? STALE_LIVE : STALE_FOREIGN;
	if (!holds_ours_only(cx, s->fd, s->stale.name, &empty) || !read_marker(cx, s))
		return STALE_FOREIGN;
	if (empty && is_newborn(&s->info))
		return STALE_LIVE;
	return STALE_LEFT;
}

/* Opening changes nothing: a mode of ours is 0700 already, anything else is not ours. */
static enum stale_state judge(struct ctx *cx, struct suspect *s)
{
	if (fstatat(s->dirfd, s->stale.name, &s->info, AT_SYMLINK_NOFOLLOW) < 0 ||
		!S_ISDIR(s->info.st_mode) || (s->info.st_mode & 07777) != 0700 ||
		s->info.st_uid != geteuid())
		return STALE_FOREIGN;
	s->fd = own_dir_open(s->dirfd, s->stale.name);
	if (s->fd < 0 || fstat(s->fd, &s->info) < 0)
		return STALE_FOREIGN;
	return judge_open(cx, s);
}

/* Sizes are for people: what cannot be seen does not count. */
static void measure(struct ctx *cx, struct suspect *s)
{
	AUTO(tree) struct tree *t = NULL;
	struct tree_item item = { .event = TREE_ENTER };

	if (tree_open(cx, s->fd, ".", 0, &t) < 0)
		return;
	while (tree_next(cx, t, &item) == 0 && item.event != TREE_END) {
		if (item.event == TREE_FILE)
			s->stale.bytes += item.info.size;
		if (item.event == TREE_FILE || item.event == TREE_LINK)
			s->stale.files++;
	}
}

static int discard(struct ctx *cx, struct suspect *s)
{
	int r = tree_clear(cx, s->fd, s->stale.name, NULL);

	if (r < 0)
		return r;
	if (unlinkat(s->dirfd, s->stale.name, AT_REMOVEDIR) < 0 && errno != ENOENT)
		return fail_errno(cx, "remove", s->stale.name);
	s->stale.state = STALE_REMOVED;
	return 0;
}

static int visit(struct ctx *cx, struct suspect *s, bool remove, stale_fn *fn, void *user)
{
	struct ctx own;
	int r = 0;

	/* What goes wrong while looking is an answer, not an error. */
	ctx_child(cx, &own);
	s->stale.state = judge(&own, s);
	if (s->stale.state == STALE_LEFT || s->stale.state == STALE_LIVE)
		measure(&own, s);
	if (s->fd >= 0 && !is_still_there(s))
		return 0;
	if (remove && s->stale.state == STALE_LEFT)
		r = discard(cx, s);
	return r < 0 ? r : fn(cx, user, &s->stale);
}

static int visit_all(struct ctx *cx, int dirfd, const struct listing *list, bool remove,
	stale_fn *fn, void *user)
{
	for (size_t i = 0; i < list->count; i++) {
		const char *name = listing_name(list, i);
		AUTO(suspect)
		struct suspect s = { .stale = { .name = name }, .dirfd = dirfd, .fd = -1 };
		int r = poll_cancel(cx);

		if (!r && stage_is_hidden_name(name))
			r = visit(cx, &s, remove, fn, user);
		if (r < 0)
			return r;
	}
	return 0;
}

int stale_visit(struct ctx *cx, int dirfd, const char *name, bool remove, stale_fn *fn, void *user)
{
	AUTO(fd) int fd = -1;
	struct listing list = { 0 };
	int r = file_open_given_dir(cx, dirfd, name, &fd);

	if (r < 0)
		return r;
	r = listing_add(cx, &list, fd, name);
	if (!r)
		r = visit_all(cx, fd, &list, remove, fn, user);
	listing_done(&list);
	return r;
}
