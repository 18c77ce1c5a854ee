/* SPDX-License-Identifier: Apache-2.0 */
/* inspect/bundle.c: the two documents of a bundle and its directories. */
#include "inspect/bundle.h"

#include "base/ctx.h"
#include "codec/json.h"
#include "os/file.h"

/* A record has a few hundred bytes for each file. */
static const struct json_limits record_limits = { .bytes = 256u << 20, .members = 20000000 };
/* RLIM_INFINITY is above INT64_MAX. */
static const struct json_limits config_limits = {
	.bytes = JSON_BYTES_MAX, .members = 1 << 20, .wide = true
};
enum { CONFIG_MAX = JSON_BYTES_MAX };

static int read_document(struct ctx *cx, struct bundle *b, const char *name, struct buf *text)
{
	int r = file_read(cx, b->fd, name, FILE_BENEATH, text);

	return r < 0 ? within(cx, r, "bundle '%s'", b->name) : 0;
}

static int read_config(struct ctx *cx, struct bundle *b)
{
	int r;

	buf_init(&b->text, CONFIG_MAX);
	r = read_document(cx, b, "config.json", &b->text);
	if (r == OCIT_E_NOT_FOUND)
		return advise(cx, r, "a bundle is a directory with config.json and rootfs");
	if (!r)
		r = json_parse_limited(
			cx, b->text.data, b->text.len, "config.json", &config_limits, &b->config);
	if (!r && json_type(json_root(b->config)) != JSON_OBJECT)
		r = fail(cx, OCIT_E_FORMAT, "bundle '%s': config.json is no object", b->name);
	return r;
}

static int read_record(struct ctx *cx, struct bundle *b)
{
	static const char name[] = ".ocitools/record.json";
	AUTO(buf) struct buf text;
	int r;

	buf_init(&text, record_limits.bytes);
	r = read_document(cx, b, name, &text);
	if (r == OCIT_E_NOT_FOUND) {
		ctx_clear(cx);
		return 0;
	}
	if (!r)
		r = json_parse_limited(
			cx, text.data, text.len, name, &record_limits, &b->record_doc);
	if (!r)
		r = within(cx, record_read(cx, json_root(b->record_doc), &b->arena, &b->record),
			"'%s'", name);
	return r;
}

static int open_rootfs(struct ctx *cx, struct bundle *b)
{
	int r = file_open_dir(cx, b->fd, "rootfs", FILE_BENEATH, &b->rootfs);

	/* That is a finding, not a failure: config.json may name another place. */
	if (r == OCIT_E_NOT_FOUND || r == OCIT_E_FORMAT) {
		ctx_clear(cx);
		return 0;
	}
	return r < 0 ? within(cx, r, "bundle '%s'", b->name) : 0;
}

int bundle_open(struct ctx *cx, int dirfd, const char *name, struct bundle *ret)
{
	int r;

	*ret = (struct bundle){ .name = name, .fd = -1, .rootfs = -1 };
	arena_init(&ret->arena);
	buf_init(&ret->text, CONFIG_MAX);
	r = file_open_given_dir(cx, dirfd, name, &ret->fd);
	if (!r)
		r = read_config(cx, ret);
	if (!r)
		r = read_record(cx, ret);
	if (!r)
		r = open_rootfs(cx, ret);
	return r;
}

void bundle_close(struct bundle *b)
{
	json_free(b->config);
	json_free(b->record_doc);
	buf_done(&b->text);
	arena_done(&b->arena);
	fd_close(b->rootfs);
	fd_close(b->fd);
}
