/* SPDX-License-Identifier: Apache-2.0 */
/* os/tree_hash.c: a walk feeds a NAR that nobody keeps. */
#include "os/tree_hash.h"

#include "base/ctx.h"
#include "base/mem.h"
#include "codec/nar.h"
#include "os/copy.h"
#include "os/tree.h"

static int add_to_nar(struct ctx *cx, void *user, const void *bytes, size_t len)
{
	(void)cx;
	nar_data(user, bytes, len);
	return 0;
}

static int add_to_hash(struct ctx *cx, void *user, const void *bytes, size_t len)
{
	(void)cx;
	hasher_add(user, bytes, len);
	return 0;
}

static int hash_content(struct ctx *cx, struct nar *nar, const struct tree_item *item, void *buffer)
{
	const struct copy_source src = {
		.fd = item->fd, .size = item->info.size, .name = item->path
	};
	int r;

	nar_file(nar, item->info.mode & 0100, item->info.size);
	r = copy_through(cx, &src, buffer, add_to_nar, nar);
	if (!r)
		nar_file_end(nar);
	return r;
}

static int hash_item(struct ctx *cx, struct nar *nar, const struct tree_item *item, void *buffer)
{
	int r = 0;

	if (item->depth && item->event != TREE_LEAVE)
		nar_enter(nar, item->name);
	switch (item->event) {
	case TREE_ENTER:
		nar_dir(nar);
		return 0;
	case TREE_LEAVE:
		nar_dir_end(nar);
		break;
	case TREE_LINK:
		nar_link(nar, item->target);
		break;
	case TREE_FILE:
		r = hash_content(cx, nar, item, buffer);
		break;
	default:
		return fail(cx, OCIT_E_FORMAT,
			"'%s' is neither a file, a directory nor a symbolic link", item->path);
	}
	if (!r && item->depth)
		nar_leave(nar);
	return r;
}

int tree_nar_hash(struct ctx *cx, int dirfd, const char *name, void *buffer, struct digest *ret,
	uint64_t *ret_size)
{
	AUTO(tree) struct tree *t = NULL;
	struct tree_item item = { .event = TREE_ENTER };
	struct nar nar;
	int r = tree_open(cx, dirfd, name, 1, &t);

	if (r < 0)
		return r;
	nar_begin(&nar);
	for (;;) {
		r = poll_cancel(cx);
		if (!r)
			r = tree_next(cx, t, &item);
		if (r < 0)
			return r;
		if (item.event == TREE_END)
			break;
		r = hash_item(cx, &nar, &item, buffer);
		if (r < 0)
			return r;
	}
	nar_end(&nar, ret, ret_size);
	return 0;
}

int file_hash(struct ctx *cx, const struct copy_source *src, enum digest_algo algo, void *buffer,
	struct digest *ret)
{
	struct hasher hasher;
	int r;

	hasher_init(&hasher, algo);
	r = copy_through(cx, src, buffer, add_to_hash, &hasher);
	if (!r)
		hasher_end(&hasher, ret);
	return r;
}
