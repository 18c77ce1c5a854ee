/* SPDX-License-Identifier: Apache-2.0 */
/* tests/support/nix_read.h: read a database from beginning to end, and compare with SQLite alone.
 */
#ifndef TESTS_SUPPORT_NIX_READ_H
#define TESTS_SUPPORT_NIX_READ_H

#include "base/ctx.h"
#include "codec/digest.h"
#include "source/nix_rows.h"
#include "support/nix_db.h"

enum { LISTING = 4096, PATHS_TEXT = 8192, ALL = -1 };

/* One reading from beginning to end. */
struct reading {
	struct ctx cx;
	struct nix_rows rows;
};

static inline void reading_open(struct reading *g, const struct nix_temp *t, const char *name)
{
	assert_int_equal(ctx_init(&g->cx, NULL), 0);
	nix_rows_init(&g->rows, "/nix/store");
	g->rows.file = (struct nix_file){ .dirfd = t->fd, .name = name };
}

static inline void reading_close(struct reading *g)
{
	nix_rows_done(&g->rows);
}

static inline int reading_read(struct reading *g, const char *path, bool *ret_found)
{
	uint32_t row;

	return nix_rows_read(&g->cx, &g->rows, path, ret_found, &row);
}

static inline int row_compare(const void *a, const void *b)
{
	const struct nix_row *const *x = a, *const *y = b;

	return strcmp((*x)->path, (*y)->path);
}

/* Everything that was read, sorted: path, hash, size and the sorted ends of its references. */
static inline void reading_text(const struct reading *g, struct text *ret)
{
	const struct nix_rows *n = &g->rows;
	const struct nix_row **sorted = calloc(n->n_rows + 1, sizeof(*sorted));

	assert_non_null(sorted);
	for (size_t i = 0; i < n->n_rows; i++)
		sorted[i] = &n->rows[i];
	qsort(sorted, n->n_rows, sizeof(*sorted), row_compare);
	for (size_t i = 0; i < n->n_rows; i++) {
		const struct nix_row *row = sorted[i];
		const struct nix_row **refs = calloc(row->n_refs + 1, sizeof(*refs));
		struct digest digest = { .algo = DIGEST_SHA256, .len = sizeof(row->sha256) };
		char hash[DIGEST_TEXT_MAX];

		assert_non_null(refs);
		memcpy(digest.bytes, row->sha256, sizeof(row->sha256));
		digest_text(&digest, hash);
		text_add(ret, "%s %s %llu", row->path, hash, (unsigned long long)row->nar_size);
		for (size_t k = 0; k < row->n_refs; k++)
			refs[k] = &n->rows[n->refs[row->first_ref + k]];
		qsort(refs, row->n_refs, sizeof(*refs), row_compare);
		for (size_t k = 0; k < row->n_refs; k++)
			text_add(ret, " %s", refs[k]->path);
		text_add(ret, "\n");
		free(refs);
	}
	free(sorted);
}

/* The same from SQLite alone, in one statement. False: it found the database broken. */
static inline bool oracle_text(
	const struct nix_temp *t, const char *name, const char *root, struct text *ret)
{
	static const char sql[] =
		"with recursive c(id) as (select id from ValidPaths where path = ?1 union"
		" select reference from Refs join c on referrer = c.id)"
		" select v.id, v.path, v.hash, v.narSize, w.path from c join ValidPaths v using "
		"(id)"
		" left join Refs on referrer = v.id left join ValidPaths w on w.id = reference"
		" order by v.path, w.path";
	char uri[3 * NIX_TEXT];
	sqlite3 *db = NULL;
	sqlite3_stmt *q = NULL;
	sqlite3_int64 last = -1;
	int rc;

	snprintf(uri, sizeof(uri), "file:%s/%s?immutable=1", t->dir, name);
	rc = sqlite3_open_v2(uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(db, sql, -1, &q, NULL);
	if (rc == SQLITE_OK)
		sqlite3_bind_text(q, 1, root, -1, SQLITE_STATIC);
	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		const char *to;

		rc = sqlite3_step(q);
		if (rc != SQLITE_ROW)
			break;
		if (sqlite3_column_int64(q, 0) != last)
			text_add(ret, "%s%s %s %s", last == -1 ? "" : "\n",
				sqlite3_column_text(q, 1), sqlite3_column_text(q, 2),
				sqlite3_column_text(q, 3));
		last = sqlite3_column_int64(q, 0);
		to = (const char *)sqlite3_column_text(q, 4);
		if (to)
			text_add(ret, " %s", to);
	}
	if (last != -1)
		text_add(ret, "\n");
	sqlite3_finalize(q);
	sqlite3_close(db);
	return rc == SQLITE_DONE;
}

