/* SPDX-License-Identifier: Apache-2.0 */
/* engine/closure.c: ask the sources until nothing new comes up. */
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/mem.h"
#include "engine/cwd.h"
#include "engine/engine.h"
#include "engine/roots.h"
#include "engine/walk.h"
#include "model/spec.h"
#include "source/source.h"

enum { HOPS_MAX = 40, SOURCES_MAX = 64, NAMES_MAX = 4096 };

struct closure {
	struct facts facts;
	size_t expanded; /* nodes below this number were expanded */
};

static void auto_closure(struct closure *c)
{
	for (size_t i = c->facts.n_sources; i-- > 0;)
		c->facts.sources[i]->ops->close(c->facts.sources[i]);
	mem_free(c->facts.sources);
	facts_done(&c->facts);
}

static int fail_unknown_source(
	struct ctx *cx, const char *name, const struct source_ops *const *table, size_t table_len)
{
	AUTO(buf) struct buf names;

	buf_init(&names, NAMES_MAX);
	buf_str(&names, "auto");
	for (size_t i = 0; i < table_len; i++)
		buf_printf(&names, ", %s", table[i]->name);
	return fail(cx, OCIT_E_USAGE, "source '%s' is unknown, there are %s", name,
		names.data ? names.data : "none");
}

static int open_source(struct ctx *cx, struct closure *c, const struct spec *spec,
	const struct source_ops *ops, bool *ret_opened)
{
	struct source *s = NULL;
	int r = ops->open(cx, spec, &s);

	if (r < 0)
		return within(cx, r, "source '%s'", ops->name);
	if (s)
		c->facts.sources[c->facts.n_sources++] = s;
	*ret_opened = s;
	return 0;
}

static int open_sources(struct ctx *cx, struct closure *c, const struct spec *spec,
	const struct source_ops *const *table, size_t table_len)
{
	const char *name = spec->source ? spec->source : "auto";
	bool automatic = !strcmp(name, "auto");
	bool known = automatic;

	if (table_len > SOURCES_MAX)
		return fail(cx, OCIT_E_BUG, "%zu sources, limit %d", table_len, SOURCES_MAX);
	c->facts.sources = mem_array(table_len, sizeof(*c->facts.sources));
	if (!c->facts.sources)
		return fail_nomem(cx);
	for (size_t i = 0; i < table_len; i++) {
		bool opened = false;
		int r;

		if (!automatic && strcmp(name, table[i]->name))
			continue;
		known = true;
		r = open_source(cx, c, spec, table[i], &opened);
		if (r < 0)
			return r;
	}
	if (!known)
		return fail_unknown_source(cx, name, table, table_len);
	if (!c->facts.n_sources)
		return fail(cx, OCIT_E_NOT_FOUND, "source '%s' finds nothing here", name);
	return 0;
}

/* Say who needs it: the message of a source knows only the path. */
static int within_want(struct ctx *cx, int r, const struct facts *f, const struct want *want)
{
	const struct node *from = facts_get(f, want->from);

	if (!from)
		return within(cx, r, "%s", want->detail ? want->detail : rule_name(want->rule));
	if (want->detail)
		return within(
			cx, r, "%s '%s' of '%s'", rule_name(want->rule), want->detail, from->path);
	return within(cx, r, "%s of '%s'", rule_name(want->rule), from->path);
}

static int resolve(struct ctx *cx, struct closure *c, const struct want *want)
{
	struct facts *f = &c->facts;

	if (want->hops > HOPS_MAX)
		return fail(cx, OCIT_E_FORMAT, "'%s': more than %d symlinks on the way", want->path,
			HOPS_MAX);
	/* A link to /proc/mounts is fine: the container has its own. */
	if (cwd_kernel_dir(want->path))
		return 0;
	for (size_t i = 0; i < f->n_sources; i++) {
		struct source *s = f->sources[i];

		if (!s->ops->claims(s, want->path))
			continue;
		f->current = (uint8_t)i;
		return s->ops->resolve(cx, s, f, want);
	}
	if (want->optional)
		return 0;
	return advise(cx, fail(cx, OCIT_E_NOT_FOUND, "no source knows '%s'", want->path),
		"--source auto asks all sources");
}

