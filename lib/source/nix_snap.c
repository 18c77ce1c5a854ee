/* SPDX-License-Identifier: Apache-2.0 */
/* source/nix_snap.c: choose how to read the database so that nothing is written and nothing missed.
 */
#include "source/nix_snap.h"

#include <stdio.h>
#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "os/copy.h"
#include "os/scratch.h"

enum { NAME_BYTES_MAX = 256, HEADER_BYTES = 100, HEADER_READ_VERSION = 19, VERSION_WAL = 2 };

void nix_snap_init(struct nix_snap *s)
{
	*s = (struct nix_snap){ .copy_fd = -1 };
}

void nix_snap_close(struct nix_snap *s)
{
	nix_sql_close(s->sql);
	fd_close(s->copy_fd);
	nix_snap_init(s);
}

/* Look at what stands beside the database. */
static int look_beside(struct ctx *cx, const struct nix_file *file, const char *suffix,
	bool *ret_there, struct file_info *ret)
{
	char name[NAME_BYTES_MAX + 8];
	struct file_info info = { 0 };
	int r;

	snprintf(name, sizeof(name), "%s%s", file->name, suffix);
	r = file_look(cx, file->dirfd, name, FILE_ANYWHERE, &info);
	if (r == OCIT_E_NOT_FOUND) {
		ctx_clear(cx);
		*ret_there = false;
		*ret = (struct file_info){ 0 };
		return 0;
	}
	if (r < 0)
		return r;
	if (info.kind != FILE_REGULAR)
		return fail(cx, OCIT_E_FORMAT, "'%s' is not a regular file", name);
	*ret_there = true;
	*ret = info;
	return 0;
}

static int state_look(struct ctx *cx, const struct nix_file *file, struct nix_state *ret)
{
	struct nix_state state = { 0 };
	struct file_info index;
	bool there;
	int r;

	if (strlen(file->name) >= NAME_BYTES_MAX)
		return fail(cx, OCIT_E_LIMIT, "name of %zu bytes, limit %d", strlen(file->name),
			NAME_BYTES_MAX - 1);
	r = file_look(cx, file->dirfd, file->name, FILE_ANYWHERE, &state.db);
	if (r < 0)
		return r;
	/* Nix makes a plain file. Whatever else has this name, somebody wants it read instead. */
	if (state.db.kind != FILE_REGULAR)
		return fail(cx, OCIT_E_FORMAT, "%s",
			state.db.kind == FILE_SYMLINK ? "it is a symbolic link"
						      : "it is not a regular file");
	r = look_beside(cx, file, "-wal", &there, &state.log);
	if (r < 0)
		return r;
	r = look_beside(cx, file, "-shm", &state.index, &index);
	if (r < 0)
		return r;
	*ret = state;
	return 0;
}

static bool same_file(const struct file_info *a, const struct file_info *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->size == b->size && a->mtime == b->mtime &&
	       a->mtime_ns == b->mtime_ns;
}

/*
 * Is the log part of this database? Only asked when there is none: SQLite would have to make it.
 * Our descriptor is closed before SQLite opens its own, because closing one of a file drops every
 * POSIX lock that the process has on it.
 */
static int header_uses_log(struct ctx *cx, const struct nix_file *file, bool *ret)
{
	AUTO(fd) int fd = -1;
	uint8_t header[HEADER_BYTES];
	size_t len;
	int r;

	r = file_open(cx, file->dirfd, file->name, FILE_ANYWHERE, &fd, NULL);
	if (r < 0)
		return r;
	r = file_head(cx, fd, file->name, header, sizeof(header), &len);
	if (r < 0)
		return r;
	if (!len)
		return fail(cx, OCIT_E_FORMAT, "the file is empty");
	if (len < sizeof(header) || memcmp(header, "SQLite format 3", 16))
		return fail(cx, OCIT_E_FORMAT, "it is not an SQLite database");
	*ret = header[HEADER_READ_VERSION] == VERSION_WAL;
	return 0;
}

static int copy_file(
	struct ctx *cx, const struct nix_file *file, const char *suffix, int to, const char *copy)
{
	AUTO(fd) int in = -1;
	AUTO(fd) int out = -1;
	char name[NAME_BYTES_MAX + 8];
	struct file_info info;
	int r;

