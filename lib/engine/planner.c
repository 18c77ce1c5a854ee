/* SPDX-License-Identifier: Apache-2.0 */
/* engine/planner.c: from a closure and a description to every entry and config.json. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/mem.h"
#include "base/text.h"
#include "engine/accounts.h"
#include "engine/cwd.h"
#include "engine/engine.h"
#include "engine/entries.h"
#include "engine/etc_files.h"
#include "engine/includes.h"
#include "engine/mount_points.h"
#include "engine/mounts.h"
#include "engine/notes.h"
#include "engine/runtime_config.h"
#include "engine/skeleton.h"
#include "engine/state_mounts.h"
#include "model/plan.h"
#include "model/spec.h"

enum { CONFIG_MAX = 64 << 20, NOTES_SHOWN = 3, POLL_EVERY = 1024, MODE_SET_ID = 06000 };

struct planner {
	const struct spec *spec;
	const struct graph *g;
	struct plan *plan;
	struct arena *a; /* the plan's */
	struct entries entries;
	struct includes includes;
	struct mount_list mounts;
	struct known_accounts known;
	struct accounts accounts;
	const char *cwd;
	struct notes notes;
};

static void auto_planner(struct planner *p)
{
	entries_done(&p->entries);
	notes_done(&p->notes);
}

static struct entry node_entry(const struct planner *p, uint32_t i)
{
	const struct node *n = &p->g->nodes[i];
	struct entry e = {
		.path = n->path,
		.kind = n->kind,
		.origin = ORIGIN_NODE,
		.node = i,
		.mode = p->spec->keep_setuid ? n->mode : n->mode & ~(uint32_t)MODE_SET_ID,
		.uid = accounts_user(&p->known, n->uid),
		.gid = accounts_group(&p->known, n->gid),
		.mtime = p->spec->timestamp,
		.size = n->size,
		.target = n->target,
		.place = n->place,
		.where = n->where,
	};

	if (n->kind != NODE_TREE)
		return e;
	e.mtime = 1; /* as in every store */
	if (n->unit != GRAPH_NONE) {
		e.expect = p->g->units[n->unit].hash;
		e.size = n->size ? n->size : p->g->units[n->unit].size;
	}
	return e;
}

/* Set-id bits do nothing under no-new-privileges, and much harm elsewhere. On directories they only
 * name the group of new files. What was asked for is told, and is no reason to be strict about. */
static int note_set_id(struct ctx *cx, struct planner *p, const struct node *n)
{
	if (n->kind != NODE_FILE || !(n->mode & MODE_SET_ID))
		return 0;
	if (!p->spec->keep_setuid)
		return notes_add(cx, &p->notes,
			arena_printf(p->a, "set-id bits of '%s' are cleared: mode %04o", n->path,
				n->mode));
	if (p->spec->strict)
		return 0;
	return notes_add(cx, &p->notes,
		arena_printf(p->a, "set-id bits of '%s' are kept: mode %04o%s", n->path, n->mode,
			p->spec->no_new_privileges
				? ", and do nothing without --no-new-privileges=false"
				: ""));
}

static int add_node(struct ctx *cx, struct planner *p, uint32_t i)
{
	struct entry e = node_entry(p, i);
	int r = i % POLL_EVERY ? 0 : poll_cancel(cx);

	includes_dress_staying(&p->includes, &e);
	if (r == 0)
		r = note_set_id(cx, p, &p->g->nodes[i]);
	if (r == 0)
		r = notes_private(cx, p->g, i, p->a, &p->notes);
	if (r == 0 && !p->includes.moved[i])
		r = entries_add(cx, &p->entries, &e);
	return within(cx, r, "'%s'", e.path);
}

static int add_moved(struct ctx *cx, struct planner *p, const struct relocation *rel, uint32_t i)
{
	struct entry e = node_entry(p, i);
	int r = includes_place(cx, rel, p->g->nodes[i].path, p->a, &e.path);

	if (r < 0 || !e.path)
		return r;
	includes_dress(rel, &e);
	r = entries_add(cx, &p->entries, &e);
	return within(cx, r, "include '%s' at '%s'", rel->from, rel->to);
}

