/* SPDX-License-Identifier: Apache-2.0 */
/* sink/emit_item.c: one entry of the plan on its way to all outputs, read once, hashed as it goes.
 */
#include <inttypes.h>
#include <string.h>

#include "base/ctx.h"
#include "base/text.h"
#include "os/copy.h"
#include "os/file.h"
#include "os/tree.h"
#include "sink/emit.h"

enum { MISSING_MAX = 20, MISSING_TEXT_MAX = 1400 };

static int outputs_begin(
	struct ctx *cx, struct emission *em, struct lane *lane, const struct item *item)
{
	for (size_t i = 0; i < em->n_outputs; i++) {
		struct output *o = &em->outputs[i];
		int r;

		if (!o->walks)
			continue;
		r = o->sink->ops->begin(cx, o->sink, lane->states[i], item);
		if (r < 0)
			return emit_within(cx, within(cx, r, "'%s'", item->path), o);
	}
	return 0;
}

static int outputs_end(
	struct ctx *cx, struct emission *em, struct lane *lane, const struct item *item)
{
	for (size_t i = 0; i < em->n_outputs; i++) {
		struct output *o = &em->outputs[i];
		int r;

		if (!o->walks)
			continue;
		r = o->sink->ops->end(cx, o->sink, lane->states[i], item);
		if (r < 0)
			return emit_within(cx, within(cx, r, "'%s'", item->path), o);
	}
	return 0;
}

/* Content of one file on its way. */
struct content {
	struct emission *em;
	struct lane *lane;
	const struct item *item;
};

static int content_piece(struct ctx *cx, void *user, const void *bytes, size_t len)
{
	struct content *c = user;
	struct emission *em = c->em;
	int r = poll_cancel(cx);

	if (r < 0)
		return r;
	if (em->hashing && c->item->entry->kind == NODE_TREE)
		nar_data(&c->lane->nar, bytes, len);
	else if (em->hashing)
		hasher_add(&c->lane->sha, bytes, len);
	for (size_t i = 0; i < em->n_outputs; i++) {
		struct output *o = &em->outputs[i];

		if (!o->data)
			continue;
		r = o->sink->ops->data(cx, o->sink, c->lane->states[i], bytes, len);
		if (r < 0)
			return emit_within(cx, within(cx, r, "'%s'", c->item->path), o);
	}
	return 0;
}

/* Content comes from fd, or from the plan itself when fd is negative. */
static int give_content(
	struct ctx *cx, struct emission *em, struct lane *lane, const struct item *item, int fd)
{
	const struct copy_source src = { .fd = fd, .size = item->size, .name = item->path };
	struct content c = { .em = em, .lane = lane, .item = item };
	struct output *o = em->splicer;

	if (!em->data || !item->size)
		return 0;
	if (fd < 0)
		return content_piece(cx, &c, item->entry->bytes, item->size);
	if (!o)
		return copy_through(cx, &src, lane->buffer, content_piece, &c);
	return emit_within(cx,
		o->sink->ops->splice(cx, o->sink, lane->states[o - em->outputs], fd, item->size),
		o);
}

/* Count an entry against the limits before anything of it is written. */
static int count_entry(struct ctx *cx, struct emission *em, const struct item *item)
{
	uint64_t size = item->kind == NODE_FILE ? item->size : 0;

	if (size > cx->max_bytes)
		return fail(cx, OCIT_E_LIMIT, "'%s' has %" PRIu64 " bytes, limit %" PRIu64,
			item->path, size, cx->max_bytes);
	/* How far beyond it would be depends on the lanes: the message does not. */
	if (atomic_fetch_add_explicit(&em->bytes, size, memory_order_relaxed) + size >
		cx->max_bytes)
		return fail(cx, OCIT_E_LIMIT, "the output has more bytes than the limit %" PRIu64,
			cx->max_bytes);
	if (atomic_fetch_add_explicit(&em->entries, 1, memory_order_relaxed) >= cx->max_files)
		return fail(cx, OCIT_E_LIMIT, "the output has more files than the limit %" PRIu64,
			cx->max_files);
	atomic_fetch_add_explicit(&em->done, size, memory_order_relaxed);
	return 0;
}

static void tell_progress(struct emission *em, const struct lane *lane, const char *path)
{
	if (lane == &em->lanes[0])
		ctx_event(em->cx, OCIT_EVENT_PROGRESS, OCIT_PHASE_WRITE,
			atomic_load_explicit(&em->done, memory_order_relaxed), em->plan->bytes,
			path);
}

