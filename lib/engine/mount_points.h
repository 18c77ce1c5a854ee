/* SPDX-License-Identifier: Apache-2.0 */
/* engine/mount_points.h: a place for every mount, so that runtimes write nothing into the root. */
#ifndef ENGINE_MOUNT_POINTS_H
#define ENGINE_MOUNT_POINTS_H

struct ctx;
struct edge;
struct entries;
struct graph;
struct mount;
struct mount_list;

/*
 * A directory, or an empty file for the mount of a file. No component may be a symlink: a runtime
 * would follow it. What is there already must be of the kind the mount needs.
 */
int mount_points_add(struct ctx *cx, struct entries *es, const struct mount_list *mounts);

/* The first thing named by the command that an empty mount covers, so that the container will not
 * see it; NULL: none. */
const struct edge *mount_points_hide(const struct mount *m, const struct graph *g);

#endif