static int resolve_all(struct ctx *cx, struct closure *c)
{
	struct want want;

	while (facts_next(&c->facts, &want)) {
		int r = poll_cancel(cx);

		if (r == 0)
			r = within_want(cx, resolve(cx, c, &want), &c->facts, &want);
		if (r < 0)
			return r;
	}
	return 0;
}

static int expand_next(struct ctx *cx, struct closure *c)
{
	struct facts *f = &c->facts;
	uint32_t at = (uint32_t)c->expanded++;
	const char *path = f->graph->nodes[at].path;
	struct source *s = f->sources[f->graph->nodes[at].source];
	int r;

	if (f->graph->n_nodes > cx->max_files)
		return fail(cx, OCIT_E_LIMIT, "%zu files and directories, limit %llu",
			f->graph->n_nodes, (unsigned long long)cx->max_files);
	f->current = f->graph->nodes[at].source;
	ctx_event(cx, OCIT_EVENT_PROGRESS, OCIT_PHASE_CLOSURE, at, 0, path);
	r = s->ops->expand(cx, s, f, at);
	return within(cx, r, "'%s'", path);
}

static int expand_all(struct ctx *cx, struct closure *c)
{
	int r = resolve_all(cx, c);

	while (r == 0 && c->expanded < c->facts.graph->n_nodes) {
		r = poll_cancel(cx);
		if (r == 0)
			r = expand_next(cx, c);
		if (r == 0)
			r = resolve_all(cx, c);
	}
	return r;
}

static int settle_all(struct ctx *cx, struct closure *c)
{
	struct facts *f = &c->facts;
	int r = 0;

	for (size_t i = 0; i < f->n_sources && r == 0; i++) {
		struct source *s = f->sources[i];

		f->current = (uint8_t)i;
		if (s->ops->settle)
			r = s->ops->settle(cx, s, f);
	}
	return r;
}

/* Has anybody to look at something? */
static bool is_moving(const struct closure *c)
{
	return c->facts.next_want < c->facts.n_wants || c->expanded < c->facts.graph->n_nodes;
}

static int find_fixed_point(struct ctx *cx, struct closure *c)
{
	int r;

	do {
		r = expand_all(cx, c);
		if (r == 0)
			r = settle_all(cx, c);
	} while (r == 0 && is_moving(c));
	return r;
}

/* A container without its command would be written without an error. */
static int check_program(struct ctx *cx, const struct graph *g, const char *program)
{
	AUTO(arena) struct arena a;
	struct walk walk;
	int r;

	arena_init(&a);
	r = walk_graph(cx, g, &a, program, &walk);
	if (r < 0)
		return r;
	if (walk.kind != WALK_FILE && walk.kind != WALK_TREE)
		return fail(cx, OCIT_E_NOT_FOUND,
			"args[0]: '%s' was there and is not among what was found", program);
	return 0;
}

int closure_find(struct ctx *cx, const struct spec *spec, const struct source_ops *const *table,
	size_t table_len, struct graph **ret)
{
	/* Declared first, so that it goes last: sources are closed while it is there. */
	AUTO(graph) struct graph *g = NULL;
	AUTO(closure) struct closure c = { .expanded = 0 };
	const char *program;
	int r = graph_new(cx, &g);

	if (r < 0)
		return r;
	facts_init(&c.facts, g);
	r = open_sources(cx, &c, spec, table, table_len);
	if (r == 0)
		r = roots_push(cx, spec, &c.facts, &program);
	if (r == 0)
		r = find_fixed_point(cx, &c);
	if (r == 0)
		r = check_program(cx, g, program);
	if (r == 0)
		r = graph_freeze(cx, g);
	if (r == 0)
		*ret = take(&g);
	return r;
}
