/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/codec/test_json.c: strict reading, every refusal with its place, limits before trees.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/mem.h"
#include "codec/json.h"
#include "support/test.h"

static const char good[] = "{\n"
			   "  \"args\": [\"/bin/sh\", \"-c\", \"echo \\u00e4 \\\"x\\\"\"],\n"
			   "  \"mounts\": {\"/data\": {\"type\": \"none\", \"n\": -12}},\n"
			   "  \"readonly\": true, \"x\": null, \"r\": [1.5e3, [], {}]\n"
			   "}";

/* Parse an exact copy, so that a read beyond the end is a finding of the sanitizer. */
static int parse(struct ctx *cx, const char *text, size_t len, struct json **ret)
{
	char *exact = malloc(len ? len : 1);
	int r;

	assert_non_null(exact);
	memcpy(exact, text, len);
	ctx_init(cx, NULL);
	r = json_parse(cx, exact, len, "spec", ret);
	free(exact);
	return r;
}

struct refusal {
	const char *text;
	size_t len; /* 0: strlen */
	const char *message;
};

static void assert_refused(const struct refusal *rows, size_t count, int code)
{
	for (size_t i = 0; i < count; i++) {
		struct json *doc = NULL;
		struct ctx cx;
		size_t len = rows[i].len ? rows[i].len : strlen(rows[i].text);

		assert_int_equal(parse(&cx, rows[i].text, len, &doc), code);
		assert_string_equal(ctx_message(&cx), rows[i].message);
		assert_null(doc);
	}
}

static void values_are_what_was_written(void **state)
{
	AUTO(json) struct json *doc = NULL;
	const struct json_value *root, *v;
	const char *key = NULL;
	struct ctx cx;

	(void)state;
	assert_int_equal(parse(&cx, good, sizeof(good) - 1, &doc), 0);
	root = json_root(doc);
	assert_int_equal(json_type(root), JSON_OBJECT);
	assert_int_equal(json_count(root), 5);
	v = json_member(root, "args");
	assert_int_equal(json_type(v), JSON_ARRAY);
	assert_int_equal(json_count(v), 3);
	assert_string_equal(json_string(json_at(v, 2)), "echo \xc3\xa4 \"x\"");
	v = json_member_at(json_member(root, "mounts"), 0, &key);
	assert_string_equal(key, "/data");
	assert_true(json_int(json_member(v, "n")) == -12);
	assert_true(json_bool(json_member(root, "readonly")));
	assert_int_equal(json_type(json_member(root, "x")), JSON_NULL);
	v = json_member(root, "r");
	assert_int_equal(json_type(json_at(v, 0)), JSON_REAL);
	assert_int_equal(json_count(json_at(v, 1)), 0);
	assert_int_equal(json_type(json_at(v, 2)), JSON_OBJECT);
	assert_null(json_member(json_at(v, 2), "args"));
	assert_null(json_member(root, "arg"));
}

