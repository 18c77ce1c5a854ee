/* SPDX-License-Identifier: Apache-2.0 */
/* os/scratch.h: a private directory for a moment: its names go, what is open in it stays. */
#ifndef OS_SCRATCH_H
#define OS_SCRATCH_H

struct ctx;

struct scratch {
	int fd;        /* the directory; -1: none */
	int parent;    /* what holds it */
	char name[40]; /* there; "": already removed */
};
/* clang-format off */
#define SCRATCH_NONE { -1, -1, "" }
/* clang-format on */

/* Make an empty directory with mode 0700 below /tmp or /var/tmp. */
int scratch_open(struct ctx *cx, struct scratch *ret);
/* Remove the names of the directory and of the files in it; its descriptor is the caller's now. */
int scratch_keep(struct scratch *s);
/* The same, and close it. */
void scratch_close(struct scratch *s);

static inline void auto_scratch(struct scratch *s)
{
	scratch_close(s);
}

#endif
