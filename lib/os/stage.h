/* SPDX-License-Identifier: Apache-2.0 */
/* os/stage.h: a private directory that becomes the output in one step, or disappears. */
#ifndef OS_STAGE_H
#define OS_STAGE_H

#include <stdbool.h>

struct ctx;
struct stage;

/* What a staging directory holds: the name of the target, and what is to appear under it. */
#define STAGE_MARKER "marker"
#define STAGE_ENTRY  "out"

/* Is it ".ocitools-<16 hex>.partial"? */
bool stage_is_hidden_name(const char *name);

enum stage_flag {
	STAGE_DIRECTORY = 1, /* the entry will be a directory, not a file */
	STAGE_REPLACE = 2,   /* what publish_may_replace() allows may be there */
	STAGE_SYNC = 4,      /* publishing waits for the disk */
};

/*
 * Prepare to publish name (relative to dirfd, or absolute). Trailing slashes are trimmed. Refused
 * with OCIT_E_USAGE: "", ".", "..", "/" and names ending in them or holding "//". A name that
 * exists (whatever it is, dangling links too) is OCIT_E_EXISTS, the name of a staging directory
 * USAGE; a parent that is missing NOT_FOUND, not a directory FORMAT, not writable SYSTEM. Creates
 * ".ocitools-<16 hex>.partial" (0700) beside it, flocked for as long as the stage is open, with a
 * file "marker" that holds the target's name.
 */
int stage_open(struct ctx *cx, int dirfd, const char *name, unsigned flags, struct stage **ret);
/* Would stage_open() take the name? The same errors; nothing is made. */
int stage_probe(struct ctx *cx, int dirfd, const char *name, unsigned flags);
/* The staging directory; borrowed. What is to be published is its entry stage_entry(). */
int stage_fd(const struct stage *st);
/* The name inside the stage that becomes the output: "out". */
const char *stage_entry(const struct stage *st);
/* Make the entry visible under its final name in one step. Without STAGE_REPLACE nothing is ever
 * replaced; with it, exactly what was there when the stage was opened, which goes with the stage.
 * With STAGE_SYNC the content is on disk before, and the name after; when that fails, nothing is
 * visible. */
int stage_publish(struct ctx *cx, struct stage *st);
/* Everything fails in a directory that somebody has removed: let the error say that, if it is so.
 * True: *r is that error now. */
bool stage_blame(struct ctx *cx, const struct stage *st, int *r);
/* Take back into the stage what stage_publish() made visible: used when a later output of the same
 * run cannot be published. */
void stage_withdraw(struct stage *st);
/* Remove what was not published, also when descriptors or memory have run out meanwhile. What
 * cannot be removed is a hint to the error that cx of stage_open() holds, or a note when it holds
 * none; so that must still be there. NULL is fine. Always returns NULL. */
struct stage *stage_close(struct stage *st);

static inline void auto_stage(struct stage **p)
{
	stage_close(*p);
}

#endif