static void any_value_can_be_the_document(void **state)
{
	static const struct {
		const char *text;
		enum json_type type;
		const char *name;
	} rows[] = {
		{ "null", JSON_NULL, "null" },
		{ " false\n", JSON_BOOL, "boolean" },
		{ "7", JSON_INT, "integer" },
		{ "7.0", JSON_REAL, "real number" },
		{ "-0.0", JSON_REAL, "real number" },
		{ "\"\"", JSON_STRING, "string" },
		{ "\t[]\r\n", JSON_ARRAY, "array" },
		{ "{}", JSON_OBJECT, "object" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(json) struct json *doc = NULL;
		struct ctx cx;

		assert_int_equal(parse(&cx, rows[i].text, strlen(rows[i].text), &doc), 0);
		assert_int_equal(json_type(json_root(doc)), rows[i].type);
		assert_string_equal(json_type_name(rows[i].type), rows[i].name);
	}
}

/* Enough members that they are searched otherwise than the few of other tests. */
static void many_members_keep_their_order(void **state)
{
	enum { N = 5000 };
	AUTO(json) struct json *doc = NULL;
	AUTO(buf) struct buf text;
	char name[32];
	struct ctx cx;

	(void)state;
	buf_init(&text, 1 << 20);
	for (int i = 0; i < N; i++)
		buf_printf(&text, "%c\"k%d\":%d", i ? ',' : '{', i * 7919 % N, i);
	buf_char(&text, '}');
	assert_int_equal(parse(&cx, text.data, text.len, &doc), 0);
	for (int i = 0; i < N; i++) {
		const char *key = NULL;
		const struct json_value *v = json_member_at(json_root(doc), (size_t)i, &key);

		snprintf(name, sizeof(name), "k%d", i * 7919 % N);
		assert_string_equal(key, name);
		assert_int_equal(json_int(v), i);
		assert_ptr_equal(json_member(json_root(doc), name), v);
	}
	assert_null(json_member(json_root(doc), "k"));
	assert_null(json_member(json_root(doc), "k5000"));
	assert_null(json_member(json_root(doc), "zz"));
}

static void case_001_empty_document(void **state)
{
	static const struct refusal rows[] = {
		{ "", 0, "spec:1:1: empty document" },
		{ " \n\t ", 0, "spec:1:1: empty document" },
		{ "\xef\xbb\xbf", 0, "spec:1:1: byte-order mark not allowed" },
		{ "\xef\xbb\xbf{}", 0, "spec:1:1: byte-order mark not allowed" },
	};

	(void)state;
	assert_refused(rows, ARRAY_LEN(rows), OCIT_E_FORMAT);
}

static char *repeat(const char *unit, size_t count)
{
	size_t len = strlen(unit);
	char *text = malloc(len * count + 1);

	assert_non_null(text);
	for (size_t i = 0; i < count; i++)
		memcpy(text + i * len, unit, len);
	text[len * count] = '\0';
	return text;
}

static void case_002_deep_nesting(void **state)
{
	char *arrays = repeat("[", 1000000), *objects = repeat("{\"a\":", 1000000);
	const struct refusal rows[] = {
		{ arrays, 0, "spec:1:65: nested deeper than 64 levels" },
		{ objects, 0, "spec:1:321: nested deeper than 64 levels" },
	};

	(void)state;
	assert_refused(rows, ARRAY_LEN(rows), OCIT_E_LIMIT);
	free(arrays);
	free(objects);
}

static void case_002_depth_64_is_allowed(void **state)
{
	AUTO(json) struct json *doc = NULL;
	char text[2 * JSON_DEPTH_MAX];
	struct ctx cx;

	(void)state;
	memset(text, '[', JSON_DEPTH_MAX);
	memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
	assert_int_equal(parse(&cx, text, sizeof(text), &doc), 0);
	assert_int_equal(json_count(json_root(doc)), 1);
}

static void case_003_truncation_at_each_byte(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof(good) - 1; len++) {
		unsigned line = 0, column = 0;
		struct json *doc = NULL;
		struct ctx cx;

		assert_int_equal(parse(&cx, good, len, &doc), OCIT_E_FORMAT);
		assert_null(doc);
		assert_int_equal(sscanf(ctx_message(&cx), "spec:%u:%u: ", &line, &column), 2);
		assert_in_range(line, 1, 5);
		assert_in_range(column, 1, 80);
	}
}

