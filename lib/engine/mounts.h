/* SPDX-License-Identifier: Apache-2.0 */
/* engine/mounts.h: system mounts, the user's mounts, and the rules for where they may lie. */
#ifndef ENGINE_MOUNTS_H
#define ENGINE_MOUNTS_H

#include <stddef.h>

#include "model/spec.h"

struct mount_list {
	const struct mount *mounts; /* system mounts in their fixed order, a user's mount that
				       replaces one in its place (behind them it would hide what
				       is mounted below it); then the user's sorted by
				       destination */
	size_t count;
	size_t n_system; /* the first n_system lie on destinations that every container of this
			    kind has: the system's, and with the host's network its files */
};

/*
 * Check and merge (contract section 7.3). In a user namespace /sys is the host's, there is no
 * /sys/fs/cgroup and no option gid= of a group that is not mapped. Destinations must be absolute
 * and are normalised (trailing "/" goes); "..", "//", newline, "/", duplicates, and anything at or
 * below /proc or /sys (but an exact system destination other than /proc) are OCIT_E_FORMAT naming
 * the mount. Options are checked: no comma inside, no contradiction (ro and rw ...), no repetition,
 * none that a bind mount or a tmpfs does not know. Sources of bind mounts and of file systems on
 * devices must be absolute, or such that spec_mount_source() makes them so.
 */
int mounts_resolve(
	struct ctx *cx, const struct spec *spec, struct arena *a, struct mount_list *ret);
/* Name the mount of a failure, and the option that gave it. */
int mount_within(struct ctx *cx, int r, const struct mount *m);

#endif
