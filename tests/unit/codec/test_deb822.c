/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/codec/test_deb822.c: paragraphs written as "name=value;" and "|" between them. */
#include "codec/deb822.h"

#include <stdio.h>

#include "base/ctx.h"
#include "support/test.h"

static const struct {
	const char *text, *read; /* NULL: refused with message */
	const char *message;
} rows[] = {
	{ "", "", NULL },
	{ "\n\n \n", "", NULL },
	{ "A: 1\nB:2\n", "A=1;B=2;|", NULL },
	{ "A: 1\nB:  2 \t", "A=1;B=2;|", NULL },
	{ "A: 1\n\nB: 2\n\n\n", "A=1;|B=2;|", NULL },
	{ "A: 1\n x\n\ty\nB:\n", "A=1\n x\n\ty;B=;|", NULL },
	{ "A:\n x\n .\n y\n \nB: 1", "A=\n x\n .\n y;B=1;|", NULL },
	{ "A: 1\r\n\r\nB: 2\r\n", "A=1;|B=2;|", NULL },
	{ "A: b: c\n", "A=b: c;|", NULL },
	{ "no field\n", NULL, "line 1: expected 'Field: value', found: 'no field'" },
	{ "A: 1\n: x\n", NULL, "line 2: expected 'Field: value', found: ': x'" },
	{ "A: 1\n\n x\n", NULL, "line 3: continues nothing: ' x'" },
};

static int read_all(struct ctx *cx, const char *text, size_t len, char *ret)
{
	struct deb822 d;

	deb822_init(&d, text, len);
	for (*ret = '\0';;) {
		enum deb822_event event;
		struct deb822_field f;
		int r = deb822_next(cx, &d, &f, &event);

		if (r < 0 || event == DEB822_END)
			return r;
		if (event == DEB822_PARAGRAPH)
			strcat(ret, "|");
		else
			sprintf(ret + strlen(ret), "%.*s=%.*s;", (int)f.name_len, f.name,
				(int)f.len, f.value);
	}
}

static void paragraphs_and_fields(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char found[256];
		struct ctx cx;
		int r;

		assert_int_equal(ctx_init(&cx, NULL), 0);
		r = read_all(&cx, rows[i].text, strlen(rows[i].text), found);
		assert_int_equal(r, rows[i].read ? 0 : OCIT_E_FORMAT);
		if (rows[i].read)
			assert_string_equal(found, rows[i].read);
		else
			assert_string_equal(ctx_message(&cx), rows[i].message);
	}
}

static void nul_is_refused_with_the_line(void **state)
{
	char found[256];
	struct ctx cx;

	(void)state;
	assert_int_equal(ctx_init(&cx, NULL), 0);
	assert_int_equal(read_all(&cx, "A: 1\nB: \0", 9, found), OCIT_E_FORMAT);
	assert_non_null(strstr(ctx_message(&cx), "line 2: NUL not allowed"));
	ctx_clear(&cx);
	assert_int_equal(read_all(&cx, "A: 1\n \0\n", 8, found), OCIT_E_FORMAT);
	assert_non_null(strstr(ctx_message(&cx), "line 2: NUL not allowed"));
}

static void names_have_no_case(void **state)
{
	const struct deb822_field f = { .name = "Pre-Depends: x", .name_len = 11 };

	(void)state;
	assert_true(deb822_is(&f, "pre-depends"));
	assert_false(deb822_is(&f, "Depends"));
	assert_false(deb822_is(&f, "Pre-Depends: x"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paragraphs_and_fields),
		cmocka_unit_test(nul_is_refused_with_the_line),
		cmocka_unit_test(names_have_no_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
