/* SPDX-License-Identifier: Apache-2.0 */
/* os/lookup.c: the last few directories that names were looked up in. */
#include "os/lookup.h"

#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "base/text.h"
#include "os/file.h"

void lookup_init(struct lookup *l, int rootfd)
{
	*l = (struct lookup){ .rootfd = rootfd };
	for (int i = 0; i < LOOKUP_DIRS; i++)
		l->dirs[i].fd = -1;
}

static void forget(struct lookup_dir *d)
{
	fd_close(d->fd);
	mem_free(d->path);
	*d = (struct lookup_dir){ .fd = -1 };
}

void lookup_done(struct lookup *l)
{
	for (int i = 0; i < LOOKUP_DIRS; i++)
		forget(&l->dirs[i]);
}

static const struct lookup_dir *find(const struct lookup *l, const char *path, size_t len)
{
	for (int i = 0; i < LOOKUP_DIRS; i++)
		if (l->dirs[i].path && !strncmp(l->dirs[i].path, path, len) &&
			!l->dirs[i].path[len])
			return &l->dirs[i];
	return NULL;
}

static int remember(struct ctx *cx, struct lookup *l, const char *path, size_t len)
{
	struct lookup_dir *d = &l->dirs[l->next];
	char *copy;
	int fd = -1, r = -1;

	copy = mem_alloc(len + 1);
	if (!copy)
		return fail_nomem(cx);
	memcpy(copy, path, len);
	r = file_enter(cx, l->rootfd, len ? copy : ".", FILE_IN_ROOT, &fd);
	if (r < 0) {
		mem_free(copy);
		return r;
	}
	forget(d);
	*d = (struct lookup_dir){ copy, fd };
	l->next = (l->next + 1) % LOOKUP_DIRS;
	return 0;
}

int lookup_dir(
	struct ctx *cx, struct lookup *l, const char *path, int *ret_fd, const char **ret_name)
{
	const char *name = path_base(path);
	size_t len = (size_t)(name - path) - (name > path);
	const struct lookup_dir *d = find(l, path, len);
	int r = d ? 0 : remember(cx, l, path, len);

	if (r < 0)
		return r;
	*ret_fd = find(l, path, len)->fd;
	*ret_name = name;
	return 0;
}
