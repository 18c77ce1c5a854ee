/* SPDX-License-Identifier: Apache-2.0 */
/* sink/listing.c: a report instead of an output: what would be in it, why, and what it costs. */
#include "sink/listing.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "os/copy.h"
#include "os/file.h"
#include "os/stage.h"

extern const struct sink_ops sink_listing;

enum { LISTING_MAX = 1 << 30 };

static const struct listing_format *const formats[] = {
	&listing_text,
	&listing_json,
	&listing_dot,
};

static int find_format(struct ctx *cx, const char *name, const struct listing_format **ret)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(formats[i]->name, name ? name : "text"))
			continue;
		*ret = formats[i];
		return 0;
	}
	return fail(cx, OCIT_E_USAGE, "format '%s' is none of text, json and dot", name);
}

static void listing_close(struct sink *s)
{
	struct listing *l = (struct listing *)s;

	if (l->staged)
		fd_close(l->fd);
	arena_done(&l->arena);
	mem_free(l->items);
	mem_free(l->views);
	mem_free(l);
}

static int listing_start(
	struct ctx *cx, struct listing *l, const ocit_target *target, struct stage *stage)
{
	int r = find_format(cx, target->format, &l->format);

	if (r < 0)
		return r;
	l->why = target->why;
	l->no_notes = target->flags & OCIT_TARGET_NO_NOTES;
	l->files = !l->why && target->flags & OCIT_TARGET_FILES;
	/* Only names inside store paths need a walk, and nobody's content is read for them. */
	l->sink.flags = SINK_REPORT | (l->files ? SINK_NO_DATA : SINK_NO_WALK);
	l->staged = stage;
	l->fd = stage ? -1 : target->fd;
	return stage ? file_create(cx, stage_fd(stage), stage_entry(stage), 0644, &l->fd) : 0;
}

static int listing_open(struct ctx *cx, const struct plan *plan, const ocit_target *target,
	struct stage *stage, struct sink **ret)
{
	struct listing *l = mem_alloc(sizeof(*l));
	int r;

	if (!l)
		return fail_nomem(cx);
	l->sink.ops = &sink_listing;
	l->plan = plan;
	l->fd = -1;
	arena_init(&l->arena);
	r = listing_start(cx, l, target, stage);
	if (r < 0) {
		listing_close(&l->sink);
		return r;
	}
	*ret = &l->sink;
	return 0;
}

static int listing_begin(struct ctx *cx, struct sink *s, void *lane, const struct item *item)
{
	struct listing *l = (struct listing *)s;
	const char *path = item->entry->path;

	(void)lane; /* one lane: the order is that of the plan */
	if (mem_grow(&l->items, &l->cap_items, l->n_items + 1, sizeof(*l->items)))
		return fail_nomem(cx);
	if (item->depth) {
		path = arena_str(&l->arena, item->path);
		if (!path)
			return fail_nomem(cx);
	}
	l->items[l->n_items++] = (struct listed){
		.path = path,
		.kind = item->kind,
		.size = item->kind == NODE_FILE ? item->size : 0,
		.entry = item->entry,
	};
	return 0;
}

static int listing_end(struct ctx *cx, struct sink *s, void *lane, const struct item *item)
{
	(void)cx, (void)s, (void)lane, (void)item; /* everything is known when it begins */
	return 0;
}

static int listing_finish(
	struct ctx *cx, struct sink *s, const struct outcome *outcome, ocit_target *target)
{
	struct listing *l = (struct listing *)s;
	AUTO(buf) struct buf text;
	int r;

	buf_init(&text, LISTING_MAX);
	l->outcome = outcome;
	r = unit_views(cx, l->plan, outcome, &l->views);
	if (!r)
		r = l->format->write(cx, l, &text);
	if (!r)
		r = buf_check(cx, &text);
	if (!r)
		r = write_all(cx, l->fd, target_label(target), text.data, text.len);
	if (!r && l->staged)
		r = fd_finish(cx, take_fd(&l->fd), target->name);
	return r;
}

const struct sink_ops sink_listing = {
	.name = "listing",
	.summary = "what is inside, why, and what it costs",
	.flags = SINK_REPORT,
	.open = listing_open,
	.begin = listing_begin,
	.end = listing_end,
	.finish = listing_finish,
	.close = listing_close,
};
