/* SPDX-License-Identifier: Apache-2.0 */
/* source/files_walk.c: paths of the root tree, component by component, each looked at once. */
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "os/listing.h"
#include "source/files.h"

enum { NAME_BYTES_MAX = 255 };

/* Add a spot; path must not move. */
static int append(struct ctx *cx, struct files *fs, const struct spot *def, uint32_t *ret)
{
	uint32_t at = (uint32_t)fs->n_spots;

	if (fs->n_spots >= FILES_NONE)
		return fail(cx, OCIT_E_LIMIT, "%zu paths were looked at", fs->n_spots);
	if (mem_grow(&fs->spots, &fs->cap_spots, fs->n_spots + 1, sizeof(*def)) < 0 ||
		map_put(&fs->index, def->path, strlen(def->path), at) < 0)
		return fail_nomem(cx);
	fs->spots[fs->n_spots++] = *def;
	*ret = at;
	return 0;
}

static enum spot_kind kind_of(enum file_kind kind)
{
	switch (kind) {
	case FILE_REGULAR:
		return SPOT_FILE;
	case FILE_DIR:
		return SPOT_DIR;
	case FILE_SYMLINK:
		return SPOT_LINK;
	case FILE_OTHER:
		break;
	}
	return SPOT_OTHER;
}

int files_spot_add(struct ctx *cx, struct files *fs, const char *path, const struct file_info *info,
	const char *target, uint32_t *ret)
{
	struct spot spot = { .node = GRAPH_NONE };

	if (map_find(&fs->index, path, strlen(path), ret))
		return 0;
	spot.path = arena_str(&fs->arena, path);
	spot.target = target ? arena_str(&fs->arena, target) : NULL;
	if (!spot.path || (target && !spot.target))
		return fail_nomem(cx);
	if (info) {
		spot.kind = kind_of(info->kind);
		spot.info = *info;
	}
	return append(cx, fs, &spot, ret);
}

static int look_slowly(struct ctx *cx, struct files *fs, const char *path, struct file_info *ret,
	char **ret_target)
{
	int r = file_look(cx, files_root_fd(fs), path, FILE_IN_ROOT, ret);

	return r == 0 && ret->kind == FILE_SYMLINK ? file_readlink(cx, files_root_fd(fs), path,
							     FILE_IN_ROOT, &fs->arena, ret_target)
						   : r;
}

/* What is at a path relative to the root, and the text of a symlink. Whatever is odd about it is
 * said with the whole path. */
static int look(struct ctx *cx, struct files *fs, const char *path, struct file_info *ret,
	char **ret_target)
{
	const char *name;
	int fd, r = lookup_dir(cx, &fs->lookup, path, &fd, &name);

	if (r == 0)
		r = file_look(cx, fd, name, FILE_IN_ROOT, ret);
	if (r == 0 && ret->kind == FILE_SYMLINK)
		r = file_readlink(cx, fd, name, FILE_IN_ROOT, &fs->arena, ret_target);
	if (r == 0 || r == OCIT_E_NOT_FOUND || r == OCIT_E_NOMEM)
		return r;
	ctx_clear(cx);
	return look_slowly(cx, fs, path, ret, ret_target);
}

int files_spot(struct ctx *cx, struct files *fs, const char *path, uint32_t *ret)
{
	struct file_info info;
	char *target = NULL;
	int r;

	if (map_find(&fs->index, path, strlen(path), ret))
		return 0;
	r = path[1] ? look(cx, fs, path + 1, &info, &target)
		    : file_look_fd(cx, files_root_fd(fs), path, &info);
	if (r == OCIT_E_NOT_FOUND) {
		ctx_clear(cx);
		return files_spot_add(cx, fs, path, NULL, NULL, ret);
	}
	return r < 0 ? r : files_spot_add(cx, fs, path, &info, target, ret);
}

struct walker {
	struct files *fs;
	const struct facts *f;
	struct arena arena;            /* of texts that links led to */
	char here[FILES_PATH_MAX + 1]; /* without a trailing "/": "" is the root */
	size_t len;
	const char *rest;
	unsigned hops; /* before this walk */
	bool down;     /* the last step led down */
	bool done;
	struct trail *t;
};

static void auto_walker(struct walker *w)
{
	arena_done(&w->arena);
}

