/* SPDX-License-Identifier: Apache-2.0 */
/* engine/mount_points.h: a place for every mount, so that runtimes write nothing into the root. */
#ifndef ENGINE_MOUNT_POINTS_H
#define ENGINE_MOUNT_POINTS_H

struct ctx;
struct entries;
struct mount_list;

/*
 * A directory, or an empty file for the mount of a file. No component may be a symlink: a runtime
 * would follow it. What is there already must be of the kind the mount needs.
 */
int mount_points_add(struct ctx *cx, struct entries *es, const struct mount_list *mounts);

#endif
