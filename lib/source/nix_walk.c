/* SPDX-License-Identifier: Apache-2.0 */
/* source/nix_walk.c: the kernel cannot follow these links: their text means another place than
 * where the store lies. */
#include "source/nix_walk.h"

#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "base/text.h"
#include "os/file.h"
#include "source/source.h"

enum { LINKS_MAX = 40, PATH_BYTES_MAX = 4095, NAME_BYTES_MAX = 255, OWNER_EXECUTES = 0100 };

struct walk {
	struct arena arena;
	int store_fd;
	const char *store_dir;
	const char *done; /* below the store directory, free of links; "": that directory */
	const char *todo; /* what is still to be walked from there */
	struct file_info here;
	unsigned links;
	bool over;
	struct probe result;
};

static void auto_walk(struct walk *w)
{
	arena_done(&w->arena);
}

static int walk_end(struct walk *w, enum probe_kind kind)
{
	w->result.kind = kind;
	w->over = true;
	return 0;
}

/* base and the text behind it lie outside of the store. */
static int walk_leave(struct ctx *cx, struct walk *w, const char *base)
{
	const char *path = path_resolve(&w->arena, base, w->todo + strspn(w->todo, "/"));

	/* Longer than a path can be, or with a newline: nobody has it. */
	if (!path || !path_is_clean(path))
		return walk_end(w, PROBE_ABSENT);
	w->result.elsewhere = mem_strdup(path);
	if (!w->result.elsewhere)
		return fail_nomem(cx);
	return walk_end(w, PROBE_ELSEWHERE);
}

static int walk_up(struct ctx *cx, struct walk *w)
{
	const char *slash = strrchr(w->done, '/');

	if (!w->done[0])
		return walk_leave(cx, w, path_parent(&w->arena, w->store_dir));
	w->done = arena_copy(&w->arena, w->done, slash ? (size_t)(slash - w->done) : 0);
	return w->done ? 0 : fail_nomem(cx);
}

static int walk_link(struct ctx *cx, struct walk *w, const char *name)
{
	size_t dir_len = strlen(w->store_dir);
	char *target = NULL;
	int r;

	if (++w->links > LINKS_MAX)
		return walk_end(w, PROBE_LOOP);
	r = file_readlink(cx, w->store_fd, name, FILE_BENEATH, &w->arena, &target);
	if (r < 0)
		return r;
	if (strlen(target) + strlen(w->todo) > PATH_BYTES_MAX)
		return walk_end(w, PROBE_ABSENT);
	w->todo = arena_printf(&w->arena, "%s/%s", target, w->todo);
	if (!w->todo)
		return fail_nomem(cx);
	w->here.kind = FILE_DIR; /* we are in the directory of the link again */
	if (target[0] != '/')
		return 0;
	if (strncmp(w->todo, w->store_dir, dir_len) || w->todo[dir_len] != '/')
		return walk_leave(cx, w, "/");
	w->done = "";
	w->todo += dir_len + 1;
	return 0;
}

static int walk_down(struct ctx *cx, struct walk *w, const char *component, size_t len)
{
	const char *name = arena_printf(
		&w->arena, "%s%s%.*s", w->done, w->done[0] ? "/" : "", (int)len, component);
	int r;

	if (!name)
		return fail_nomem(cx);
	if (len > NAME_BYTES_MAX)
		return walk_end(w, PROBE_ABSENT);
	r = file_look(cx, w->store_fd, name, FILE_BENEATH, &w->here);
	if (r == OCIT_E_NOT_FOUND) {
		ctx_clear(cx);
		return walk_end(w, PROBE_ABSENT);
	}
	if (r < 0)
		return r;
	if (w->here.kind == FILE_SYMLINK)
		return walk_link(cx, w, name);
	w->done = name;
	return 0;
}

static int walk_step(struct ctx *cx, struct walk *w)
{
	const char *component = w->todo + strspn(w->todo, "/");
	size_t len = strcspn(component, "/");

	w->todo = component + len;
	if (!len) {
		w->over = true;
		w->result.executable = w->here.mode & OWNER_EXECUTES;
		w->result.kind = w->here.kind == FILE_DIR       ? PROBE_DIR
				 : w->here.kind == FILE_REGULAR ? PROBE_REGULAR
								: PROBE_OTHER;
		return 0;
	}
	if (w->here.kind != FILE_DIR)
		return walk_end(w, PROBE_ABSENT);
	if (len == 1 && component[0] == '.')
		return 0;
	if (len == 2 && component[0] == '.' && component[1] == '.')
		return walk_up(cx, w);
	return walk_down(cx, w, component, len);
}

int nix_walk(
	struct ctx *cx, int store_fd, const char *store_dir, const char *path, struct probe *ret)
{
	AUTO(walk)
	struct walk w = {
		.store_fd = store_fd,
		.store_dir = store_dir,
		.done = "",
		.todo = path + strlen(store_dir) + 1,
		.here = { .kind = FILE_DIR },
	};
	int r = 0;

	arena_init(&w.arena);
	while (r == 0 && !w.over)
		r = walk_step(cx, &w);
	if (r == 0)
		*ret = w.result;
	return r;
}
