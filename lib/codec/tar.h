/* SPDX-License-Identifier: Apache-2.0 */
/* codec/tar.h: a canonical tar writer (POSIX.1-2001 pax): the same entries give the same bytes. */
#ifndef CODEC_TAR_H
#define CODEC_TAR_H

#include <stdint.h>

struct ctx;
struct out;

enum tar_kind { TAR_FILE, TAR_LINK, TAR_DIR, TAR_HARDLINK };

struct tar_entry {
	enum tar_kind kind;
	const char *path;   /* relative, no leading "/", no trailing "/"; the root is "." */
	const char *target; /* symlink text or hard link path; NULL otherwise */
	uint32_t mode;      /* permission bits only */
	uint32_t uid, gid;
	int64_t mtime; /* seconds */
	uint64_t size; /* TAR_FILE only */
};

/*
 * ustar headers; a pax record (path, linkpath, size, uid, gid, mtime, in that order) only for what
 * ustar cannot hold. No user or group names, device numbers 0. Directories are written with a final
 * "/".
 */
struct tar {
	struct out *out;
	uint64_t left;    /* content bytes the current entry still needs */
	uint64_t padding; /* zero bytes due after it */
	uint64_t written; /* bytes of the archive so far */
};

void tar_init(struct tar *t, struct out *out);
int tar_entry(struct ctx *cx, struct tar *t, const struct tar_entry *e);
int tar_data(struct ctx *cx, struct tar *t, const void *bytes, uint64_t len);
/* Pad the current file; OCIT_E_BUG when content is missing. Call it after the last tar_data of a
 * file. */
int tar_entry_end(struct ctx *cx, struct tar *t);
/* Two zero blocks, then zeros up to a multiple of 10,240 bytes as every tar writes. */
int tar_finish(struct ctx *cx, struct tar *t);

#endif
