/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/codec/test_json_token.c: our reader and jansson agree on what is JSON, and what it
 * says. */
#include <jansson.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "codec/json_limits.h"
#include "codec/json_scan.h"
#include "codec/json_tree.h"
#include "support/test.h"

/* jansson's enumerators have the names of ours, so that codec/json.h cannot be seen here. */
static const json_type types[] = { JSON_NULL, JSON_FALSE, JSON_INTEGER, JSON_REAL, JSON_STRING,
	JSON_ARRAY, JSON_OBJECT };
enum { SOUP_DOCUMENTS = 200000, SOUP_TOKENS = 12, TEXT_MAX = 512 };

static bool same_type(const struct json_value *ours, const json_t *theirs)
{
	return json_typeof(theirs) == types[ours->type] ||
	       (json_is_true(theirs) && types[ours->type] == JSON_FALSE);
}

/* Documents are no deeper than the limit. */
static void assert_same(const struct json_value *ours, json_t *theirs) // NOLINT(misc-no-recursion)
{
	void *member = json_object_iter(theirs);

	assert_true(same_type(ours, theirs));
	if (json_is_string(theirs))
		assert_string_equal(ours->string, json_string_value(theirs));
	if (json_is_integer(theirs))
		assert_true(ours->integer == json_integer_value(theirs));
	if (json_is_boolean(theirs))
		assert_int_equal(ours->integer, json_is_true(theirs));
	assert_int_equal(ours->count, json_object_size(theirs) + json_array_size(theirs));
	for (size_t i = 0; i < ours->count; i++) {
		json_t *value = json_array_get(theirs, i);

		if (member) {
			assert_string_equal(ours->items[i].key, json_object_iter_key(member));
			value = json_object_iter_value(member);
			member = json_object_iter_next(theirs, member);
		}
		assert_same(&ours->items[i], value);
	}
}

/* 1: both took it. The copy ends where the text ends: a read beyond it is the sanitizer's. */
static int compare(const char *text, size_t len)
{
	static const struct json_limits limits = { .bytes = JSON_BYTES_MAX,
		.members = JSON_MEMBERS_MAX };
	char *exact = malloc(len ? len : 1);
	const struct json_text t = { .text = exact, .len = len, .name = "t" };
	struct json ours = { 0 };
	json_t *theirs = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
	size_t members = 0;
	struct ctx cx;
	int r;

	assert_non_null(exact);
	memcpy(exact, text, len);
	ctx_init(&cx, NULL);
	r = json_text_scan(&cx, &t, &limits, &members);
	if (!r)
		r = json_tree_build(&cx, &t, members, &ours);
	if (r < 0 && strstr(ctx_message(&cx), "'-0' is not an integer")) {
		json_decref(theirs);
		theirs = NULL;
	}
	if ((r == 0) != (theirs != NULL))
		print_message("# '%.*s': %s\n", (int)len, text, ctx_message(&cx));
	assert_int_equal(r == 0, theirs != NULL);
	if (theirs)
		assert_same(ours.nodes, theirs);
	json_tree_done(&ours);
	json_decref(theirs);
	free(exact);
	return r == 0;
}

static const char good[] =
	"{\"args\":[\"/bin/sh\",\"echo \\u00e4\\ud83d\\ude00 \\\"x\\\"\\n\\/\\\\\"],\"n\":-12,"
	"\"o\":{\"a\":1,\"b\":[],\"c\":{}},\"t\":true,\"f\":false,\"z\":null,\"r\":[1.5e3,0.1E-2,"
	"0,10]}";

static void every_byte_can_be_another(void **state)
{
	char text[sizeof(good)];

	(void)state;
	for (size_t i = 0; i < sizeof(good) - 1; i++) {
		for (unsigned byte = 1; byte < 256; byte++) {
			memcpy(text, good, sizeof(good));
			text[i] = (char)byte;
			compare(text, sizeof(good) - 1);
		}
	}
}

static void every_length_is_cut(void **state)
{
	(void)state;
	for (size_t len = 1; len < sizeof(good) - 1; len++)
		assert_int_equal(compare(good, len), 0);
	assert_int_equal(compare(good, sizeof(good) - 1), 1);
}

/* The same numbers in every run. */
static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

static size_t cook(uint32_t *seed, char *text)
{
	static const char *const tokens[] = { "{", "}", "[", "]", ",", ":", "{\"a\":", "\"a\"",
		"\"b\"", "\"\"", "\"\\u0061\"", "\"\\ud83d\\ude00\"", "\"\\ud83d\"", "\"\\ude00\"",
		"\"\\u12\"", "\"\\q\"", "\"\xc3\xa4\"", "\"\\", "\"", "0", "-1", "12", "01", "-",
		"1.5", "1.", "1e5", "1E+2", "1e", "1e400", "9223372036854775807",
		"9223372036854775808", "-9223372036854775808", "-9223372036854775809", "true",
		"false", "null", "tru", "nul", "truefalse", " ", "\n", "\t", "x", "\xe2\x82\xac" };
	size_t len = 0, n = 1 + next_random(seed) % SOUP_TOKENS;

	for (size_t i = 0; i < n; i++) {
		const char *token = tokens[next_random(seed) % ARRAY_LEN(tokens)];

		memcpy(text + len, token, strlen(token));
		len += strlen(token);
	}
	return len;
}

static void a_soup_of_tokens(void **state)
{
	uint32_t seed = 1;
	int taken = 0;
	char text[TEXT_MAX];

	(void)state;
	for (int i = 0; i < SOUP_DOCUMENTS; i++)
		taken += compare(text, cook(&seed, text));
	assert_true(taken > SOUP_DOCUMENTS / 100);
}

/* Where a reader grows a buffer while it reads: jansson loses a byte when that fails. */
static void strings_of_every_length(void **state)
{
	enum { LENGTH_MAX = 300 };
	char text[LENGTH_MAX * 2 + 8];

	(void)state;
	for (size_t n = 0; n < LENGTH_MAX; n++) {
		size_t len = 0;

		text[len++] = '"';
		for (size_t i = 0; i < n; i++) {
			if (i % 5 == 0)
				text[len++] = '\\';
			text[len++] = 'n';
		}
		text[len++] = '"';
		assert_int_equal(compare(text, len), 1);
	}
}

/* Up to the largest double, and not beyond, however it is written. */
static void real_numbers_up_to_the_largest(void **state)
{
	static const struct {
		const char *text;
		int taken;
	} rows[] = {
		{ "[1.7976931348623157e308]", 1 },
		{ "[-1.7976931348623157e+308]", 1 },
		{ "[1.7976931348623158e308]", 1 },
		{ "[1.7976931348623159e308]", 0 },
		{ "[1.8e308]", 0 },
		{ "[-81.5e307]", 0 },
		{ "[17.976931348623157e307]", 1 },
		{ "[0.00017976931348623157e312]", 1 },
		{ "[0.00017976931348623159e312]", 0 },
		{ "[0.0009e312]", 0 },
		{ "[1e308]", 1 },
		{ "[1e309]", 0 },
		{ "[1e-400]", 1 },
		{ "[0e999]", 1 },
		{ "[0.0e999]", 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(compare(rows[i].text, strlen(rows[i].text)), rows[i].taken);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_can_be_another),
		cmocka_unit_test(every_length_is_cut),
		cmocka_unit_test(a_soup_of_tokens),
		cmocka_unit_test(strings_of_every_length),
		cmocka_unit_test(real_numbers_up_to_the_largest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