static const char *here(const struct walker *w)
{
	return w->len ? w->here : "/";
}

static bool at_end(const struct walker *w)
{
	return !w->rest[strspn(w->rest, "/")];
}

static int stop(struct ctx *cx, struct walker *w, enum trail_end end, const char *at)
{
	w->done = true;
	w->t->end = end;
	w->t->at = arena_str(&w->fs->arena, at);
	return w->t->at ? 0 : fail_nomem(cx);
}

static void drop_last(struct walker *w)
{
	while (w->len && w->here[--w->len] != '/')
		;
	w->here[w->len] = '\0';
}

/* The directory that ".." leaves must exist in the container, too. Only where the way turns: those
 * above it are there because of it. */
static int go_up(struct ctx *cx, struct walker *w)
{
	int r = 0;

	if (w->down && w->len) {
		if (w->t->n_turns == FILES_TURNS_MAX)
			return stop(cx, w, TRAIL_LOOP, here(w));
		r = files_spot(cx, w->fs, here(w), &w->t->turns[w->t->n_turns++]);
	}
	w->down = false;
	drop_last(w);
	return r;
}

/* Where the text alone says where it leads: ".." may only stand at its beginning. */
static bool is_exact(const char *text)
{
	while (text_starts(text, "../"))
		text += 3;
	for (const char *s = text; (s = strstr(s, "..")); s += 2)
		if ((s == text || s[-1] == '/') && (!s[2] || s[2] == '/'))
			return false;
	return true;
}

/* Is path for another source? Not known who there is: it may be. */
static bool is_elsewhere(const struct walker *w, const char *path)
{
	const struct source *owner;

	if (!w->f)
		return !files_is_kernel(path);
	owner = facts_claimant(w->f, path);
	return owner && owner != &w->fs->source;
}

/* Ask before looking: what another source claims is not to be touched, nor what leads there. */
static int judge_rest(struct ctx *cx, struct walker *w)
{
	const char *path;

	if (!is_exact(w->rest))
		return 0;
	path = path_resolve(&w->arena, here(w), w->rest);
	if (path && path_is_clean(path) && is_elsewhere(w, path))
		return stop(cx, w, TRAIL_ELSEWHERE, path);
	return 0;
}

static int follow(struct ctx *cx, struct walker *w, uint32_t at)
{
	const char *target = w->fs->spots[at].target;
	struct trail *t = w->t;

	if (w->hops + t->n_links >= FILES_LINKS_MAX)
		return stop(cx, w, TRAIL_LOOP, here(w));
	t->links[t->n_links++] = (struct trail_link){ .spot = at, .on_way = !at_end(w) };
	if (!*target)
		return stop(cx, w, TRAIL_ABSENT, here(w));
	w->rest = arena_printf(&w->arena, "%s%s", target, w->rest);
	if (!w->rest)
		return fail_nomem(cx);
	w->down = target[0] != '/';
	if (target[0] == '/')
		w->len = 0;
	else
		drop_last(w);
	w->here[w->len] = '\0';
	return judge_rest(cx, w);
}

/* w->here is a new path: look what is there. */
static int arrive(struct ctx *cx, struct walker *w)
{
	uint32_t at;
	int r;

	if (files_is_kernel(w->here))
		return stop(cx, w, TRAIL_KERNEL, w->here);
	if (w->f && is_elsewhere(w, w->here)) {
		const char *path = path_resolve(&w->arena, w->here, w->rest + strspn(w->rest, "/"));

		return stop(cx, w, TRAIL_ELSEWHERE, path ? path : w->here);
	}
	r = files_spot(cx, w->fs, w->here, &at);
	if (r < 0)
		return r;
	w->t->spot = at;
	w->down = true;
	switch (w->fs->spots[at].kind) {
	case SPOT_LINK:
		return follow(cx, w, at);
	case SPOT_DIR:
		return 0;
	case SPOT_FILE:
		/* A slash behind it, also one from the text of a link, asks for a directory. */
		return stop(cx, w, *w->rest ? TRAIL_ABSENT : TRAIL_FILE, w->here);
	case SPOT_OTHER:
		return stop(cx, w, *w->rest ? TRAIL_ABSENT : TRAIL_OTHER, w->here);
	case SPOT_ABSENT:
		break;
	}
	return stop(cx, w, TRAIL_ABSENT, w->here);
}

