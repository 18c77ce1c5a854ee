/* SPDX-License-Identifier: Apache-2.0 */
/* os/target.h: the name of something that is to appear or to go: an open parent and one component.
 */
#ifndef OS_TARGET_H
#define OS_TARGET_H

#include <stdbool.h>
#include <stdint.h>

#include "os/file.h"

struct target {
	int dirfd;      /* its parent: O_PATH */
	char name[256]; /* one component, never "." or ".." */
};

/*
 * Split name (relative to dirfd, or absolute; trailing slashes are trimmed) and open its parent,
 * as given_open_dir() does. "", ".", "..", "/", names that end in them and "//" are OCIT_E_USAGE; a
 * parent that is missing OCIT_E_NOT_FOUND, not a directory OCIT_E_FORMAT. Close ret->dirfd.
 */
int target_open(struct ctx *cx, int dirfd, const char *name, struct target *ret);

/* Does its parent lie in the directory topfd, or is it that directory? False when nobody knows. */
bool target_lies_in(const struct target *t, int topfd);

struct space {
	uint64_t bytes, inodes; /* free for this user */
	bool no_inodes;         /* the file system does not count them */
};

/* What is free where name is to appear; -1 if nobody knows. */
int target_space(const char *name, struct space *ret);

static inline void auto_target(struct target *t)
{
	fd_close(t->dirfd);
}

#endif
