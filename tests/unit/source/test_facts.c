/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/source/test_facts.c: the queue of wants, who claims a path, text for every source. */
#include <stdio.h>

#include "base/ctx.h"
#include "base/text.h"
#include "source/source.h"
#include "support/test.h"

static struct ctx cx;

struct fixture {
	struct graph *g;
	struct facts f;
	struct source *list[3];
	struct source sources[3];
};

static bool claims_a(const struct source *s, const char *path)
{
	(void)s;
	return path_within(path, "/a");
}

static bool claims_all(const struct source *s, const char *path)
{
	(void)s;
	return path[0] == '/';
}

static int scan(struct ctx *c, struct source *s, struct facts *f, const char *text, size_t len,
	const struct want *why)
{
	struct want want = *why;
	char path[64];

	assert_ptr_equal(f->sources[f->current], s);
	snprintf(path, sizeof(path), "/%s/%.*s", s->ops->name, (int)len, text);
	want.path = path;
	return facts_want(c, f, &want);
}

static int scan_fails(struct ctx *c, struct source *s, struct facts *f, const char *text,
	size_t len, const struct want *why)
{
	(void)s;
	(void)f;
	(void)why;
	return fail(c, OCIT_E_FORMAT, "'%.*s' is bad", (int)len, text);
}

static const struct source_ops ops_a = { .name = "a", .claims = claims_a, .scan = scan };
static const struct source_ops ops_mute = { .name = "mute", .claims = claims_all };
static const struct source_ops ops_b = { .name = "b", .claims = claims_all, .scan = scan };
static const struct source_ops ops_bad = {
	.name = "bad", .claims = claims_all, .scan = scan_fails
};

static int setup(void **state)
{
	static struct fixture fx;

	assert_int_equal(ctx_init(&cx, NULL), 0);
	assert_int_equal(graph_new(&cx, &fx.g), 0);
	facts_init(&fx.f, fx.g);
	fx.sources[0].ops = &ops_a;
	fx.sources[1].ops = &ops_mute;
	fx.sources[2].ops = &ops_b;
	for (size_t i = 0; i < 3; i++)
		fx.list[i] = &fx.sources[i];
	fx.f.sources = fx.list;
	fx.f.n_sources = 3;
	*state = &fx;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fx = *state;

	facts_done(&fx->f);
	graph_unref(fx->g);
	return 0;
}

static void wants_come_out_in_the_order_they_went_in(void **state)
{
	struct fixture *fx = *state;
	char path[] = "/x0", detail[] = "d0";
	struct want want;

	for (char i = '0'; i <= '9'; i++) {
		path[2] = detail[1] = i;
		want = (struct want){ .path = path,
			.from = GRAPH_ROOT,
			.rule = RULE_NEEDED,
			.detail = i % 2 ? detail : NULL,
			.optional = i % 3 == 0,
			.hops = (unsigned)i };
		assert_int_equal(facts_want(&cx, &fx->f, &want), 0);
	}
	for (char i = '0'; i <= '9'; i++) {
		path[2] = detail[1] = i;
		assert_true(facts_next(&fx->f, &want));
		assert_string_equal(want.path, path);
		assert_int_equal(want.from, GRAPH_ROOT);
		assert_int_equal(want.rule, RULE_NEEDED);
		assert_int_equal(want.optional, i % 3 == 0);
		assert_int_equal(want.hops, i);
		if (i % 2)
			assert_string_equal(want.detail, detail);
		else
			assert_null(want.detail);
	}
	assert_false(facts_next(&fx->f, &want));
	assert_false(facts_next(&fx->f, &want));
}

static void a_want_may_be_queued_while_another_one_is_served(void **state)
{
	struct fixture *fx = *state;
	struct want want = { .path = "/start", .from = GRAPH_ROOT };

	assert_int_equal(facts_want(&cx, &fx->f, &want), 0);
	for (unsigned i = 0; i < 2000; i++) {
		char path[32];
		struct want next;

		assert_true(facts_next(&fx->f, &want));
		snprintf(path, sizeof(path), "/%u", i);
		next = want;
		next.path = path;
		assert_int_equal(facts_want(&cx, &fx->f, &next), 0);
		/* Also with strings of the want that is served. */
		if (i == 0)
			assert_string_equal(want.path, "/start");
	}
	assert_true(facts_next(&fx->f, &want));
	assert_string_equal(want.path, "/1999");
	assert_false(facts_next(&fx->f, &want));
	assert_int_equal(fx->f.n_wants, 0);
	assert_int_equal(fx->f.arena.used, 0);
}

