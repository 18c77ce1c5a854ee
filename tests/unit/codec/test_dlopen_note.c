/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/codec/test_dlopen_note.c: notes, and the wishes that are told of them. */
#include "codec/dlopen_note.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/ctx.h"
#include "support/test.h"

struct told {
	char text[1024];
	size_t len;
};

static int tell(void *data, const struct dlopen_want *w)
{
	struct told *t = data;

	t->len += (size_t)snprintf(t->text + t->len, sizeof(t->text) - t->len, "%s%d %s/%s",
		t->len ? "; " : "", (int)w->priority, w->feature ? w->feature : "-",
		w->description ? w->description : "-");
	for (size_t i = 0; i < w->n_sonames; i++)
		t->len += (size_t)snprintf(
			t->text + t->len, sizeof(t->text) - t->len, " %s", w->sonames[i]);
	assert_true(t->len < sizeof(t->text));
	return 0;
}

static int read_text(struct ctx *cx, const char *text, struct told *t)
{
	*t = (struct told){ .len = 0 };
	assert_int_equal(ctx_init(cx, NULL), 0);
	return dlopen_note_read(cx, text, strlen(text), tell, t);
}

static void what_a_note_wants(void **state)
{
	static const struct {
		const char *text, *told;
	} rows[] = {
		{ "[]", "" },
		{ "[{\"soname\":[\"liba.so.1\"]}]", "1 -/- liba.so.1" },
		{ "[{\"soname\":[\"a\",\"b\"],\"feature\":\"f\",\"description\":\"d e\","
		  "\"priority\":\"required\"},{\"priority\":\"suggested\",\"soname\":[\"c\"]}]",
			"0 f/d e a b; 2 -/- c" },
		{ "[{\"soname\":[\"a\"],\"priority\":\"recommended\",\"new\":{\"x\":[1]}}]",
			"1 -/- a" },
		{ "[{\"soname\":[\"a\"],\"priority\":\"vital\"}]", "1 -/- a" },
		{ " [ { \"soname\" : [ \"\\u0061\" ] } ]\n", "1 -/- a" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct told t;
		struct ctx cx;

		assert_int_equal(read_text(&cx, rows[i].text, &t), 0);
		assert_string_equal(t.text, rows[i].told);
	}
}

static void what_is_no_such_note_is_named(void **state)
{
	static const struct {
		const char *text;
		int code;
		const char *says;
	} rows[] = {
		{ "", OCIT_E_FORMAT, "dlopen note" },
		{ "{}", OCIT_E_FORMAT, "dlopen note: no array" },
		{ "[{\"soname\":[\"a\"]}", OCIT_E_FORMAT, "dlopen note:1:" },
		{ "[1]", OCIT_E_FORMAT, "dlopen note: an entry is no object" },
		{ "[{}]", OCIT_E_FORMAT, "'soname'" },
		{ "[{\"soname\":\"a\"}]", OCIT_E_FORMAT, "'soname'" },
		{ "[{\"soname\":[]}]", OCIT_E_FORMAT, "'soname'" },
		{ "[{\"soname\":[\"\"]}]", OCIT_E_FORMAT, "'soname'" },
		{ "[{\"soname\":[1]}]", OCIT_E_FORMAT, "'soname'" },
		{ "[{\"soname\":[\"a\"],\"feature\":1}]", OCIT_E_FORMAT, "'feature'" },
		{ "[{\"soname\":[\"a\"],\"description\":null}]", OCIT_E_FORMAT, "'description'" },
		{ "[{\"soname\":[\"a\"],\"priority\":[]}]", OCIT_E_FORMAT, "'priority'" },
		{ "[{\"soname\":[\"a\"]},{\"soname\":1}]", OCIT_E_FORMAT, "'soname'" },
		{ "[{\"soname\":[\"a\"],\"soname\":[\"b\"]}]", OCIT_E_FORMAT, "duplicate" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct told t;
		struct ctx cx;

		assert_int_equal(read_text(&cx, rows[i].text, &t), rows[i].code);
		assert_non_null(strstr(ctx_message(&cx), rows[i].says));
		assert_int_equal(t.len, 0);
	}
}

static void nuls_may_follow(void **state)
{
	static const char padded[] = "[{\"soname\":[\"a\"]}]\0\0\0", inside[] = "[\0]";
	struct told t = { .len = 0 };
	struct ctx cx;

	(void)state;
	assert_int_equal(ctx_init(&cx, NULL), 0);
	assert_int_equal(dlopen_note_read(&cx, padded, sizeof(padded), tell, &t), 0);
	assert_string_equal(t.text, "1 -/- a");
	assert_int_equal(dlopen_note_read(&cx, inside, sizeof(inside), tell, &t), OCIT_E_FORMAT);
	ctx_clear(&cx);
	assert_int_equal(dlopen_note_read(&cx, "\0\0", 2, tell, &t), OCIT_E_FORMAT);
}

static void the_limits_hold(void **state)
{
	char *text = malloc(DLOPEN_NOTE_MAX + 2);
	struct told t;
	struct ctx cx;
	size_t len;

	(void)state;
	assert_non_null(text);
	for (int n = DLOPEN_SONAMES_MAX; n <= DLOPEN_SONAMES_MAX + 1; n++) {
		len = (size_t)sprintf(text, "[{\"soname\":[\"a\"");
		for (int i = 1; i < n; i++)
			len += (size_t)sprintf(text + len, ",\"a\"");
		sprintf(text + len, "]}]");
		assert_int_equal(
			read_text(&cx, text, &t), n > DLOPEN_SONAMES_MAX ? OCIT_E_LIMIT : 0);
	}
	for (size_t n = DLOPEN_NOTE_MAX; n <= DLOPEN_NOTE_MAX + 1; n++) {
		memset(text, ' ', n);
		text[n] = '\0';
		memcpy(text, "[]", 2);
		assert_int_equal(read_text(&cx, text, &t), n > DLOPEN_NOTE_MAX ? OCIT_E_LIMIT : 0);
	}
	free(text);
}

static int stop(void *data, const struct dlopen_want *want)
{
	(void)want;
	return --*(int *)data ? 0 : -7;
}

static void the_caller_ends_it(void **state)
{
	static const char text[] =
		"[{\"soname\":[\"a\"]},{\"soname\":[\"b\"]},{\"soname\":[\"c\"]}]";
	struct ctx cx;
	int left = 2;

	(void)state;
	assert_int_equal(ctx_init(&cx, NULL), 0);
	assert_int_equal(dlopen_note_read(&cx, text, strlen(text), stop, &left), -7);
	assert_int_equal(left, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_note_wants),
		cmocka_unit_test(what_is_no_such_note_is_named),
		cmocka_unit_test(nuls_may_follow),
		cmocka_unit_test(the_limits_hold),
		cmocka_unit_test(the_caller_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
