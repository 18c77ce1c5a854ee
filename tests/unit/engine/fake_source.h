/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tests/unit/engine/fake_source.h: two sources over a world that is a small text. One line each:
 *   dir PATH | file PATH SIZE [x] | link PATH TARGET | tree PATH SIZE | deny PATH | fifo PATH
 *   need PATH RULE WANTED [optional]     PATH needs WANTED
 *   text PATH WORDS...                   the content of PATH, for facts_text
 * "store" claims what lies below /store/ and reads text; "files" claims everything.
 */
#ifndef TESTS_FAKE_SOURCE_H
#define TESTS_FAKE_SOURCE_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/ctx.h"
#include "base/text.h"
#include "source/source.h"
#include "support/test.h"

enum { WORLD_LINES = 16384, WORLD_WORDS = 5, LINKS_FOLLOWED = 40 };

struct line {
	char *word[WORLD_WORDS];
	size_t words;
};

struct world {
	struct arena arena;
	struct line *lines;
	size_t n;
	size_t reads;   /* calls of resolve and expand */
	size_t expands; /* calls of expand */
	int open;       /* sources that are open */
	struct map index;
};

/* The operations have no place for it. */
static struct world fake_world;

struct fake {
	struct source base;
};

static void world_line(struct world *w, char *text)
{
	struct line *l = &w->lines[w->n];
	char *save = NULL;

	for (char *word = strtok_r(text, " \t", &save); word; word = strtok_r(NULL, " \t", &save)) {
		assert_true(l->words < WORLD_WORDS);
		l->word[l->words++] = word;
		/* The last word of a text takes the rest of the line. */
		if (l->words == 2 && !strcmp(l->word[0], "text")) {
			l->word[l->words++] = save;
			break;
		}
	}
	if (!l->words)
		return;
	assert_true(l->words >= 2);
	w->n++;
}

