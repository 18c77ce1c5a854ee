/* SPDX-License-Identifier: Apache-2.0 */
/* os/cache.h: files that can be made again, in a directory of their own. One that is missing, is
 * somebody else's or cannot be read is the same as none, and one that cannot be written is no
 * failure of anything. */
#ifndef OS_CACHE_H
#define OS_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct ctx;

/* Read the file name of the cache directory dir (NULL: there is none) into ret, which is empty and
 * stays so when there is no such file. Only OCIT_E_NOMEM is an error. */
int cache_read(struct ctx *cx, const char *dir, const char *name, struct buf *ret);
/* Let the file have these bytes, in one step; the directory is made where it is missing. */
void cache_write(struct ctx *cx, const char *dir, const char *name, const void *bytes, size_t len);

/* A negative result ends the visit and is its result. */
typedef int cache_fn(struct ctx *cx, void *user, const char *name, uint64_t bytes);
/* Tell the files of the directory, in byte order; remove: after they are gone. A directory that is
 * missing or somebody else's has none. */
int cache_visit(struct ctx *cx, const char *dir, bool remove, cache_fn *fn, void *user);

#endif
