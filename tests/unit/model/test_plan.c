/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/model/test_plan.c: the order of entries, names of origins, lifetime. */
#include <stdlib.h>

#include "base/ctx.h"
#include "model/plan.h"
#include "support/test.h"

static const char *const sorted[] = { "/", "/a", "/a/b", "/a/b/c", "/a/c", "/a b", "/a!", "/a-b",
	"/a.b", "/a0", "/aa", "/b", "/\xc3\xa4", "/\xff" };

static int sign(int x)
{
	return (x > 0) - (x < 0);
}

static void slash_comes_before_every_other_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sorted); i++)
		for (size_t k = 0; k < ARRAY_LEN(sorted); k++)
			assert_int_equal(sign(plan_path_compare(sorted[i], sorted[k])),
				sign((int)i - (int)k));
}

static void control_bytes_sort_behind_the_slash(void **state)
{
	(void)state;
	assert_true(plan_path_compare("/a/b", "/a\001") < 0);
	assert_true(plan_path_compare("/a", "/a\001") < 0);
}

static void origins_have_names(void **state)
{
	(void)state;
	for (int i = ORIGIN_NODE; i <= ORIGIN_CWD; i++)
		assert_string_not_equal(origin_name((enum origin)i), "unknown");
	assert_string_equal(origin_name((enum origin)99), "unknown");
}

static void plan_keeps_its_graph(void **state)
{
	AUTO(plan) struct plan *p = NULL;
	struct graph *g;
	struct ctx cx;

	(void)state;
	assert_int_equal(ctx_init(&cx, NULL), 0);
	assert_int_equal(graph_new(&cx, &g), 0);
	p = plan_alloc(g);
	assert_non_null(p);
	graph_unref(g);
	assert_int_equal(p->graph->refs, 1);
	plan_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slash_comes_before_every_other_byte),
		cmocka_unit_test(control_bytes_sort_behind_the_slash),
		cmocka_unit_test(origins_have_names),
		cmocka_unit_test(plan_keeps_its_graph),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
