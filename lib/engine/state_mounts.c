/* SPDX-License-Identifier: Apache-2.0 */
/* engine/state_mounts.c: tmpfs mounts that nobody has to know of. */
#include "engine/state_mounts.h"

#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "base/text.h"
#include "engine/accounts.h"
#include "model/graph.h"
#include "model/spec.h"

enum { OPTIONS = 5, ALWAYS = 3 };

struct adding {
	struct ctx *cx;
	struct arena *a;
	struct mount *list;
	size_t n, n_user;
};

/* Is path at or below a mount of the user's? */
static bool is_covered(const struct adding *w, const char *path)
{
	for (size_t i = 0; i < w->n_user; i++) {
		const char *at = path_resolve(w->a, "/", w->list[i].destination);

		if (at && path_within(path, at))
			return true;
	}
	return false;
}

static int add(struct adding *w, const char *path, uint32_t mode, uint32_t uid, uint32_t gid)
{
	const char **options = arena_array(w->a, OPTIONS, sizeof(*options));
	size_t n = 0;

	if (!options)
		return fail_nomem(w->cx);
	options[n++] = "nosuid";
	options[n++] = "nodev";
	options[n++] = arena_printf(w->a, "mode=%04o", mode);
	if (uid || gid) {
		options[n++] = arena_printf(w->a, "uid=%u", uid);
		options[n++] = arena_printf(w->a, "gid=%u", gid);
	}
	for (size_t i = 0; i < n; i++)
		if (!options[i])
			return fail_nomem(w->cx);
	w->list[w->n++] = (struct mount){
		.destination = path,
		.type = "tmpfs",
		.source = "tmpfs",
		.options = options,
		.n_options = n,
		.has_options = true,
	};
	return 0;
}

static int add_uncovered(struct adding *w, const char *path, uint32_t mode)
{
	return is_covered(w, path) ? 0 : add(w, path, mode, 0, 0);
}

/* Nodes are sorted: what lies in a directory follows it. */
static bool is_empty_state(const struct graph *g, size_t i)
{
	return g->nodes[i].state &&
	       (i + 1 == g->n_nodes || !path_within(g->nodes[i + 1].path, g->nodes[i].path));
}

static int add_states(struct adding *w, const struct graph *g, const struct known_accounts *known)
{
	size_t before = w->n;
	int r = 0;

	for (size_t i = 0; i < g->n_nodes && r == 0; i++) {
		const struct node *n = &g->nodes[i];

		if (is_empty_state(g, i) && !is_covered(w, n->path))
			r = add(w, n->path, n->mode & 07777, accounts_user(known, n->uid),
				accounts_group(known, n->gid));
	}
	if (r < 0 || w->n == before)
		return r;
	r = add_uncovered(w, "/run", 0755);
	if (r == 0)
		r = add_uncovered(w, "/run/lock", 01777);
	return r < 0 ? r : add_uncovered(w, "/tmp", 01777);
}

/* What every container has at /run/lock is gone below an empty /run. */
static int add_lock(struct adding *w)
{
	bool hidden = false;

	for (size_t i = 0; i < w->n_user; i++) {
		const char *at = path_resolve(w->a, "/", w->list[i].destination);

		if (at && !strcmp(at, "/run/lock"))
			return 0;
		hidden |= at && !strcmp(at, "/run") && w->list[i].type &&
			  !strcmp(w->list[i].type, "tmpfs");
	}
	return hidden ? add(w, "/run/lock", 01777, 0, 0) : 0;
}

int state_mounts_add(struct ctx *cx, const struct spec *spec, const struct graph *g,
	const struct known_accounts *known, struct arena *a, struct spec *ret)
{
	struct adding w = { .cx = cx, .a = a };
	size_t states = 0;
	int r;

	*ret = *spec;
	if (spec->profile == PROFILE_SEED)
		return 0;
	for (size_t i = 0; i < g->n_nodes; i++)
		states += g->nodes[i].state;
	w.list = arena_array(a, spec->n_mounts + states + ALWAYS + 1, sizeof(*w.list));
	if (!w.list)
		return fail_nomem(cx);
	if (spec->n_mounts)
		memcpy(w.list, spec->mounts, spec->n_mounts * sizeof(*w.list));
	w.n = w.n_user = spec->n_mounts;
	r = add_lock(&w);
	if (r == 0 && spec->readonly)
		r = add_states(&w, g, known);
	ret->mounts = w.list;
	ret->n_mounts = w.n;
	return r;
}