static int add_nodes(struct ctx *cx, struct planner *p)
{
	int r = accounts_know(cx, p->g, p->a, &p->known);

	p->includes.known = &p->known;
	if (r == 0)
		r = includes_find(cx, p->spec, p->g, p->a, &p->includes);
	for (uint32_t i = 0; i < p->g->n_nodes && r == 0; i++)
		r = add_node(cx, p, i);
	for (size_t k = 0; k < p->includes.n_moving && r == 0; k++)
		for (uint32_t i = 0; i < p->g->n_nodes && r == 0; i++)
			r = add_moved(cx, p, &p->includes.list[k], i);
	return r;
}

static int has_shell(struct ctx *cx, const struct planner *p, const char *shell, bool *ret)
{
	struct walk walk;
	int r;

	*ret = false;
	if (!path_is_clean(shell))
		return 0;
	r = entries_walk(cx, &p->entries, shell, true, &walk);
	*ret = r == 0 && (walk.kind == WALK_FILE || walk.kind == WALK_TREE);
	return r;
}

/* Who would log in needs a shell that is there. */
static int drop_shells(struct ctx *cx, struct planner *p)
{
	int r = 0;

	for (size_t i = 0; i < p->known.n_users && r == 0; i++) {
		bool there;

		r = has_shell(cx, p, p->known.users[i].shell, &there);
		if (!there)
			p->known.users[i].shell = accounts_no_login;
	}
	return r;
}

static int add_accounts(struct ctx *cx, struct planner *p)
{
	static const char shell[] = "/bin/sh";
	bool there;
	int r = has_shell(cx, p, shell, &there);

	if (r == 0)
		r = drop_shells(cx, p);
	if (r == 0)
		r = accounts_build(
			cx, p->spec, &p->known, there ? shell : NULL, p->a, &p->accounts);
	if (r == 0)
		r = etc_files_add(cx, &p->entries, p->spec, p->g, &p->accounts);
	return r;
}

static int check_cwd(struct ctx *cx, struct planner *p)
{
	struct walk walk;
	int r = entries_walk(cx, &p->entries, p->cwd, true, &walk);

	if (r < 0)
		return r;
	if (walk.link)
		return fail(cx, OCIT_E_FORMAT, "'%s' is a symlink", walk.link);
	if (walk.kind == WALK_TREE)
		return p->g->cwd_is_dir
			       ? 0
			       : fail(cx, OCIT_E_FORMAT,
					 "it is no directory of the store path it lies in");
	return entries_dir(cx, &p->entries, p->cwd, 0755, ORIGIN_CWD);
}

static int add_cwd(struct ctx *cx, struct planner *p)
{
	int r = cwd_decide(cx, p->spec, p->g, p->a, &p->cwd);

	if (r < 0 || !p->cwd[1])
		return r;
	return cwd_within(cx, check_cwd(cx, p), p->spec, p->cwd);
}

/* The kernel walks through a directory to get to its "..": those directories have to be there. */
static int add_passed_dirs(struct ctx *cx, struct planner *p, const char *arg)
{
	int r = 0;

	for (const char *s = strstr(arg, "/.."); s && r == 0; s = strstr(s + 1, "/..")) {
		const char *head, *dir;
		struct walk walk;

		if (s[3] && s[3] != '/')
			continue;
		head = arena_copy(p->a, arg, (size_t)(s - arg));
		dir = head ? path_resolve(p->a, p->cwd, *head ? head : "/") : NULL;
		if (!dir)
			return fail_nomem(cx);
		r = entries_walk(cx, &p->entries, dir, false, &walk);
		if (r == 0 && walk.kind != WALK_TREE)
			r = entries_dir(cx, &p->entries, dir, 0755, ORIGIN_PARENT);
	}
	return r;
}

/* Arguments with ".." inside that name a file of the plan. */
static int add_arg_dirs(struct ctx *cx, struct planner *p, const char *arg)
{
	const char *path;
	struct walk walk;
	int r;

	if (!strstr(arg, "/..") || strlen(arg) + strlen(p->cwd) >= 4095)
		return 0;
	path = path_resolve(p->a, p->cwd, arg);
	if (!path)
		return fail_nomem(cx);
	r = entries_walk(cx, &p->entries, path, true, &walk);
	if (r < 0 || (walk.kind != WALK_FILE && walk.kind != WALK_TREE))
		return r;
	return add_passed_dirs(cx, p, arg);
}

