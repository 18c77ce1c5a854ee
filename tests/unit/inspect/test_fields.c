/* SPDX-License-Identifier: Apache-2.0 */
/* unit/inspect/test_fields.c: members of any document, without a crash. */
#include "support/test.h"

#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "inspect/fields.h"

static struct json *parse(const char *text)
{
	struct json *doc = NULL;
	struct ctx cx;

	assert_int_equal(ctx_init(&cx, NULL), 0);
	assert_int_equal(json_parse(&cx, text, strlen(text), "test", &doc), 0);
	return doc;
}

static void what_is_there_is_found(void **state)
{
	AUTO(json)
	struct json *doc = parse("{\"o\":{},\"a\":[\"x\",1],\"s\":\"t\",\"i\":7,\"b\":true}");
	const struct json_value *v = json_root(doc);

	(void)state;
	assert_non_null(field_object(v, "o"));
	assert_int_equal(field_count(field_array(v, "a")), 2);
	assert_string_equal(field_string_at(field_array(v, "a"), 0), "x");
	assert_null(field_string_at(field_array(v, "a"), 1));
	assert_true(field_has_string(field_array(v, "a"), "x"));
	assert_false(field_has_string(field_array(v, "a"), "y"));
	assert_string_equal(field_string(v, "s"), "t");
	assert_int_equal(field_int(v, "i", 3), 7);
	assert_true(field_bool(v, "b", false));
}

static void what_is_absent_or_of_another_type_is_not_there(void **state)
{
	AUTO(json) struct json *doc = parse("{\"o\":[],\"s\":1,\"i\":\"7\",\"b\":null}");
	AUTO(json) struct json *array = parse("[1]");
	const struct json_value *v = json_root(doc);

	(void)state;
	assert_null(field_object(v, "o"));
	assert_null(field_object(v, "none"));
	assert_null(field_string(v, "s"));
	assert_int_equal(field_int(v, "i", 3), 3);
	assert_true(field_bool(v, "b", true));
	assert_null(field_object(json_root(array), "o"));
	assert_null(field_array(NULL, "a"));
	assert_null(field_string(NULL, "s"));
	assert_int_equal(field_count(NULL), 0);
	assert_null(field_string_at(NULL, 0));
	assert_false(field_has_string(NULL, "x"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_there_is_found),
		cmocka_unit_test(what_is_absent_or_of_another_type_is_not_there),
	};

	return cmocka_run_group_tests_name("inspect/fields", tests, NULL, NULL);
}