static void case_004_duplicate_key(void **state)
{
	static const struct refusal rows[] = {
		{ "{\"a\":1,\"a\":2}", 0, "spec:1:8: duplicate member 'a'" },
		{ "{\"x\":[{\"env\":1,\n \"b\":2,  \"env\":3}]}", 0,
			"spec:2:10: duplicate member 'env'" },
		{ "{\"env\":1,\"\\u0065nv\":2}", 0, "spec:1:10: duplicate member 'env'" },
		{ "{\"\\u00e4\":1, \"\xc3\xa4\":2}", 0, "spec:1:14: duplicate member '\xc3\xa4'" },
		{ "{\"a\\\"\\\\\":1,\"a\\\"\\\\\":2}", 0, "spec:1:12: duplicate member 'a\"\\'" },
		{ "{\"a\\n\":1,\"a\\n\":2}", 0, "spec:1:10: duplicate member 'a\\x0a'" },
		{ "{\"\":1,\"\":2}", 0, "spec:1:7: duplicate member ''" },
		{ "{\"a-name-longer-than-twenty-bytes\":1,\"a-name-longer-than-twenty-bytes\":1}",
			0, "spec:1:38: duplicate member 'a-name-longer-than-twenty-bytes'" },
	};

	(void)state;
	assert_refused(rows, ARRAY_LEN(rows), OCIT_E_FORMAT);
}

static void case_007_number_forms(void **state)
{
	static const struct refusal rows[] = {
		{ "[1e400]", 0, "spec:1:2: number '1e400' is out of range" },
		{ "[9223372036854775808]", 0,
			"spec:1:2: number '9223372036854775808' is out of range" },
		{ "[1, -9223372036854775809]", 0,
			"spec:1:5: number '-9223372036854775809' is out of range" },
		{ "{\"a\": -0}", 0, "spec:1:7: '-0' is not an integer, write 0" },
		{ "[-0", 0, "spec:1:2: '-0' is not an integer, write 0" },
	};
	static const char *const forms[] = { "01", "+1", "0x10", "1.", ".5", "1e", "-", "--1",
		"1e+", "0b1", "1_000", "1,000,", "Infinity", "-Infinity" };
	static const struct {
		const char *text;
		int64_t value;
	} exact[] = {
		{ "9223372036854775807", INT64_MAX },
		{ "-9223372036854775808", INT64_MIN },
		{ "0", 0 },
		{ "-1", -1 },
	};
	struct json *doc = NULL;
	struct ctx cx;

	(void)state;
	assert_refused(rows, ARRAY_LEN(rows), OCIT_E_FORMAT);
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		char text[64];
		int len = snprintf(text, sizeof(text), "[%s]", forms[i]);

		assert_int_equal(parse(&cx, text, (size_t)len, &doc), OCIT_E_FORMAT);
	}
	for (size_t i = 0; i < ARRAY_LEN(exact); i++) {
		assert_int_equal(parse(&cx, exact[i].text, strlen(exact[i].text), &doc), 0);
		assert_true(json_int(json_root(doc)) == exact[i].value);
		json_free(doc);
	}
}

/* A real number is never taken for an integer: who wants an integer sees the type. */
static void case_007_reals_have_their_own_type(void **state)
{
	static const char *const rows[] = { "1.0", "1e2", "-0.0", "-0e1", "1E-2" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(json) struct json *doc = NULL;
		struct ctx cx;

		assert_int_equal(parse(&cx, rows[i], strlen(rows[i]), &doc), 0);
		assert_int_equal(json_type(json_root(doc)), JSON_REAL);
	}
}

