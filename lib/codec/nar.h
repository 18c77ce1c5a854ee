/* SPDX-License-Identifier: Apache-2.0 */
/* codec/nar.h: the Nix archive format, written as a stream of events into a hash. */
#ifndef CODEC_NAR_H
#define CODEC_NAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/digest.h"

/*
 * Hash a tree as Nix does ("nix-archive-1"), from events in NAR order: entries of a directory
 * sorted by bytes. The caller walks; this only frames. A root may be a file, a symlink or a
 * directory.
 *
 *   nar_begin; nar_enter("name") is called before each node but the root;
 *   node = nar_dir ... nar_dir_end | nar_link | nar_file, nar_data*, nar_file_end; nar_leave after
 * each node but the root.
 */
struct nar {
	struct hasher hasher;
	uint64_t size;      /* bytes of the archive so far */
	uint64_t file_left; /* bytes of content still due, for assertions */
	uint64_t file_size;
};

void nar_begin(struct nar *n);
void nar_enter(struct nar *n, const char *name);
void nar_leave(struct nar *n);
void nar_dir(struct nar *n);
void nar_dir_end(struct nar *n);
void nar_link(struct nar *n, const char *target);
void nar_file(struct nar *n, bool executable, uint64_t size);
void nar_data(struct nar *n, const void *bytes, size_t len);
void nar_file_end(struct nar *n);
/* The SHA-256 over the whole archive, and its size in bytes. */
void nar_end(struct nar *n, struct digest *ret, uint64_t *ret_size);

#endif
