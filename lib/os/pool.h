/* SPDX-License-Identifier: Apache-2.0 */
/* os/pool.h: a few threads over numbered items; two runs report the same failure. */
#ifndef OS_POOL_H
#define OS_POOL_H

#include <stddef.h>

struct ctx;

/* Do item of lane (0 .. threads-1); cx is the lane's own. */
typedef int pool_fn(struct ctx *cx, void *user, unsigned lane, size_t item);

/*
 * Run fn over items 0 .. count-1 on threads lanes (the caller's thread is lane 0), in chunks of
 * chunk. After the first failure no later item starts, earlier ones finish; the error of the lowest
 * item is adopted by cx. One thread runs everything in order on the caller's.
 */
int pool_run(struct ctx *cx, unsigned threads, size_t count, size_t chunk, pool_fn *fn, void *user);

#endif