/* Numbers beyond 64 bits are neither refused nor rounded where the caller asks for that. */
static void wide_numbers_are_exact(void **state)
{
	static const struct json_limits wide = { .bytes = 4096, .members = 64, .wide = true };
	static const char text[] = "{\"a-1\\\"2\":[-7,{\"b\":18446744073709551615},[]],"
				   "\"c\":true,\"d\":1.50,\"e\":[9223372036854775807,"
				   "9223372036854775808,-9223372036854775808,-9223372036854775809,"
				   "18446744073709551616,1E2,null,\"3\",0]}";
	AUTO(json) struct json *doc = NULL;
	const struct json_value *root, *v;
	uint64_t big = 0;
	struct ctx cx;

	(void)state;
	ctx_init(&cx, NULL);
	assert_int_equal(json_parse_limited(&cx, text, strlen(text), "t", &wide, &doc), 0);
	root = json_root(doc);
	v = json_member(root, "a-1\"2");
	assert_true(json_int(json_at(v, 0)) == -7);
	assert_int_equal(json_type(json_member(json_at(v, 1), "b")), JSON_BIG);
	assert_true(json_big(json_member(json_at(v, 1), "b"), &big) && big == UINT64_MAX);
	assert_string_equal(json_number(json_member(root, "d")), "1.50");
	v = json_member(root, "e");
	assert_true(json_int(json_at(v, 0)) == INT64_MAX);
	assert_true(json_big(json_at(v, 1), &big) && big == (uint64_t)INT64_MAX + 1);
	assert_true(json_int(json_at(v, 2)) == INT64_MIN);
	assert_false(json_big(json_at(v, 3), &big));
	assert_string_equal(json_number(json_at(v, 3)), "-9223372036854775809");
	assert_false(json_big(json_at(v, 4), &big));
	assert_int_equal(json_type(json_at(v, 5)), JSON_REAL);
	assert_string_equal(json_number(json_at(v, 5)), "1E2");
	assert_string_equal(json_string(json_at(v, 7)), "3");
	assert_true(json_int(json_at(v, 8)) == 0);
}

static void a_wide_document_may_be_a_number(void **state)
{
	static const struct json_limits wide = { .bytes = 64, .members = 1, .wide = true };
	struct ctx cx;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		AUTO(json) struct json *doc = NULL;
		const char *text = i ? " 99999999999999999999 " : "01";

		ctx_init(&cx, NULL);
		assert_int_equal(json_parse_limited(&cx, text, strlen(text), "t", &wide, &doc),
			i ? 0 : OCIT_E_FORMAT);
		if (i)
			assert_string_equal(json_number(json_root(doc)), "99999999999999999999");
	}
}

static void case_008_invalid_utf8(void **state)
{
	static const struct refusal rows[] = {
		{ "[\"a\xff\"]", 0, "spec:1:4: byte 0xff is not UTF-8 text" },
		{ "[\n\"\xc3\xa4\xc0\x80\"]", 0, "spec:2:3: byte 0xc0 is not UTF-8 text" },
		{ "[\"\xed\xa0\x80\"]", 0, "spec:1:3: byte 0xed is not UTF-8 text" },
		{ "\xff\xfe{\0}\0", 6, "spec:1:1: byte 0xff is not UTF-8 text" },
	};
	static const char *const surrogates[] = { "[\"\\ud800\"]", "[\"\\udc00\"]",
		"[\"\\ud800\\u0041\"]", "[\"\\ud800x\"]", "{\"\\ud800\":1}" };

	(void)state;
	assert_refused(rows, ARRAY_LEN(rows), OCIT_E_FORMAT);
	for (size_t i = 0; i < ARRAY_LEN(surrogates); i++) {
		struct json *doc = NULL;
		struct ctx cx;

		assert_int_equal(
			parse(&cx, surrogates[i], strlen(surrogates[i]), &doc), OCIT_E_FORMAT);
		assert_non_null(strstr(ctx_message(&cx), "spec:1:"));
	}
}

static void case_009_nul(void **state)
{
	static const struct refusal rows[] = {
		{ "{\"args\":[\"a\\u0000b\"]}", 0, "spec:1:12: NUL not allowed in a string" },
		{ "{\"a\\u0000\":1}", 0, "spec:1:4: NUL not allowed in a string" },
		{ "[\"a\0\"]", 6, "spec:1:4: byte 0x00 is not UTF-8 text" },
		{ "[1]\0", 4, "spec:1:4: byte 0x00 is not UTF-8 text" },
	};

	(void)state;
	assert_refused(rows, ARRAY_LEN(rows), OCIT_E_FORMAT);
}

