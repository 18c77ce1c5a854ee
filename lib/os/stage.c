/* SPDX-License-Identifier: Apache-2.0 */
/* os/stage.c: an output is built under a hidden name and becomes visible in one step. */
#include "os/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "base/text.h"
#include "os/copy.h"
#include "os/fault.h"
#include "os/file.h"
#include "os/listing.h"
#include "os/own_dir.h"
#include "os/publish.h"
#include "os/target.h"
#include "os/tree.h"

/* Removal has three open at a time at least: the top, one below, and one that is moved up. */
enum { HIDDEN_TRIES_MAX = 16, HIDDEN_DIGITS = 16, RESERVE = 3 };

static const char entry_name[] = STAGE_ENTRY;
static const char marker_name[] = STAGE_MARKER;
static const char hidden_prefix[] = ".ocitools-";
static const char hidden_suffix[] = ".partial";

struct stage {
	struct target target;
	char hidden[40]; /* name of the staging directory beside the target, "" before it exists */
	int fd;          /* the staging directory, or -1 */
	int reserve[RESERVE]; /* descriptors that are given back for the clean-up */
	struct listing list;  /* memory for it */
	struct ctx *cx;       /* of the operation: told what could not be removed */
	unsigned flags;       /* enum stage_flag */
	bool replaces;        /* something is there that may go: old */
	struct file_id old;
	bool exchanged; /* the entry is what was replaced */
	bool published;
	dev_t dev; /* of what was published */
	ino_t ino;
};

bool stage_is_hidden_name(const char *name)
{
	size_t digits;

	if (!text_starts(name, hidden_prefix))
		return false;
	name += strlen(hidden_prefix);
	digits = strspn(name, "0123456789abcdef");
	return digits == HIDDEN_DIGITS && !strcmp(name + digits, hidden_suffix);
}

int stage_fd(const struct stage *st)
{
	return st->fd;
}

const char *stage_entry(const struct stage *st)
{
	(void)st; /* the same for all */
	return entry_name;
}

