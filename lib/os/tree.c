/* SPDX-License-Identifier: Apache-2.0 */
/* os/tree.c: a walk over a tree with one descriptor for each level and no call more than needed. */
#include "os/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/mem.h"
#include "os/fault.h"
#include "os/listing.h"
#include "os/resolve.h"

enum { PATH_TEXT_MAX = (TREE_DEPTH_MAX + 1) * (TREE_NAME_MAX + 1) };

/* A directory that was entered and not left yet. */
struct level {
	int fd;
	size_t next, end;         /* its entries in the listing */
	size_t path_len;          /* of its own path */
	struct listing_mark mark; /* the listing before it */
};

struct tree {
	int parent;      /* directory that holds the start */
	int own_parent;  /* the same if we opened it, or -1 */
	char *start;     /* the name as it was given; its last component follows the last '/' */
	bool contents;   /* open files */
	bool begun;      /* the start was reported */
	unsigned depth;  /* levels in use: also the depth of the items of the last one */
	int file;        /* open until the next call, or -1 */
	struct buf path; /* of the current item */
	struct listing list;
	struct level levels[TREE_DEPTH_MAX + 1];
	char target[PATH_MAX];
};

void tree_close(struct tree *t)
{
	if (!t)
		return;
	while (t->depth)
		fd_close(t->levels[--t->depth].fd);
	fd_close(t->file);
	fd_close(t->own_parent);
	listing_done(&t->list);
	buf_done(&t->path);
	mem_free(t->start);
	mem_free(t);
}

static const char *leaf_of(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? slash + 1 : name;
}

static int open_parent(struct ctx *cx, struct tree *t, int dirfd)
{
	char *slash = strrchr(t->start, '/');

	t->parent = dirfd;
	if (!strcmp(leaf_of(t->start), "..")) {
		errno = EXDEV;
		return fail_path(cx, "open", t->start);
	}
	if (!slash)
		return 0;
	/* An absolute name must not turn into a relative one. */
	if (slash == t->start)
		errno = EXDEV;
	else {
		*slash = '\0';
		t->own_parent = resolve_below(dirfd, t->start, O_PATH | O_DIRECTORY, 0);
		*slash = '/';
	}
	if (t->own_parent < 0)
		return fail_path(cx, "open directory", t->start);
	t->parent = t->own_parent;
	return 0;
}

int tree_open(struct ctx *cx, int dirfd, const char *name, int contents, struct tree **ret)
{
	AUTO(tree) struct tree *t = mem_alloc(sizeof(*t));
	int r;

	if (!t)
		return fail_nomem(cx);
	t->own_parent = -1;
	t->file = -1;
	t->contents = contents;
	buf_init(&t->path, PATH_TEXT_MAX);
	t->start = mem_strdup(name);
	if (!t->start)
		return fail_nomem(cx);
	if (!*leaf_of(name))
		return fail(cx, OCIT_E_FORMAT, "'%s' names nothing that could be walked", name);
	r = open_parent(cx, t, dirfd);
	if (r < 0)
		return r;

	*ret = take(&t);
	return 0;
}

/* The path of the current item, "" for the start. */
static const char *path_of(const struct tree *t)
{
	return t->path.len ? t->path.data : "";
}

static const char *label(const struct tree *t)
{
	return t->path.len ? t->path.data : t->start;
}

static int path_set(struct ctx *cx, struct tree *t, size_t dir_len, const char *name)
{
	t->path.len = dir_len;
	if (dir_len)
		buf_char(&t->path, '/');
	buf_str(&t->path, name);
	return buf_check(cx, &t->path);
}

static void path_cut(struct tree *t, size_t len)
{
	t->path.len = len;
	if (t->path.data)
		t->path.data[len] = '\0';
}

static int dirfd_at(const struct tree *t, unsigned depth)
{
	return depth ? t->levels[depth - 1].fd : t->parent;
}

/* Everything an item has by default, for the level that is in use now. */
static struct tree_item item_at(const struct tree *t, enum tree_event event, const char *name)
{
	return (struct tree_item){
		.event = event,
		.path = path_of(t),
		.name = name,
		.depth = t->depth,
		.dirfd = dirfd_at(t, t->depth),
		.fd = -1,
	};
}

/* Known to be something else before: it was replaced in between. */
static int fail_replaced(struct ctx *cx, const struct tree *t, const char *op)
{
	if (errno == ELOOP || errno == ENOTDIR || errno == ENXIO)
		return fail_changed(cx, label(t));
	return fail_path(cx, op, label(t));
}

static int push(struct ctx *cx, struct tree *t, int fd)
{
	struct level *l = &t->levels[t->depth];
	int r;

	*l = (struct level){
		.fd = fd,
		.path_len = t->path.len,
		.mark = listing_mark(&t->list),
		.next = t->list.count,
	};
	t->depth++;
	r = listing_add(cx, &t->list, fd, label(t));
	if (r < 0)
		return r;
	l->end = t->list.count;
	return 0;
}

