/* SPDX-License-Identifier: Apache-2.0 */
/* engine/mount_options.h: what the options of one mount may be. */
#ifndef ENGINE_MOUNT_OPTIONS_H
#define ENGINE_MOUNT_OPTIONS_H

#include <stdbool.h>

struct ctx;
struct mount;

/* Does the runtime treat it as a bind mount? */
bool mount_is_bind(const struct mount *m);
/*
 * Options of file systems we do not know are data and pass; a bind mount has no data, and tmpfs has
 * a known list. Empty ones, commas, control bytes, repetitions, contradictions, and mapped mounts
 * without a user namespace are OCIT_E_FORMAT.
 */
int mount_options_check(struct ctx *cx, const struct mount *m);
/* The first option that version 1.0 of the runtime specification does not have. NULL means "none".
 */
const char *mount_option_newer(const struct mount *m);

#endif
