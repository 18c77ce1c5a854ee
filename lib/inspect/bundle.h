/* SPDX-License-Identifier: Apache-2.0 */
/* inspect/bundle.h: a bundle that exists, opened for reading. */
#ifndef INSPECT_BUNDLE_H
#define INSPECT_BUNDLE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/mem.h"
#include "inspect/record.h"

struct ctx;
struct json;

struct bundle {
	const char *name; /* as given, for messages; borrowed */
	int fd;           /* its directory */
	int rootfs;       /* the directory "rootfs" in it, or -1 when there is none */
	struct buf text;  /* config.json, byte for byte */
	struct json *config;
	struct json *record_doc; /* NULL: it has no record */
	struct record_view record;
	struct arena arena;
};

/*
 * Open the bundle name (relative to dirfd, or absolute; links are followed) and read config.json
 * and the record. No config.json is OCIT_E_NOT_FOUND, one that is no JSON object, and a record that
 * cannot be believed, OCIT_E_FORMAT. bundle_close() in any case.
 */
int bundle_open(struct ctx *cx, int dirfd, const char *name, struct bundle *ret);
void bundle_close(struct bundle *b);

static inline void auto_bundle(struct bundle *b)
{
	bundle_close(b);
}

#endif