/* Dangling links, FIFOs, empty directories: a name that is there is not ours. */
static int expect_absent(struct ctx *cx, const struct target *t, const char *name)
{
	struct stat st;

	if (fstatat(t->dirfd, t->name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return fail(cx, OCIT_E_EXISTS, "'%s' exists already", name);
	return errno == ENOENT ? 0 : fail_path(cx, "stat", name);
}

static int check_name(struct ctx *cx, struct stage *st, const char *name)
{
	if (stage_is_hidden_name(st->target.name))
		return fail(cx, OCIT_E_USAGE,
			"'%s': names of this form are those of unfinished outputs", name);
	if (!(st->flags & STAGE_REPLACE))
		return expect_absent(cx, &st->target, name);
	return publish_may_replace(
		cx, &st->target, name, st->flags & STAGE_DIRECTORY, &st->replaces, &st->old);
}

static int random_u64(struct ctx *cx, uint64_t *ret)
{
	uint64_t n;

	while (getrandom(&n, sizeof(n), 0) != sizeof(n)) {
		if (errno != EINTR)
			return fail_errno(cx, "read", "random numbers");
	}
	*ret = n;
	return 0;
}

static int make_hidden(struct ctx *cx, struct stage *st, const char *name)
{
	char hidden[sizeof(st->hidden)];
	uint64_t number = 0;

	for (int tries = 0; tries < HIDDEN_TRIES_MAX; tries++) {
		int r = random_u64(cx, &number);

		if (r < 0)
			return r;
		snprintf(hidden, sizeof(hidden), "%s%016" PRIx64 "%s", hidden_prefix, number,
			hidden_suffix);
		if (mkdirat(st->target.dirfd, hidden, 0700) == 0) {
			memcpy(st->hidden, hidden, sizeof(hidden));
			return 0;
		}
		if (errno != EEXIST)
			break;
	}
	return fail_errno(cx, "create staging directory beside", name);
}

/*
 * A umask, set-group-id and default ACLs of the parent would show in everything that is created
 * inside, and two machines would give two outputs.
 */
static int neutralise(struct ctx *cx, const struct stage *st)
{
	struct stat info;

	/* Usually there is none, or the file system knows no ACLs. */
	(void)fremovexattr(st->fd, "system.posix_acl_default");
	if (fstat(st->fd, &info) < 0)
		return fail_errno(cx, "stat", st->hidden);
	if ((info.st_mode & 07777) != 0700 && fchmod(st->fd, 0700) < 0)
		return fail_errno(cx, "change mode of", st->hidden);
	return 0;
}

/* The lock tells a later clean-up that we live. File systems without locks cannot be cleaned up. */
static int lock(struct ctx *cx, const struct stage *st)
{
	if (flock(st->fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
		return fail(cx, OCIT_E_BUSY, "'%s' is locked by somebody else", st->hidden);
	return 0;
}

static int mark(struct ctx *cx, const struct stage *st)
{
	const char *text = st->target.name;
	AUTO(fd) int fd = -1;
	int r = file_create(cx, st->fd, marker_name, 0600, &fd);

	if (!r)
		r = write_all(cx, fd, marker_name, text, strlen(text));
	return r < 0 ? r : fd_finish(cx, take_fd(&fd), marker_name);
}

/* A run that uses up all descriptors or memory must still be able to clean up after itself. */
static int reserve(struct ctx *cx, struct stage *st, const char *name)
{
	int r = listing_reserve(cx, &st->list);

	if (r < 0)
		return r;
	for (int i = 0; i < RESERVE; i++) {
		st->reserve[i] = fcntl(st->target.dirfd, F_DUPFD_CLOEXEC, 0);
		if (st->reserve[i] < 0)
			return fail_path(cx, "prepare", name);
	}
	return 0;
}

static void release(struct stage *st)
{
	for (int i = 0; i < RESERVE; i++)
		fd_close(take_fd(&st->reserve[i]));
}

/* It was made a moment ago: if it is no directory, or another one, somebody is at work here. */
static int fail_staging(struct ctx *cx, const struct stage *st, const char *name)
{
	if (errno == ENOTDIR || errno == ELOOP || errno == EXDEV)
		return fail(
			cx, OCIT_E_SYSTEM, "somebody replaced '%s' beside '%s'", st->hidden, name);
	return fail_path(cx, "open staging directory", st->hidden);
}

static int prepare(struct ctx *cx, struct stage *st, const char *name)
{
	int r = reserve(cx, st, name);

	if (!r)
		r = make_hidden(cx, st, name);
	if (r < 0)
		return r;
	st->fd = own_dir_open(st->target.dirfd, st->hidden);
	if (st->fd < 0)
		return fail_staging(cx, st, name);
	r = neutralise(cx, st);
	if (!r)
		r = lock(cx, st);
	if (!r)
		r = mark(cx, st);
	return r;
}

static bool is_gone(int fd)
{
	struct stat now;

	return fd >= 0 && fstat(fd, &now) == 0 && !now.st_nlink;
}

bool stage_blame(struct ctx *cx, const struct stage *st, int *r)
{
	if (!is_gone(st->fd) && !is_gone(st->target.dirfd))
		return false;
	ctx_clear(cx);
	*r = fail(cx, OCIT_E_SYSTEM, "somebody removed its directory while it was written");
	return true;
}

/* Look at the target; nothing is made. */
static int begin(struct ctx *cx, struct stage *st, int dirfd, const char *name, unsigned flags)
{
	int r;

	st->cx = cx;
	st->flags = flags;
	st->fd = -1;
	st->target.dirfd = -1;
	for (int i = 0; i < RESERVE; i++)
		st->reserve[i] = -1;
	r = target_open(cx, dirfd, name, &st->target);
	return r < 0 ? r : check_name(cx, st, name);
}

int stage_probe(struct ctx *cx, int dirfd, const char *name, unsigned flags)
{
	AUTO(stage) struct stage *st = mem_alloc(sizeof(*st));
	int r = st ? begin(cx, st, dirfd, name, flags) : fail_nomem(cx);

	if (!r && faccessat(st->target.dirfd, ".", W_OK | X_OK, AT_EACCESS) < 0)
		r = fail_errno(cx, "create staging directory beside", name);
	return r;
}

int stage_open(struct ctx *cx, int dirfd, const char *name, unsigned flags, struct stage **ret)
{
	AUTO(stage) struct stage *st = mem_alloc(sizeof(*st));
	int r = st ? begin(cx, st, dirfd, name, flags) : fail_nomem(cx);

	if (!st)
		return r;
	if (!r)
		r = prepare(cx, st, name);
	if (r < 0) {
		(void)stage_blame(cx, st, &r);
		return r;
	}

	*ret = take(&st);
	return 0;
}

/* EXDEV: an overlay whose lower layer has it. EPERM: it, or its directory, is kept from being
 * moved; or a filter forbids the call. */
static int fail_exchange(struct ctx *cx, const char *name)
{
	if (errno == EOPNOTSUPP || errno == EXDEV)
		return advise(cx,
			fail(cx, OCIT_E_UNSUPPORTED,
				"this file system cannot exchange directories"),
			"remove '%s' first", name);
	if (errno == EPERM)
		return advise(cx, fail_errno(cx, "replace", name),
			"it may be immutable, somebody else's in a sticky directory, or in one "
			"that is append-only");
	return fail_path(cx, "publish", name);
}

/* Change places with what stands there, if it still is what was looked at. */
static int replace(struct ctx *cx, struct stage *st, bool directory)
{
	const struct target *to = &st->target;
	struct stat now;
	int r = 0;

	if (publish_exchange(st->fd, entry_name, to, directory) < 0)
		return fail_exchange(cx, to->name);
	st->exchanged = true;
	if (fstatat(st->fd, entry_name, &now, AT_SYMLINK_NOFOLLOW) < 0)
		r = fail_errno(cx, "stat what was", to->name);
	else if (now.st_dev != st->old.dev || now.st_ino != st->old.ino)
		r = fail(cx, OCIT_E_EXISTS, "'%s' is not what was to be replaced", to->name);
	if (r < 0 && publish_exchange(st->fd, entry_name, to, directory) == 0)
		st->exchanged = false;
	return r;
}

static int show(struct ctx *cx, struct stage *st, const struct stat *what)
{
	bool directory = S_ISDIR(what->st_mode);
	int r;

	if (st->replaces)
		r = replace(cx, st, directory);
	else
		r = publish_move(st->fd, entry_name, &st->target, directory) < 0
			    ? fail_path(cx, "publish", st->target.name)
			    : 0;
	if (r < 0)
		return r;
	/* The staging directory stays until stage_close(): a withdrawal moves back into it. */
	st->published = true;
	st->dev = what->st_dev;
	st->ino = what->st_ino;
	return 0;
}

int stage_publish(struct ctx *cx, struct stage *st)
{
	struct stat what;
	int r = 0;

	if (st->published)
		return fail(cx, OCIT_E_BUG, "'%s' was published before", st->target.name);
	if (fstatat(st->fd, entry_name, &what, AT_SYMLINK_NOFOLLOW) < 0)
		return fail_errno(cx, "stat staged", st->target.name);
	if (unlinkat(st->fd, marker_name, 0) < 0 && errno != ENOENT)
		return fail_errno(cx, "remove", marker_name);
	if (st->flags & STAGE_SYNC)
		r = publish_sync(cx, st->fd, st->target.name);
	if (!r)
		r = show(cx, st, &what);
	if (!r && st->flags & STAGE_SYNC)
		r = publish_sync_name(cx, &st->target);
	/* What may be gone after a crash is not published. */
	if (r < 0)
		stage_withdraw(st);
	return r;
}

/* What remains is told beside the error that led to it, or as a note when all went well. */
static void tell_rest(const struct stage *st, const char *why)
{
	static const char how[] = "when that is mended, 'ocitools cache clean' removes it";
	struct ctx *cx = st->cx;
	char text[2 * CTX_HINT_MAX];

	snprintf(text, sizeof(text), "'%s' beside '%s' is left (%.200s): %s", st->hidden,
		st->target.name, why, how);
	if (cx->code)
		advise_also(cx, cx->code, "%s", text);
	else
		ctx_event(cx, OCIT_EVENT_NOTE, OCIT_PHASE_PUBLISH, 0, 0, text);
}

/* Cleaning up goes on after a cancellation and keeps the error that led to it: its own record. */
static void discard(struct stage *st)
{
	struct ctx own;

	release(st);
	if (!st->hidden[0] || is_gone(st->fd) || ctx_init(&own, NULL) < 0)
		return;
	/* What was published left nothing here. */
	if (unlinkat(st->target.dirfd, st->hidden, AT_REMOVEDIR) == 0)
		return;
	/* Through the descriptor: the name may lead elsewhere by now. */
	if (st->fd >= 0 && tree_clear(&own, st->fd, st->hidden, &st->list) < 0) {
		/* Somebody may have been quicker. */
		if (!is_gone(st->fd))
			tell_rest(st, ctx_message(&own));
	} else if (unlinkat(st->target.dirfd, st->hidden, AT_REMOVEDIR) < 0 && errno != ENOENT) {
		tell_rest(st, strerror(errno));
	}
}

static bool is_still_ours(const struct stage *st)
{
	struct stat now;

	return fstatat(st->target.dirfd, st->target.name, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
	       now.st_dev == st->dev && now.st_ino == st->ino;
}

/* First out of sight, then away: a name that exists is complete. stage_close() removes it. */
void stage_withdraw(struct stage *st)
{
	const struct target *t = &st->target;
	struct ctx own;

	if (!st->published || !is_still_ours(st))
		return;
	if (st->exchanged) {
		if (publish_exchange(st->fd, entry_name, t, st->flags & STAGE_DIRECTORY) == 0)
			st->published = st->exchanged = false;
		return;
	}
	/* A second name of the same file would make the move do nothing. */
	(void)unlinkat(st->fd, entry_name, 0);
	if (renameat(t->dirfd, t->name, st->fd, entry_name) == 0)
		st->published = false;
	else if (ctx_init(&own, NULL) == 0)
		(void)tree_remove(&own, t->dirfd, t->name);
}

struct stage *stage_close(struct stage *st)
{
	if (!st)
		return NULL;
	discard(st);
	listing_done(&st->list);
	fd_close(st->fd);
	fd_close(st->target.dirfd);
	mem_free(st);
	return NULL;
}
