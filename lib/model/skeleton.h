/* SPDX-License-Identifier: Apache-2.0 */
/* model/skeleton.h: the directories and links that every container has. */
#ifndef MODEL_SKELETON_H
#define MODEL_SKELETON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct skeleton_row {
	const char *path;
	const char *target; /* NULL: a directory */
	uint32_t mode;
};

/* Parents first. */
extern const struct skeleton_row skeleton_rows[];
extern const size_t skeleton_rows_len;

/* Is path, free of symlinks, a directory of every container? */
bool skeleton_has_dir(const char *path);

#endif
