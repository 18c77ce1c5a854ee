/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/codec/test_relations.c: fields, and the names that are told of them. */
#include "codec/relations.h"

#include <stdio.h>

#include "support/test.h"

struct told {
	char text[1024];
	size_t len, stop;
};

static int tell(void *data, const struct relation *r)
{
	struct told *t = data;

	t->len += (size_t)snprintf(t->text + t->len, sizeof(t->text) - t->len, "%s%.*s",
		!t->len          ? ""
		: r->alternative ? "|"
				 : " ",
		(int)r->name_len, r->name);
	if (r->arch_len)
		t->len += (size_t)snprintf(t->text + t->len, sizeof(t->text) - t->len, ":%.*s",
			(int)r->arch_len, r->arch);
	assert_true(t->len < sizeof(t->text));
	return t->stop && !--t->stop ? 7 : 0;
}

static const struct {
	const char *text, *names;
} rows[] = {
	{ "", "" },
	{ "libc6", "libc6" },
	{ "libc6 (>= 2.34), zlib1g (>= 1:1.2.3)", "libc6 zlib1g" },
	{ "a|b | c,d", "a|b|c d" },
	{ "python3:any (>= 3.5~), perl:native | x:amd64", "python3:any perl:native|x:amd64" },
	{ "default-mta | mail-transport-agent", "default-mta|mail-transport-agent" },
	{ "a [amd64 !i386] <!nocheck> (= 1), b", "a b" },
	{ "g++-12,\n libstdc++6 (>= 12),\n\tx.y+z", "g++-12 libstdc++6 x.y+z" },
	{ "a (>= 1, 2|3), b", "a b" },
	{ "a (>= 1", "a" },
	{ ", , |a||b,|", "a|b" },
	{ "| a | b", "a|b" },
	{ "(x) a, b", "b" },
	{ "a:, b", "a b" },
	{ "'a', b", "b" },
};

static void the_names_of_a_field(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct told t = { .len = 0 };

		assert_int_equal(relations_read(rows[i].text, strlen(rows[i].text), tell, &t), 0);
		assert_string_equal(t.text, rows[i].names);
	}
}

static void whoever_listens_can_end_it(void **state)
{
	struct told t = { .stop = 2 };

	(void)state;
	assert_int_equal(relations_read("a, b, c", 7, tell, &t), 7);
	assert_string_equal(t.text, "a b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_names_of_a_field),
		cmocka_unit_test(whoever_listens_can_end_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
