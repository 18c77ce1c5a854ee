/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/codec/test_shebang.c: lines as the kernel reads them, words as env(1) does. */
#include "support/test.h"

#include <stdlib.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "codec/shebang.h"

#define give_up(...) (print_error(__VA_ARGS__), print_error("\n"), _fail(__FILE__, __LINE__))

static int read_text(
	struct ctx *cx, const char *text, size_t len, struct arena *a, struct shebang *ret)
{
	char *copy = malloc(len ? len : 1);
	int r;

	assert_non_null(copy);
	memcpy(copy, text, len);
	assert_int_equal(ctx_init(cx, NULL), 0);
	r = shebang_read(cx, copy, len, a, ret);
	free(copy);
	return r;
}

static void same(size_t row, const char *is, const char *wanted)
{
	if (!is != !wanted || (is && strcmp(is, wanted)))
		give_up("row %zu: '%s', not '%s'", row, is ? is : "(none)",
			wanted ? wanted : "(none)");
}

static void case_144_lines_are_read_as_the_kernel_reads_them(void **state)
{
	static const struct {
		const char *text;
		const char *interpreter, *argument;
	} rows[] = {
		{ "#!/bin/sh\n", "/bin/sh", NULL },
		{ "#!/bin/sh", "/bin/sh", NULL },
		{ "#! \t /bin/sh \t \nrest", "/bin/sh", NULL },
		{ "#!/bin/sh -e -x  \n", "/bin/sh", "-e -x" },
		{ "#!/bin/sh\t-e\n", "/bin/sh", "-e" },
		{ "#!/bin/sh\r\n", "/bin/sh\r", NULL },
		{ "#!bin/sh\n", "bin/sh", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(arena) struct arena a;
		struct shebang s;
		struct ctx cx;

		arena_init(&a);
		assert_int_equal(read_text(&cx, rows[i].text, strlen(rows[i].text), &a, &s), 0);
		same(i, s.interpreter, rows[i].interpreter);
		same(i, s.argument, rows[i].argument);
		same(i, s.program, NULL);
	}
}

static void case_144_a_nul_ends_what_it_stands_in(void **state)
{
	static const char name[] = "#!/bin/sh\0 -x\n", argument[] = "#!/bin/sh -x\0y\n";
	AUTO(arena) struct arena a;
	struct shebang s;
	struct ctx cx;

	(void)state;
	arena_init(&a);
	assert_int_equal(read_text(&cx, name, sizeof(name) - 1, &a, &s), 0);
	same(0, s.interpreter, "/bin/sh");
	same(0, s.argument, NULL);
	assert_int_equal(read_text(&cx, argument, sizeof(argument) - 1, &a, &s), 0);
	same(1, s.argument, "-x");
}

static void case_144_a_line_without_a_name_is_refused(void **state)
{
	static const char *const rows[] = { "#!", "#!\n", "#! \t \n/bin/sh", "#!   ", "", "#",
		"\xef\xbb\xbf#!/bin/sh\n", " #!/bin/sh\n" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(arena) struct arena a;
		struct shebang s = { .interpreter = "untouched" };
		struct ctx cx;

		arena_init(&a);
		assert_int_equal(read_text(&cx, rows[i], strlen(rows[i]), &a, &s), OCIT_E_FORMAT);
		assert_true(ctx_message(&cx)[0]);
		same(i, s.interpreter, "untouched");
	}
}

static void case_149_only_the_first_256_bytes_count(void **state)
{
	AUTO(arena) struct arena a;
	char line[4096];
	struct shebang s;
	struct ctx cx;

	(void)state;
	arena_init(&a);
	/* An argument is cut. */
	memset(line, 'x', sizeof(line));
	memcpy(line, "#!/bin/sh ", 10);
	line[sizeof(line) - 1] = '\n';
	assert_int_equal(read_text(&cx, line, sizeof(line), &a, &s), 0);
	same(0, s.interpreter, "/bin/sh");
	assert_int_equal(strlen(s.argument), 255 - 10);
	/* A path is not: 253 bytes are the most. */
	memset(line, 'x', sizeof(line));
	memcpy(line, "#!/", 3);
	assert_int_equal(read_text(&cx, line, sizeof(line), &a, &s), OCIT_E_FORMAT);
	assert_non_null(strstr(ctx_message(&cx), "253"));
	line[256] = '\n';
	assert_int_equal(read_text(&cx, line, 257, &a, &s), OCIT_E_FORMAT);
	line[255] = '\n';
	assert_int_equal(read_text(&cx, line, 257, &a, &s), 0);
	assert_int_equal(strlen(s.interpreter), 253);
	line[255] = ' ';
	assert_int_equal(read_text(&cx, line, sizeof(line), &a, &s), 0);
	assert_int_equal(strlen(s.interpreter), 253);
}

static void case_146_env_forms_name_their_program(void **state)
{
	static const struct {
		const char *text;
		const char *program, *path;
	} rows[] = {
		{ "#!/usr/bin/env python3\n", "python3", NULL },
		{ "#!/usr/bin/env /opt/x/python3\n", "/opt/x/python3", NULL },
		/* One word, as on a real system: no such program exists. */
		{ "#!/usr/bin/env python3 -u\n", "python3 -u", NULL },
		{ "#!/usr/bin/env -S python3 -u\n", "python3", NULL },
		{ "#!/usr/bin/env -Spython3 -u\n", "python3", NULL },
		{ "#!/bin/env -vS python3\n", "python3", NULL },
		{ "#!/usr/bin/env --split-string=python3 -u\n", "python3", NULL },
		{ "#!/usr/bin/env -S -i python3\n", "python3", NULL },
		{ "#!/usr/bin/env -S -u HOME -C /tmp python3\n", "python3", NULL },
		{ "#!/usr/bin/env -S A=1 B=2 awk -f\n", "awk", NULL },
		{ "#!/usr/bin/env -S PATH=/opt/bin:/bin awk -f\n", "awk", "/opt/bin:/bin" },
		{ "#!/usr/bin/env -S -- awk -f\n", "awk", NULL },
		{ "#!/usr/bin/env -S \"a b\"\\_c d\n", "a b", NULL },
		{ "#!/usr/bin/env -S 'a\\'b'\"\\tc\" d\n", "a'b\tc", NULL },
		{ "#!/usr/bin/env -S \"x\\_y\"\n", "x y", NULL },
		{ "#!/usr/bin/env -S prog\\c ignored\n", "prog", NULL },
		{ "#!/usr/bin/env -S # a comment\n", NULL, NULL },
		{ "#!/usr/bin/env -S\n", NULL, NULL },
		{ "#!/usr/bin/env -i python3\n", "python3", NULL },
		{ "#!/usr/bin/env -u HOME python3\n", "python3", NULL },
		{ "#!/usr/bin/env A=1 python3\n", "python3", NULL },
		{ "#!/usr/bin/env\n", NULL, NULL },
		{ "#!/usr/bin/envy python3\n", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(arena) struct arena a;
		struct shebang s;
		struct ctx cx;

		arena_init(&a);
		assert_int_equal(read_text(&cx, rows[i].text, strlen(rows[i].text), &a, &s), 0);
		same(i, s.program, rows[i].program);
		same(i, s.path, rows[i].path);
	}
}

static void what_env_refuses_is_refused(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "#!/usr/bin/env -S 'bash\n", "a quote that is not closed" },
		{ "#!/usr/bin/env -S \"bash\n", "a quote that is not closed" },
		{ "#!/usr/bin/env -S bash\\\n", "a backslash at the end" },
		{ "#!/usr/bin/env -S ba\\sh\n", "an escape that it does not know" },
		{ "#!/usr/bin/env -S \"a\\cb\"\n", "'\\c' inside quotes" },
		{ "#!/usr/bin/env -S ${SHELL} -e\n", "a variable" },
		{ "#!/usr/bin/env -S \"${SHELL}\"\n", "a variable" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(arena) struct arena a;
		struct shebang s;
		struct ctx cx;
		int r;

		arena_init(&a);
		r = read_text(&cx, rows[i].text, strlen(rows[i].text), &a, &s);
		if (r != OCIT_E_FORMAT || !strstr(ctx_message(&cx), rows[i].says))
			print_error("%s: %d, %s\n", rows[i].text, r, ctx_message(&cx));
		assert_int_equal(r, OCIT_E_FORMAT);
		assert_non_null(strstr(ctx_message(&cx), rows[i].says));
	}
}

static void any_bytes_behind_the_mark_are_survived(void **state)
{
	uint32_t seed = 12345;

	(void)state;
	for (size_t i = 0; i < 20000; i++) {
		AUTO(arena) struct arena a;
		static const char alphabet[] = "\\\"'#_c \t=-Sabn\n/.";
		char line[300] = "#!/usr/bin/env -S ";
		size_t len = strlen(line);
		struct shebang s;
		struct ctx cx;
		int r;

		arena_init(&a);
		while (len < 20 + i % 270) {
			seed = seed * 1664525 + 1013904223;
			line[len++] = alphabet[(seed >> 16) % (sizeof(alphabet))];
		}
		r = read_text(&cx, line, len, &a, &s);
		assert_true(r == 0 || r == OCIT_E_FORMAT);
	}
}

static void the_mark_is_recognised(void **state)
{
	(void)state;
	assert_true(shebang_is("#!", 2));
	assert_false(shebang_is("#!", 1));
	assert_false(shebang_is("# !", 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(case_144_lines_are_read_as_the_kernel_reads_them),
		cmocka_unit_test(case_144_a_nul_ends_what_it_stands_in),
		cmocka_unit_test(case_144_a_line_without_a_name_is_refused),
		cmocka_unit_test(case_149_only_the_first_256_bytes_count),
		cmocka_unit_test(case_146_env_forms_name_their_program),
		cmocka_unit_test(what_env_refuses_is_refused),
		cmocka_unit_test(any_bytes_behind_the_mark_are_survived),
		cmocka_unit_test(the_mark_is_recognised),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
