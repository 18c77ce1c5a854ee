/* SPDX-License-Identifier: Apache-2.0 */
/* os/tree_hash.h: digests of what is on the disk, read once. */
#ifndef OS_TREE_HASH_H
#define OS_TREE_HASH_H

#include <stdint.h>

#include "codec/digest.h"

struct copy_source;
struct ctx;

/*
 * The SHA-256 of the NAR of what name below dirfd is, as Nix computes it, and the size of that NAR
 * in bytes. buffer has COPY_BUFFER bytes and is the caller's. Something that is neither file,
 * directory nor symlink is OCIT_E_FORMAT; what changes while it is read OCIT_E_INTEGRITY.
 */
int tree_nar_hash(struct ctx *cx, int dirfd, const char *name, void *buffer, struct digest *ret,
	uint64_t *ret_size);
/* The digest of an open file, by any algorithm. */
int file_hash(struct ctx *cx, const struct copy_source *src, enum digest_algo algo, void *buffer,
	struct digest *ret);

#endif