	snprintf(name, sizeof(name), "%s%s", file->name, suffix);
	r = file_open(cx, file->dirfd, name, FILE_ANYWHERE, &in, &info);
	if (r == 0)
		r = file_create(cx, to, copy, 0600, &out);
	if (r == 0)
		r = copy_range(cx, in, out, info.size, name);
	if (r < 0)
		return r;
	return fd_finish(cx, take_fd(&out), copy);
}

static int copy_open(
	struct ctx *cx, struct nix_snap *s, const struct nix_file *file, struct scratch *scratch)
{
	int r;

	r = copy_file(cx, file, "", scratch->fd, "db");
	if (r == 0)
		r = copy_file(cx, file, "-wal", scratch->fd, "db-wal");
	if (r == 0)
		r = nix_sql_open(cx, scratch->fd, "db", NIX_SQL_PRIVATE, &s->sql);
	return r;
}

/*
 * A log without its index, as a crash leaves it, or with an index that cannot be used: SQLite would
 * have to write beside the database, so it gets a copy. nix_snap_holds() compares the original
 * afterwards. The copy's names are gone before the first row is read.
 */
static int snap_copy(struct ctx *cx, struct nix_snap *s, const struct nix_file *file)
{
	AUTO(scratch) struct scratch scratch = SCRATCH_NONE;
	int r;

	s->mode = NIX_SQL_PRIVATE;
	r = scratch_open(cx, &scratch);
	if (r == 0)
		r = copy_open(cx, s, file, &scratch);
	if (r < 0)
		return within(cx, r, "private copy");
	s->copy_fd = scratch_keep(&scratch);
	return 0;
}

static int snap_shared(struct ctx *cx, struct nix_snap *s, const struct nix_file *file)
{
	int r;

	s->mode = NIX_SQL_SHARED;
	r = nix_sql_open(cx, file->dirfd, file->name, s->mode, &s->sql);
	if (r != OCIT_E_SYSTEM)
		return r;
	ctx_clear(cx);
	return snap_copy(cx, s, file);
}

/* An immutable database is read without looking for a journal that has to be rolled back. */
static int refuse_journal(struct ctx *cx, const struct nix_file *file)
{
	struct file_info journal;
	bool there;
	int r;

	r = look_beside(cx, file, "-journal", &there, &journal);
	if (r < 0 || !there || !journal.size)
		return r;
	return advise(cx, fail(cx, OCIT_E_BUSY, "a transaction was not finished"),
		"the next command of Nix that writes to the store repairs this");
}

static int snap_alone(struct ctx *cx, struct nix_snap *s, const struct nix_file *file)
{
	bool log = false;
	int r;

	s->mode = NIX_SQL_IMMUTABLE;
	r = header_uses_log(cx, file, &log);
	if (r < 0)
		return r;
	if (!log)
		s->mode = NIX_SQL_LOCKED;
	else
		r = refuse_journal(cx, file);
	if (r < 0)
		return r;
	return nix_sql_open(cx, file->dirfd, file->name, s->mode, &s->sql);
}

int nix_snap_open(struct ctx *cx, struct nix_snap *s, const struct nix_file *file)
{
	int r;

	r = state_look(cx, file, &s->state);
	if (r < 0)
		return r;
	s->looked = true;
	if (!s->state.log.size)
		return snap_alone(cx, s, file);
	return s->state.index ? snap_shared(cx, s, file) : snap_copy(cx, s, file);
}

bool nix_snap_holds(struct nix_snap *s, const struct nix_file *file, bool failed)
{
	const struct nix_state *then = &s->state;
	struct nix_state now;
	struct ctx quiet;

	/* What could not be looked at was not read. In SQLite's own snapshot others may write. */
	if (!s->looked || (s->mode == NIX_SQL_SHARED && !failed))
		return true;
	if (ctx_init(&quiet, NULL) < 0 || state_look(&quiet, file, &now) < 0)
		return false;
	if (!same_file(&now.db, &then->db) || now.index != then->index)
		return false;
	if (s->mode == NIX_SQL_PRIVATE)
		return same_file(&now.log, &then->log);
	return !now.log.size == !then->log.size;
}
