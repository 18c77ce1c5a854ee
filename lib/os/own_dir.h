/* SPDX-License-Identifier: Apache-2.0 */
/* os/own_dir.h: directories of ours, opened although their mode forbids it. */
#ifndef OS_OWN_DIR_H
#define OS_OWN_DIR_H

/*
 * Open entry name of parent, a directory, for listing: never a link, never a mount (EXDEV). If it
 * forbids its owner to read it, and the owner is us, it becomes 0700 first. -1 and errno on
 * failure.
 */
int own_dir_open(int parent, const char *name);

#endif