static int add_args_dirs(struct ctx *cx, struct planner *p)
{
	int r = 0;

	for (size_t i = 0; i < p->spec->n_args && r == 0; i++)
		r = within(cx, add_arg_dirs(cx, p, p->spec->args[i]), "args[%zu]", i);
	return r;
}

/* A tmpfs on /tmp is a good habit, and a trap for a script that lies below. */
static int note_hidden(struct ctx *cx, struct planner *p)
{
	int r = 0;

	for (size_t i = p->mounts.n_system; i < p->mounts.count && r == 0; i++) {
		const struct mount *m = &p->mounts.mounts[i];
		const struct edge *e = mount_points_hide(m, p->g);

		if (e)
			r = notes_add(cx, &p->notes,
				arena_printf(p->a, "mount '%s' hides '%s', which %s names",
					m->destination, p->g->nodes[e->to].path,
					e->detail ? e->detail : "the command"));
	}
	return r;
}

static int add_notes(struct ctx *cx, struct planner *p)
{
	int r = note_hidden(cx, p);

	if (r == 0)
		r = notes_mounts(cx, p->spec, p->a, &p->notes);
	if (r == 0)
		r = notes_devices(cx, p->spec, p->a, &p->notes);
	if (r == 0)
		r = notes_capabilities(cx, p->spec, p->accounts.uid, p->a, &p->notes);
	return r;
}

static int resolve_mounts(struct ctx *cx, struct planner *p)
{
	struct spec with;
	int r = state_mounts_add(cx, p->spec, p->g, &p->known, p->a, &with);

	return r < 0 ? r : mounts_resolve(cx, &with, p->a, &p->mounts);
}

static int add_entries(struct ctx *cx, struct planner *p)
{
	int r = entries_dir(cx, &p->entries, "/", 0755, ORIGIN_PARENT);

	if (r == 0)
		r = add_nodes(cx, p);
	if (r == 0)
		r = add_accounts(cx, p);
	if (r == 0)
		r = skeleton_add(cx, &p->entries);
	if (r == 0)
		r = resolve_mounts(cx, p);
	if (r == 0)
		r = mount_points_add(cx, &p->entries, &p->mounts);
	if (r == 0)
		r = add_notes(cx, p);
	if (r == 0)
		r = add_cwd(cx, p);
	if (r == 0)
		r = add_args_dirs(cx, p);
	return r;
}

static int compare_entries(const void *a, const void *b)
{
	return plan_path_compare(((const struct entry *)a)->path, ((const struct entry *)b)->path);
}

/* The same file, and nothing asked for it to be two. */
static bool is_same_file(const struct entry *a, const struct entry *b)
{
	return a->node != b->node && a->mode == b->mode && a->uid == b->uid && a->gid == b->gid &&
	       a->mtime == b->mtime && a->size == b->size;
}

/* Of several names of a file the first holds its content. */
static int find_hard_links(struct ctx *cx, struct planner *p)
{
	AUTO(map) struct map inodes;

	map_init(&inodes);
	for (size_t i = 0; i < p->plan->n_entries; i++) {
		struct entry *e = &p->plan->entries[i];
		const struct node *n = e->origin == ORIGIN_NODE && e->kind == NODE_FILE
					       ? &p->g->nodes[e->node]
					       : NULL;
		uint32_t first;

		if (!n || !n->inode.ino)
			continue;
		if (!map_find(&inodes, (const char *)&n->inode, sizeof(n->inode), &first)) {
			if (map_put(&inodes, (const char *)&n->inode, sizeof(n->inode),
				    (uint32_t)i) < 0)
				return fail_nomem(cx);
		} else if (is_same_file(&p->plan->entries[first], e)) {
			e->hard = &p->plan->entries[first];
		}
	}
	return 0;
}

static int freeze_entries(struct ctx *cx, struct planner *p)
{
	struct plan *plan = p->plan;
	size_t n = p->entries.n;
	int r;

	qsort(p->entries.list, n, sizeof(*p->entries.list), compare_entries);
	plan->entries = plan->owned = take(&p->entries.list);
	plan->n_entries = n;
	r = find_hard_links(cx, p);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++)
		if (!plan->entries[i].hard &&
			__builtin_add_overflow(plan->bytes, plan->entries[i].size, &plan->bytes))
			plan->bytes = UINT64_MAX;
	if (plan->bytes > cx->max_bytes)
		return fail(cx, OCIT_E_LIMIT, "%llu bytes in one output, limit %llu",
			(unsigned long long)plan->bytes, (unsigned long long)cx->max_bytes);
	return 0;
}

