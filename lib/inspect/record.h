/* SPDX-License-Identifier: Apache-2.0 */
/* inspect/record.h: .ocitools/record.json, read back. */
#ifndef INSPECT_RECORD_H
#define INSPECT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/digest.h"

struct arena;
struct ctx;
struct json_value;

enum recorded_kind { RECORDED_FILE, RECORDED_LINK, RECORDED_DIR, RECORDED_TREE };

/* Strings are borrowed from the document or lie in the arena. */
struct recorded_file {
	const char *path; /* absolute and clean, byte for byte */
	enum recorded_kind kind;
	uint32_t mode, uid, gid;
	int64_t mtime;        /* seconds */
	uint64_t size;        /* RECORDED_FILE: bytes */
	const char *hard;     /* RECORDED_FILE: another name of the same file, or NULL */
	const char *target;   /* RECORDED_LINK: its text */
	const char *unit;     /* id, or NULL; RECORDED_TREE: the store path that was moved here */
	struct digest digest; /* DIGEST_NONE: it was not hashed */
};

struct recorded_unit {
	const char *id;      /* store path, or path of a file */
	const char *name;    /* for people */
	const char *version; /* or NULL */
	const char *source;
	uint64_t size;      /* bytes; a store path's is that of its NAR */
	struct digest nar;  /* DIGEST_NONE: no store path, or not hashed */
	const char *reason; /* why it is there, in words */
	bool listed;        /* files say where it is; else its id does */
};

struct record_view {
	struct recorded_file *files; /* by path, in byte order */
	size_t n_files;
	struct recorded_unit *units; /* by id, in byte order */
	size_t n_units;
	struct digest config; /* of config.json */
};

/*
 * Read a record into arrays of the arena. What is missing, of another type, no clean path, or there
 * twice is OCIT_E_FORMAT that names it: a record that cannot be believed proves nothing.
 */
int record_read(
	struct ctx *cx, const struct json_value *doc, struct arena *a, struct record_view *ret);
/* NULL means "none". */
const struct recorded_file *record_find(const struct record_view *r, const char *path);
const struct recorded_unit *record_find_unit(const struct record_view *r, const char *id);

#endif
