/* SPDX-License-Identifier: Apache-2.0 */
/* inspect/complete.h: would the command of a bundle find everything it needs? Nothing is started.
 */
#ifndef INSPECT_COMPLETE_H
#define INSPECT_COMPLETE_H

#include <stddef.h>

struct bundle;
struct ctx;
struct report;
struct source_ops;

/*
 * Compute the closure of process.args again, with rootfs as the whole world, by the source "files"
 * of the table. What does not resolve is an error with the rule "complete": the command, its
 * interpreter, a library, files of /etc that its symbols ask for. What lies in a mount cannot be
 * judged and is information.
 */
int complete_check(struct ctx *cx, const struct bundle *b, const struct source_ops *const *table,
	size_t table_len, struct report *report);
/*
 * Every mount point exists in rootfs, below no symlink, as a file for a source that is a file and
 * as a directory for all else: errors with the rule "mount". A source that is missing on this
 * machine is information.
 */
int complete_mounts(struct ctx *cx, const struct bundle *b, struct report *report);

#endif