static int begin_item(
	struct ctx *cx, struct emission *em, struct lane *lane, const struct item *item)
{
	int r = poll_cancel(cx);

	if (!r)
		r = count_entry(cx, em, item);
	if (!r)
		r = outputs_begin(cx, em, lane, item);
	return r;
}

/* A file or link, completely. */
static int whole_item(
	struct ctx *cx, struct emission *em, struct lane *lane, const struct item *item, int fd)
{
	int r = begin_item(cx, em, lane, item);

	if (!r && item->kind == NODE_FILE)
		r = give_content(cx, em, lane, item, fd);
	if (!r)
		r = outputs_end(cx, em, lane, item);
	if (r < 0)
		return r;
	em->sizes[item->entry - em->plan->entries] += item->kind == NODE_FILE ? item->size : 0;
	em->files[item->entry - em->plan->entries]++;
	tell_progress(em, lane, item->path);
	return 0;
}

static struct item item_of(const struct entry *e)
{
	return (struct item){
		.path = e->path,
		.name = path_base(e->path),
		.kind = e->kind,
		.mode = e->mode,
		.uid = e->uid,
		.gid = e->gid,
		.mtime = e->mtime,
		.size = e->size,
		.target = e->target,
		.entry = e,
	};
}

int emit_dir_begin(struct ctx *cx, struct emission *em, struct lane *lane, size_t index)
{
	struct item item = item_of(&em->plan->entries[index]);

	return begin_item(cx, em, lane, &item);
}

int emit_dir_end(struct ctx *cx, struct emission *em, struct lane *lane, size_t index)
{
	struct item item = item_of(&em->plan->entries[index]);

	return outputs_end(cx, em, lane, &item);
}

/* Dependencies were found in the file that was planned: another one may need others. */
static int open_planned(
	struct ctx *cx, const struct emission *em, const struct entry *e, int *ret_fd)
{
	const struct place *place = &em->plan->graph->places[e->place];
	AUTO(fd) int fd = -1;
	struct file_info info;
	int r;

	r = file_open(cx, place->dirfd, e->where, FILE_BENEATH, &fd, &info);
	if (r < 0)
		return within(cx, r, "'%s'", e->path);
	if (info.size != e->size)
		return fail(cx, OCIT_E_INTEGRITY,
			"'%s' changed: it has %" PRIu64 " bytes, %" PRIu64 " were planned", e->path,
			info.size, e->size);
	*ret_fd = take_fd(&fd);
	return 0;
}

/* *ret_fd stays negative when the plan itself holds the content, or nobody wants it. */
static int open_content(
	struct ctx *cx, const struct emission *em, const struct entry *e, int *ret_fd)
{
	if (!em->data || e->bytes)
		return 0;
	if (e->where)
		return open_planned(cx, em, e, ret_fd);
	return e->size ? fail(cx, OCIT_E_BUG, "'%s' has no content", e->path) : 0;
}

static int emit_file(struct ctx *cx, struct emission *em, struct lane *lane, const struct entry *e)
{
	struct item item = item_of(e);
	AUTO(fd) int fd = -1;
	int r = open_content(cx, em, e, &fd);

	if (r < 0)
		return r;
	if (em->hashing)
		hasher_init(&lane->sha, DIGEST_SHA256);
	r = whole_item(cx, em, lane, &item, fd);
	if (!r && em->hashing)
		hasher_end(&lane->sha, &em->digests[e - em->plan->entries]);
	return r;
}

/* What is known of the file is known of its other name. */
static int emit_hard(struct ctx *cx, struct emission *em, struct lane *lane, const struct entry *e)
{
	const struct entry *entries = em->plan->entries;
	struct item item = item_of(e);
	int r;

	item.hard = e->hard->path;
	item.size = 0;
	r = whole_item(cx, em, lane, &item, -1);
	if (!r && em->hashing)
		em->digests[e - entries] = em->digests[e->hard - entries];
	return r;
}

static int emit_link(struct ctx *cx, struct emission *em, struct lane *lane, const struct entry *e)
{
	struct item item = item_of(e);

	item.mode = 0777;
	return whole_item(cx, em, lane, &item, -1);
}

/* The path in the container of something in a tree. */
static int tree_path(
	struct ctx *cx, struct lane *lane, const struct entry *e, const struct tree_item *t)
{
	buf_clear(&lane->path);
	buf_str(&lane->path, e->path);
	if (*t->path) {
		buf_char(&lane->path, '/');
		buf_str(&lane->path, t->path);
	}
	return buf_check(cx, &lane->path);
}

