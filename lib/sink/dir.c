/* SPDX-License-Identifier: Apache-2.0 */
/* sink/dir.c: create directories, files and links below descriptors, with as few calls as final
 * attributes allow. */
#include "sink/dir.h"

#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "os/copy.h"
#include "os/stage.h"
#include "os/tree.h"

enum { DIR_PATH_MAX = 4096 };

struct dir_lane {
	char path[DIR_PATH_MAX]; /* of dir, in the container; valid while dir is open */
	size_t len;
	int dir;                       /* directory of the last plan entry, or -1 */
	int stack[TREE_DEPTH_MAX + 1]; /* directories of the current tree; -1: the last, unopened */
	unsigned depth;
	char below[2 * (TREE_NAME_MAX + 1)]; /* "DIR/" of an unopened one, room for a name */
	size_t below_len;
	int file;
};

/* Where an entry goes: below an open directory, by a name that may lead through the last one. */
struct dir_spot {
	int dirfd; /* borrowed */
	const char *name;
};

/* Whoever ignores modes can fill directories that are created read-only; root in a container may
 * not. */
static int learn_override(struct ctx *cx, struct dir_sink *d)
{
	struct file_attrs closed = { .mode = 0500, .mtime = d->plan->timestamp };
	AUTO(fd) int fd = -1;
	int r = file_set_attrs(cx, d->top, "probe", &closed);

	if (r < 0)
		return r;
	d->overrides = file_create(cx, d->top, "probe", 0600, &fd) == 0;
	if (d->overrides)
		return tree_remove(cx, d->top, "probe");
	ctx_clear(cx);
	return 0;
}

/*
 * What the process and the file system make of a new file is asked once, of the first directory,
 * instead of being guessed for each: the umask, a default ACL and a set-group-ID parent all show
 * here. The directory itself is then made plain, so that nothing is inherited from above.
 */
static int learn_defaults(struct ctx *cx, struct dir_sink *d, const char *name)
{
	struct file_attrs plain = { .mode = 0700, .mtime = d->plan->timestamp };
	struct file_info info;
	int r;

	r = file_look_fd(cx, d->top, name, &info);
	if (r < 0)
		return r;
	d->is_root = process_is_root();
	d->masked = 0777 & ~info.mode;
	d->own_always = info.uid || info.gid || info.mode & 07000;
	plain.own = d->is_root && d->own_always;
	if (d->is_root)
		r = learn_override(cx, d);
	if (!r)
		r = file_set_attrs(cx, d->top, name, &plain);
	return r;
}

static int make_top(struct ctx *cx, struct dir_sink *d, struct stage *stage)
{
	const char *name = stage_entry(stage);
	int r = dir_create(cx, stage_fd(stage), name, 0777, &d->top);

	if (r < 0)
		return r;
	d->root = d->top;
	return learn_defaults(cx, d, name);
}

int dir_sink_open(struct ctx *cx, const struct plan *plan, const ocit_target *target,
	struct stage *stage, struct dir_sink **ret)
{
	struct dir_sink *d;
	int r;

	if (!stage)
		return fail(cx, OCIT_E_USAGE, "a directory needs a name, not a descriptor");
	d = mem_alloc(sizeof(*d));
	if (!d)
		return fail_nomem(cx);
	d->plan = plan;
	d->top = d->root = -1;
	d->verify = !(target->flags & OCIT_TARGET_NO_VERIFY);
	r = make_top(cx, d, stage);
	if (r < 0) {
		dir_close(&d->sink);
		return r;
	}
	*ret = d;
	return 0;
}

void dir_close(struct sink *s)
{
	struct dir_sink *d = (struct dir_sink *)s;

	if (d->root != d->top)
		fd_close(d->root);
	fd_close(d->top);
	mem_free(d);
}

struct file_attrs dir_attrs(const struct dir_sink *d, uint32_t created, const struct item *final)
{
	bool as_created = created == final->mode && !(final->mode & (d->masked | 07000));

	uint32_t uid = d->outside ? id_outside(&d->plan->uid_maps, final->uid) : final->uid;
	uint32_t gid = d->outside ? id_outside(&d->plan->gid_maps, final->gid) : final->gid;

	return (struct file_attrs){
		.own = d->is_root && (d->own_always || uid || gid),
		.uid = uid,
		.gid = gid,
		.mode = as_created ? UINT32_MAX : final->mode,
		.mtime = final->mtime,
	};
}

int dir_lane_open(struct ctx *cx, struct sink *s, void **ret)
{
	struct dir_lane *lane = mem_alloc(sizeof(*lane));

	(void)s; /* a lane starts empty whatever the sink */
	if (!lane)
		return fail_nomem(cx);
	lane->dir = lane->file = -1;
	*ret = lane;
	return 0;
}

