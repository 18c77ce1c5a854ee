/* SPDX-License-Identifier: Apache-2.0 */
/* source/nix_sql.h: the Nix database as SQLite shows it; the one user of SQLite. */
#ifndef SOURCE_NIX_SQL_H
#define SOURCE_NIX_SQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ctx;
struct nix_sql;

/* How a database file may be looked at. In none of them does SQLite create or remove a file beside
 * it. */
enum nix_sql_mode {
	NIX_SQL_LOCKED,    /* rollback journal: read locks keep writers away */
	NIX_SQL_IMMUTABLE, /* no locks, no write-ahead log: the caller checks for changes */
	NIX_SQL_SHARED,    /* with a write-ahead log and its index, neither of which is written */
	NIX_SQL_PRIVATE,   /* a copy of ours: SQLite may make the index of the log */
};

/*
 * Open name in dirfd (both borrowed until close), judge its tables, and begin the one transaction
 * in which everything is read. A lock that does not go away is OCIT_E_BUSY; what is no Nix
 * database is OCIT_E_FORMAT; what SQLite cannot open in this mode is OCIT_E_SYSTEM.
 */
int nix_sql_open(
	struct ctx *cx, int dirfd, const char *name, enum nix_sql_mode mode, struct nix_sql **ret);
void nix_sql_close(struct nix_sql *s);

/* The id of a path. Two of them are OCIT_E_FORMAT. */
int nix_sql_find(
	struct ctx *cx, struct nix_sql *s, const char *path, bool *ret_found, int64_t *ret_id);

/* A row of ValidPaths as it stands there; texts are valid until the next row is read. */
struct nix_sql_row {
	const char *path; /* NULL: not a text */
	size_t path_len;
	const char *hash; /* NULL: not a text */
	size_t hash_len;
	int64_t nar_size; /* -1: not an integer */
};
int nix_sql_row(
	struct ctx *cx, struct nix_sql *s, int64_t id, bool *ret_found, struct nix_sql_row *ret);

/* What row id refers to: begin, then next until *ret_more is false. */
int nix_sql_refs(struct ctx *cx, struct nix_sql *s, int64_t id);
int nix_sql_refs_next(struct ctx *cx, struct nix_sql *s, bool *ret_more, int64_t *ret_id);

/* Wait a moment before trying again. */
void nix_sql_pause(unsigned milliseconds);

static inline void auto_nix_sql(struct nix_sql **p)
{
	nix_sql_close(*p);
}

#endif
