/* SPDX-License-Identifier: Apache-2.0 */
/* unit/codec/test_json_merge.c: the examples of RFC 7396, and numbers that keep their text. */
#include "support/test.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/mem.h"
#include "codec/json.h"
#include "codec/json_merge.h"
#include "codec/json_out.h"

static const struct json_limits wide = { .bytes = 1 << 20, .members = 1000, .wide = true };

static struct json *parse(const char *text)
{
	struct json *doc = NULL;
	struct ctx cx;

	assert_int_equal(ctx_init(&cx, NULL), 0);
	assert_int_equal(json_parse_limited(&cx, text, strlen(text), "test", &wide, &doc), 0);
	return doc;
}

static void expect(const char *target, const char *patch, const char *result)
{
	AUTO(json) struct json *a = parse(target);
	AUTO(json) struct json *b = parse(patch);
	AUTO(buf) struct buf text;
	struct json_out out;

	buf_init(&text, 1 << 20);
	json_out_init(&out, &text, 0);
	json_out_merged(&out, json_root(a), json_root(b));
	json_out_finish(&out);
	assert_string_equal(text.data, result);
}

static void the_rfc_is_kept(void **state)
{
	static const char *const rows[][3] = {
		{ "{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}" },
		{ "{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}" },
		{ "{\"a\":\"b\"}", "{\"a\":null}", "{}" },
		{ "{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}" },
		{ "{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}" },
		{ "{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}" },
		{ "{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}",
			"{\"a\":{\"b\":\"d\"}}" },
		{ "{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}" },
		{ "[\"a\",\"b\"]", "[\"c\",\"d\"]", "[\"c\",\"d\"]" },
		{ "{\"a\":\"b\"}", "[\"c\"]", "[\"c\"]" },
		{ "{\"a\":\"foo\"}", "null", "null" },
		{ "{\"a\":\"foo\"}", "\"bar\"", "\"bar\"" },
		{ "{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}" },
		{ "[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}" },
		{ "{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect(rows[i][0], rows[i][1], rows[i][2]);
}

static void numbers_keep_their_text(void **state)
{
	(void)state;
	expect("{\"a\":18446744073709551615,\"b\":-1}", "{\"c\":1.50,\"d\":-9223372036854775808}",
		"{\"a\":18446744073709551615,\"b\":-1,\"c\":1.50,\"d\":-9223372036854775808}");
	expect("{}", "{\"a\":[true,false,null,{},[]]}", "{\"a\":[true,false,null,{},[]]}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rfc_is_kept),
		cmocka_unit_test(numbers_keep_their_text),
	};

	return cmocka_run_group_tests_name("codec/json_merge", tests, NULL, NULL);
}
