/* SPDX-License-Identifier: Apache-2.0 */
/* engine/state_mounts.h: room for what services write, where the root cannot be written. */
#ifndef ENGINE_STATE_MOUNTS_H
#define ENGINE_STATE_MOUNTS_H

struct arena;
struct ctx;
struct graph;
struct known_accounts;
struct spec;

/*
 * A copy of spec in *ret, whose lists lie in a, with more mounts: under a read-only root an empty
 * file system in memory for each directory of state of the command's package that has nothing in
 * it, of its mode and owner, and with these also /run, /run/lock and /tmp; where a tmpfs of the
 * user's covers /run, one for the /run/lock it hides. Nothing is added at or below a mount of the
 * user's, or in profile seed.
 */
int state_mounts_add(struct ctx *cx, const struct spec *spec, const struct graph *g,
	const struct known_accounts *known, struct arena *a, struct spec *ret);

#endif
