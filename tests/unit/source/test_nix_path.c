/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/source/test_nix_path.c: what is a store path, and where one stands in other text. */
#include <stdio.h>

#include "source/nix_path.h"
#include "support/test.h"

#define HASH    "0123456789abcdfghijklmnpqrsvwxyz"
#define OTHER   "zyxwvsrqpnmlkjihgfdcba9876543210"
#define FOREIGN "e123456789abcdfghijklmnpqrsvwxyz"

static void names_that_nix_makes_are_accepted(void **state)
{
	static const char *const names[] = { HASH "-a", HASH "-hello-2.12.1", HASH "-gmp+x?y=z_A.b",
		HASH "-.dot", HASH "-...", HASH "-..x", HASH "--dash", HASH "-a.drv" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_int_equal(nix_name_check(names[i], strlen(names[i])), NIX_FINE);
}

static void names_that_nix_refuses_are_refused_for_a_reason(void **state)
{
	static const struct {
		const char *name;
		enum nix_fault fault;
	} cases[] = {
		{ "", NIX_NO_SHAPE },
		{ "a", NIX_NO_SHAPE },
		{ HASH, NIX_NO_SHAPE },
		{ HASH "-", NIX_NO_SHAPE },
		{ HASH "0-a", NIX_NO_SHAPE },
		{ "A123456789abcdfghijklmnpqrsvwxyz-a", NIX_NO_SHAPE },
		{ HASH "-a b", NIX_NO_SHAPE },
		{ HASH "-a/b", NIX_NO_SHAPE },
		{ HASH "-a~b", NIX_NO_SHAPE },
		{ HASH "-gr\xc3\xbc\xc3\x9f", NIX_NO_SHAPE },
		{ FOREIGN "-a", NIX_BAD_ALPHABET },
		{ "0o23456789abcdfghijklmnpqrsvwxyz-a", NIX_BAD_ALPHABET },
		{ "0123456789abcdfghijklmnpqrsvwxyu-a", NIX_BAD_ALPHABET },
		{ "0123456789abcdfghijktmnpqrsvwxyz-a", NIX_BAD_ALPHABET },
		{ HASH "-.", NIX_BAD_DOTS },
		{ HASH "-..", NIX_BAD_DOTS },
		{ HASH "-.-x", NIX_BAD_DOTS },
		{ HASH "-..-x", NIX_BAD_DOTS },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		if (nix_name_check(cases[i].name, strlen(cases[i].name)) != cases[i].fault)
			print_error("%s\n", cases[i].name);
		assert_int_equal(
			nix_name_check(cases[i].name, strlen(cases[i].name)), cases[i].fault);
		assert_true(strlen(nix_fault_text(cases[i].fault)) > 10);
	}
	assert_int_equal(nix_name_check(HASH "-a\0b", sizeof(HASH "-a\0b") - 1), NIX_NO_SHAPE);
}

static void a_name_has_at_most_211_bytes(void **state)
{
	char name[NIX_HASH_LEN + 1 + NIX_NAME_MAX + 2] = HASH "-";

	(void)state;
	memset(name + NIX_HASH_LEN + 1, 'n', NIX_NAME_MAX + 1);
	assert_int_equal(nix_name_check(name, NIX_HASH_LEN + 1 + NIX_NAME_MAX), NIX_FINE);
	assert_int_equal(nix_name_check(name, NIX_HASH_LEN + 2 + NIX_NAME_MAX), NIX_TOO_LONG);
}

static void the_version_begins_at_the_first_digit_behind_a_dash(void **state)
{
	static const struct {
		const char *name, *version;
	} cases[] = {
		{ "hello-2.12.1", "2.12.1" },
		{ "python3-3.11", "3.11" },
		{ "a-b-1-2", "1-2" },
		{ "source", NULL },
		{ "run.sh", NULL },
		{ "x-", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t at = nix_name_version(cases[i].name);

		assert_int_equal(!at, !cases[i].version);
		if (at)
			assert_string_equal(cases[i].name + at, cases[i].version);
	}
}

/* The mentions in text, with "!" for a fault, one a line. */
static void mentions(const char *text, const char *store_dir, char *ret, size_t size)
{
	struct nix_mention m;
	size_t pos = 0, len = 0;

	ret[0] = '\0';
	while (nix_mention_next(text, strlen(text), store_dir, &pos, &m))
		len += (size_t)snprintf(ret + len, size - len, "%s%.*s\n",
			m.fault == NIX_FINE ? "" : "!", (int)m.len, m.at);
	assert_true(len < size);
}

static void mentions_are_found_wherever_they_stand(void **state)
{
	static const struct {
		const char *text, *found;
	} cases[] = {
		{ "", "" },
		{ "/nix/store", "" },
		{ "/nix/store/", "" },
		{ "/nix/store/.links/x", "" },
		{ "/nix/store/" HASH, "" },
		{ "/nix/storex/" HASH "-a", "" },
		{ "/nix/store/" HASH "-a", HASH "-a\n" },
		{ "\"/nix/store/" HASH "-a\":'/nix/store/" OTHER "-b/bin/b'",
			HASH "-a\n" OTHER "-b\n" },
		{ "PATH=/nix/store/" HASH "-a/bin:/nix/store/" HASH "-a/sbin",
			HASH "-a\n" HASH "-a\n" },
		{ "-L/nix/store/" HASH "-a/lib;/nix/store/nix/store/" OTHER "-b,",
			HASH "-a\n" OTHER "-b\n" },
		{ "file:///nix/store/" HASH "-a\n/nix/store/" FOREIGN "-b c",
			HASH "-a\n!" FOREIGN "-b\n" },
		{ "/nix/store/" HASH "-..-x $(/nix/store/" OTHER "-b)",
			"!" HASH "-..-x\n" OTHER "-b\n" },
		{ "/nix/store//nix/store/" HASH "-a", HASH "-a\n" },
	};
	char found[1024];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		mentions(cases[i].text, "/nix/store", found, sizeof(found));
		assert_string_equal(found, cases[i].found);
	}
	mentions(
		"/gnu/store/" HASH "-a /nix/store/" OTHER "-b", "/gnu/store", found, sizeof(found));
	assert_string_equal(found, HASH "-a\n");
}

static void a_mention_is_not_read_past_the_end(void **state)
{
	static const char text[] = "/nix/store/" HASH "-abc";

	(void)state;
	for (size_t len = 0; len < sizeof(text); len++) {
		struct nix_mention m = { .len = 0 };
		size_t pos = 0;
		bool found = nix_mention_next(text, len, "/nix/store", &pos, &m);

		assert_int_equal(found, len > strlen("/nix/store/" HASH "-"));
		assert_true(pos <= len);
		if (found)
			assert_int_equal(m.at + m.len - text, len);
	}
}

static void the_entry_is_the_first_component(void **state)
{
	size_t len = 0;

	(void)state;
	assert_ptr_equal(strstr(nix_path_entry("/nix/store/x-y/bin/z", "/nix/store", &len), "x"),
		nix_path_entry("/nix/store/x-y/bin/z", "/nix/store", &len));
	assert_int_equal(len, 3);
	(void)nix_path_entry("/gnu/store/x", "/gnu/store", &len);
	assert_int_equal(len, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_that_nix_makes_are_accepted),
		cmocka_unit_test(names_that_nix_refuses_are_refused_for_a_reason),
		cmocka_unit_test(a_name_has_at_most_211_bytes),
		cmocka_unit_test(the_version_begins_at_the_first_digit_behind_a_dash),
		cmocka_unit_test(mentions_are_found_wherever_they_stand),
		cmocka_unit_test(a_mention_is_not_read_past_the_end),
		cmocka_unit_test(the_entry_is_the_first_component),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
