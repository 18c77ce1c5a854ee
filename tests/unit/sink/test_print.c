/* SPDX-License-Identifier: Apache-2.0 */
/* unit/sink/test_print.c: sizes, counts and names as reports spell them. */
#include "support/test.h"

#include "base/buf.h"
#include "base/mem.h"
#include "codec/json_out.h"
#include "sink/print.h"

static void sizes_have_at_most_four_digits(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} cases[] = {
		{ 0, "0 B" },
		{ 999, "999 B" },
		{ 1000, "1.0 kB" },
		{ 1049, "1.0 kB" },
		{ 1051, "1.1 kB" },
		{ 999949, "999.9 kB" },
		{ 999950, "1.0 MB" },
		{ 125401234, "125.4 MB" },
		{ 999949999, "999.9 MB" },
		{ 1000000000, "1.0 GB" },
		{ UINT64_MAX, "18.4 EB" },
	};

	(void)state; /* no fixture */
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char text[PRINT_SIZE_MAX];

		print_size(cases[i].bytes, text);
		assert_string_equal(text, cases[i].text);
	}
}

static void counts_are_grouped(void **state)
{
	static const struct {
		uint64_t n;
		const char *text;
	} cases[] = {
		{ 0, "0" },
		{ 999, "999" },
		{ 1000, "1,000" },
		{ 12345678, "12,345,678" },
		{ UINT64_MAX, "18,446,744,073,709,551,615" },
	};

	(void)state; /* no fixture */
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char text[PRINT_COUNT_MAX];

		print_count(cases[i].n, text);
		assert_string_equal(text, cases[i].text);
	}
}

static void control_bytes_are_spelt_out(void **state)
{
	AUTO(buf) struct buf out;

	(void)state; /* no fixture */
	buf_init(&out, 100);
	print_safe(&out, "a\x1b[2J\n\x7f\xc3\xa4\xff\xc2\x9b");
	assert_string_equal(out.data, "a\\x1b[2J\\x0a\\x7f\xc3\xa4\\xff\\xc2\\x9b");
}

static void names_beyond_utf8_are_added_in_hex(void **state)
{
	AUTO(buf) struct buf out;
	struct json_out o;

	(void)state; /* no fixture */
	buf_init(&out, 1000);
	json_out_init(&o, &out, 0);
	json_out_object(&o);
	print_json_name(&o, "path", "/\xc3\xa4");
	print_json_name(&o, "to", "/\xff");
	json_out_end_object(&o);
	json_out_finish(&o);
	assert_string_equal(
		out.data, "{\"path\":\"/\xc3\xa4\",\"to\":\"/\xef\xbf\xbd\",\"toHex\":\"2fff\"}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_have_at_most_four_digits),
		cmocka_unit_test(counts_are_grouped),
		cmocka_unit_test(control_bytes_are_spelt_out),
		cmocka_unit_test(names_beyond_utf8_are_added_in_hex),
	};

	return cmocka_run_group_tests_name("sink/print", tests, NULL, NULL);
}
