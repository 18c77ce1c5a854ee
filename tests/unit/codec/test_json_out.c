/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/codec/test_json_out.c: exact text, and whatever is written can be read again. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/mem.h"
#include "codec/json.h"
#include "codec/json_out.h"
#include "support/test.h"

struct writer {
	struct buf buf;
	struct json_out out;
};

static void writer_start(struct writer *w, unsigned indent)
{
	buf_init(&w->buf, 1 << 20);
	json_out_init(&w->out, &w->buf, indent);
}

static void assert_text(struct writer *w, const char *text)
{
	json_out_finish(&w->out);
	assert_int_equal(w->buf.error, 0);
	assert_string_equal(w->buf.data, text);
	buf_done(&w->buf);
}

/* An object with one of everything. */
static void write_sample(struct json_out *o)
{
	json_out_object(o);
	json_out_key_string(o, "s", "v");
	json_out_key(o, "list");
	json_out_array(o);
	json_out_u64(o, UINT64_MAX);
	json_out_i64(o, INT64_MIN);
	json_out_array(o);
	json_out_end_array(o);
	json_out_bool(o, false);
	json_out_end_array(o);
	json_out_key(o, "none");
	json_out_object(o);
	json_out_end_object(o);
	json_out_key_u64(o, "n", 0);
	json_out_key_bool(o, "b", true);
	json_out_end_object(o);
}

static void without_indent_there_is_no_space(void **state)
{
	struct writer w;

	(void)state;
	writer_start(&w, 0);
	write_sample(&w.out);
	assert_text(&w, "{\"s\":\"v\",\"list\":[18446744073709551615,-9223372036854775808,[],"
			"false],\"none\":{},\"n\":0,\"b\":true}");
}

static void with_indent_every_value_has_its_line(void **state)
{
	struct writer w;

	(void)state;
	writer_start(&w, 2);
	write_sample(&w.out);
	assert_text(&w, "{\n  \"s\": \"v\",\n  \"list\": [\n    18446744073709551615,\n"
			"    -9223372036854775808,\n    [],\n    false\n  ],\n  \"none\": {},\n"
			"  \"n\": 0,\n  \"b\": true\n}\n");
}

static void integers_are_exact_at_their_ends(void **state)
{
	static const struct {
		int64_t value;
		const char *text;
	} rows[] = {
		{ 0, "0" },
		{ -1, "-1" },
		{ 9, "9" },
		{ 10, "10" },
		{ INT64_MAX, "9223372036854775807" },
		{ INT64_MIN, "-9223372036854775808" },
	};
	struct writer w;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		writer_start(&w, 0);
		json_out_i64(&w.out, rows[i].value);
		assert_text(&w, rows[i].text);
	}
	writer_start(&w, 0);
	json_out_u64(&w.out, UINT64_MAX);
	assert_text(&w, "18446744073709551615");
}

