/* SPDX-License-Identifier: Apache-2.0 */
/* source/nix_rows.h: the closure of store paths, read from the database into memory and checked. */
#ifndef SOURCE_NIX_ROWS_H
#define SOURCE_NIX_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "source/nix_snap.h"

struct ctx;

enum { NIX_PATHS_MAX = 1000000 };

struct nix_row {
	const char *path;
	int64_t id; /* in the snapshot that it was seen in last */
	uint64_t nar_size;
	uint8_t sha256[32];
	uint32_t first_ref, n_refs; /* in refs; itself included, when it says so */
	uint32_t snapshot;          /* which opening of the database it was seen in last */
	uint32_t node; /* for the source: its number in the graph; UINT32_MAX at first */
};

/* Numbers of rows by a hash of something in them; 0 is a free slot, others are one too high. */
struct nix_index {
	uint32_t *slots;
	size_t cap; /* power of two, or 0 */
};

struct nix_rows {
	struct arena arena;
	const char *store_dir; /* borrowed */
	struct nix_file file;
	struct nix_snap snap;
	uint32_t snapshot; /* counts openings */
	struct nix_row *rows;
	uint32_t *refs; /* numbers of rows */
	size_t n_rows, cap_rows, n_refs, cap_refs;
	struct nix_index by_hash; /* by hash part: every row */
	struct nix_index by_id;   /* those of the open snapshot */
};

void nix_rows_init(struct nix_rows *n, const char *store_dir);
void nix_rows_done(struct nix_rows *n);
/*
 * Read path and everything it refers to; what is known already is not read again. Every row is
 * valid by grammar, has a SHA-256 hash and a size. *ret_found false: path is not registered.
 */
int nix_rows_read(
	struct ctx *cx, struct nix_rows *n, const char *path, bool *ret_found, uint32_t *ret);
/* A row that was read, by path. */
struct nix_row *nix_rows_get(const struct nix_rows *n, const char *path);

#endif
