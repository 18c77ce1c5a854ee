/* SPDX-License-Identifier: Apache-2.0 */
/* tests/support/nix_db.h: small Nix databases in a temporary directory, made with SQLite itself. */
#ifndef TESTS_SUPPORT_NIX_DB_H
#define TESTS_SUPPORT_NIX_DB_H

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "support/test.h"

enum { NIX_TEXT = 128 };

static const char nix_schema[] =
	"create table ValidPaths (id integer primary key autoincrement not null,"
	" path text unique not null, hash text not null, registrationTime integer not null,"
	" deriver text, narSize integer, ultimate integer, sigs text, ca text);"
	"create table Refs (referrer integer not null, reference integer not null,"
	" primary key (referrer, reference),"
	" foreign key (referrer) references ValidPaths(id) on delete cascade,"
	" foreign key (reference) references ValidPaths(id) on delete restrict);"
	"create index IndexReferrer on Refs(referrer);"
	"create index IndexReference on Refs(reference);"
	"create trigger DeleteSelfRefs before delete on ValidPaths begin"
	" delete from Refs where referrer = old.id and reference = old.id; end;"
	"create table DerivationOutputs (drv integer not null, id text not null,"
	" path text not null, primary key (drv, id),"
	" foreign key (drv) references ValidPaths(id) on delete cascade);"
	"create index IndexDerivationOutputs on DerivationOutputs(path);";

/* A text that grows. */
struct text {
	char *data;
	size_t len, cap;
};

__attribute__((format(printf, 2, 3))) static inline void text_add(
	struct text *t, const char *format, ...)
{
	va_list ap;
	int n;

	if (t->cap - t->len < 1024) {
		t->cap += t->cap + 4096;
		t->data = realloc(t->data, t->cap);
		assert_non_null(t->data);
	}
	va_start(ap, format);
	n = vsnprintf(t->data + t->len, t->cap - t->len, format, ap);
	va_end(ap);
	assert_true(n >= 0 && (size_t)n < t->cap - t->len);
	t->len += (size_t)n;
}

static inline void text_done(struct text *t)
{
	free(t->data);
	*t = (struct text){ 0 };
}

struct nix_temp {
	char dir[NIX_TEXT];
	int fd;
};

static inline void nix_temp_make(struct nix_temp *t)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(
		t->dir, sizeof(t->dir), "%s/nix-db-XXXXXX", tmp && strlen(tmp) < 64 ? tmp : "/tmp");
	assert_non_null(mkdtemp(t->dir));
	t->fd = open(t->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(t->fd >= 0);
}

static inline int nix_temp_unlink(
	const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static inline void nix_temp_remove(struct nix_temp *t)
{
	close(t->fd);
	assert_int_equal(nftw(t->dir, nix_temp_unlink, 16, FTW_DEPTH | FTW_PHYS), 0);
}

/* "/nix/store/000...ID-NAME" */
static inline const char *nix_test_path(char *ret, long id, const char *name)
{
	snprintf(ret, NIX_TEXT, "/nix/store/%032ld-%s", id, name);
	return ret;
}

static inline void nix_exec(sqlite3 *db, const char *sql)
{
	char *message = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
		print_error("%s: %s\n", sql, message);
	assert_null(message);
}

/* Open or create NAME in t. */
static inline sqlite3 *nix_db_open(const struct nix_temp *t, const char *name)
{
	char path[2 * NIX_TEXT];
	sqlite3 *db = NULL;

	snprintf(path, sizeof(path), "%s/%s", t->dir, name);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	nix_exec(db, "pragma synchronous = off");
	return db;
}

static inline void nix_db_path(sqlite3 *db, long id, const char *name)
{
	char sql[512], path[NIX_TEXT];

	snprintf(sql, sizeof(sql),
		"insert into ValidPaths (id, path, hash, registrationTime, narSize)"
		" values (%ld, '%s', 'sha256:%064lx', 1, %ld)",
		id, nix_test_path(path, id, name), id, 96 + 8 * id);
	nix_exec(db, sql);
}

static inline void nix_db_ref(sqlite3 *db, long from, long to)
{
	char sql[128];

	snprintf(sql, sizeof(sql), "insert into Refs values (%ld, %ld)", from, to);
	nix_exec(db, sql);
}

/* Four paths: 1 "app-1.0" needs 2 "lib-2.0" and 3 "data", 2 needs itself and 3; 4 "other" stands
 * alone. */
static inline void nix_db_fill(sqlite3 *db)
{
	nix_exec(db, nix_schema);
	nix_exec(db, "begin");
	nix_db_path(db, 1, "app-1.0");
	nix_db_path(db, 2, "lib-2.0");
	nix_db_path(db, 3, "data");
	nix_db_path(db, 4, "other");
	nix_db_ref(db, 1, 2);
	nix_db_ref(db, 1, 3);
	nix_db_ref(db, 2, 2);
	nix_db_ref(db, 2, 3);
	nix_exec(db, "commit");
}

/* The same as a file; journal is "delete" or "wal". Nothing is left beside it. */
static inline void nix_db_make(const struct nix_temp *t, const char *name, const char *journal)
{
	sqlite3 *db = nix_db_open(t, name);
	char sql[64];

	snprintf(sql, sizeof(sql), "pragma journal_mode = %s", journal);
	nix_exec(db, sql);
	nix_db_fill(db);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* Names, sizes, owners and times of everything in t, as one text to compare. */
static inline void nix_temp_listing(const struct nix_temp *t, char *ret, size_t size)
{
	struct dirent **names;
	int n = scandir(t->dir, &names, NULL, alphasort);
	size_t len = 0;

	assert_true(n >= 0);
	for (int i = 0; i < n; i++) {
		struct stat st;

		if (!strcmp(names[i]->d_name, "..")) {
			free(names[i]);
			continue;
		}
		assert_int_equal(fstatat(t->fd, names[i]->d_name, &st, AT_SYMLINK_NOFOLLOW), 0);
		len += (size_t)snprintf(ret + len, size - len, "%s %o %u %lld %lld.%09ld\n",
			names[i]->d_name, st.st_mode, st.st_uid, (long long)st.st_size,
			(long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
		assert_true(len < size);
		free(names[i]);
	}
	free(names);
}

#endif