static void strings_are_escaped_in_the_short_form(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *text;
	} rows[] = {
		{ "", 0, "\"\"" },
		{ "a/b", 3, "\"a/b\"" },
		{ "\"\\", 2, "\"\\\"\\\\\"" },
		{ "\b\f\n\r\t", 5, "\"\\b\\f\\n\\r\\t\"" },
		{ "\0\x01\x1f\x7f", 4, "\"\\u0000\\u0001\\u001f\x7f\"" },
		{ "\x1b[31m", 5, "\"\\u001b[31m\"" },
		{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 9,
			"\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"" },
		{ "a\xff"
		  "b",
			3,
			"\"a\xef\xbf\xbd"
			"b\"" },
		{ "\xc0\x80", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
		{ "\xed\xa0\x80", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
		{ "\xf4\x90\x80\x80", 4, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
		{ "x\xe2\x82", 3, "\"x\xef\xbf\xbd\xef\xbf\xbd\"" },
		{ "\xc3", 1, "\"\xef\xbf\xbd\"" },
	};
	struct writer w;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *exact = malloc(rows[i].len + 1);

		assert_non_null(exact);
		memcpy(exact, rows[i].bytes, rows[i].len);
		writer_start(&w, 0);
		json_out_bytes(&w.out, exact, rows[i].len);
		assert_text(&w, rows[i].text);
		free(exact);
	}
}

static void what_is_written_can_be_read(void **state)
{
	static const char odd[] = "tab\t quote\" back\\ bell\a del\x7f euro\xe2\x82\xac";
	const struct json_value *list;
	struct ctx cx;
	struct writer w;
	AUTO(json) struct json *doc = NULL;

	(void)state;
	ctx_init(&cx, NULL);
	writer_start(&w, 4);
	json_out_object(&w.out);
	json_out_key(&w.out, odd);
	json_out_array(&w.out);
	json_out_i64(&w.out, INT64_MAX);
	json_out_i64(&w.out, INT64_MIN);
	json_out_string(&w.out, odd);
	json_out_bool(&w.out, true);
	json_out_bytes(&w.out, "\xff", 1);
	json_out_end_array(&w.out);
	json_out_end_object(&w.out);
	json_out_finish(&w.out);
	assert_int_equal(json_parse(&cx, w.buf.data, w.buf.len, "t", &doc), 0);
	list = json_member(json_root(doc), odd);
	assert_non_null(list);
	assert_int_equal(json_count(list), 5);
	assert_true(json_int(json_at(list, 0)) == INT64_MAX);
	assert_true(json_int(json_at(list, 1)) == INT64_MIN);
	assert_string_equal(json_string(json_at(list, 2)), odd);
	assert_true(json_bool(json_at(list, 3)));
	assert_string_equal(json_string(json_at(list, 4)), "\xef\xbf\xbd");
	buf_done(&w.buf);
}

/* Every pair of bytes gives text the reader takes; NUL is left out, which it refuses on purpose. */
static void any_bytes_give_a_valid_document(void **state)
{
	struct ctx cx;
	struct writer w;

	(void)state;
	ctx_init(&cx, NULL);
	writer_start(&w, 0);
	for (unsigned pair = 0; pair < 65536; pair++) {
		char bytes[] = { (char)(pair >> 8), (char)pair, 'z' };
		struct json *doc = NULL;

		if (!bytes[0] || !bytes[1])
			continue;
		buf_clear(&w.buf);
		json_out_init(&w.out, &w.buf, 0);
		json_out_bytes(&w.out, bytes, sizeof(bytes));
		json_out_finish(&w.out);
		assert_int_equal(json_parse(&cx, w.buf.data, w.buf.len, "t", &doc), 0);
		assert_int_equal(json_type(json_root(doc)), JSON_STRING);
		json_free(doc);
	}
	buf_done(&w.buf);
}

static void a_full_buffer_is_the_writers_error(void **state)
{
	struct ctx cx;
	struct writer w;

	(void)state;
	ctx_init(&cx, NULL);
	buf_init(&w.buf, 4);
	json_out_init(&w.out, &w.buf, 0);
	json_out_string(&w.out, "longer than four");
	json_out_finish(&w.out);
	assert_int_equal(buf_check(&cx, &w.buf), OCIT_E_LIMIT);
	buf_done(&w.buf);
}

static void as_many_levels_nest_as_are_read(void **state)
{
	struct ctx cx;
	struct writer w;
	AUTO(json) struct json *doc = NULL;

	(void)state;
	ctx_init(&cx, NULL);
	writer_start(&w, 1);
	for (int i = 0; i < JSON_DEPTH_MAX / 2; i++) {
		json_out_array(&w.out);
		json_out_object(&w.out);
		json_out_key(&w.out, "k");
	}
	json_out_u64(&w.out, 1);
	for (int i = 0; i < JSON_DEPTH_MAX / 2; i++) {
		json_out_end_object(&w.out);
		json_out_end_array(&w.out);
	}
	json_out_finish(&w.out);
	assert_int_equal(json_parse(&cx, w.buf.data, w.buf.len, "t", &doc), 0);
	buf_done(&w.buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_indent_there_is_no_space),
		cmocka_unit_test(with_indent_every_value_has_its_line),
		cmocka_unit_test(integers_are_exact_at_their_ends),
		cmocka_unit_test(strings_are_escaped_in_the_short_form),
		cmocka_unit_test(what_is_written_can_be_read),
		cmocka_unit_test(any_bytes_give_a_valid_document),
		cmocka_unit_test(a_full_buffer_is_the_writers_error),
		cmocka_unit_test(as_many_levels_nest_as_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
