/* SPDX-License-Identifier: Apache-2.0 */
/* source/nix_walk.h: follow a path through store paths, link by link. */
#ifndef SOURCE_NIX_WALK_H
#define SOURCE_NIX_WALK_H

struct ctx;
struct probe;

/*
 * What is at path, which lies below store_dir; store_fd is where that directory really is. Links
 * are followed from one store path into another by their text; one that leaves store_dir gives
 * PROBE_ELSEWHERE.
 */
int nix_walk(
	struct ctx *cx, int store_fd, const char *store_dir, const char *path, struct probe *ret);

#endif
