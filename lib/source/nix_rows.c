/* SPDX-License-Identifier: Apache-2.0 */
/* source/nix_rows.c: breadth first over references, all of it again when the database changed
 * meanwhile. */
#include "source/nix_rows.h"

#include <string.h>

#include "base/ctx.h"
#include "codec/digest.h"
#include "source/nix_path.h"

enum { TRIES = 4, PAUSE_MS = 25, REFS_MAX = 64 << 20, SHOWN_MAX = 300, SLOTS_MIN = 256 };

void nix_rows_init(struct nix_rows *n, const char *store_dir)
{
	*n = (struct nix_rows){ .store_dir = store_dir };
	arena_init(&n->arena);
	nix_snap_init(&n->snap);
}

void nix_rows_done(struct nix_rows *n)
{
	nix_snap_close(&n->snap);
	arena_done(&n->arena);
	mem_free(n->rows);
	mem_free(n->refs);
	mem_free(n->by_hash.slots);
	mem_free(n->by_id.slots);
}

static const char *hash_part(const struct nix_rows *n, const char *path)
{
	return path + strlen(n->store_dir) + 1;
}

/* Hash parts are spread evenly already; ids count up. Both are mixed, because others choose them.
 */
static uint64_t mix(uint64_t v)
{
	v *= UINT64_C(0x9e3779b97f4a7c15);
	return v ^ v >> 32;
}

static uint64_t key_of_path(const struct nix_rows *n, const char *path)
{
	uint64_t words[NIX_HASH_LEN / 8];

	memcpy(words, hash_part(n, path), sizeof(words));
	return mix(words[0] ^ mix(words[1] ^ mix(words[2] ^ words[3])));
}

/* The slot of the row with this hash part, or the free one where it belongs. */
static uint32_t *slot_of_path(const struct nix_rows *n, const char *path)
{
	const struct nix_index *x = &n->by_hash;
	size_t i = key_of_path(n, path) & (x->cap - 1);

	while (x->slots[i] && memcmp(hash_part(n, n->rows[x->slots[i] - 1].path),
				      hash_part(n, path), NIX_HASH_LEN))
		i = (i + 1) & (x->cap - 1);
	return &x->slots[i];
}

static uint32_t *slot_of_id(const struct nix_rows *n, int64_t id)
{
	const struct nix_index *x = &n->by_id;
	size_t i = mix((uint64_t)id) & (x->cap - 1);

	while (x->slots[i] && n->rows[x->slots[i] - 1].id != id)
		i = (i + 1) & (x->cap - 1);
	return &x->slots[i];
}

/* Both indexes anew from the rows; those of earlier snapshots have no id. */
static void index_fill(struct nix_rows *n)
{
	if (!n->by_hash.cap)
		return;
	memset(n->by_hash.slots, 0, n->by_hash.cap * sizeof(uint32_t));
	memset(n->by_id.slots, 0, n->by_id.cap * sizeof(uint32_t));
	for (uint32_t i = 0; i < n->n_rows; i++) {
		*slot_of_path(n, n->rows[i].path) = i + 1;
		if (n->rows[i].snapshot == n->snapshot)
			*slot_of_id(n, n->rows[i].id) = i + 1;
	}
}

static int index_grow(struct nix_rows *n)
{
	size_t cap = n->by_hash.cap ? n->by_hash.cap * 2 : SLOTS_MIN;
	uint32_t *by_hash = mem_array(cap, sizeof(*by_hash));
	uint32_t *by_id = mem_array(cap, sizeof(*by_id));

	if (!by_hash || !by_id) {
		mem_free(by_hash);
		mem_free(by_id);
		return OCIT_E_NOMEM;
	}
	mem_free(n->by_hash.slots);
	mem_free(n->by_id.slots);
	n->by_hash = (struct nix_index){ .slots = by_hash, .cap = cap };
	n->by_id = (struct nix_index){ .slots = by_id, .cap = cap };
	index_fill(n);
	return 0;
}

/* Forget what a reading added that came to nothing. */
static void rows_truncate(struct nix_rows *n, size_t n_rows, size_t n_refs)
{
	n->n_rows = n_rows;
	n->n_refs = n_refs;
	index_fill(n);
}

static bool find_path(const struct nix_rows *n, const char *path, uint32_t *ret)
{
	const uint32_t *slot = n->by_hash.cap ? slot_of_path(n, path) : NULL;

	if (!slot || !*slot)
		return false;
	*ret = *slot - 1;
	return true;
}

static bool find_id(const struct nix_rows *n, int64_t id, uint32_t *ret)
{
	const uint32_t *slot = n->by_id.cap ? slot_of_id(n, id) : NULL;

	if (!slot || !*slot)
		return false;
	*ret = *slot - 1;
	return true;
}

struct nix_row *nix_rows_get(const struct nix_rows *n, const char *path)
{
	uint32_t row;

