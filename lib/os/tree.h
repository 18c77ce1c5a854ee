/* SPDX-License-Identifier: Apache-2.0 */
/* os/tree.h: walk a tree in byte order, and remove one; iterative, by descriptors, never following
 * a link. */
#ifndef OS_TREE_H
#define OS_TREE_H

#include <stdint.h>

#include "os/file.h"

enum { TREE_DEPTH_MAX = 128, TREE_NAME_MAX = 255 };

enum tree_event { TREE_END, TREE_ENTER, TREE_LEAVE, TREE_FILE, TREE_LINK, TREE_OTHER };

struct tree_item {
	enum tree_event event;
	const char *path; /* relative to the start, "" for the start itself; valid until the next
			     call */
	const char *name; /* last component; the start's own name at depth 0 */
	unsigned depth;   /* 0 for the start itself */
	int dirfd;        /* of the directory that holds it; borrowed */
	int fd; /* TREE_FILE with contents on: open for reading, borrowed until the next call; else
		   -1 */
	struct file_info info; /* TREE_FILE: always; TREE_OTHER: kind only */
	const char *target;    /* TREE_LINK: its text */
};

struct listing;
struct tree;

/*
 * Walk what name below dirfd is: a directory ("." is dirfd itself), a file or a symlink (which is
 * reported, not followed). contents: open each file. Order: the entries of a directory sorted by
 * bytes, ENTER before and LEAVE after them. Mounts are crossed, see FILE_BENEATH.
 */
int tree_open(struct ctx *cx, int dirfd, const char *name, int contents, struct tree **ret);
/* The next item; TREE_END when there is none. A directory that cannot be listed, a name over 255
 * bytes or depth over 128 is an error; what is replaced meanwhile is OCIT_E_INTEGRITY. */
int tree_next(struct ctx *cx, struct tree *t, struct tree_item *ret);
void tree_close(struct tree *t);

/*
 * Remove name (relative to dirfd, or absolute, trailing slashes are trimmed) whatever it is; the
 * grammar of names is stage_open()'s. Directories of ours are made writable where that is needed; a
 * mount inside is OCIT_E_POLICY. Depth has no limit. Absent is fine, also when a parent is.
 */
int tree_remove(struct ctx *cx, int dirfd, const char *name);
/* Remove everything in the open directory fd; name is for messages. reserve is used up: memory
 * taken before there was none, see listing_reserve(); it may be NULL. */
int tree_clear(struct ctx *cx, int fd, const char *name, struct listing *reserve);

static inline void auto_tree(struct tree **p)
{
	tree_close(*p);
}

#endif