/* Everything in a store path has the canonical attributes, whatever the disk says. */
static struct item tree_item(
	const struct lane *lane, const struct entry *e, const struct tree_item *t)
{
	struct item item = {
		.path = lane->path.data,
		.name = t->depth ? t->name : path_base(e->path),
		.depth = t->depth,
		.mtime = 1,
		.entry = e,
	};

	if (t->event == TREE_FILE) {
		item.kind = NODE_FILE;
		item.mode = t->info.mode & 0100 ? 0555 : 0444;
		item.size = t->info.size;
	} else if (t->event == TREE_LINK) {
		item.kind = NODE_LINK;
		item.mode = 0777;
		item.target = t->target;
	} else {
		item.kind = NODE_DIR;
		item.mode = 0555;
	}
	return item;
}

static void nar_before(struct nar *nar, const struct tree_item *t)
{
	if (t->depth && t->event != TREE_LEAVE)
		nar_enter(nar, t->name);
	if (t->event == TREE_ENTER)
		nar_dir(nar);
	else if (t->event == TREE_FILE)
		nar_file(nar, t->info.mode & 0100, t->info.size);
	else if (t->event == TREE_LINK)
		nar_link(nar, t->target);
	else if (t->event == TREE_LEAVE)
		nar_dir_end(nar);
}

static void nar_after(struct nar *nar, const struct tree_item *t)
{
	if (t->event == TREE_FILE)
		nar_file_end(nar);
	if (t->depth && t->event != TREE_ENTER)
		nar_leave(nar);
}

static int advise_repair(struct ctx *cx, int r, const struct entry *e)
{
	return advise(cx, r,
		"'nix-store --repair-path %s' repairs it; 'nix-store --verify --check-contents' "
		"looks at all",
		e->path);
}

/* Nothing is written of a tree beyond what the database says it has. */
static int check_nar_size(struct ctx *cx, const struct emission *em, const struct lane *lane,
	const struct entry *e, const struct tree_item *t)
{
	uint64_t size = lane->nar.size, content = t->event == TREE_FILE ? t->info.size : 0;

	if (!em->hashing || !e->size || e->expect.algo == DIGEST_NONE ||
		(size <= e->size && content <= e->size - size))
		return 0;
	return advise_repair(cx,
		fail(cx, OCIT_E_INTEGRITY,
			"store path '%s': its NAR hash cannot be right: '%s' of %" PRIu64
			" bytes goes beyond the %" PRIu64 " bytes that the database says",
			e->path, lane->path.data, content, e->size),
		e);
}

static int emit_tree_item(struct ctx *cx, struct emission *em, struct lane *lane,
	const struct entry *e, const struct tree_item *t)
{
	struct item item;
	int r = tree_path(cx, lane, e, t);

	if (r < 0)
		return r;
	if (t->event == TREE_OTHER)
		return fail(cx, OCIT_E_FORMAT,
			"'%s' is neither a file, a directory nor a symbolic link", lane->path.data);
	item = tree_item(lane, e, t);
	if (em->hashing)
		nar_before(&lane->nar, t);
	r = check_nar_size(cx, em, lane, e, t);
	if (r < 0)
		return r;
	if (t->event == TREE_ENTER)
		r = begin_item(cx, em, lane, &item);
	else if (t->event == TREE_LEAVE)
		r = outputs_end(cx, em, lane, &item);
	else
		r = whole_item(cx, em, lane, &item, t->fd);
	if (!r && em->hashing)
		nar_after(&lane->nar, t);
	return r;
}

static bool tree_is_missing(struct ctx *cx, const struct emission *em, const struct entry *e)
{
	const struct place *place = &em->plan->graph->places[e->place];
	struct file_info info;

	return file_look(cx, place->dirfd, e->where, FILE_BENEATH, &info) == OCIT_E_NOT_FOUND;
}