	if (!find_path(n, path, &row) || strcmp(n->rows[row].path, path))
		return NULL;
	return &n->rows[row];
}

static int shown(size_t len)
{
	return len < SHOWN_MAX ? (int)len : SHOWN_MAX;
}

static int check_path(
	struct ctx *cx, const struct nix_rows *n, int64_t id, const struct nix_sql_row *raw)
{
	size_t dir_len = strlen(n->store_dir);
	enum nix_fault fault;

	if (!raw->path)
		return fail(cx, OCIT_E_FORMAT, "row %lld of ValidPaths: the path is not a text",
			(long long)id);
	if (raw->path_len <= dir_len || memcmp(raw->path, n->store_dir, dir_len) ||
		raw->path[dir_len] != '/')
		return advise(cx,
			fail(cx, OCIT_E_FORMAT,
				"row %lld of ValidPaths: path '%.*s' is not below '%s'",
				(long long)id, shown(raw->path_len), raw->path, n->store_dir),
			"a store with another name needs --store-dir");
	fault = nix_name_check(raw->path + dir_len + 1, raw->path_len - dir_len - 1);
	if (fault != NIX_FINE)
		return fail(cx, OCIT_E_FORMAT,
			"row %lld of ValidPaths: '%.*s' is not a store path: %s", (long long)id,
			shown(raw->path_len), raw->path, nix_fault_text(fault));
	return 0;
}

/* Without both of them a copy could not be verified, so nothing is done without them. */
static int check_promise(struct ctx *cx, const struct nix_sql_row *raw, struct nix_row *row)
{
	struct digest hash;

	if (!raw->hash)
		return fail(
			cx, OCIT_E_INTEGRITY, "'%s': the database has no hash of it", row->path);
	if (raw->hash_len < 7 || memcmp(raw->hash, "sha256:", 7) ||
		!digest_parse(raw->hash, raw->hash_len, &hash) || hash.algo != DIGEST_SHA256)
		return fail(cx, OCIT_E_INTEGRITY, "'%s': the hash '%.*s' is not SHA-256", row->path,
			shown(raw->hash_len), raw->hash);
	if (raw->nar_size <= 0)
		return fail(
			cx, OCIT_E_INTEGRITY, "'%s': the database has no size of it", row->path);
	memcpy(row->sha256, hash.bytes, sizeof(row->sha256));
	row->nar_size = (uint64_t)raw->nar_size;
	return 0;
}

static int row_add(struct ctx *cx, struct nix_rows *n, const struct nix_row *def, uint32_t *ret)
{
	if (n->n_rows >= NIX_PATHS_MAX)
		return fail(cx, OCIT_E_LIMIT, "more than %d store paths", NIX_PATHS_MAX);
	if (mem_grow(&n->rows, &n->cap_rows, n->n_rows + 1, sizeof(*n->rows)) < 0)
		return fail_nomem(cx);
	if ((n->n_rows + 1) * 2 > n->by_hash.cap && index_grow(n) < 0)
		return fail_nomem(cx);
	*ret = (uint32_t)n->n_rows++;
	n->rows[*ret] = *def;
	*slot_of_path(n, def->path) = *ret + 1;
	*slot_of_id(n, def->id) = *ret + 1;
	return 0;
}

/* The same hash part was seen before: either it is the same path, met in an earlier snapshot and
 * perhaps under another id, or the database contradicts itself. */
static int row_again(
	struct ctx *cx, const struct nix_rows *n, const struct nix_row *def, uint32_t row)
{
	struct nix_row *known = &n->rows[row];

	if (strcmp(known->path, def->path))
		return fail(cx, OCIT_E_FORMAT, "'%s' and '%s' have the same hash part", known->path,
			def->path);
	if (known->snapshot == n->snapshot)
		return fail(cx, OCIT_E_FORMAT, "rows %lld and %lld have the same path '%s'",
			(long long)known->id, (long long)def->id, def->path);
	if (memcmp(known->sha256, def->sha256, sizeof(def->sha256)) ||
		known->nar_size != def->nar_size)
		return fail(cx, OCIT_E_BUSY, "'%s' was registered anew meanwhile", def->path);
	known->id = def->id;
	known->snapshot = def->snapshot;
	*slot_of_id(n, def->id) = row + 1;
	return 0;
}

/* Judge what the database says about id, and keep it. */
static int row_take(struct ctx *cx, struct nix_rows *n, int64_t id, const struct nix_sql_row *raw,
	uint32_t *ret)
{
	struct nix_row row = { .id = id, .snapshot = n->snapshot, .node = UINT32_MAX };
	int r;

	r = check_path(cx, n, id, raw);
	if (r < 0)
		return r;
	row.path = arena_copy(&n->arena, raw->path, raw->path_len);
	if (!row.path)
		return fail_nomem(cx);
	r = check_promise(cx, raw, &row);
	if (r < 0)
		return r;
	return find_path(n, row.path, ret) ? row_again(cx, n, &row, *ret)
					   : row_add(cx, n, &row, ret);
}

