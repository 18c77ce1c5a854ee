/* SPDX-License-Identifier: Apache-2.0 */
/* os/own_dir.c: the mode of a directory that cannot be opened is changed through a descriptor,
 * never by its name. */
#include "os/own_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "os/file.h"
#include "os/resolve.h"

/* fchmod() refuses O_PATH descriptors; their names in /proc lead to the very same inode. */
static int unlock_path_fd(int fd)
{
	char name[32];

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	return fchmodat(AT_FDCWD, name, 0700, 0);
}

int own_dir_open(int parent, const char *name)
{
	AUTO(fd) int path = -1;
	int fd = resolve_same_mount(parent, name, O_RDONLY);

	if (fd >= 0 || errno != EACCES)
		return fd;
	path = resolve_same_mount(parent, name, O_PATH);
	if (path < 0)
		return -1;
	if (unlock_path_fd(path) < 0) {
		errno = EACCES;
		return -1;
	}
	return resolve_plain(path, ".", O_RDONLY | O_DIRECTORY, 0);
}