static void case_010_too_large(void **state)
{
	size_t len = 17u << 20;
	char *text = malloc(len), *keys = repeat(",\"k\":1", 100000);
	char *elements = repeat(",1", 100000);
	const struct refusal rows[] = {
		{ text, len, "spec: 17825792 bytes, limit 16777216" },
		{ text, (16u << 20) + 1, "spec: 16777217 bytes, limit 16777216" },
		{ keys, 0, "spec:1:393217: more than 65536 members" },
		{ elements, 0, "spec:1:131073: more than 65536 members" },
	};

	(void)state;
	assert_non_null(text);
	memset(text, 'a', len);
	text[0] = '"';
	keys[0] = '{';
	elements[0] = '[';
	assert_refused(rows, ARRAY_LEN(rows), OCIT_E_LIMIT);
	free(text);
	free(keys);
	free(elements);
}

static void case_010_the_limits_are_reached_exactly(void **state)
{
	static const struct json_limits limits = { .bytes = 64, .members = 4 };
	static const struct {
		const char *text;
		int code;
	} rows[] = {
		{ "{\"a\":[1,2],\"b\":{}}", 0 },
		{ "[[],[],{},[]]", 0 },
		{ "[[],[],{},[1]]", OCIT_E_LIMIT },
		{ "{\"a\":[1,2],\"b\":{\"c\":1}}", OCIT_E_LIMIT },
		{ "\"0123456789012345678901234567890123456789012345678901234567890 \"", 0 },
		{ "\"0123456789012345678901234567890123456789012345678901234567890  \"",
			OCIT_E_LIMIT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(json) struct json *doc = NULL;
		struct ctx cx;

		ctx_init(&cx, NULL);
		assert_int_equal(json_parse_limited(&cx, rows[i].text, strlen(rows[i].text), "t",
					 &limits, &doc),
			rows[i].code);
	}
}

static void case_011_trailing_text(void **state)
{
	static const struct refusal rows[] = {
		{ "{} x", 0, "spec:1:4: text after the end of the document" },
		{ "{}\n{}", 0, "spec:2:1: text after the end of the document" },
		{ "[1] 2", 0, "spec:1:5: text after the end of the document" },
		{ "[1]]", 0, "spec:1:4: text after the end of the document" },
	};

	(void)state;
	assert_refused(rows, ARRAY_LEN(rows), OCIT_E_FORMAT);
}

static void case_012_extensions(void **state)
{
	static const char *const rows[] = { "{/* c */}", "// c\n{}", "# c\n{}", "[1,]",
		"{\"a\":1,}", "[,1]", "[1,,2]", "{'a':1}", "['a']", "{a:1}", "[NaN]", "NaN",
		"[nul]", "[True]", "[\"a\nb\"]", "[\"a\tb\"]", "[\"\\x41\"]", "[\"\\'\"]",
		"[\"\\u12g4\"]", "[1 2]", "{\"a\" 1}", "{\"a\":}", "{:1}", "[}", "{]", "]", ",",
		"[1\v]", "{\"a\":1:2}", "[\"a\":1]" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		unsigned line = 0, column = 0;
		struct json *doc = NULL;
		struct ctx cx;

		assert_int_equal(parse(&cx, rows[i], strlen(rows[i]), &doc), OCIT_E_FORMAT);
		assert_int_equal(sscanf(ctx_message(&cx), "spec:%u:%u: ", &line, &column), 2);
		assert_true(line >= 1 && column >= 1 && column <= strlen(rows[i]) + 1);
	}
}

static void places_point_at_the_token(void **state)
{
	static const struct refusal rows[] = {
		{ "{\"a\": tru}", 0, "spec:1:7: invalid token near 'tru'" },
		{ "{\n\t\"\xc3\xa4\": 1,\n}", 0, "spec:3:1: string or '}' expected near '}'" },
		{ "{\"a\" \"b c\"}", 0, "spec:1:6: ':' expected near '\"b c\"'" },
		{ "[\"\xe2\x82\xac\", \xe2\x82\xac]", 0,
			"spec:1:7: invalid token near '\xe2\x82\xac'" },
		{ "[1,\n 2", 0, "spec:2:3: ']' expected near end of file" },
	};

	(void)state;
	assert_refused(rows, ARRAY_LEN(rows), OCIT_E_FORMAT);
}

static void look_at_all(const struct json_value *v, unsigned depth)
{
	assert_true(depth <= JSON_DEPTH_MAX);
	for (size_t i = 0; i < json_count(v); i++) {
		const char *key = NULL;

		if (json_type(v) == JSON_OBJECT) {
			const struct json_value *m = json_member_at(v, i, &key);

			assert_ptr_equal(json_member(v, key), m);
			look_at_all(m, depth + 1);
		} else {
			look_at_all(json_at(v, i), depth + 1);
		}
	}
	if (json_type(v) == JSON_STRING)
		assert_true(strlen(json_string(v)) < sizeof(good));
}

/* Whatever one byte becomes: a document that can be walked, or an error with its place. */
static void flipped_bytes_give_a_value_or_an_error(void **state)
{
	size_t len = sizeof(good) - 1;
	char text[sizeof(good)];

	(void)state;
	memcpy(text, good, sizeof(good));
	for (size_t i = 0; i < len; i++) {
		for (unsigned flip = 1; flip < 256; flip++) {
			struct json *doc = NULL;
			struct ctx cx;
			int r;

			text[i] = (char)(good[i] ^ (char)flip);
			r = parse(&cx, text, len, &doc);
			assert_true(r == 0 || r == OCIT_E_FORMAT);
			assert_int_equal(r == 0, doc != NULL);
			assert_int_equal(r == 0, ctx_message(&cx)[0] == '\0');
			if (doc)
				look_at_all(json_root(doc), 1);
			json_free(doc);
		}
		text[i] = good[i];
	}
}

/* The same with a byte left out, and with one said twice. */
static void missing_and_repeated_bytes_do_no_harm(void **state)
{
	size_t len = sizeof(good) - 1;
	char text[sizeof(good) + 1];

	(void)state;
	for (size_t i = 0; i < len; i++) {
		struct json *doc = NULL;
		struct ctx cx;

		memcpy(text, good, i);
		memcpy(text + i, good + i + 1, len - i - 1);
		if (parse(&cx, text, len - 1, &doc) == 0)
			look_at_all(json_root(doc), 1);
		json_free(doc);
		doc = NULL;
		memcpy(text, good, i + 1);
		memcpy(text + i + 1, good + i, len - i);
		if (parse(&cx, text, len + 1, &doc) == 0)
			look_at_all(json_root(doc), 1);
		json_free(doc);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_what_was_written),
		cmocka_unit_test(any_value_can_be_the_document),
		cmocka_unit_test(many_members_keep_their_order),
		cmocka_unit_test(case_001_empty_document),
		cmocka_unit_test(case_002_deep_nesting),
		cmocka_unit_test(case_002_depth_64_is_allowed),
		cmocka_unit_test(case_003_truncation_at_each_byte),
		cmocka_unit_test(case_004_duplicate_key),
		cmocka_unit_test(case_007_number_forms),
		cmocka_unit_test(case_007_reals_have_their_own_type),
		cmocka_unit_test(wide_numbers_are_exact),
		cmocka_unit_test(a_wide_document_may_be_a_number),
		cmocka_unit_test(case_008_invalid_utf8),
		cmocka_unit_test(case_009_nul),
		cmocka_unit_test(case_010_too_large),
		cmocka_unit_test(case_010_the_limits_are_reached_exactly),
		cmocka_unit_test(case_011_trailing_text),
		cmocka_unit_test(case_012_extensions),
		cmocka_unit_test(places_point_at_the_token),
		cmocka_unit_test(flipped_bytes_give_a_value_or_an_error),
		cmocka_unit_test(missing_and_repeated_bytes_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
