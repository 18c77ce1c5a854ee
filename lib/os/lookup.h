/* SPDX-License-Identifier: Apache-2.0 */
/* os/lookup.h: the directories of a tree that names were looked up in last stay open, so that a
 * name costs one system call where its neighbours were looked at before. */
#ifndef OS_LOOKUP_H
#define OS_LOOKUP_H

struct ctx;

enum { LOOKUP_DIRS = 8 };

struct lookup_dir {
	char *path; /* NULL: free */
	int fd;     /* O_PATH */
};

struct lookup {
	int rootfd; /* borrowed */
	struct lookup_dir dirs[LOOKUP_DIRS];
	unsigned next; /* the one that makes room */
};

void lookup_init(struct lookup *l, int rootfd);
void lookup_done(struct lookup *l);
/*
 * The directory of a path relative to rootfd, symlinks in it followed as FILE_IN_ROOT does, and its
 * last component. *ret_fd is good until the next call. A directory that was replaced meanwhile may
 * still be the old one. Absent is OCIT_E_NOT_FOUND.
 */
int lookup_dir(
	struct ctx *cx, struct lookup *l, const char *path, int *ret_fd, const char **ret_name);

#endif
