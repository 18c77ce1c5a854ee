/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/model/test_spec_fields.c: the table of fields is whole and free of doubles. */
#include <stdlib.h>

#include "model/spec_fields.h"
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

/* What is said about how a description is read and resolved is no part of it. */
static bool is_option_alone(const char *option)
{
	static const char *const alone[] = { "mount", "tmpfs", "uidmap", "gidmap", "source", "root",
		"store", "store-dir", "db", "directory", "timestamp", "strict", "gconv", "nss",
		"recommends", "conffiles" };

	for (size_t i = 0; i < ARRAY_LEN(alone); i++)
		if (!strcmp(alone[i], option))
			return true;
	return false;
}

static void what_an_option_says_a_document_can_say(void **state)
{
	const struct spec_field *fields;
	size_t n = spec_fields(&fields);

	(void)state;
	for (size_t i = 0; i < n; i++)
		if (fields[i].served && !fields[i].name && !is_option_alone(fields[i].option))
			test_fail("--%s has no field", fields[i].option);
}

static const char *manual(void)
{
	static char text[1 << 16];
	const char *source = getenv("OCITOOLS_SOURCE");
	char path[4096];
	FILE *f;

	assert_non_null(source); /* the test runner sets it */
	snprintf(path, sizeof(path), "%s/man/ocitools-spec.5.scd", source);
	f = fopen(path, "r");
	assert_non_null(f);
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	return text;
}

/* Fields with their options, and members of an object by their own names. */
static void each_field_stands_in_the_manual(void **state)
{
	const char *page = manual();
	const struct spec_field *fields;
	size_t n = spec_fields(&fields);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		const struct spec_field *f = &fields[i];
		const char *member = f->name ? strchr(f->name, '.') : NULL;
		char name[80], option[80];

		if (!f->name)
			continue;
		snprintf(name, sizeof(name), member ? "_%s_" : "*%s*",
			member ? member + 1 : f->name);
		snprintf(option, sizeof(option), "*--%s*", f->option ? f->option : "");
		if (!strstr(page, name))
			test_fail("%s is not in ocitools-spec(5)", f->name);
		if (f->served && f->option && strcmp(f->option, "arg") != 0 &&
			!strstr(page, option))
			test_fail("--%s is not in ocitools-spec(5)", f->option);
	}
}

static void each_entry_of_the_manual_is_a_field(void **state)
{
	size_t found = 0;

	(void)state;
	for (const char *line = manual(); line; line = strchr(line, '\n')) {
		char name[80];
		size_t len;

		line += *line == '\n';
		len = *line == '*' ? strcspn(line + 1, "*\n") : 0;
		if (!len || len >= sizeof(name) || strncmp(line + 1 + len, "* (", 3) != 0)
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)len, line + 1);
		if (!field_by_name(name))
			test_fail("'%s' is no field", name);
		found++;
	}
	assert_true(found > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_can_be_reached_and_explained),
		cmocka_unit_test(no_name_and_no_option_is_there_twice),
		cmocka_unit_test(rows_that_are_not_served_refuse),
		cmocka_unit_test(what_an_option_says_a_document_can_say),
		cmocka_unit_test(each_field_stands_in_the_manual),
		cmocka_unit_test(each_entry_of_the_manual_is_a_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
