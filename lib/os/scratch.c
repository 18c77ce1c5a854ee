/* SPDX-License-Identifier: Apache-2.0 */
/* os/scratch.c: a temporary directory that is only ours and has a name for a moment only. */
#include "os/scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "os/file.h"

enum { NAME_TRIES = 8, CLEAR_TRIES = 3, RAW_SIZE = 2048 };

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
	if (r < 0) {
		/* Made, perhaps, but not opened: it is empty. */
		if (r != OCIT_E_EXISTS)
			(void)unlinkat(s->parent, s->name, AT_REMOVEDIR);
		s->name[0] = '\0';
	}
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

static bool is_dot(const char *name)
{
	return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

/* With neither memory nor a descriptor of its own: both may have run out. */
static void unlink_all(int dir)
{
	_Alignas(struct dirent64) char raw[RAW_SIZE];
	ssize_t n;

	(void)lseek(dir, 0, SEEK_SET);
	while ((n = getdents64(dir, raw, sizeof(raw))) > 0) {
		for (ssize_t at = 0; at < n;) {
			const struct dirent64 *e = (const void *)(raw + at);

			if (!is_dot(e->d_name))
				(void)unlinkat(dir, e->d_name, 0);
			at += e->d_reclen;
		}
	}
}

/* What failed once may have been interrupted. What still cannot be removed is a private directory
 * in /tmp, and the work that needed it is done. */
static void scratch_clear(struct scratch *s)
{
	for (int tries = 0; s->name[0] && tries < CLEAR_TRIES; tries++) {
		unlink_all(s->fd);
		if (unlinkat(s->parent, s->name, AT_REMOVEDIR) == 0)
			break;
	}
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
