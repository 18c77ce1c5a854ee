/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/base/test_text.c: tables of good and bad numbers, UTF-8 and paths. */
#include "base/mem.h"
#include "base/text.h"
#include "support/test.h"

static void numbers_are_strict(void **state)
{
	static const struct {
		const char *text;
		uint64_t max;
		bool ok;
		uint64_t value;
	} rows[] = {
		{ "0", UINT64_MAX, true, 0 },
		{ "18446744073709551615", UINT64_MAX, true, UINT64_MAX },
		{ "18446744073709551616", UINT64_MAX, false, 0 },
		{ "99999999999999999999999", UINT64_MAX, false, 0 },
		{ "255", 255, true, 255 },
		{ "256", 255, false, 0 },
		{ "", 9, false, 0 },
		{ "01", 9, false, 0 },
		{ "+1", 9, false, 0 },
		{ "-1", 9, false, 0 },
		{ " 1", 9, false, 0 },
		{ "1e3", 9999, false, 0 },
		{ "0x1", 9, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint64_t v = 77;

		assert_int_equal(
			text_u64(rows[i].text, strlen(rows[i].text), rows[i].max, &v), rows[i].ok);
		assert_true(v == (rows[i].ok ? rows[i].value : 77));
	}
}

static void utf8_is_judged_with_the_offset(void **state)
{
	static const struct {
		const char *text;
		size_t len, bad; /* bad == len: good */
	} rows[] = {
		{ "plain", 5, 5 },
		{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 9, 9 },
		{ "a\0b", 3, 1 },
		{ "a\xc0\x80", 3, 1 },         /* overlong */
		{ "a\xe0\x80\x80", 4, 1 },     /* overlong */
		{ "a\xed\xa0\x80", 4, 1 },     /* surrogate */
		{ "a\xf4\x90\x80\x80", 5, 1 }, /* above U+10FFFF */
		{ "\xc3", 1, 0 },              /* cut */
		{ "ok\xe2\x82", 4, 2 },        /* cut */
		{ "\x80", 1, 0 },
		{ "\xff", 1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t bad = rows[i].len;

		assert_int_equal(
			text_utf8(rows[i].text, rows[i].len, &bad), rows[i].bad == rows[i].len);
		assert_int_equal(bad, rows[i].bad);
	}
}

static void clean_paths_are_told_from_others(void **state)
{
	static const struct {
		const char *path;
		bool clean;
	} rows[] = {
		{ "/", true },
		{ "/a", true },
		{ "/a/b..c/.d/...", true },
		{ "", false },
		{ "a", false },
		{ "//", false },
		{ "/a/", false },
		{ "/a//b", false },
		{ "/a/./b", false },
		{ "/a/..", false },
		{ "/.", false },
		{ "/a\nb", false },
	};
	char wide[5000];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(path_is_clean(rows[i].path), rows[i].clean);
	memset(wide, 'a', sizeof(wide));
	wide[0] = '/';
	wide[4095] = '\0';
	assert_true(path_is_clean(wide));
	wide[4095] = 'a';
	wide[4096] = '\0';
	assert_false(path_is_clean(wide));
}

static void paths_resolve_by_text(void **state)
{
	static const char *const rows[][3] = {
		{ "/a/b", "c", "/a/b/c" },
		{ "/a/b", "../c", "/a/c" },
		{ "/a/b", "/c/./d//e/", "/c/d/e" },
		{ "/", "../../x", "/x" },
		{ "/a", "..", "/" },
		{ "/a", "", "/a" },
		{ "/", ".", "/" },
	};
	AUTO(arena) struct arena a;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_string_equal(path_resolve(&a, rows[i][0], rows[i][1]), rows[i][2]);
	assert_string_equal(path_parent(&a, "/a/b"), "/a");
	assert_string_equal(path_parent(&a, "/a"), "/");
	assert_string_equal(path_parent(&a, "/"), "/");
	assert_string_equal(path_base("/a/b"), "b");
	assert_string_equal(path_base("/"), "");
}

static void overlong_results_are_refused(void **state)
{
	AUTO(arena) struct arena a;
	char wide[5000];

	(void)state;
	arena_init(&a);
	memset(wide, 'a', sizeof(wide) - 1);
	wide[sizeof(wide) - 1] = '\0';
	assert_null(path_resolve(&a, "/", wide));
}

static void containment_is_by_component(void **state)
{
	(void)state;
	assert_true(path_within("/proc", "/proc"));
	assert_true(path_within("/proc/x", "/proc"));
	assert_false(path_within("/process", "/proc"));
	assert_true(path_within("/x", "/"));
	assert_false(path_within("/", "/x"));
}

static void distance_counts_edits(void **state)
{
	(void)state;
	assert_int_equal(text_distance("mounts", "mounts"), 0);
	assert_int_equal(text_distance("mount", "mounts"), 1);
	assert_int_equal(text_distance("kitten", "sitting"), 3);
	assert_int_equal(text_distance("", "abc"), 3);
}

static void prefixes_and_suffixes(void **state)
{
	(void)state;
	assert_true(text_starts("bundle:x", "bundle:"));
	assert_false(text_starts("bun", "bundle:"));
	assert_true(text_ends("libz.so", ".so"));
	assert_false(text_ends("so", ".so"));
}

static void only_what_does_no_harm_is_shown(void **state)
{
	static const struct {
		const char *text;
		size_t shown;
	} rows[] = {
		{ "a", 1 },
		{ " ", 1 },
		{ "\x1f", 0 },
		{ "\x7f", 0 },
		{ "\x80", 0 },
		{ "\xff", 0 },
		{ "\xc3", 0 },
		{ "\xc3\xa4x", 2 },
		{ "\xc0\x80", 0 },
		{ "\xc2\x9b", 0 },     /* C1: CSI */
		{ "\xc2\xa0", 2 },     /* no-break space */
		{ "\xd8\x9c", 0 },     /* Arabic letter mark */
		{ "\xe2\x80\x8b", 3 }, /* zero width space */
		{ "\xe2\x80\x8f", 0 }, /* right-to-left mark */
		{ "\xe2\x80\xa8", 0 }, /* line separator */
		{ "\xe2\x80\xae", 0 }, /* right-to-left override */
		{ "\xe2\x80\xaf", 3 },
		{ "\xe2\x81\xa6", 0 }, /* left-to-right isolate */
		{ "\xed\xa0\x80", 0 }, /* surrogate */
		{ "\xf0\x9f\x98\x80", 4 },
		{ "\xf0\x9f\x98", 0 },
		{ "\xf4\x90\x80\x80", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(text_shown(rows[i].text), rows[i].shown);
}

static void a_word_is_whole_in_its_list(void **state)
{
	char overlong[70];

	(void)state;
	assert_true(text_has_word(" a bc ", "a"));
	assert_true(text_has_word(" a bc ", "bc"));
	assert_false(text_has_word(" a bc ", "b"));
	assert_false(text_has_word(" a bc ", "a bc"));
	assert_false(text_has_word(" a bc ", ""));
	memset(overlong, 'a', sizeof(overlong));
	overlong[sizeof(overlong) - 1] = 0;
	assert_false(text_has_word(" a bc ", overlong));
}

static void versions_are_compared_number_by_number(void **state)
{
	(void)state;
	assert_true(version_compare("1.10.0", "1.9.9") > 0);
	assert_true(version_compare("1.0.0", "1.0.2-dev") < 0);
	assert_int_equal(version_compare("1.2.1", "1.2.1+dev"), 0);
	assert_int_equal(version_compare("", "x"), 0);
	assert_true(version_compare("2", "1.9.9") > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_does_no_harm_is_shown),
		cmocka_unit_test(numbers_are_strict),
		cmocka_unit_test(utf8_is_judged_with_the_offset),
		cmocka_unit_test(clean_paths_are_told_from_others),
		cmocka_unit_test(paths_resolve_by_text),
		cmocka_unit_test(overlong_results_are_refused),
		cmocka_unit_test(containment_is_by_component),
		cmocka_unit_test(distance_counts_edits),
		cmocka_unit_test(prefixes_and_suffixes),
		cmocka_unit_test(a_word_is_whole_in_its_list),
		cmocka_unit_test(versions_are_compared_number_by_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
