/* SPDX-License-Identifier: Apache-2.0 */
/* os/scratch.c: a temporary directory that is only ours and has a name for a moment only. */
#include "os/scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "os/file.h"

enum { NAME_TRIES = 8 };

/* Names are random, so one that exists belongs to somebody else: another is tried. */
static int scratch_make(struct ctx *cx, struct scratch *s)
{
	int r = OCIT_E_EXISTS;

	for (int i = 0; i < NAME_TRIES && r == OCIT_E_EXISTS; i++) {
		uint64_t random;

		if (getrandom(&random, sizeof(random), 0) != sizeof(random))
			return fail_errno(cx, "getrandom", "scratch");
		ctx_clear(cx);
		snprintf(s->name, sizeof(s->name), ".ocitools-%016llx", (unsigned long long)random);
		r = dir_create(cx, s->parent, s->name, 0700, &s->fd);
	}
	if (r < 0)
		s->name[0] = '\0';
	return r;
}

int scratch_open(struct ctx *cx, struct scratch *ret)
{
	static const char *const parents[] = { "/tmp", "/var/tmp" };
	int r = 0;

	for (size_t i = 0; i < sizeof(parents) / sizeof(parents[0]); i++) {
		AUTO(scratch) struct scratch s = SCRATCH_NONE;

		ctx_clear(cx);
		r = file_open_dir(cx, AT_FDCWD, parents[i], FILE_ANYWHERE, &s.parent);
		if (r == 0)
			r = scratch_make(cx, &s);
		if (r == 0) {
			*ret = s;
			s = (struct scratch)SCRATCH_NONE;
			return 0;
		}
	}
	if (r == OCIT_E_NOT_FOUND)
		r = fail(cx, OCIT_E_SYSTEM, "there is neither /tmp nor /var/tmp");
	return r;
}

/* Results are ignored: what cannot be removed is an empty private directory in /tmp, and the work
 * that needed it is done. */
static void scratch_clear(struct scratch *s)
{
	int fd;
	DIR *dir;

	if (!s->name[0])
		return;
	fd = openat(s->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		fd_close(fd);
	} else {
		for (const struct dirent *e; (e = readdir(dir));)
			(void)unlinkat(s->fd, e->d_name, 0);
		(void)closedir(dir);
	}
	(void)unlinkat(s->parent, s->name, AT_REMOVEDIR);
	s->name[0] = '\0';
}

int scratch_keep(struct scratch *s)
{
	scratch_clear(s);
	fd_close(take_fd(&s->parent));
	return take_fd(&s->fd);
}

void scratch_close(struct scratch *s)
{
	fd_close(scratch_keep(s));
}
