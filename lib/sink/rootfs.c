/* SPDX-License-Identifier: Apache-2.0 */
/* sink/rootfs.c: the root file system alone, as a directory. */
#include "base/buf.h"
#include "base/ctx.h"
#include "base/mem.h"
#include "sink/dir.h"
#include "sink/record.h"

extern const struct sink_ops sink_rootfs;

static int rootfs_open(struct ctx *cx, const struct plan *plan, const ocit_target *target,
	struct stage *stage, struct sink **ret)
{
	struct dir_sink *d;
	int r;

	r = dir_sink_open(cx, plan, target, stage, &d);
	if (r < 0)
		return r;
	d->sink = (struct sink){ .ops = &sink_rootfs, .flags = sink_rootfs.flags };
	*ret = &d->sink;
	return 0;
}

/* There is no place for the record, but its hash says the same as that of a bundle. */
static int rootfs_finish(
	struct ctx *cx, struct sink *s, const struct outcome *outcome, ocit_target *target)
{
	const struct dir_sink *d = (const struct dir_sink *)s;
	AUTO(buf) struct buf text;
	int r;

	buf_init(&text, RECORD_MAX);
	r = record_write(cx, d->plan, outcome, d->verify, &text);
	if (!r && d->verify)
		record_digest(&text, target->digest);
	return r;
}

const struct sink_ops sink_rootfs = {
	.name = "rootfs",
	.summary = "root file system in a directory",
	.flags = SINK_PARALLEL | SINK_DIRECTORY,
	.open = rootfs_open,
	.lane_open = dir_lane_open,
	.lane_close = dir_lane_close,
	.begin = dir_begin,
	.data = dir_data,
	.splice = dir_splice,
	.end = dir_end,
	.finish = rootfs_finish,
	.close = dir_close,
};
