/* SPDX-License-Identifier: Apache-2.0 */
/* os/resolve.h: openat() that stays where it is told to; openat2, or our own walk with the same
 * verdicts. */
#ifndef OS_RESOLVE_H
#define OS_RESOLVE_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * All return a descriptor (close-on-exec), or -1 and errno. ELOOP: a symlink where none may be, or
 * more than 40 of them; EXDEV: the name leads out.
 */

/* Below dirfd: no symlink anywhere, no "..", not absolute. flags may hold O_CREAT. */
int resolve_below(int dirfd, const char *name, int flags, mode_t mode);
/* As if dirfd were "/": symlinks are followed inside it; the last one unless O_NOFOLLOW is set. */
int resolve_in_root(int dirfd, const char *name, int flags);
/* The directory that is entry name of dirfd; EXDEV when something is mounted there. */
int resolve_same_mount(int dirfd, const char *name, int flags);
/* openat() that is not interrupted. */
int resolve_plain(int dirfd, const char *name, int flags, mode_t mode);
/* For tests: behave as if openat2 did not exist. */
void resolve_force_walk(bool on);

#endif
