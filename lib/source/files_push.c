/* SPDX-License-Identifier: Apache-2.0 */
/* source/files_push.c: from what was seen on disk to nodes and edges of the graph. */
#include <string.h>

#include "base/text.h"
#include "os/tree.h"
#include "source/dpkg_db.h"
#include "source/files.h"

/* The unit of a package: its size is that of the files that go in, added up later. */
static int push_package(
	struct ctx *cx, struct facts *f, const struct dpkg_package *p, uint32_t *ret)
{
	const struct unit unit = {
		.id = p->id,
		.name = p->name,
		.version = p->version,
		.source = "dpkg",
	};

	return facts_unit(cx, f, &unit, ret);
}

/* Who replaces a file of another package takes it out of the other's list: one of the two lists is
 * wrong. Packages of one name for several architectures share files. */
static int note_others(struct ctx *cx, const struct files *fs, struct facts *f, const char *path,
	const struct dpkg_entry *owners, size_t count)
{
	const struct dpkg_package *all = fs->db->t.packages, *first = &all[owners[0].package];
	int r = 0;

	for (size_t i = 1; i < count && r == 0; i++)
		if (strcmp(all[owners[i].package].name, first->name) != 0)
			r = facts_note(cx, f, "'%s' is in the lists of two packages, '%s' and '%s'",
				path, first->id, all[owners[i].package].id);
	return r;
}

/* What is odd about the database is told once. */
static int find_owner(struct ctx *cx, const struct files *fs, struct facts *f, const struct spot *s,
	uint32_t *ret)
{
	const struct dpkg_entry *owners;
	size_t count;
	int r = dpkg_db_owners(cx, fs->db, s->path, &owners, &count);

	while (r == 0 && fs->db->n_told < fs->db->n_notes)
		r = facts_note(cx, f, "%s", fs->db->notes[fs->db->n_told++]);
	if (r == 0 && count > 1 && s->kind == SPOT_FILE)
		r = note_others(cx, fs, f, s->path, owners, count);
	*ret = count ? owners[0].package : DPKG_NONE;
	return r;
}

static int push_unit(struct ctx *cx, const struct files *fs, struct facts *f, const struct spot *s,
	uint32_t *ret)
{
	/* A directory that came in as a whole is told as a whole: its size is added up later. */
	const char *id = s->whole ? s->whole : s->path;
	const struct unit unit = {
		.id = id,
		.name = id,
		.source = "files",
		.size = s->whole ? 0 : s->info.size,
	};
	uint32_t owner = DPKG_NONE;
	int r = 0;

	*ret = GRAPH_NONE;
	if (fs->db && (s->kind == SPOT_FILE || s->whole))
		r = find_owner(cx, fs, f, s, &owner);
	if (r < 0)
		return r;
	if (owner == DPKG_NONE)
		return s->kind == SPOT_FILE || s->whole ? facts_unit(cx, f, &unit, ret) : 0;
	return push_package(cx, f, &fs->db->t.packages[owner], ret);
}

static int push_one(struct ctx *cx, struct files *fs, struct facts *f, struct spot *s)
{
	struct node node = {
		.path = s->path,
		.where = s->path[1] ? s->path + 1 : ".",
		.place = fs->place,
		.uid = s->info.uid,
		.gid = s->info.gid,
		.mode = s->info.mode, /* as it is: what becomes of set-id bits is the planner's */
	};
	int r = push_unit(cx, fs, f, s, &node.unit);

	if (r < 0)
		return r;
	if (s->kind == SPOT_DIR) {
		node.kind = NODE_DIR;
	} else if (s->kind == SPOT_LINK) {
		node.kind = NODE_LINK;
		node.mode = 0777;
		node.target = s->target;
	} else {
		node.kind = NODE_FILE;
		node.size = s->info.size;
		if (s->info.nlink > 1)
			node.inode = (struct inode){ s->info.dev, s->info.ino };
	}
	return facts_node(cx, f, &node, &s->node, NULL);
}

int files_push_spot(
	struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot, uint32_t *ret_node)
{
	struct spot *s = &fs->spots[spot];
	const char *path = s->path;
	int r = 0;

	/* The root is the plan's own. */
	for (const char *end = strchr(path + 1, '/'); end && s->node == GRAPH_NONE && r == 0;
		end = strchr(end + 1, '/')) {
		uint32_t dir;

		if (!map_find(&fs->index, path, (size_t)(end - path), &dir))
			return fail(
				cx, OCIT_E_BUG, "'%s' was reached without its directories", path);
		if (fs->spots[dir].node == GRAPH_NONE)
			r = push_one(cx, fs, f, &fs->spots[dir]);
	}
	if (r == 0 && s->node == GRAPH_NONE)
		r = push_one(cx, fs, f, s);
	if (r == 0)
		*ret_node = s->node;
	return r;
}

static int push_turns(struct ctx *cx, struct files *fs, struct facts *f, const struct trail *t)
{
	uint32_t node;
	int r = 0;

	for (size_t i = 0; i < t->n_turns && r == 0; i++)
		r = files_push_spot(cx, fs, f, t->turns[i], &node);
	return r;
}

/*
 * A link that is the thing itself leads on to what it points at. One that stands for a directory
 * is needed as well, but does not explain what lies behind it: everything in /usr/lib would be
 * there because of whoever came through /lib first.
 */