/* A name that cannot be is missing: the caller knows best what that means. */
static int step_down(struct ctx *cx, struct walker *w, const char *name, size_t n)
{
	if (n > NAME_BYTES_MAX || w->len + 1 + n > FILES_PATH_MAX || memchr(name, '\n', n))
		return stop(cx, w, TRAIL_ABSENT, here(w));
	w->here[w->len++] = '/';
	memcpy(w->here + w->len, name, n);
	w->len += n;
	w->here[w->len] = '\0';
	return arrive(cx, w);
}

static int step(struct ctx *cx, struct walker *w)
{
	const char *name = w->rest + strspn(w->rest, "/");
	size_t n = strcspn(name, "/");
	int r;

	w->rest = name + n;
	if (!n) {
		r = files_spot(cx, w->fs, here(w), &w->t->spot);
		return r < 0 ? r : stop(cx, w, TRAIL_DIR, here(w));
	}
	if (n == 1 && name[0] == '.')
		return 0;
	if (n == 2 && name[0] == '.' && name[1] == '.')
		return go_up(cx, w);
	return step_down(cx, w, name, n);
}

int files_walk(struct ctx *cx, struct files *fs, const struct facts *f, const char *path,
	unsigned hops, struct trail *ret)
{
	AUTO(walker) struct walker w = { .fs = fs, .f = f, .rest = path, .hops = hops, .t = ret };
	int r = 0;

	ret->n_links = ret->n_turns = 0;
	ret->spot = FILES_NONE;
	arena_init(&w.arena);
	if (f)
		r = judge_rest(cx, &w);
	while (r == 0 && !w.done)
		r = step(cx, &w);
	return r;
}

/* One source's answer. *ret_next is where it hands over to, or NULL. */
static int ask(struct ctx *cx, struct files *fs, const struct facts *f, const char *path,
	const char **ret_next, bool *ret)
{
	struct source *owner = facts_claimant(f, path);
	struct probe p = { .kind = PROBE_ABSENT };
	struct trail t;
	int r;

	if (!owner)
		return 0;
	if (owner != &fs->source) {
		r = owner->ops->probe(cx, owner, path, &p);
		*ret = r == 0 && p.kind == PROBE_REGULAR && p.executable;
		if (r == 0 && p.kind == PROBE_ELSEWHERE)
			*ret_next = arena_str(&fs->arena, p.elsewhere);
		mem_free(p.elsewhere);
		return r;
	}
	r = files_walk(cx, fs, f, path, 0, &t);
	if (r < 0)
		return r;
	*ret = t.end == TRAIL_FILE && fs->spots[t.spot].info.mode & 0111;
	*ret_next = t.end == TRAIL_ELSEWHERE ? t.at : NULL;
	return 0;
}

int files_find_program(
	struct ctx *cx, struct files *fs, const struct facts *f, const char *path, bool *ret)
{
	bool found = false;
	int r = 0;

	for (int hops = 0; path && !found && hops <= FILES_LINKS_MAX && r == 0; hops++) {
		const char *next = NULL;

		r = ask(cx, fs, f, path, &next, &found);
		path = next;
	}
	if (r == OCIT_E_SYSTEM && cx->sys == EACCES) {
		ctx_clear(cx);
		r = 0;
	}
	if (r == 0)
		*ret = found;
	return r;
}

int files_list(struct ctx *cx, struct files *fs, const char *path, struct listing *ret)
{
	AUTO(fd) int fd = -1;
	int r = file_open_dir(cx, files_root_fd(fs), path[1] ? path + 1 : ".", FILE_IN_ROOT, &fd);

	listing_reset(ret, (struct listing_mark){ 0, 0 });
	if (r == 0)
		r = listing_add(cx, ret, fd, path);
	if (r == OCIT_E_NOT_FOUND || r == OCIT_E_FORMAT ||
		(r == OCIT_E_SYSTEM && (cx->sys == EACCES || cx->sys == EPERM))) {
		ctx_clear(cx);
		listing_reset(ret, (struct listing_mark){ 0, 0 });
		r = 0;
	}
	return r;
}
