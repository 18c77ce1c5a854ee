/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/codec/test_pam.c: files of rules, and the rules that are told of them. */
#include "codec/pam.h"

#include <stdio.h>

#include "support/test.h"

struct told {
	char text[2048];
	size_t len;
};

static int tell(void *data, const struct pam_rule *r)
{
	static const char marks[] = {
		[PAM_MODULE] = 'm', [PAM_INCLUDE] = 'i', [PAM_SUBSTACK] = 's'
	};
	struct told *t = data;

	t->len += (size_t)snprintf(t->text + t->len, sizeof(t->text) - t->len, "%s%zu%c%s %s|%s|%s",
		t->len ? "; " : "", r->line, marks[r->kind], r->optional ? "?" : "", r->type,
		r->control, r->name);
	assert_true(t->len < sizeof(t->text));
	return 0;
}

/* "LINE KIND TYPE|CONTROL|NAME" */
static const struct {
	const char *text, *rules;
} rows[] = {
	{ "", "" },
	{ "auth required pam_unix.so nullok", "1m auth|required|pam_unix.so" },
	{ "# auth required a.so\n\n \t\nauth\trequired  b.so # c\n", "4m auth|required|b.so" },
	{ "@include common-auth\n@include /etc/x # y", "1i ||common-auth; 2i ||/etc/x" },
	{ "auth include a\nauth substack b\nAuth Include c",
		"1i auth|include|a; 2s auth|substack|b; 3i Auth|Include|c" },
	{ "-session optional pam_systemd.so", "1m? session|optional|pam_systemd.so" },
	{ "auth [success=1 default=ignore] pam_unix.so\nauth [a=\\] b] c.so",
		"1m auth|[success=1 default=ignore]|pam_unix.so; 2m auth|[a=\\] b]|c.so" },
	{ "account requisite /lib/security/pam_x.so a=[b c]",
		"1m account|requisite|/lib/security/pam_x.so" },
	{ "auth \\\n required\\\n\ta.so\npassword required b.so",
		"1m auth|required|a.so; 4m password|required|b.so" },
	{ "auth required \\ \t\na.so", "1m auth|required|a.so" },
	{ "# auth \\\nauth required a.so", "2m auth|required|a.so" },
	{ "auth required #\\\na.so", "" },
	{ "auth required a.so\r\n@include b\r\n", "1m auth|required|a.so; 2i ||b" },
	{ "auth required\nauth\n@include\n-\n[\n[a", "" },
	{ "login auth required a.so\nauthx required b.so\n--auth required c.so", "" },
	{ "auth [required a.so\nauth required b.so", "2m auth|required|b.so" },
	{ "auth required a.so\\", "1m auth|required|a.so" },
	{ "\\", "" },
};

static void the_rules_of_a_file(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct told t = { .len = 0 };

		assert_int_equal(pam_read(rows[i].text, strlen(rows[i].text), tell, &t), 0);
		if (strcmp(t.text, rows[i].rules) != 0)
			print_error(
				"'%s': '%s', expected '%s'\n", rows[i].text, t.text, rows[i].rules);
		assert_string_equal(t.text, rows[i].rules);
	}
}

static void what_has_a_nul_is_no_rule(void **state)
{
	static const char text[] = "auth required a\0.so\nauth required b.so";
	struct told t = { .len = 0 };

	(void)state;
	assert_int_equal(pam_read(text, sizeof(text) - 1, tell, &t), 0);
	assert_string_equal(t.text, "2m auth|required|b.so");
}

static void the_length_counts(void **state)
{
	struct told t = { .len = 0 };

	(void)state;
	assert_int_equal(pam_read("auth required ab", 15, tell, &t), 0);
	assert_string_equal(t.text, "1m auth|required|a");
}

static int stop(void *data, const struct pam_rule *rule)
{
	(void)rule;
	return --*(int *)data ? 0 : -7;
}

static void the_caller_ends_it(void **state)
{
	static const char text[] = "@include a\n@include b\n@include c";
	int left = 2;

	(void)state;
	assert_int_equal(pam_read(text, strlen(text), stop, &left), -7);
	assert_int_equal(left, 0);
}

static void long_lines_are_passed_over(void **state)
{
	static const char head[] = "auth required ";
	char text[2 * PAM_LINE_MAX];
	struct told t = { .len = 0 };

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text, head, strlen(head));
	text[PAM_LINE_MAX] = '\n';
	assert_int_equal(pam_read(text, PAM_LINE_MAX + 1, tell, &t), 0);
	assert_true(t.len > PAM_LINE_MAX - strlen(head));
	t = (struct told){ .len = 0 };
	text[PAM_LINE_MAX] = 'a';
	assert_int_equal(pam_read(text, PAM_LINE_MAX + 1, tell, &t), 0);
	assert_int_equal(t.len, 0);
	/* So are those that are long when they are put together; the next one is read. */
	memcpy(text + 600, "\\\n", 2);
	memcpy(text + sizeof(text) - 12, "\n@include b\n", 12);
	assert_int_equal(pam_read(text, sizeof(text), tell, &t), 0);
	assert_string_equal(t.text, "3i ||b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rules_of_a_file),
		cmocka_unit_test(what_has_a_nul_is_no_rule),
		cmocka_unit_test(the_length_counts),
		cmocka_unit_test(the_caller_ends_it),
		cmocka_unit_test(long_lines_are_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