/* seed 0: as written; else the lines are shuffled. */
static void world_make(const char *text, unsigned seed)
{
	struct world *w = &fake_world;
	char *copy, *save = NULL;

	*w = (struct world){ .n = 0 };
	arena_init(&w->arena);
	map_init(&w->index);
	w->lines = arena_array(&w->arena, WORLD_LINES, sizeof(*w->lines));
	copy = arena_str(&w->arena, text);
	assert_non_null(w->lines);
	assert_non_null(copy);
	for (char *l = strtok_r(copy, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
		assert_true(w->n < WORLD_LINES);
		world_line(w, l);
	}
	for (size_t i = w->n; seed && i > 1; i--) {
		struct line l = w->lines[i - 1];
		size_t k = (size_t)rand_r(&seed) % i;

		w->lines[i - 1] = w->lines[k];
		w->lines[k] = l;
	}
	for (size_t i = 0; i < w->n; i++)
		if (strcmp(w->lines[i].word[0], "need") && strcmp(w->lines[i].word[0], "text"))
			assert_int_equal(map_put(&w->index, w->lines[i].word[1],
						 strlen(w->lines[i].word[1]), (uint32_t)i),
				0);
}

static void world_done(void)
{
	map_done(&fake_world.index);
	arena_done(&fake_world.arena);
	assert_int_equal(fake_world.open, 0);
}

static const struct line *world_find(const char *path, size_t len)
{
	uint32_t at;

	return map_find(&fake_world.index, path, len, &at) ? &fake_world.lines[at] : NULL;
}

static bool is(const struct line *l, const char *kind)
{
	return l && !strcmp(l->word[0], kind);
}

/* Walk to the first link or tree on the way, else to the end: what is there, and where. */
static const struct line *world_walk(const char *path, size_t *ret_len)
{
	for (const char *s = strchr(path + 1, '/'); s; s = strchr(s + 1, '/')) {
		const struct line *l = world_find(path, (size_t)(s - path));

		*ret_len = (size_t)(s - path);
		if (is(l, "link") || is(l, "tree") || is(l, "deny"))
			return l;
		if (l && !is(l, "dir"))
			return NULL;
	}
	*ret_len = strlen(path);
	return world_find(path, *ret_len);
}

/* Where the link leads, with what follows it. */
static const char *world_follow(const char *path, size_t len, const struct line *link)
{
	char *here = arena_copy(&fake_world.arena, path, len);
	char *dir = path_parent(&fake_world.arena, here);
	char *rest = arena_printf(&fake_world.arena, "%s%s", link->word[2], path + len);

	return path_resolve(&fake_world.arena, dir, rest);
}

static int fake_probe(struct ctx *cx, struct source *s, const char *path, struct probe *ret)
{
	*ret = (struct probe){ .kind = PROBE_LOOP };
	for (unsigned hops = 0; hops < LINKS_FOLLOWED; hops++) {
		size_t len;
		const struct line *l = world_walk(path, &len);

		if (is(l, "deny")) {
			errno = EACCES;
			return fail_errno(cx, "open", path);
		}
		if (is(l, "link")) {
			path = world_follow(path, len, l);
			/* "files" does not know that it is asked last, but "store" is the first. */
			if (path_within(path, "/store") == !strcmp(s->ops->name, "store"))
				continue;
			*ret = (struct probe){ .kind = PROBE_ELSEWHERE };
			ret->elsewhere = mem_strdup(path);
			return 0;
		}
		*ret = (struct probe){ .kind = !l              ? PROBE_ABSENT
					       : is(l, "dir")  ? PROBE_DIR
					       : is(l, "fifo") ? PROBE_OTHER
							       : PROBE_REGULAR };
		ret->executable = is(l, "tree") || (l && l->words > 3);
		return 0;
	}
	return 0;
}

static int fake_add(struct ctx *cx, struct facts *f, const struct line *l, const struct want *want,
	uint32_t *ret)
{
	bool link = is(l, "link"), dir = is(l, "dir"), tree = is(l, "tree");
	struct node node = {
		.path = l->word[1],
		.kind = link   ? NODE_LINK
			: dir  ? NODE_DIR
			: tree ? NODE_TREE
			       : NODE_FILE,
		.unit = GRAPH_NONE,
		.mode = dir || (l->words > 3) ? 0755 : 0644,
		.size = link || dir ? 0 : strtoull(l->word[2], NULL, 10),
		.target = link ? l->word[2] : NULL,
		.where = l->word[1] + 1,
	};
	int r = 0;

	if (l->words > 3 && !strcmp(l->word[3], "s"))
		node.mode = 04755;
	if (!link && !dir) {
		const struct unit unit = {
			.id = l->word[1], .name = l->word[1], .size = node.size
		};

		r = facts_unit(cx, f, &unit, &node.unit);
	}
	if (r == 0)
		r = facts_node(cx, f, &node, ret, NULL);
	if (r == 0)
		r = facts_edge(cx, f, want->from, *ret, want->rule, want->detail);
	return r;
}

static int fake_resolve(struct ctx *cx, struct source *s, struct facts *f, const struct want *want)
{
	size_t len;
	const struct line *l = world_walk(want->path, &len);
	struct want next = { .rule = RULE_SYMLINK, .hops = want->hops + 1 };
	uint32_t node;
	int r;

	fake_world.reads++;
	assert_ptr_equal(f->sources[f->current], s);
	if (!l)
		return want->optional
			       ? 0
			       : fail(cx, OCIT_E_NOT_FOUND, "'%s' does not exist", want->path);
	r = fake_add(cx, f, l, want, &node);
	if (r < 0 || !is(l, "link"))
		return r;
	next.path = world_follow(want->path, len, l);
	next.from = node;
	next.optional = want->optional;
	return facts_want(cx, f, &next);
}

static enum rule rule_named(const char *name)
{
	for (int i = 0; i < RULE_COUNT; i++)
		if (!strcmp(rule_name((enum rule)i), name))
			return (enum rule)i;
	print_error("no rule '%s'\n", name);
	assert_true(false);
	return RULE_COUNT;
}

static int fake_expand(struct ctx *cx, struct source *s, struct facts *f, uint32_t node)
{
	const char *path = facts_get(f, node)->path;
	int r = 0;

	fake_world.reads++;
	fake_world.expands++;
	assert_ptr_equal(f->sources[facts_get(f, node)->source], s);
	for (size_t i = 0; i < fake_world.n && r == 0; i++) {
		const struct line *l = &fake_world.lines[i];

		if (strcmp(l->word[1], path))
			continue;
		if (is(l, "text"))
			r = facts_text(cx, f, node, l->word[2], strlen(l->word[2]));
		if (is(l, "need")) {
			const struct want want = { .path = l->word[3],
				.from = node,
				.rule = rule_named(l->word[2]),
				.optional = l->words > 4 };

			r = facts_want(cx, f, &want);
		}
	}
	return r;
}

/* Every "/store/NAME", NAME being letters, digits and "-". */
static int fake_scan(struct ctx *cx, struct source *s, struct facts *f, const char *text,
	size_t len, const struct want *why)
{
	static const char start[] = "/store/";
	const size_t n = sizeof(start) - 1;

	assert_ptr_equal(f->sources[f->current], s);
	for (size_t i = 0; i + n <= len; i++) {
		struct want want = *why;
		size_t end = i + n;
		int r;

		if (memcmp(text + i, start, n))
			continue;
		while (end < len && (text[end] == '-' || (text[end] >= 'a' && text[end] <= 'z')))
			end++;
		want.path = arena_copy(&fake_world.arena, text + i, end - i);
		r = facts_want(cx, f, &want);
		if (r < 0)
			return r;
	}
	return 0;
}

static bool claims_store(const struct source *s, const char *path)
{
	(void)s;
	return path_within(path, "/store");
}

static bool claims_all(const struct source *s, const char *path)
{
	(void)s;
	return path[0] == '/';
}

static void fake_close(struct source *s)
{
	fake_world.open--;
	mem_free(s);
}

static int fake_open(struct source **ret, const struct source_ops *ops)
{
	struct fake *fake = mem_alloc(sizeof(*fake));

	fake->base.ops = ops;
	fake_world.open++;
	*ret = &fake->base;
	return 0;
}

static int open_store(struct ctx *cx, const struct spec *spec, struct source **ret);
static int open_files(struct ctx *cx, const struct spec *spec, struct source **ret);

static const struct source_ops fake_store = {
	.name = "store",
	.summary = "what lies below /store",
	.open = open_store,
	.claims = claims_store,
	.probe = fake_probe,
	.resolve = fake_resolve,
	.expand = fake_expand,
	.scan = fake_scan,
	.close = fake_close,
};

static const struct source_ops fake_files = {
	.name = "files",
	.summary = "everything",
	.open = open_files,
	.claims = claims_all,
	.probe = fake_probe,
	.resolve = fake_resolve,
	.expand = fake_expand,
	.close = fake_close,
};

static const struct source_ops *const fake_table[] = { &fake_store, &fake_files };

static int open_store(struct ctx *cx, const struct spec *spec, struct source **ret)
{
	(void)cx;
	(void)spec;
	return fake_open(ret, &fake_store);
}

static int open_files(struct ctx *cx, const struct spec *spec, struct source **ret)
{
	(void)cx;
	(void)spec;
	return fake_open(ret, &fake_files);
}

/* The reasons of a node back to the root, one line: "rule PATH < rule PATH < rule". */
static __attribute__((unused)) const char *chain_of(const struct graph *g, const char *path)
{
	const struct node *n = graph_find(g, path);
	char *text = arena_str(&fake_world.arena, "");
	size_t steps = 0;

	if (!n)
		return "absent";
	while (n->edge != GRAPH_NONE) {
		const struct edge *e = &g->edges[n->edge];
		bool root = e->from == GRAPH_ROOT;

		assert_true(steps++ <= g->n_nodes);
		assert_ptr_equal(&g->nodes[e->to], n);
		text = arena_printf(&fake_world.arena, "%s%s%s%s", text, rule_name(e->rule),
			root ? "" : " ", root ? "" : g->nodes[e->from].path);
		if (root)
			return text;
		text = arena_printf(&fake_world.arena, "%s < ", text);
		n = &g->nodes[e->from];
	}
	return "no reason";
}

#endif
