/* SPDX-License-Identifier: Apache-2.0 */
/* source/facts.c: what sources push into: a graph, and a queue of paths that somebody must find. */
#include "source/source.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/ctx.h"

enum { NOTE_MAX = 1 << 20 };

void facts_init(struct facts *f, struct graph *g)
{
	*f = (struct facts){ .graph = g };
	arena_init(&f->arena);
}

void facts_done(struct facts *f)
{
	mem_free(f->wants);
	arena_done(&f->arena);
	*f = (struct facts){ 0 };
}

int facts_unit(struct ctx *cx, struct facts *f, const struct unit *def, uint32_t *ret)
{
	return graph_add_unit(cx, f->graph, def, ret, NULL);
}

int facts_node(
	struct ctx *cx, struct facts *f, const struct node *def, uint32_t *ret, bool *ret_new)
{
	struct node node = *def;

	node.source = f->current;
	return graph_add_node(cx, f->graph, &node, ret, ret_new);
}

void facts_state(struct facts *f, uint32_t node)
{
	f->graph->nodes[node].state = true;
}

int facts_edge(struct ctx *cx, struct facts *f, uint32_t from, uint32_t to, enum rule rule,
	const char *detail)
{
	struct edge edge = { .from = from, .to = to, .rule = rule, .detail = detail };

	return graph_add_edge(cx, f->graph, &edge);
}

int facts_want(struct ctx *cx, struct facts *f, const struct want *want)
{
	struct want copy = *want;

	if (f->n_wants - f->next_want >= cx->max_files)
		return fail(cx, OCIT_E_LIMIT, "%zu paths wait to be found, limit %llu",
			f->n_wants - f->next_want, (unsigned long long)cx->max_files);
	if (mem_grow(&f->wants, &f->cap_wants, f->n_wants + 1, sizeof(copy)) < 0)
		return fail_nomem(cx);
	copy.path = arena_str(&f->arena, want->path);
	copy.detail = want->detail ? arena_str(&f->arena, want->detail) : NULL;
	if (!copy.path || (want->detail && !copy.detail))
		return fail_nomem(cx);
	f->wants[f->n_wants++] = copy;
	return 0;
}

bool facts_next(struct facts *f, struct want *ret)
{
	if (f->next_want == f->n_wants) {
		/* Nobody waits: the strings of this round can go. */
		f->next_want = f->n_wants = 0;
		arena_done(&f->arena);
		return false;
	}
	*ret = f->wants[f->next_want++];
	return true;
}

int facts_scan(
	struct ctx *cx, struct facts *f, const char *text, size_t len, const struct want *why)
{
	uint8_t asked = f->current;
	int r = 0;

	for (size_t i = 0; i < f->n_sources && r == 0; i++) {
		struct source *s = f->sources[i];

		f->current = (uint8_t)i;
		if (s->ops->scan)
			r = s->ops->scan(cx, s, f, text, len, why);
	}
	f->current = asked;
	return r;
}

int facts_text(struct ctx *cx, struct facts *f, uint32_t node, const char *text, size_t len)
{
	const struct want why = { .from = node, .rule = RULE_TEXT };

	return facts_scan(cx, f, text, len, &why);
}

typedef int add_note_fn(struct ctx *cx, struct graph *g, const char *text);

static int add_note(struct ctx *cx, struct facts *f, add_note_fn *add, const char *format,
	va_list args) __attribute__((format(printf, 4, 0)));

/* Notes may name long paths: they are no thing for the stack. */
static int add_note(
	struct ctx *cx, struct facts *f, add_note_fn *add, const char *format, va_list args)
{
	AUTO(buf) struct buf text;
	int r;

	buf_init(&text, NOTE_MAX);
	buf_vprintf(&text, format, args);
	r = buf_check(cx, &text);
	return r < 0 ? r : add(cx, f->graph, text.data ? text.data : "");
}

int facts_note(struct ctx *cx, struct facts *f, const char *format, ...)
{
	va_list args;
	int r;

	va_start(args, format);
	r = add_note(cx, f, graph_add_note, format, args);
	va_end(args);
	return r;
}

int facts_missing(struct ctx *cx, struct facts *f, const char *format, ...)
{
	va_list args;
	int r;

	va_start(args, format);
	r = add_note(cx, f, graph_add_missing, format, args);
	va_end(args);
	return r;
}

int facts_place(struct ctx *cx, struct facts *f, int dirfd, const char *name, uint32_t *ret)
{
	return graph_add_place(cx, f->graph, dirfd, name, ret);
}

struct source *facts_claimant(const struct facts *f, const char *path)
{
	for (size_t i = 0; i < f->n_sources; i++)
		if (f->sources[i]->ops->claims(f->sources[i], path))
			return f->sources[i];
	return NULL;
}

const struct node *facts_get(const struct facts *f, uint32_t node)
{
	return node < f->graph->n_nodes ? &f->graph->nodes[node] : NULL;
}

const struct unit *facts_get_unit(const struct facts *f, uint32_t unit)
{
	return unit < f->graph->n_units ? &f->graph->units[unit] : NULL;
}
