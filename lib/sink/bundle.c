/* SPDX-License-Identifier: Apache-2.0 */
/* sink/bundle.c: an OCI bundle: config.json, rootfs and the record of how it came about. */
#include "base/buf.h"
#include "base/ctx.h"
#include "base/mem.h"
#include "os/copy.h"
#include "sink/dir.h"
#include "sink/record.h"

extern const struct sink_ops sink_bundle;

static int bundle_open(struct ctx *cx, const struct plan *plan, const ocit_target *target,
	struct stage *stage, struct sink **ret)
{
	struct dir_sink *d;
	int fd, r;

	r = dir_sink_open(cx, plan, target, stage, &d);
	if (r < 0)
		return r;
	d->sink = (struct sink){ .ops = &sink_bundle, .flags = sink_bundle.flags };
	r = dir_create(cx, d->top, "rootfs", 0700, &fd);
	if (r < 0) {
		dir_close(&d->sink);
		return r;
	}
	d->root = fd;
	/* Its configuration says so; a root file system alone is for whoever maps it. */
	d->outside = true;
	*ret = &d->sink;
	return 0;
}

static struct item plain_item(const struct dir_sink *d, uint32_t mode)
{
	return (struct item){ .mode = mode, .mtime = d->plan->timestamp };
}

static int put_file(struct ctx *cx, const struct dir_sink *d, int dirfd, const char *name,
	const struct buf *text)
{
	struct item item = plain_item(d, 0644);
	struct file_attrs attrs = dir_attrs(d, item.mode, &item);
	AUTO(fd) int fd = -1;
	int r;

	r = file_create(cx, dirfd, name, item.mode, &fd);
	if (!r)
		r = write_all(cx, fd, name, text->data, text->len);
	if (!r)
		r = file_set_attrs(cx, fd, name, &attrs);
	if (!r)
		r = fd_finish(cx, take_fd(&fd), name);
	return r;
}

static int put_record(struct ctx *cx, const struct dir_sink *d, const struct buf *text)
{
	struct item item = plain_item(d, 0755);
	struct file_attrs attrs = dir_attrs(d, item.mode, &item);
	AUTO(fd) int fd = -1;
	int r;

	r = dir_create(cx, d->top, ".ocitools", item.mode, &fd);
	if (!r)
		r = put_file(cx, d, fd, "record.json", text);
	if (!r)
		r = file_set_attrs(cx, fd, ".ocitools", &attrs);
	return r;
}

static int put_config(struct ctx *cx, const struct dir_sink *d)
{
	AUTO(buf) struct buf text;
	int r;

	buf_init(&text, SIZE_MAX);
	buf_add(&text, d->plan->config, d->plan->config_len);
	r = buf_check(cx, &text);
	if (!r)
		r = put_file(cx, d, d->top, "config.json", &text);
	return r;
}

/* The bundle itself stays closed to others: set-user-ID files may lie below. */
static int bundle_finish(
	struct ctx *cx, struct sink *s, const struct outcome *outcome, ocit_target *target)
{
	const struct dir_sink *d = (const struct dir_sink *)s;
	struct item top = plain_item(d, 0700);
	struct file_attrs attrs = dir_attrs(d, top.mode, &top);
	AUTO(buf) struct buf text;
	int r;

	buf_init(&text, RECORD_MAX);
	r = record_write(cx, d->plan, outcome, d->verify, &text);
	if (!r)
		r = put_config(cx, d);
	if (!r)
		r = put_record(cx, d, &text);
	if (!r)
		r = file_set_attrs(cx, d->top, "bundle", &attrs);
	if (!r && d->verify)
		record_digest(&text, target->digest);
	return r;
}

const struct sink_ops sink_bundle = {
	.name = "bundle",
	.summary = "directory with config.json and rootfs, for an OCI runtime",
	.flags = SINK_PARALLEL | SINK_DIRECTORY,
	.open = bundle_open,
	.lane_open = dir_lane_open,
	.lane_close = dir_lane_close,
	.begin = dir_begin,
	.data = dir_data,
	.splice = dir_splice,
	.end = dir_end,
	.finish = bundle_finish,
	.close = dir_close,
};
