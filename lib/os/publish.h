/* SPDX-License-Identifier: Apache-2.0 */
/* os/publish.h: how something that is complete appears under its name, in one step. */
#ifndef OS_PUBLISH_H
#define OS_PUBLISH_H

#include <stdbool.h>

#include "os/target.h"

/* Which file it is. */
struct file_id {
	uint64_t dev, ino;
};

/*
 * May what stands under the target's name be replaced by a directory, or by a file? What is not
 * there may. A file may by a file; a directory by a directory if it is a bundle (config.json and
 * rootfs) or a root file system (dev, etc, proc and sys) and no mount point; all else is
 * OCIT_E_EXISTS with the reason. *ret_there: there is something, and *ret is what.
 */
int publish_may_replace(struct ctx *cx, const struct target *to, const char *name, bool directory,
	bool *ret_there, struct file_id *ret);

/* Move entry of fromfd to a name that is free, else -1 with EEXIST. */
int publish_move(int fromfd, const char *entry, const struct target *to, bool directory);
/*
 * Let entry of fromfd and what stands under the name change places: -1 with errno, EOPNOTSUPP where
 * the file system cannot do that with directories. Files are replaced in one step everywhere.
 */
int publish_exchange(int fromfd, const char *entry, const struct target *to, bool directory);

/* Write what lies in the file system of fd to its disk. */
int publish_sync(struct ctx *cx, int fd, const char *name);
/* Let the name itself last: write its directory to disk. */
int publish_sync_name(struct ctx *cx, const struct target *to);

#endif