static void too_many_wants_are_refused(void **state)
{
	struct fixture *fx = *state;
	const struct want want = { .path = "/x", .from = GRAPH_ROOT };

	cx.max_files = 3;
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(facts_want(&cx, &fx->f, &want), 0);
	assert_int_equal(facts_want(&cx, &fx->f, &want), OCIT_E_LIMIT);
	assert_string_equal(ctx_message(&cx), "3 paths wait to be found, limit 3");
}

static void the_first_source_that_claims_a_path_gets_it(void **state)
{
	struct fixture *fx = *state;

	assert_ptr_equal(facts_claimant(&fx->f, "/a/b"), fx->list[0]);
	assert_ptr_equal(facts_claimant(&fx->f, "/ab"), fx->list[1]);
	assert_null(facts_claimant(&fx->f, "relative"));
}

static void nodes_know_who_added_them(void **state)
{
	struct fixture *fx = *state;
	const struct unit unit = { .id = "u", .name = "u" };
	struct node node = { .path = "/x", .kind = NODE_FILE, .source = 77 };
	uint32_t at, again;
	bool new;

	assert_int_equal(facts_unit(&cx, &fx->f, &unit, &node.unit), 0);
	fx->f.current = 2;
	assert_int_equal(facts_node(&cx, &fx->f, &node, &at, &new), 0);
	assert_true(new);
	assert_int_equal(facts_get(&fx->f, at)->source, 2);
	assert_string_equal(facts_get_unit(&fx->f, node.unit)->id, "u");
	fx->f.current = 1;
	assert_int_equal(facts_node(&cx, &fx->f, &node, &again, &new), 0);
	assert_false(new);
	assert_int_equal(facts_get(&fx->f, again)->source, 2);
	assert_int_equal(facts_edge(&cx, &fx->f, GRAPH_ROOT, at, RULE_TEXT, "d"), 0);
	assert_string_equal(fx->g->edges[0].detail, "d");
	assert_null(facts_get(&fx->f, 1));
	assert_null(facts_get(&fx->f, GRAPH_ROOT));
	assert_null(facts_get_unit(&fx->f, GRAPH_NONE));
}

static void text_is_read_by_every_source_that_can(void **state)
{
	struct fixture *fx = *state;
	const struct want why = { .from = GRAPH_ROOT, .rule = RULE_ENVIRONMENT, .detail = "e" };
	struct want want;

	fx->f.current = 1;
	assert_int_equal(facts_text(&cx, &fx->f, 5, "wordx", 4), 0);
	assert_int_equal(fx->f.current, 1);
	assert_true(facts_next(&fx->f, &want));
	assert_string_equal(want.path, "/a/word");
	assert_int_equal(want.rule, RULE_TEXT);
	assert_int_equal(want.from, 5);
	assert_true(facts_next(&fx->f, &want));
	assert_string_equal(want.path, "/b/word");
	assert_false(facts_next(&fx->f, &want));
	assert_int_equal(facts_scan(&cx, &fx->f, "v", 1, &why), 0);
	assert_true(facts_next(&fx->f, &want));
	assert_int_equal(want.rule, RULE_ENVIRONMENT);
	assert_string_equal(want.detail, "e");
}

static void a_failed_scan_stops_the_others(void **state)
{
	struct fixture *fx = *state;
	struct want want;

	fx->sources[0].ops = &ops_bad;
	fx->f.current = 2;
	assert_int_equal(facts_text(&cx, &fx->f, 5, "word", 4), OCIT_E_FORMAT);
	assert_string_equal(ctx_message(&cx), "'word' is bad");
	assert_int_equal(fx->f.current, 2);
	assert_false(facts_next(&fx->f, &want));
}

static void notes_and_places_reach_the_graph(void **state)
{
	struct fixture *fx = *state;
	uint32_t place = 9;

	assert_int_equal(facts_note(&cx, &fx->f, "'%s' has %d", "x", 3), 0);
	assert_string_equal(fx->g->notes[0], "'x' has 3");
	assert_int_equal(facts_place(&cx, &fx->f, 42, "root", &place), 0);
	assert_int_equal(place, 0);
	assert_int_equal(fx->g->places[0].dirfd, 42);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			wants_come_out_in_the_order_they_went_in, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_want_may_be_queued_while_another_one_is_served, setup, teardown),
		cmocka_unit_test_setup_teardown(too_many_wants_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(
			the_first_source_that_claims_a_path_gets_it, setup, teardown),
		cmocka_unit_test_setup_teardown(nodes_know_who_added_them, setup, teardown),
		cmocka_unit_test_setup_teardown(
			text_is_read_by_every_source_that_can, setup, teardown),
		cmocka_unit_test_setup_teardown(a_failed_scan_stops_the_others, setup, teardown),
		cmocka_unit_test_setup_teardown(notes_and_places_reach_the_graph, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
