/* SPDX-License-Identifier: Apache-2.0 */
/* engine/config_merge.h: a seccomp profile in and a JSON merge patch over config.json, which stays
 * a config.json. */
#ifndef ENGINE_CONFIG_MERGE_H
#define ENGINE_CONFIG_MERGE_H

struct buf;
struct ctx;
struct spec;

/*
 * Replace the document in config by what the seccomp profile and then the patch of spec make of it;
 * nothing happens without them. What decides the files of the bundle (args, cwd, mounts, root.path)
 * cannot be patched: other fields of the description are for that. The result is checked against
 * version 1.3 of the runtime specification: a wrong type or value, a member that it does not have,
 * and one for another system are OCIT_E_FORMAT with the path. ociVersion becomes the lowest version
 * that has every member; a patch may only raise it.
 */
int config_merge(struct ctx *cx, const struct spec *spec, struct buf *config);

#endif