static int enter(struct ctx *cx, struct tree *t, size_t entry, struct tree_item *ret)
{
	const char *name = listing_name(&t->list, entry);
	struct tree_item item;
	int fd, r;

	fd = resolve_plain(dirfd_at(t, t->depth), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	if (fd < 0)
		return fail_replaced(cx, t, "open directory");
	item = item_at(t, TREE_ENTER, NULL);
	r = push(cx, t, fd);
	if (r < 0)
		return r;
	item.name = listing_name(&t->list, entry); /* names may have moved */
	item.info.kind = FILE_DIR;
	*ret = item;
	return 0;
}

static int leave(struct tree *t, struct tree_item *ret)
{
	struct level *l = &t->levels[t->depth - 1];

	fd_close(l->fd);
	listing_reset(&t->list, l->mark);
	path_cut(t, l->path_len);
	t->depth--;
	/* The entry before next is the directory that is left. */
	*ret = item_at(t, TREE_LEAVE,
		t->depth ? listing_name(&t->list, t->levels[t->depth - 1].next - 1)
			 : leaf_of(t->start));
	ret->info.kind = FILE_DIR;
	return 0;
}

static int visit_file(struct ctx *cx, struct tree *t, const char *name, struct tree_item *ret)
{
	const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
	struct tree_item item = item_at(t, TREE_FILE, name);
	int r;

	if (t->contents) {
		t->file = resolve_plain(item.dirfd, name, flags, 0);
		if (t->file < 0)
			return fail_replaced(cx, t, "open");
		r = file_look_fd(cx, t->file, label(t), &item.info);
	} else {
		r = file_look(cx, item.dirfd, name, FILE_ANYWHERE, &item.info);
	}
	if (r < 0)
		return r;
	if (item.info.kind != FILE_REGULAR)
		return fail_changed(cx, label(t));
	item.fd = t->file;
	*ret = item;
	return 0;
}

static int visit_link(struct ctx *cx, struct tree *t, const char *name, struct tree_item *ret)
{
	struct tree_item item = item_at(t, TREE_LINK, name);
	ssize_t n = readlinkat(item.dirfd, name, t->target, sizeof(t->target));

	if (n < 0 && errno == EINVAL)
		return fail_changed(cx, label(t));
	if (n < 0)
		return fail_path(cx, "read link", label(t));
	if (n == sizeof(t->target))
		return fail(cx, OCIT_E_LIMIT, "'%s': link text of %d bytes or more, limit %d",
			label(t), PATH_MAX, PATH_MAX - 1);
	t->target[n] = '\0';
	item.target = t->target;
	item.info.kind = FILE_SYMLINK;
	*ret = item;
	return 0;
}

/* For file systems that do not tell the type with the name. */
static int ask_type(struct ctx *cx, const struct tree *t, const char *name, unsigned char *ret)
{
	struct stat st;

	if (fstatat(dirfd_at(t, t->depth), name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return fail_path(cx, "stat", label(t));
	*ret = IFTODT(st.st_mode);
	return 0;
}

static int visit_leaf(
	struct ctx *cx, struct tree *t, const char *name, unsigned char type, struct tree_item *ret)
{
	if (type == DT_REG)
		return visit_file(cx, t, name, ret);
	if (type == DT_LNK)
		return visit_link(cx, t, name, ret);
	*ret = item_at(t, TREE_OTHER, name);
	ret->info.kind = FILE_OTHER;
	return 0;
}

static int visit(struct ctx *cx, struct tree *t, size_t entry, struct tree_item *ret)
{
	const char *name = listing_name(&t->list, entry);
	unsigned char type = t->list.entries[entry].type;
	int r = path_set(cx, t, t->levels[t->depth - 1].path_len, name);

	if (!r && t->depth > TREE_DEPTH_MAX)
		r = fail(cx, OCIT_E_LIMIT, "'%s': depth %u, limit %d", label(t), t->depth,
			TREE_DEPTH_MAX);
	if (!r && type == DT_UNKNOWN)
		r = ask_type(cx, t, name, &type);
	if (r < 0)
		return r;
	return type == DT_DIR ? enter(cx, t, entry, ret) : visit_leaf(cx, t, name, type, ret);
}

/* Most starts are directories: opening tells, and only the others are asked for their type. */
static int begin(struct ctx *cx, struct tree *t, struct tree_item *ret)
{
	const char *name = leaf_of(t->start);
	struct tree_item item = item_at(t, TREE_ENTER, name);
	unsigned char type;
	int fd, r;

	t->begun = true;
	fd = resolve_plain(t->parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	if (fd >= 0) {
		item.info.kind = FILE_DIR;
		r = push(cx, t, fd);
		if (r < 0)
			return r;
		*ret = item;
		return 0;
	}
	if (errno != ENOTDIR)
		return fail_path(cx, "open directory", t->start);
	r = ask_type(cx, t, name, &type);
	if (r < 0)
		return r;
	if (type == DT_DIR)
		return fail_changed(cx, t->start);
	return visit_leaf(cx, t, name, type, ret);
}

int tree_next(struct ctx *cx, struct tree *t, struct tree_item *ret)
{
	int r = poll_cancel(cx);
	struct level *l;

	if (r < 0)
		return r;
	fd_close(t->file);
	t->file = -1;
	if (!t->begun)
		return begin(cx, t, ret);
	if (!t->depth) {
		*ret = (struct tree_item){ .event = TREE_END, .fd = -1, .dirfd = -1 };
		return 0;
	}
	l = &t->levels[t->depth - 1];
	return l->next < l->end ? visit(cx, t, l->next++, ret) : leave(t, ret);
}
