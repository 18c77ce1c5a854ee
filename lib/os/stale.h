/* SPDX-License-Identifier: Apache-2.0 */
/* os/stale.h: staging directories that a killed run left behind: find them, remove them. */
#ifndef OS_STALE_H
#define OS_STALE_H

#include <stdbool.h>
#include <stdint.h>

struct ctx;

enum stale_state {
	STALE_LEFT,    /* nobody works in it any more */
	STALE_REMOVED, /* the same, and it is gone now */
	STALE_LIVE,    /* a run holds its lock, or has only just made it */
	STALE_FOREIGN, /* only named like one: another user's, or it holds other things */
};

struct stale {
	const char *name;   /* of the entry; borrowed for the call */
	const char *target; /* the name it was to become; NULL: it does not say */
	uint64_t bytes;     /* of the files in it */
	uint64_t files;     /* files and links in it */
	enum stale_state state;
};

/* A negative result ends the visit and is its result. */
typedef int stale_fn(struct ctx *cx, void *user, const struct stale *s);

/*
 * Tell fn of every entry of a directory (name, relative to dirfd or absolute) that is named like a
 * staging directory of stage_open(), in byte order. remove: those of no run go first. What is not
 * certainly ours is only told of. A directory that is missing is OCIT_E_NOT_FOUND.
 */
int stale_visit(struct ctx *cx, int dirfd, const char *name, bool remove, stale_fn *fn, void *user);

#endif