int files_push_links(struct ctx *cx, struct files *fs, struct facts *f, const struct trail *t,
	const struct want *why, struct want *ret)
{
	struct want next = *why;
	int r = push_turns(cx, fs, f, t);

	next.hops += (unsigned)t->n_links;
	for (size_t i = 0; i < t->n_links && r == 0; i++) {
		uint32_t node;

		r = files_push_spot(cx, fs, f, t->links[i].spot, &node);
		if (r == 0)
			r = facts_edge(cx, f, next.from, node, next.rule, next.detail);
		if (r < 0 || t->links[i].on_way)
			continue;
		next.from = node;
		next.rule = RULE_SYMLINK;
		next.detail = NULL;
	}
	if (r == 0)
		*ret = next;
	return r;
}

struct tree_push {
	struct files *fs;
	struct facts *f;
	const char *top;
	uint32_t top_node;
	const struct want *why;
	const struct tree_limit *limit; /* NULL: that of the graph only */
	uint64_t files, bytes;          /* so far */
	struct arena arena;             /* of the current item */
	const char *skipping;           /* a directory of another source, or NULL */
};

static void auto_tree_push(struct tree_push *p)
{
	arena_done(&p->arena);
}

/* What a link in the tree leads to is of use to whoever finds the link. */
static int want_target(struct ctx *cx, struct tree_push *p, const char *path, uint32_t node)
{
	const struct want want = {
		.path = path,
		.from = node,
		.rule = RULE_SYMLINK,
		.optional = true,
	};

	return facts_want(cx, p->f, &want);
}

static int hand_over(struct ctx *cx, struct tree_push *p, const char *path)
{
	const struct want want = {
		.path = path,
		.from = p->top_node,
		.rule = p->why->rule,
		.optional = true,
	};

	p->skipping = arena_str(&p->fs->arena, path);
	return p->skipping ? facts_want(cx, p->f, &want) : fail_nomem(cx);
}

static int push_item(
	struct ctx *cx, struct tree_push *p, const struct tree_item *t, const char *path)
{
	struct file_info info = t->info;
	uint32_t spot, node;
	int r = 0;

	if (t->event != TREE_FILE)
		r = file_look(cx, t->dirfd, t->name, FILE_ANYWHERE, &info);
	if (r == 0)
		r = files_spot_add(cx, p->fs, path, &info, t->target, &spot);
	if (r < 0)
		return r;
	p->fs->spots[spot].roles |= ROLE_WANTED;
	p->fs->spots[spot].whole = p->top;
	r = files_push_spot(cx, p->fs, p->f, spot, &node);
	if (r == 0)
		r = facts_edge(cx, p->f, p->top_node, node, p->why->rule, NULL);
	if (r == 0 && t->event == TREE_LINK)
		r = want_target(cx, p, path, node);
	return r;
}

static int check_limit(struct ctx *cx, struct tree_push *p, const struct tree_item *t)
{
	p->files++;
	p->bytes += t->event == TREE_FILE ? t->info.size : 0;
	if (!p->limit || (p->files <= p->limit->files && p->bytes <= p->limit->bytes))
		return 0;
	return fail(cx, OCIT_E_LIMIT, "more than %llu files or %llu MB",
		(unsigned long long)p->limit->files, (unsigned long long)(p->limit->bytes >> 20));
}

static int visit_item(struct ctx *cx, struct tree_push *p, const struct tree_item *t)
{
	const char *path = arena_printf(&p->arena, "%s/%s", p->top, t->path);
	const struct source *owner;
	int r;

	if (!path)
		return fail_nomem(cx);
	if (p->skipping && path_within(path, p->skipping))
		return 0;
	if (!path_is_clean(path))
		return facts_note(cx, p->f, "'%s' is left out: its name is no path", path);
	if (t->event == TREE_OTHER)
		return facts_note(cx, p->f,
			"'%s' is left out: neither a file, a directory nor a symlink", path);
	owner = facts_claimant(p->f, path);
	if (owner && owner != &p->fs->source)
		return hand_over(cx, p, path);
	if (p->f->graph->n_nodes > cx->max_files)
		return fail(cx, OCIT_E_LIMIT, "more than %llu files and directories",
			(unsigned long long)cx->max_files);
	r = check_limit(cx, p, t);
	return r < 0 ? r : push_item(cx, p, t, path);
}

static int visit_all(struct ctx *cx, struct tree_push *p, struct tree *tree)
{
	for (;;) {
		struct tree_item item;
		int r = tree_next(cx, tree, &item);

		if (r < 0 || item.event == TREE_END)
			return r;
		if (!item.depth || item.event == TREE_LEAVE)
			continue;
		r = visit_item(cx, p, &item);
		arena_done(&p->arena);
		if (r < 0)
			return r;
	}
}

int files_push_tree(
	struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot, const struct want *why)
{
	return files_push_limited(cx, fs, f, spot, why, NULL);
}

int files_push_limited(struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot,
	const struct want *why, const struct tree_limit *limit)
{
	AUTO(tree) struct tree *tree = NULL;
	AUTO(tree_push)
	struct tree_push p = {
		.fs = fs,
		.f = f,
		.top = fs->spots[spot].path,
		.why = why,
		.limit = limit,
	};
	int r;

	arena_init(&p.arena);
	if (!p.top[1])
		return advise(cx, fail(cx, OCIT_E_FORMAT, "'/' cannot be included as a whole"),
			"name the directories that are needed");
	fs->spots[spot].roles |= ROLE_WANTED;
	fs->spots[spot].whole = p.top;
	r = files_push_spot(cx, fs, f, spot, &p.top_node);
	if (r == 0)
		r = facts_edge(cx, f, why->from, p.top_node, why->rule, why->detail);
	if (r == 0)
		r = tree_open(cx, files_root_fd(fs), p.top + 1, 0, &tree);
	if (r == 0)
		r = visit_all(cx, &p, tree);
	return within(cx, r, "directory '%s'", p.top);
}
