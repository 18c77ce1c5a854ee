/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/model/test_spec_fields.c: the table of fields is whole and free of doubles. */
#include "support/spec.h"

static void every_row_can_be_reached_and_explained(void **state)
{
	const struct spec_field *fields;
	size_t n = spec_fields(&fields);

	(void)state;
	assert_true(n > 40 && n <= 64);
	for (size_t i = 0; i < n; i++) {
		const struct spec_field *f = &fields[i];

		assert_true(f->name || f->option);
		assert_true(!f->name == !f->json);
		assert_true(!f->option == !f->text);
		assert_non_null(f->help);
		assert_true(strlen(f->help) < 72);
	}
}

static void no_name_and_no_option_is_there_twice(void **state)
{
	const struct spec_field *fields;
	size_t n = spec_fields(&fields);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < i; j++) {
			if (fields[i].name && fields[j].name)
				assert_string_not_equal(fields[i].name, fields[j].name);
			if (fields[i].option && fields[j].option)
				assert_string_not_equal(fields[i].option, fields[j].option);
		}
	}
}

static void rows_that_are_not_served_refuse(void **state)
{
	const struct spec_field *fields;
	size_t n = spec_fields(&fields);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		struct ctx cx;
		AUTO(spec) struct spec *s = spec_empty(&cx);

		if (fields[i].served || !fields[i].option)
			continue;
		assert_int_equal(spec_option(&cx, s, fields[i].option, "true"), OCIT_E_UNSUPPORTED);
		assert_contains(ctx_message(&cx), fields[i].option);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_can_be_reached_and_explained),
		cmocka_unit_test(no_name_and_no_option_is_there_twice),
		cmocka_unit_test(rows_that_are_not_served_refuse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
