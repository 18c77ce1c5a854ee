/* SPDX-License-Identifier: Apache-2.0 */
/* source/nix_sql.c: open the Nix database without trusting it and without leaving a trace. */
#include "source/nix_sql.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/mem.h"

enum { URI_MAX = 4096, BUSY_STEP_MS = 20, BUSY_STEPS = 100, OPS_PER_POLL = 20000 };

typedef int vfs_open_fn(sqlite3_vfs *, const char *, sqlite3_file *, int, int *);

struct nix_sql {
	sqlite3_vfs vfs; /* first: SQLite hands it back to our functions */
	vfs_open_fn *system_open;
	char vfs_name[32];
	struct ctx *cx; /* of the call that is running: for the handlers */
	sqlite3 *db;
	sqlite3_stmt *find, *row, *refs;
};

/*
 * The system's file layer with the writing taken out. A read-only connection is not enough: SQLite
 * would still create a missing "-wal", and it would follow /proc/self/fd by text and so lose the
 * directory that was checked.
 */
static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret)
{
	struct nix_sql *s = (struct nix_sql *)vfs;

	if (!name)
		return SQLITE_CANTOPEN; /* a temporary file: nothing we ask needs one */
	flags &= ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXCLUSIVE |
		   SQLITE_OPEN_DELETEONCLOSE);
	return s->system_open(vfs, name, file, flags | SQLITE_OPEN_READONLY, ret);
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	(void)vfs;
	(void)name;
	(void)sync;
	return SQLITE_IOERR_DELETE;
}

static int vfs_full_pathname(sqlite3_vfs *vfs, const char *name, int size, char *ret)
{
	size_t len = strlen(name);

	(void)vfs;
	if (size < 1 || len >= (size_t)size)
		return SQLITE_CANTOPEN;
	memcpy(ret, name, len + 1);
	return SQLITE_OK;
}

static int vfs_prepare(struct ctx *cx, struct nix_sql *s)
{
	const sqlite3_vfs *system;

	/* It would begin by itself, and say that it has no file layer when memory is short. */
	if (sqlite3_initialize() == SQLITE_NOMEM)
		return fail_nomem(cx);
	system = sqlite3_vfs_find("unix");
	if (!system)
		return fail(cx, OCIT_E_UNSUPPORTED, "this SQLite has no 'unix' file layer");
	s->vfs = *system;
	s->system_open = system->xOpen;
	snprintf(s->vfs_name, sizeof(s->vfs_name), "ocitools-%p", (void *)s);
	s->vfs.zName = s->vfs_name;
	s->vfs.pNext = NULL;
	s->vfs.xOpen = vfs_open;
	s->vfs.xDelete = vfs_delete;
	s->vfs.xFullPathname = vfs_full_pathname;
	return 0;
}

/* SQLite calls a page that the disk does not give "malformed"; the database may well be fine. */
static bool is_unreadable(int rc)
{
	return (rc & 0xff) == SQLITE_CORRUPT && errno == EIO;
}

static int sql_fail(struct ctx *cx, struct nix_sql *s, int rc)
{
	const char *message = s->db ? sqlite3_errmsg(s->db) : sqlite3_errstr(rc);

	if (is_unreadable(rc))
		return fail_errno(cx, "read", "a page");
	switch (rc & 0xff) {
	case SQLITE_NOMEM:
		return fail_nomem(cx);
	case SQLITE_INTERRUPT:
		return fail(cx, OCIT_E_CANCELLED, "cancelled");
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return advise(cx, fail(cx, OCIT_E_BUSY, "%s", message),
			"another program is writing to it; try again");
	case SQLITE_READONLY:
		/* Only whoever may write can roll it back. */
		if (rc == SQLITE_READONLY_ROLLBACK)
			return advise(cx, fail(cx, OCIT_E_BUSY, "a transaction was not finished"),
				"the next command of Nix that writes to the store repairs this");
		return fail(cx, OCIT_E_SYSTEM, "%s", message);
	case SQLITE_CANTOPEN:
	case SQLITE_PROTOCOL: /* a lock failed that nobody holds */
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return fail(cx, OCIT_E_SYSTEM, "%s", message);
	case SQLITE_IOERR:
		if (rc != SQLITE_IOERR_SHORT_READ)
			return fail(cx, OCIT_E_SYSTEM, "%s", message);
		return fail(cx, OCIT_E_FORMAT, "the file ends too early");
	default:
		return fail(cx, OCIT_E_FORMAT, "%s", message);
	}
}

