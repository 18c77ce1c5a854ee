/* SPDX-License-Identifier: Apache-2.0 */
/* engine/walk.c: component by component, with the rest of the way in hand. */
#include "engine/walk.h"

#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"

enum { LINKS_MAX = 40, PATH_BYTES_MAX = 4095 };

struct walker {
	struct arena *a;
	char here[PATH_BYTES_MAX + 1]; /* without a trailing "/": "" is the root */
	size_t len;
	const char *rest; /* still to go */
	unsigned links;
	bool over;         /* the kind is decided, whatever the rest is */
	struct walk found; /* so far */
};

static void step_up(struct walker *w)
{
	while (w->len && w->here[--w->len] != '/')
		;
	w->here[w->len] = '\0';
}

static void decide(struct walker *w, enum walk_kind kind)
{
	w->found.kind = kind;
	w->over = true;
}

/* Too long counts as a loop: both are ways without an end. */
static void step_down(struct walker *w, const char *name, size_t n)
{
	if (w->len + 1 + n > PATH_BYTES_MAX) {
		decide(w, WALK_LOOP);
		return;
	}
	w->here[w->len++] = '/';
	memcpy(w->here + w->len, name, n);
	w->len += n;
	w->here[w->len] = '\0';
}

/* Step to the next component that is a name. */
static bool next_name(struct walker *w)
{
	while (!w->over) {
		const char *name = w->rest + strspn(w->rest, "/");
		size_t n = strcspn(name, "/");

		w->rest = name + n;
		if (!n)
			return false;
		if (n == 2 && name[0] == '.' && name[1] == '.') {
			step_up(w);
		} else if (n != 1 || name[0] != '.') {
			step_down(w, name, n);
			return !w->over;
		}
	}
	return false;
}

static bool at_end(const struct walker *w)
{
	return !w->rest[strspn(w->rest, "/")];
}

static int follow(struct ctx *cx, struct walker *w, const char *target, bool follow_last)
{
	if (!w->found.link)
		w->found.link = arena_str(w->a, w->here);
	if (!w->found.link)
		return fail_nomem(cx);
	if (at_end(w) && !follow_last) {
		decide(w, WALK_LINK);
		return 0;
	}
	if (++w->links > LINKS_MAX) {
		decide(w, WALK_LOOP);
		return 0;
	}
	w->rest = arena_printf(w->a, "%s%s", target, w->rest);
	if (!w->rest)
		return fail_nomem(cx);
	step_up(w);
	if (target[0] == '/')
		w->here[w->len = 0] = '\0';
	w->found.kind = WALK_DIR;
	return 0;
}

static void arrive(struct walker *w, bool known, enum node_kind kind)
{
	w->found.kind = known && kind == NODE_DIR ? WALK_DIR : WALK_ABSENT;
	if (known && kind == NODE_TREE)
		decide(w, WALK_TREE);
	if (known && kind == NODE_FILE)
		decide(w, *w->rest ? WALK_ABSENT : WALK_FILE);
}

static int finish(struct ctx *cx, struct walker *w, struct walk *ret)
{
	/* Inside a tree the text counts, since nobody knows its links. */
	if (w->found.kind == WALK_TREE)
		w->found.path = arena_printf(w->a, "%s%s", w->here, w->rest);
	else
		w->found.path = arena_str(w->a, w->len ? w->here : "/");
	if (!w->found.path)
		return fail_nomem(cx);
	*ret = w->found;
	return 0;
}

int walk_path(struct ctx *cx, const struct walk_view *view, struct arena *a, const char *path,
	bool follow_last, struct walk *ret)
{
	struct walker w = { .a = a, .rest = path, .found = { .kind = WALK_DIR } };

	while (next_name(&w)) {
		enum node_kind kind = NODE_DIR;
		const char *target = NULL;
		bool known = view->at(view->data, w.here, &kind, &target);

		if (known && kind == NODE_LINK) {
			int r = follow(cx, &w, target, follow_last);

			if (r < 0)
				return r;
		} else {
			arrive(&w, known, kind);
		}
	}
	return finish(cx, &w, ret);
}

static bool graph_at(
	const void *data, const char *path, enum node_kind *ret, const char **ret_target)
{
	const struct node *n = graph_find(data, path);

	if (!n)
		return false;
	*ret = n->kind;
	*ret_target = n->target;
	return true;
}

int walk_graph(
	struct ctx *cx, const struct graph *g, struct arena *a, const char *path, struct walk *ret)
{
	const struct walk_view view = { .data = g, .at = graph_at };

	return walk_path(cx, &view, a, path, true, ret);
}
