/* SPDX-License-Identifier: Apache-2.0 */
/* api/mount_sources.h: what lies behind the mounts of a description, on the machine that builds. */
#ifndef API_MOUNT_SOURCES_H
#define API_MOUNT_SOURCES_H

struct arena;
struct ctx;
struct mount;
struct spec;

/*
 * A copy of the mounts of spec, in a, with source_is_file filled in: links are followed, a missing
 * source is legal and told as an event, because only this machine and this moment know it.
 */
int mount_sources_look(
	struct ctx *cx, const struct spec *spec, struct arena *a, struct mount **ret);

#endif