/* Whoever has to repair a store wants to know all that is missing, not the first. */
static int fail_missing(struct ctx *cx, const struct emission *em, const struct entry *e)
{
	AUTO(buf) struct buf list;
	size_t missing = 0, shown = 0;
	int r;

	buf_init(&list, 2 * MISSING_TEXT_MAX);
	for (size_t i = 0; i < em->plan->n_entries; i++) {
		const struct entry *other = &em->plan->entries[i];

		if (other->kind != NODE_TREE || !tree_is_missing(cx, em, other))
			continue;
		missing++;
		if (shown >= MISSING_MAX || list.len >= MISSING_TEXT_MAX)
			continue;
		buf_printf(&list, "%s'%.300s'", shown++ ? ", " : "", other->path);
	}
	if (shown < missing)
		buf_printf(&list, " and %zu more", missing - shown);
	r = buf_check(cx, &list);
	if (r < 0)
		return r;
	r = fail(cx, OCIT_E_INTEGRITY,
		missing == 1 ? "%zu registered store path is missing on disk: %s"
			     : "%zu registered store paths are missing on disk: %s",
		missing, list.len ? list.data : "");
	return advise(cx, r, "'nix-store --repair-path %s' brings one back", e->path);
}

/* The walk stopped: is the path gone, or did something in it go away below our feet? */
static int tree_failed(struct ctx *cx, int r, const struct emission *em, const struct entry *e)
{
	char why[CTX_MESSAGE_MAX];

	if (r != OCIT_E_NOT_FOUND)
		return within(cx, r, "store path '%s'", e->path);
	memcpy(why, ctx_message(cx), strlen(ctx_message(cx)) + 1);
	if (tree_is_missing(cx, em, e))
		return fail_missing(cx, em, e);
	return fail(cx, OCIT_E_INTEGRITY, "store path '%s' changed while it was read: %s", e->path,
		why);
}

static int verify_tree(
	struct ctx *cx, const struct entry *e, const struct digest *got, uint64_t size)
{
	char is[DIGEST_TEXT_MAX], says[DIGEST_TEXT_MAX];
	int r;

	if (e->expect.algo == DIGEST_NONE)
		return 0;
	digest_text(got, is);
	digest_text(&e->expect, says);
	if (e->expect.algo != DIGEST_SHA256)
		return fail(cx, OCIT_E_UNSUPPORTED,
			"store path '%s': the database has '%s', only SHA-256 can be verified",
			e->path, says);
	if (!digest_equal(got, &e->expect))
		r = fail(cx, OCIT_E_INTEGRITY,
			"store path '%s': NAR hash is %s, the database says %s", e->path, is, says);
	else if (e->size && size != e->size)
		r = fail(cx, OCIT_E_INTEGRITY,
			"store path '%s': NAR size is %" PRIu64 ", the database says %" PRIu64,
			e->path, size, e->size);
	else
		return 0;
	return advise_repair(cx, r, e);
}

static int walk_tree(struct ctx *cx, struct emission *em, struct lane *lane, const struct entry *e)
{
	const struct place *place = &em->plan->graph->places[e->place];
	AUTO(tree) struct tree *tree = NULL;
	struct tree_item t;
	int r;

	r = tree_open(cx, place->dirfd, e->where, em->data, &tree);
	while (!r) {
		r = tree_next(cx, tree, &t);
		if (r < 0)
			break;
		if (t.event == TREE_END)
			return 0;
		r = emit_tree_item(cx, em, lane, e, &t);
		if (r < 0)
			return r;
	}
	return tree_failed(cx, r, em, e);
}

static int emit_tree(struct ctx *cx, struct emission *em, struct lane *lane, const struct entry *e)
{
	size_t index = e - em->plan->entries;
	struct digest got;
	uint64_t size;
	int r;

	if (em->hashing)
		nar_begin(&lane->nar);
	r = walk_tree(cx, em, lane, e);
	if (r < 0)
		return r;
	if (e->size > em->sizes[index])
		atomic_fetch_add_explicit(
			&em->done, e->size - em->sizes[index], memory_order_relaxed);
	if (!em->hashing)
		return 0;
	nar_end(&lane->nar, &got, &size);
	r = verify_tree(cx, e, &got, size);
	if (!r)
		em->digests[index] = got;
	return r;
}

int emit_entry(struct ctx *cx, struct emission *em, struct lane *lane, size_t index)
{
	const struct entry *e = &em->plan->entries[index];

	switch (e->kind) {
	case NODE_FILE:
		return e->hard ? emit_hard(cx, em, lane, e) : emit_file(cx, em, lane, e);
	case NODE_LINK:
		return emit_link(cx, em, lane, e);
	case NODE_TREE:
		return emit_tree(cx, em, lane, e);
	case NODE_DIR:
		break;
	}
	return fail(cx, OCIT_E_BUG, "entry '%s' of kind %d", e->path, (int)e->kind);
}