/* The row with this id, read if need be. */
static int row_load(struct ctx *cx, struct nix_rows *n, int64_t id, bool *ret_found, uint32_t *ret)
{
	struct nix_sql_row raw;
	int r;

	*ret_found = true;
	if (find_id(n, id, ret))
		return 0;
	r = nix_sql_row(cx, n->snap.sql, id, ret_found, &raw);
	return r < 0 || !*ret_found ? r : row_take(cx, n, id, &raw, ret);
}

static int ref_add(struct ctx *cx, struct nix_rows *n, size_t from, int64_t id)
{
	uint32_t to = 0;
	bool found;
	int r;

	r = row_load(cx, n, id, &found, &to);
	if (r < 0)
		return r;
	if (!found)
		return fail(cx, OCIT_E_FORMAT,
			"'%s' refers to row %lld of ValidPaths, which is "
			"missing",
			n->rows[from].path, (long long)id);
	if (n->n_refs >= REFS_MAX)
		return fail(cx, OCIT_E_LIMIT, "more than %d references", REFS_MAX);
	if (mem_grow(&n->refs, &n->cap_refs, n->n_refs + 1, sizeof(*n->refs)) < 0)
		return fail_nomem(cx);
	n->refs[n->n_refs++] = to;
	n->rows[from].n_refs++;
	return 0;
}

static int row_refs(struct ctx *cx, struct nix_rows *n, size_t row)
{
	int64_t id = 0;
	bool more = true;
	int r;

	n->rows[row].first_ref = (uint32_t)n->n_refs; /* at most REFS_MAX */
	r = nix_sql_refs(cx, n->snap.sql, n->rows[row].id);
	while (r == 0 && (r = nix_sql_refs_next(cx, n->snap.sql, &more, &id)) == 0 && more)
		r = ref_add(cx, n, row, id);
	return r;
}

static int closure_read(
	struct ctx *cx, struct nix_rows *n, const char *path, bool *ret_found, uint32_t *ret)
{
	size_t next = n->n_rows;
	int64_t id = 0;
	int r;

	r = nix_sql_find(cx, n->snap.sql, path, ret_found, &id);
	if (r == 0 && *ret_found)
		r = row_load(cx, n, id, ret_found, ret);
	if (r < 0 || !*ret_found)
		return r;
	/* An index that disagrees with its table shows here and nowhere else. */
	if (strcmp(n->rows[*ret].path, path))
		return fail(cx, OCIT_E_FORMAT, "the row of '%s' is that of '%s'", path,
			n->rows[*ret].path);
	for (; next < n->n_rows && r == 0; next++) {
		r = poll_cancel(cx);
		if (r == 0)
			r = row_refs(cx, n, next);
	}
	return r;
}

static int snap_ready(struct ctx *cx, struct nix_rows *n)
{
	if (n->snap.sql)
		return 0;
	n->snapshot++;
	index_fill(n); /* ids of one snapshot mean nothing in another */
	return nix_snap_open(cx, &n->snap, &n->file);
}

static int read_once(
	struct ctx *cx, struct nix_rows *n, const char *path, bool *ret_found, uint32_t *ret)
{
	size_t n_rows = n->n_rows, n_refs = n->n_refs;
	int r;

	r = snap_ready(cx, n);
	if (r == 0)
		r = closure_read(cx, n, path, ret_found, ret);
	if (r < 0)
		rows_truncate(n, n_rows, n_refs);
	return r;
}

/* What changing files cannot have caused. */
static bool is_final(int r)
{
	return r == OCIT_E_CANCELLED || r == OCIT_E_NOMEM;
}

int nix_rows_read(
	struct ctx *cx, struct nix_rows *n, const char *path, bool *ret_found, uint32_t *ret)
{
	size_t n_rows = n->n_rows, n_refs = n->n_refs;

	for (int i = 0; i < TRIES; i++) {
		bool found = false, holds;
		uint32_t row = 0;
		int r;

		r = read_once(cx, n, path, &found, &row);
		holds = is_final(r) || nix_snap_holds(&n->snap, &n->file, r < 0);
		if (r < 0 || !holds)
			nix_snap_close(&n->snap);
		if (holds && r < 0)
			return r;
		if (holds) {
			*ret_found = found;
			*ret = row;
			return 0;
		}
		/* What was read may be half old and half new: all of it again. */
		ctx_clear(cx);
		rows_truncate(n, n_rows, n_refs);
		nix_sql_pause(PAUSE_MS);
	}
	return advise(cx,
		fail(cx, OCIT_E_BUSY, "it changed each of the %d times it was read", TRIES),
		"another program is writing to it; try again");
}