void dir_lane_close(void *p)
{
	struct dir_lane *lane = p;

	while (lane->depth)
		fd_close(lane->stack[--lane->depth]);
	fd_close(lane->file);
	fd_close(lane->dir);
	mem_free(lane);
}

/* Entries come sorted, so the next one is mostly in the same directory: one is kept open. */
static int lane_keep(struct ctx *cx, struct dir_lane *lane, const char *path, size_t len, int fd)
{
	fd_close(lane->dir);
	lane->dir = -1;
	if (len >= sizeof(lane->path)) {
		fd_close(fd);
		return fail(cx, OCIT_E_LIMIT, "path of %zu bytes, limit %zu", len,
			sizeof(lane->path) - 1);
	}
	memcpy(lane->path, path, len);
	lane->path[len] = '\0';
	lane->len = len;
	lane->dir = fd;
	return 0;
}

/* The directory whose path in the container is the first len bytes of path; borrowed. */
static int lane_dir(struct ctx *cx, const struct dir_sink *d, struct dir_lane *lane,
	const char *path, size_t len, int *ret)
{
	int fd, r;

	if (len <= 1) {
		*ret = d->root;
		return 0;
	}
	if (lane->dir < 0 || lane->len != len || memcmp(lane->path, path, len)) {
		r = lane_keep(cx, lane, path, len, -1);
		if (!r)
			r = file_open_dir(cx, d->root, lane->path + 1, FILE_BENEATH, &fd);
		if (r < 0)
			return r;
		lane->dir = fd;
	}
	*ret = lane->dir;
	return 0;
}

/* The directory of the tree whose depth is given; the top lies in one of the plan. */
static int lane_above(struct ctx *cx, const struct dir_sink *d, struct dir_lane *lane,
	const struct item *item, unsigned depth, int *ret)
{
	const char *top = item->entry->path;

	if (depth) {
		*ret = lane->stack[depth - 1];
		return 0;
	}
	return lane_dir(cx, d, lane, top, (size_t)(strrchr(top, '/') - top), ret);
}

/* Open the last directory of the tree, which has waited for this. */
static int lane_open_last(
	struct ctx *cx, const struct dir_sink *d, struct dir_lane *lane, const struct item *item)
{
	unsigned last = lane->depth - 1;
	int above, r;

	if (lane->stack[last] >= 0)
		return 0;
	r = lane_above(cx, d, lane, item, last, &above);
	if (r < 0)
		return r;
	lane->below[lane->below_len - 1] = '\0';
	return file_open_dir(cx, above, lane->below, FILE_BENEATH, &lane->stack[last]);
}

/* The open directory that item is made in. */
static int lane_parent(struct ctx *cx, const struct dir_sink *d, struct dir_lane *lane,
	const struct item *item, int *ret)
{
	int r = item->depth ? lane_open_last(cx, d, lane, item) : 0;

	return r < 0 ? r : lane_above(cx, d, lane, item, item->depth, ret);
}

/* Directories that hold nothing but files stay closed: a name with one more component costs less
 * than opening them. */
static int lane_spot(struct ctx *cx, const struct dir_sink *d, struct dir_lane *lane,
	const struct item *item, struct dir_spot *ret)
{
	bool through = item->depth && lane->stack[item->depth - 1] < 0;
	size_t len = strlen(item->name);

	ret->name = item->name;
	if (!through || len > TREE_NAME_MAX)
		return lane_parent(cx, d, lane, item, &ret->dirfd);
	memcpy(lane->below + lane->below_len, item->name, len + 1);
	ret->name = lane->below;
	return lane_above(cx, d, lane, item, item->depth - 1, &ret->dirfd);
}

/* Its owner must be able to write into a directory for as long as it is being filled. */
static uint32_t dir_create_mode(const struct dir_sink *d, const struct item *item)
{
	return (item->mode & 0777) | (d->overrides ? 0 : 0700);
}

/* Remember the name of the last directory until it is opened. */
static int lane_wait(struct ctx *cx, struct dir_lane *lane, const char *name)
{
	size_t len = strlen(name);

	if (len > TREE_NAME_MAX)
		return fail(cx, OCIT_E_LIMIT, "name of %zu bytes, limit %d", len, TREE_NAME_MAX);
	memcpy(lane->below, name, len);
	lane->below[len] = '/';
	lane->below_len = len + 1;
	return 0;
}

static int begin_dir(
	struct ctx *cx, const struct dir_sink *d, struct dir_lane *lane, const struct item *item)
{
	bool tree = item->entry->kind == NODE_TREE;
	int parent, fd, r;

