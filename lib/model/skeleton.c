/* SPDX-License-Identifier: Apache-2.0 */
/* model/skeleton.c: found by taking one thing away and running a hundred commands. */
#include "model/skeleton.h"

#include <string.h>

/* /usr is there even when empty: systemd-nspawn takes it for the sign of a root. */
const struct skeleton_row skeleton_rows[] = {
	{ "/", NULL, 0755 },
	{ "/dev", NULL, 0755 },
	{ "/etc", NULL, 0755 },
	{ "/proc", NULL, 0755 },
	{ "/root", NULL, 0700 },
	{ "/run", NULL, 0755 },
	{ "/run/lock", NULL, 01777 },
	{ "/sys", NULL, 0755 },
	{ "/tmp", NULL, 01777 },
	{ "/usr", NULL, 0755 },
	{ "/var", NULL, 0755 },
	{ "/var/lock", "/run/lock", 0777 },
	{ "/var/run", "/run", 0777 },
	{ "/var/tmp", NULL, 01777 },
};

const size_t skeleton_rows_len = sizeof(skeleton_rows) / sizeof(skeleton_rows[0]);

bool skeleton_has_dir(const char *path)
{
	for (size_t i = 0; i < skeleton_rows_len; i++)
		if (!strcmp(skeleton_rows[i].path, path))
			return !skeleton_rows[i].target;
	return false;
}