static int on_progress(void *user)
{
	const struct nix_sql *s = user;

	return poll_cancel(s->cx) < 0;
}

static int on_busy(void *user, int count)
{
	const struct nix_sql *s = user;

	if (count >= BUSY_STEPS || poll_cancel(s->cx) < 0)
		return 0;
	sqlite3_sleep(BUSY_STEP_MS);
	return 1;
}

static int sql_exec(struct ctx *cx, struct nix_sql *s, const char *sql)
{
	int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : sql_fail(cx, s, rc);
}

static int sql_prepare(struct ctx *cx, struct nix_sql *s, const char *sql, sqlite3_stmt **ret)
{
	int rc = sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, ret, NULL);

	return rc == SQLITE_OK ? 0 : sql_fail(cx, s, rc);
}

/* One more row? */
static int sql_step(struct ctx *cx, struct nix_sql *s, sqlite3_stmt *statement, bool *ret_row)
{
	int rc = sqlite3_step(statement);

	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return sql_fail(cx, s, rc);
	*ret_row = rc == SQLITE_ROW;
	return 0;
}

static void auto_statement(sqlite3_stmt **p)
{
	sqlite3_finalize(*p);
}

/* The database is data from somebody else: small limits, nothing of its own code is run. */
static int sql_distrust(struct ctx *cx, struct nix_sql *s)
{
	static const struct {
		int limit, value;
	} limits[] = {
		{ SQLITE_LIMIT_LENGTH, 256 << 10 },
		{ SQLITE_LIMIT_SQL_LENGTH, 64 << 10 },
		{ SQLITE_LIMIT_COLUMN, 64 },
		{ SQLITE_LIMIT_EXPR_DEPTH, 32 },
		{ SQLITE_LIMIT_COMPOUND_SELECT, 4 },
		{ SQLITE_LIMIT_VDBE_OP, 20000 },
		{ SQLITE_LIMIT_FUNCTION_ARG, 8 },
		{ SQLITE_LIMIT_ATTACHED, 0 },
		{ SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 64 },
		{ SQLITE_LIMIT_VARIABLE_NUMBER, 8 },
		{ SQLITE_LIMIT_TRIGGER_DEPTH, 1 },
		{ SQLITE_LIMIT_WORKER_THREADS, 0 },
	};
	static const struct {
		int option, value;
	} options[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
		{ SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
		{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
		{ SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1 },
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		sqlite3_limit(s->db, limits[i].limit, limits[i].value);
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		int rc = sqlite3_db_config(s->db, options[i].option, options[i].value, NULL);

		if (rc != SQLITE_OK)
			return sql_fail(cx, s, rc);
	}
	sqlite3_progress_handler(s->db, OPS_PER_POLL, on_progress, s);
	sqlite3_busy_handler(s->db, on_busy, s);
	return sql_exec(cx, s,
		"pragma cell_size_check = 1; pragma mmap_size = 0; pragma query_only = 1;"
		"pragma temp_store = memory;");
}

/* Does the statement give a row? Its first column is then the subject of the message. */
static int refuse_row(struct ctx *cx, struct nix_sql *s, const char *sql, const char *what)
{
	AUTO(statement) sqlite3_stmt *statement = NULL;
	bool row = false;
	int r;

	r = sql_prepare(cx, s, sql, &statement);
	if (r < 0)
		return r;
	r = sql_step(cx, s, statement, &row);
	if (r < 0 || !row)
		return r;
	return fail(cx, OCIT_E_FORMAT, "%s '%s'", what, sqlite3_column_text(statement, 0));
}

/* Are all columns of the list there, real, and with nothing computed beside them? */
static int check_columns(
	struct ctx *cx, struct nix_sql *s, const char *table, const char *const *want, size_t n)
{
	AUTO(statement) sqlite3_stmt *statement = NULL;
	char sql[64];
	unsigned found = 0;
	bool row = false;
	int r;

	snprintf(sql, sizeof(sql), "pragma main.table_xinfo(%s)", table);
	r = sql_prepare(cx, s, sql, &statement);
	while (r == 0 && (r = sql_step(cx, s, statement, &row)) == 0 && row) {
		const char *name = (const char *)sqlite3_column_text(statement, 1);

		if (!name)
			return fail_nomem(cx);
		if (sqlite3_column_int(statement, 6) != 0)
			return fail(cx, OCIT_E_FORMAT, "column '%s' of table '%s' is computed",
				name, table);
		for (size_t i = 0; i < n; i++)
			found |= !sqlite3_stricmp(name, want[i]) ? 1U << i : 0;
	}
	for (size_t i = 0; i < n && r == 0; i++)
		if (!(found & 1U << i))
			r = fail(
				cx, OCIT_E_FORMAT, "table '%s' has no column '%s'", table, want[i]);
	return r;
}

static int check_table(
	struct ctx *cx, struct nix_sql *s, const char *table, const char *const *want, size_t n)
{
	AUTO(statement) sqlite3_stmt *statement = NULL;
	char sql[64];
	const char *type;
	bool row = false;
	int r;

	snprintf(sql, sizeof(sql), "pragma main.table_list(%s)", table);
	r = sql_prepare(cx, s, sql, &statement);
	if (r < 0)
		return r;
	r = sql_step(cx, s, statement, &row);
	if (r < 0)
		return r;
	if (!row)
		return fail(cx, OCIT_E_FORMAT, "it has no table '%s'", table);
	type = (const char *)sqlite3_column_text(statement, 2);
	if (!type || strcmp(type, "table"))
		return fail(cx, OCIT_E_FORMAT, "'%s' is a %s instead of a table", table,
			type ? type : "mystery");
	return check_columns(cx, s, table, want, n);
}

/* Versions of Nix differ in comments, indexes and further tables: columns decide. */
static int sql_check_schema(struct ctx *cx, struct nix_sql *s)
{
	static const char *const paths[] = { "id", "path", "hash", "narSize" };
	static const char *const refs[] = { "referrer", "reference" };
	int r;

	r = check_table(cx, s, "ValidPaths", paths, sizeof(paths) / sizeof(paths[0]));
	if (r == 0)
		r = check_table(cx, s, "Refs", refs, sizeof(refs) / sizeof(refs[0]));
	if (r == 0)
		r = refuse_row(cx, s,
			"select name from sqlite_schema where type = 'trigger' and"
			" lower(tbl_name) in ('validpaths', 'refs') and name <> 'DeleteSelfRefs'",
			"it has an unknown trigger");
	if (r == 0)
		r = refuse_row(cx, s,
			"select name from sqlite_schema where type = 'table' and"
			" lower(name) in ('validpaths', 'refs') and"
			" instr(replace(replace(lower(sql), ' ', ''), char(10), ''), 'check(')",
			"it has a CHECK in table");
	if (r == 0)
		r = refuse_row(cx, s,
			"select 'ValidPaths' where (select group_concat(lower(name)) from"
			" pragma_table_info('ValidPaths') where pk) is not 'id'",
			"'id' is not the key of table");
	/* A root page that serves two trees would give answers of the wrong one. */
	if (r == 0)
		r = refuse_row(cx, s,
			"select name from sqlite_schema where rootpage > 0"
			" group by rootpage having count(*) > 1",
			"it has a second user of the pages of");
	return r;
}

static int sql_statements(struct ctx *cx, struct nix_sql *s)
{
	int r;

	r = sql_prepare(cx, s, "select id from ValidPaths where path = ?1", &s->find);
	if (r == 0)
		r = sql_prepare(
			cx, s, "select path, hash, narSize from ValidPaths where id = ?1", &s->row);
	if (r == 0)
		r = sql_prepare(cx, s, "select reference from Refs where referrer = ?1", &s->refs);
	return r;
}

/*
 * SQLite opens by name, so the name leads through our descriptor of the directory: whatever happens
 * to the directories above, it is the one that was looked at, and the last component is opened
 * with O_NOFOLLOW.
 */
static int sql_uri(
	struct ctx *cx, int dirfd, const char *name, enum nix_sql_mode mode, struct buf *ret)
{
	static const char *const options[] = {
		[NIX_SQL_LOCKED] = "?mode=ro",
		[NIX_SQL_IMMUTABLE] = "?mode=ro&immutable=1",
		[NIX_SQL_SHARED] = "?mode=ro&readonly_shm=1",
		[NIX_SQL_PRIVATE] = "?mode=ro",
	};

	buf_printf(ret, "file:/proc/self/fd/%d/", dirfd);
	for (const unsigned char *c = (const unsigned char *)name; *c; c++)
		buf_printf(ret, "%%%02x", *c);
	buf_str(ret, options[mode]);
	return buf_check(cx, ret);
}

static int sql_connect(struct ctx *cx, struct nix_sql *s, const char *uri)
{
	int rc = sqlite3_vfs_register(&s->vfs, 0);

	if (rc == SQLITE_OK) {
		rc = sqlite3_open_v2(uri, &s->db,
			SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, s->vfs_name);
		/* The connection has its file layer now; nobody else shall find it. */
		sqlite3_vfs_unregister(&s->vfs);
	}
	if (rc != SQLITE_OK)
		return sql_fail(cx, s, rc);
	sqlite3_extended_result_codes(s->db, 1);
	return 0;
}

int nix_sql_open(
	struct ctx *cx, int dirfd, const char *name, enum nix_sql_mode mode, struct nix_sql **ret)
{
	AUTO(nix_sql) struct nix_sql *s = mem_alloc(sizeof(*s));
	AUTO(buf) struct buf uri;
	int r;

	buf_init(&uri, URI_MAX);
	if (!s)
		return fail_nomem(cx);
	s->cx = cx;
	r = sql_uri(cx, dirfd, name, mode, &uri);
	if (r == 0)
		r = vfs_prepare(cx, s);
	if (r == 0)
		r = sql_connect(cx, s, uri.data);
	if (r == 0)
		r = sql_distrust(cx, s);
	if (r == 0)
		r = sql_exec(cx, s, "begin");
	if (r == 0)
		r = sql_check_schema(cx, s);
	if (r == 0)
		r = sql_statements(cx, s);
	if (r < 0)
		return r;
	*ret = take(&s);
	return 0;
}

void nix_sql_close(struct nix_sql *s)
{
	if (!s)
		return;
	sqlite3_finalize(s->find);
	sqlite3_finalize(s->row);
	sqlite3_finalize(s->refs);
	/* All statements are gone, so this also ends the transaction. */
	sqlite3_close(s->db);
	mem_free(s);
}

int nix_sql_find(
	struct ctx *cx, struct nix_sql *s, const char *path, bool *ret_found, int64_t *ret_id)
{
	bool found = false, more = false;
	int64_t id = 0;
	int r;

	s->cx = cx;
	sqlite3_reset(s->find);
	sqlite3_bind_text(s->find, 1, path, -1, SQLITE_STATIC);
	r = sql_step(cx, s, s->find, &found);
	if (r == 0 && found) {
		id = sqlite3_column_int64(s->find, 0);
		r = sql_step(cx, s, s->find, &more);
	}
	sqlite3_reset(s->find);
	sqlite3_clear_bindings(s->find);
	if (r == 0 && more)
		r = fail(cx, OCIT_E_FORMAT, "two rows have the path '%s'", path);
	if (r < 0)
		return r;
	*ret_found = found;
	*ret_id = id;
	return 0;
}

static const char *column_text(sqlite3_stmt *statement, int column, size_t *ret_len)
{
	if (sqlite3_column_type(statement, column) != SQLITE_TEXT)
		return NULL;
	*ret_len = (size_t)sqlite3_column_bytes(statement, column);
	return (const char *)sqlite3_column_text(statement, column);
}

int nix_sql_row(
	struct ctx *cx, struct nix_sql *s, int64_t id, bool *ret_found, struct nix_sql_row *ret)
{
	bool found = false;
	int r;

	s->cx = cx;
	sqlite3_reset(s->row);
	sqlite3_bind_int64(s->row, 1, id);
	r = sql_step(cx, s, s->row, &found);
	if (r < 0)
		return within(cx, r, "row %lld of ValidPaths", (long long)id);
	*ret_found = found;
	if (!found)
		return 0;
	*ret = (struct nix_sql_row){ .nar_size = -1 };
	ret->path = column_text(s->row, 0, &ret->path_len);
	ret->hash = column_text(s->row, 1, &ret->hash_len);
	if (sqlite3_column_type(s->row, 2) == SQLITE_INTEGER)
		ret->nar_size = sqlite3_column_int64(s->row, 2);
	return 0;
}

int nix_sql_refs(struct ctx *cx, struct nix_sql *s, int64_t id)
{
	s->cx = cx;
	sqlite3_reset(s->refs);
	sqlite3_bind_int64(s->refs, 1, id);
	return 0;
}

int nix_sql_refs_next(struct ctx *cx, struct nix_sql *s, bool *ret_more, int64_t *ret_id)
{
	bool more = false;
	int r;

	s->cx = cx;
	r = sql_step(cx, s, s->refs, &more);
	if (r < 0)
		return r;
	*ret_more = more;
	if (more) /* what is no number becomes 0 or another row's: a row like any other */
		*ret_id = sqlite3_column_int64(s->refs, 0);
	return 0;
}

void nix_sql_pause(unsigned milliseconds)
{
	sqlite3_sleep((int)milliseconds);
}