	if (!item->path[1]) /* the root itself is there */
		return 0;
	r = lane_parent(cx, d, lane, item, &parent);
	if (!r)
		r = dir_create(cx, parent, item->name, dir_create_mode(d, item), tree ? NULL : &fd);
	if (r < 0)
		return r;
	if (!tree)
		return lane_keep(cx, lane, item->path, strlen(item->path), fd);
	lane->stack[lane->depth++] = -1;
	return lane_wait(cx, lane, item->name);
}

static int begin_link(
	struct ctx *cx, const struct dir_sink *d, struct dir_lane *lane, const struct item *item)
{
	struct file_attrs attrs = dir_attrs(d, item->mode, item);
	int parent, r;

	r = lane_parent(cx, d, lane, item, &parent);
	if (!r)
		r = link_create(cx, parent, item->name, item->target);
	if (!r)
		r = link_set_attrs(cx, parent, item->name, &attrs);
	return r;
}

static int begin_hard_link(
	struct ctx *cx, const struct dir_sink *d, struct dir_lane *lane, const struct item *item)
{
	int parent, r = lane_parent(cx, d, lane, item, &parent);

	return r < 0 ? r : hard_link_create(cx, parent, item->name, d->root, item->hard + 1);
}

int dir_begin(struct ctx *cx, struct sink *s, void *p, const struct item *item)
{
	const struct dir_sink *d = (const struct dir_sink *)s;
	struct dir_lane *lane = p;
	struct dir_spot spot;
	int r;

	if (item->kind == NODE_DIR)
		return begin_dir(cx, d, lane, item);
	if (item->kind == NODE_LINK)
		return begin_link(cx, d, lane, item);
	if (item->hard)
		return begin_hard_link(cx, d, lane, item);
	r = lane_spot(cx, d, lane, item, &spot);
	if (!r)
		r = file_create(cx, spot.dirfd, spot.name, item->mode & 0777, &lane->file);
	return r;
}

int dir_data(struct ctx *cx, struct sink *s, void *p, const void *bytes, size_t len)
{
	struct dir_lane *lane = p;

	(void)s; /* the lane holds the file */
	return write_all(cx, lane->file, "content", bytes, len);
}

int dir_splice(struct ctx *cx, struct sink *s, void *p, int fd, uint64_t size)
{
	struct dir_lane *lane = p;

	(void)s; /* the lane holds the file */
	return copy_range(cx, fd, lane->file, size, "content");
}

static int end_file(
	struct ctx *cx, const struct dir_sink *d, struct dir_lane *lane, const struct item *item)
{
	struct file_attrs attrs = dir_attrs(d, item->mode & 0777, item);
	int r = file_set_attrs(cx, lane->file, item->name, &attrs);

	if (r < 0)
		return r;
	return fd_finish(cx, take_fd(&lane->file), item->name);
}

/* A directory of a tree that was never opened gets its time by name, if it needs no more. */
static int end_tree_dir(struct ctx *cx, const struct dir_sink *d, struct dir_lane *lane,
	const struct item *item, const struct file_attrs *attrs)
{
	bool by_name = lane->stack[lane->depth - 1] < 0 && attrs->mode == UINT32_MAX;
	int above, r;

	if (!by_name) {
		AUTO(fd) int fd = -1;

		r = lane_open_last(cx, d, lane, item);
		fd = lane->stack[--lane->depth];
		return r < 0 ? r : file_set_attrs(cx, fd, item->name, attrs);
	}
	r = lane_above(cx, d, lane, item, --lane->depth, &above);
	return r < 0 ? r : link_set_attrs(cx, above, item->name, attrs);
}

/* Times come last: every entry created in a directory changes them. */
static int end_dir(
	struct ctx *cx, const struct dir_sink *d, struct dir_lane *lane, const struct item *item)
{
	uint32_t created = item->path[1] ? dir_create_mode(d, item) : 0700;
	struct file_attrs attrs = dir_attrs(d, created, item);
	int fd, r;

	if (item->entry->kind == NODE_TREE)
		return end_tree_dir(cx, d, lane, item, &attrs);
	r = lane_dir(cx, d, lane, item->path, strlen(item->path), &fd);
	return r < 0 ? r : file_set_attrs(cx, fd, item->name, &attrs);
}

int dir_end(struct ctx *cx, struct sink *s, void *p, const struct item *item)
{
	const struct dir_sink *d = (const struct dir_sink *)s;

	if (item->kind == NODE_FILE && !item->hard)
		return end_file(cx, d, p, item);
	if (item->kind == NODE_DIR)
		return end_dir(cx, d, p, item);
	return 0;
}