static int write_config(struct ctx *cx, struct planner *p)
{
	AUTO(buf) struct buf b;
	const struct runtime_config rc = {
		.spec = p->spec,
		.mounts = &p->mounts,
		.cwd = p->cwd,
		.home = p->accounts.home,
		.uid = p->accounts.uid,
		.gid = p->accounts.gid,
		.groups = p->accounts.groups,
		.n_groups = p->accounts.n_groups,
		.machine = p->g->machine,
	};
	int r;

	buf_init(&b, CONFIG_MAX);
	r = runtime_config_write(cx, &rc, &b);
	if (r == 0)
		r = buf_check(cx, &b);
	if (r < 0)
		return within(cx, r, "config.json");
	p->plan->config = arena_copy(p->a, b.data ? b.data : "", b.len);
	p->plan->config_len = b.len;
	return p->plan->config ? 0 : fail_nomem(cx);
}

static int copy_args(struct ctx *cx, struct planner *p)
{
	size_t n = p->spec->n_args;

	p->plan->args = arena_array(p->a, n, sizeof(*p->plan->args));
	if (!p->plan->args)
		return fail_nomem(cx);
	for (size_t i = 0; i < n; i++) {
		p->plan->args[i] = arena_str(p->a, p->spec->args[i]);
		if (!p->plan->args[i])
			return fail_nomem(cx);
	}
	p->plan->n_args = n;
	return 0;
}

static int check_strict(struct ctx *cx, const struct planner *p)
{
	const struct plan *plan = p->plan;
	AUTO(buf) struct buf b = { .data = NULL };

	if (!p->spec->strict || !plan->n_told)
		return 0;
	buf_init(&b, CTX_MESSAGE_MAX * 4);
	for (size_t i = 0; i < plan->n_told && i < NOTES_SHOWN; i++)
		buf_printf(&b, "%s%.500s", i ? "; " : "", plan->told[i]);
	if (plan->n_told > NOTES_SHOWN)
		buf_printf(&b, "; and %zu more", plan->n_told - NOTES_SHOWN);
	if (buf_check(cx, &b) < 0)
		return cx->code;
	return fail(cx, OCIT_E_POLICY, "strict: %s", b.data);
}

static int finish(struct ctx *cx, struct planner *p)
{
	int r = freeze_entries(cx, p);

	if (r == 0)
		r = copy_args(cx, p);
	if (r == 0)
		r = write_config(cx, p);
	if (r == 0)
		r = notes_freeze(cx, &p->notes, p->plan);
	if (r == 0)
		r = check_strict(cx, p);
	return r;
}

static int copy_maps(
	struct ctx *cx, struct arena *a, const struct id_maps *from, struct id_maps *ret)
{
	ret->list = arena_array(a, from->n, sizeof(*ret->list));
	if (!ret->list)
		return fail_nomem(cx);
	ret->n = from->n;
	if (from->n)
		memcpy(ret->list, from->list, from->n * sizeof(*ret->list));
	return 0;
}

static int finish_maps(struct ctx *cx, const struct planner *p)
{
	int r = copy_maps(cx, p->a, &p->spec->uid_maps, &p->plan->uid_maps);

	return r < 0 ? r : copy_maps(cx, p->a, &p->spec->gid_maps, &p->plan->gid_maps);
}

int planner_run(struct ctx *cx, const struct spec *spec, struct graph *graph, struct plan **ret)
{
	AUTO(plan) struct plan *plan = plan_alloc(graph);
	AUTO(planner) struct planner p = { .spec = spec, .g = graph, .plan = plan };
	int r;

	if (!plan)
		return fail_nomem(cx);
	if (!graph->frozen)
		return fail(cx, OCIT_E_BUG, "plan of a graph that is not frozen");
	plan->timestamp = spec->timestamp;
	plan->terminal = spec->terminal;
	plan->rootless = spec_is_rootless(spec);
	p.a = &plan->arena;
	entries_init(&p.entries, p.a, spec->timestamp);
	r = add_entries(cx, &p);
	if (r == 0)
		r = finish_maps(cx, &p);
	if (r == 0)
		r = finish(cx, &p);
	if (r == 0)
		*ret = take(&plan);
	return r;
}
