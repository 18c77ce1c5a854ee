/* SPDX-License-Identifier: Apache-2.0 */
/* sink/tar.c: the root file system as one canonical tar file or stream. */
#include "codec/tar.h"

#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "codec/digest.h"
#include "codec/stream.h"
#include "os/copy.h"
#include "os/file.h"
#include "os/stage.h"
#include "sink/sink.h"

extern const struct sink_ops sink_tar;

/* Headers and small files are collected, so that a write call carries a full buffer. */
struct hashing_out {
	struct out out;
	struct out_fd fd;
	struct hasher *hasher;
	uint8_t *buffer; /* COPY_BUFFER bytes */
	size_t used;
};

struct tar_sink {
	struct sink sink;
	int fd;
	bool staged; /* fd is ours, else the caller's */
	struct hashing_out to;
	struct tar tar;
};

static int flush(struct ctx *cx, struct hashing_out *to)
{
	size_t n = to->used;

	to->used = 0;
	return n ? out_write(cx, &to->fd.out, to->buffer, n) : 0;
}

static int hashing_write(struct ctx *cx, struct out *out, const void *bytes, size_t len)
{
	struct hashing_out *to = (struct hashing_out *)out;
	int r = 0;

	hasher_add(to->hasher, bytes, len);
	if (len > COPY_BUFFER - to->used)
		r = flush(cx, to);
	if (r < 0)
		return r;
	if (len >= COPY_BUFFER)
		return out_write(cx, &to->fd.out, bytes, len);
	memcpy(to->buffer + to->used, bytes, len);
	to->used += len;
	return 0;
}

static void tar_close(struct sink *s)
{
	struct tar_sink *t = (struct tar_sink *)s;

	if (t->staged)
		fd_close(t->fd);
	mem_free(t->to.buffer);
	mem_free(t->to.hasher);
	mem_free(t);
}

static int tar_start(
	struct ctx *cx, struct tar_sink *t, const ocit_target *target, struct stage *stage)
{
	int r = 0;

	t->to.buffer = mem_alloc(COPY_BUFFER);
	t->to.hasher = mem_alloc(sizeof(*t->to.hasher));
	if (!t->to.buffer || !t->to.hasher)
		return fail_nomem(cx);
	t->staged = stage;
	t->fd = stage ? -1 : target->fd;
	if (stage)
		r = file_create(cx, stage_fd(stage), stage_entry(stage), 0644, &t->fd);
	if (r < 0)
		return r;
	t->to.out.write = hashing_write;
	out_fd_init(&t->to.fd, t->fd, target_label(target));
	hasher_init(t->to.hasher, DIGEST_SHA256);
	tar_init(&t->tar, &t->to.out);
	return 0;
}

static int tar_open(struct ctx *cx, const struct plan *plan, const ocit_target *target,
	struct stage *stage, struct sink **ret)
{
	struct tar_sink *t = mem_alloc(sizeof(*t));
	int r;

	(void)plan; /* everything comes as items */
	if (!t)
		return fail_nomem(cx);
	t->sink = (struct sink){ .ops = &sink_tar, .flags = sink_tar.flags };
	t->fd = -1;
	r = tar_start(cx, t, target, stage);
	if (r < 0) {
		tar_close(&t->sink);
		return r;
	}
	*ret = &t->sink;
	return 0;
}

static int tar_begin(struct ctx *cx, struct sink *s, void *lane, const struct item *item)
{
	static const enum tar_kind kinds[] = {
		[NODE_DIR] = TAR_DIR,
		[NODE_FILE] = TAR_FILE,
		[NODE_LINK] = TAR_LINK,
	};
	struct tar_sink *t = (struct tar_sink *)s;
	struct tar_entry e = {
		.kind = item->hard ? TAR_HARDLINK : kinds[item->kind],
		.path = item->path[1] ? item->path + 1 : ".",
		.target = item->hard ? item->hard + 1 : item->target,
		.mode = item->mode,
		.uid = item->uid,
		.gid = item->gid,
		.mtime = item->mtime,
		.size = item->kind == NODE_FILE && !item->hard ? item->size : 0,
	};

	(void)lane; /* a stream has one lane */
	return tar_entry(cx, &t->tar, &e);
}

static int tar_content(struct ctx *cx, struct sink *s, void *lane, const void *bytes, size_t len)
{
	(void)lane; /* a stream has one lane */
	return tar_data(cx, &((struct tar_sink *)s)->tar, bytes, len);
}

static int tar_end(struct ctx *cx, struct sink *s, void *lane, const struct item *item)
{
	(void)lane; /* a stream has one lane */
	return item->kind == NODE_FILE && !item->hard
		       ? tar_entry_end(cx, &((struct tar_sink *)s)->tar)
		       : 0;
}

static int tar_complete(
	struct ctx *cx, struct sink *s, const struct outcome *outcome, ocit_target *target)
{
	struct tar_sink *t = (struct tar_sink *)s;
	struct digest digest;
	int r;

	(void)outcome; /* the digest is that of the stream */
	r = tar_finish(cx, &t->tar);
	if (!r)
		r = flush(cx, &t->to);
	if (!r && t->staged)
		r = fd_finish(cx, take_fd(&t->fd), target->name);
	if (r < 0)
		return r;
	hasher_end(t->to.hasher, &digest);
	digest_text(&digest, target->digest);
	return 0;
}

const struct sink_ops sink_tar = {
	.name = "tar",
	.summary = "root file system as a tar file",
	.open = tar_open,
	.begin = tar_begin,
	.data = tar_content,
	.end = tar_end,
	.finish = tar_complete,
	.close = tar_close,
};
