/* SPDX-License-Identifier: Apache-2.0 */
/* os/given.h: directories that the caller names, where other users can plant links. */
#ifndef OS_GIVEN_H
#define OS_GIVEN_H

struct ctx;

/*
 * Open the directory name (relative to dirfd, or absolute; at most 4095 bytes) as O_PATH, links
 * followed, with one exception that the kernel makes, too, where fs.protected_symlinks is set: a
 * link in a sticky directory that everybody may write, such as /tmp, must belong to us or to the
 * owner of that directory. Another's is OCIT_E_POLICY.
 */
int given_open_dir(struct ctx *cx, int dirfd, const char *name, int *ret_fd);

#endif