/* Read the closure of a path; its text, and the code. */
static inline int read_text(
	const struct nix_temp *t, const char *name, const char *path, struct text *ret)
{
	struct reading g;
	bool found = false;
	int r;

	reading_open(&g, t, name);
	r = reading_read(&g, path, &found);
	assert_int_equal(r, g.cx.code);
	if (r == 0)
		reading_text(&g, ret);
	reading_close(&g);
	return r == 0 && !found ? OCIT_E_NOT_FOUND : r;
}

/* Reading fails with this code and these words. */
static inline void assert_refused(
	const struct nix_temp *t, const char *name, const char *path, int code, const char *words)
{
	struct reading g;
	bool found = false;
	int r;

	reading_open(&g, t, name);
	r = reading_read(&g, path, &found);
	if (r != code || !strstr(ctx_message(&g.cx), words))
		print_error("%s: %d (found %d) '%s', not %d '%s'\n", name, r, found,
			ctx_message(&g.cx), code, words);
	assert_int_equal(r, code);
	assert_non_null(strstr(ctx_message(&g.cx), words));
	reading_close(&g);
}

/* Reading gives this many paths, or ALL: whatever the oracle says; the directory stays as it is. */
static inline void assert_reads(
	const struct nix_temp *t, const char *name, const char *path, int count)
{
	char before[LISTING], after[LISTING];
	struct text ours = { 0 };
	int lines = 0;

	nix_temp_listing(t, before, sizeof(before));
	assert_int_equal(read_text(t, name, path, &ours), 0);
	nix_temp_listing(t, after, sizeof(after));
	assert_string_equal(before, after);
	for (size_t i = 0; i < ours.len; i++)
		lines += ours.data[i] == '\n';
	if (count != ALL)
		assert_int_equal(lines, count);
	text_done(&ours);
}

static inline int nix_setup(void **state)
{
	struct nix_temp *t = calloc(1, sizeof(*t));

	if (!t)
		return -1;
	nix_temp_make(t);
	*state = t;
	return 0;
}

static inline int nix_teardown(void **state)
{
	nix_temp_remove(*state);
	free(*state);
	return 0;
}

static inline const char *app(void)
{
	static const char path[] = "/nix/store/00000000000000000000000000000001-app-1.0";

	return path;
}

static inline const char *other(void)
{
	static const char path[] = "/nix/store/00000000000000000000000000000004-other";

	return path;
}

static inline void write_file(
	const struct nix_temp *t, const char *name, const void *bytes, size_t len)
{
	int fd = openat(t->fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	assert_int_equal(close(fd), 0);
}

static inline uint8_t *read_file(const struct nix_temp *t, const char *name, size_t *ret_len)
{
	int fd = openat(t->fd, name, O_RDONLY | O_CLOEXEC);
	struct stat st;
	uint8_t *bytes;

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	*ret_len = (size_t)st.st_size;
	bytes = malloc(*ret_len + 1);
	assert_non_null(bytes);
	assert_int_equal(read(fd, bytes, *ret_len), *ret_len);
	close(fd);
	return bytes;
}

#define NIX_TEST(name) cmocka_unit_test_setup_teardown(name, nix_setup, nix_teardown)

#endif
