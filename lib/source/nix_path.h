/* SPDX-License-Identifier: Apache-2.0 */
/* source/nix_path.h: the grammar of store paths: STOREDIR "/" HASHPART "-" NAME. */
#ifndef SOURCE_NIX_PATH_H
#define SOURCE_NIX_PATH_H

#include <stdbool.h>
#include <stddef.h>

enum { NIX_HASH_LEN = 32, NIX_NAME_MAX = 211 };

enum nix_fault {
	NIX_FINE,
	NIX_NO_SHAPE,     /* not 32 digits and letters, "-" and something */
	NIX_BAD_ALPHABET, /* the shape, but with e, o, u or t in the hash part */
	NIX_BAD_DOTS,     /* a name that Nix refuses: ".", "..", ".-...", "..-..." */
	NIX_TOO_LONG,     /* a name of more than NIX_NAME_MAX bytes */
};

/*
 * Judge what s begins with, up to the first byte that cannot be part of a name. *ret_len is how
 * long that is; 0 with NIX_NO_SHAPE.
 */
enum nix_fault nix_name_scan(const char *s, size_t len, size_t *ret_len);
/* Judge s as a whole. */
enum nix_fault nix_name_check(const char *s, size_t len);
/* The reason in words, to stand after "is not a store path: ". */
const char *nix_fault_text(enum nix_fault fault);
/* Where the version begins in a name without hash part: behind the first "-" that a digit follows;
 * 0: none. */
size_t nix_name_version(const char *name);

/* One thing in a text that may be a store path. */
struct nix_mention {
	const char *at; /* behind the "/" of the store directory */
	size_t len;     /* bytes of HASHPART "-" NAME */
	enum nix_fault fault;
};
/* The next one in text from *pos on; *pos moves behind it. What has no shape is passed over. */
bool nix_mention_next(
	const char *text, size_t len, const char *store_dir, size_t *pos, struct nix_mention *ret);
/* The first component of a path below store_dir, borrowed; *ret_len its length. */
const char *nix_path_entry(const char *path, const char *store_dir, size_t *ret_len);

#endif
