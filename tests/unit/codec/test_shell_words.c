/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/codec/test_shell_words.c: texts, and the words that are told of them. */
#include "codec/shell_words.h"

#include <stdio.h>
#include <stdlib.h>

#include "support/test.h"

struct told {
	char text[4096];
	size_t len;
};

static int tell(void *data, enum shell_word kind, const char *word)
{
	struct told *t = data;

	assert_true(t->len + strlen(word) + 3 < sizeof(t->text));
	t->len += (size_t)snprintf(t->text + t->len, sizeof(t->text) - t->len, "%s%s%s",
		t->len ? " " : "", kind == SHELL_PATH ? "@" : "", word);
	return 0;
}

/* Commands as they are, paths with "@" before them. */
static const struct {
	const char *script, *words;
} rows[] = {
	{ "", "" },
	{ "ls", "ls" },
	{ "ls -l /etc/hosts other", "ls @/etc/hosts" },
	{ "a; b & c && d || e | f |& g\nh", "a b c d e f g h" },
	{ "# ls\nx # y\nz#1", "x z#1" },
	{ "if a; then b; elif c; then d; else e; fi", "a b c d e" },
	{ "while a; do b; done; until ! c; do d; done", "a b c d" },
	{ "for f in a b /c/d; do e \"$f\"; done", "@/c/d e" },
	{ "for f do a; done; select x in y; do b; done", "a b" },
	{ "case $1 in a|b) c ;; (d) e; f ;& *) g\nesac; h", "c e f g h" },
	{ "case x in esac; a", "a" },
	{ "case x in a) case y in b) c;; esac;; d) e;; esac; f", "c e f" },
	{ "( a; b ) | { c; d; }", "a b c d" },
	{ "x=1 y=$(a b) z", "a z" },
	{ "x=(a b c); d", "d" },
	{ "x+=1 a[3]=4 b", "b" },
	{ "echo \"$(a \"$(b)\")\" `c` '$(d)' \\$\\(e\\)", "a b c" },
	{ "`a | b`; c", "a b c" },
	{ "$x a; \"$x\" b; ${x:-c} d; x$y", "" },
	{ "a$(b)c", "b" },
	{ "f() { a; }; f; function g { b; }; g; function h() { c; }; h", "a b c" },
	{ "f; f() { a; }", "a" },
	{ "a <in >out 2>&1 b; <in c; >out d", "a c d" },
	{ "a <<E\nb $(c)\nE\nd", "a d" },
	{ "a <<'E' | b\nc\nE\nd", "a b d" },
	{ "a <<-E; b\n\tc\n\tE\nd", "a b d" },
	{ "a <<A <<B\nx\nA\ny\nB\nc", "a c" },
	{ "a <<<b; c", "a c" },
	{ "a <(b) >(c)", "a b c" },
	{ "[ -x /usr/bin/a ] && b; [[ -f /c && x ]] || d; test /e", "@/usr/bin/a b @/c d @/e" },
	{ "((i++)); $((1+2)); a", "a" },
	{ "exec a; command b -v; builtin cd; exec -a x c", "a b x c" },
	{ "env A=1 -i b c", "env b c" },
	{ "timeout 5 a; nice -n 10 b; nohup c &", "timeout a nice b nohup c" },
	{ "find . | xargs -0 -r a; xargs -I {} b {}", "find xargs a xargs b" },
	{ "/usr/bin/env a", "/usr/bin/env a" },
	{ "cd x; echo y; . /etc/z; source w; eval v; trap u EXIT", "@/etc/z" },
	{ "'ls' \"-l\"; l\\s", "ls ls" },
	{ "'if' a", "if" },
	{ "ls*; ~/a; a?", "" },
	{ "a \\\n  b; c && \\\n d", "a c d" },
	{ "time a; ! b; coproc c", "a b c" },
	{ "a 'unclosed", "a" },
	{ "a \"unclosed $(b", "a b" },
	{ "a ${unclosed", "a" },
	{ ")))) ;; a", "a" },
	{ "/bin/ls /; //x", "/bin/ls //x" },
};

static void the_words_of_a_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct told t = { .len = 0 };

		assert_int_equal(shell_words(rows[i].script, strlen(rows[i].script), tell, &t), 0);
		if (strcmp(t.text, rows[i].words) != 0)
			print_error("'%s': '%s', expected '%s'\n", rows[i].script, t.text,
				rows[i].words);
		assert_string_equal(t.text, rows[i].words);
	}
}

static int stop(void *data, enum shell_word kind, const char *word)
{
	(void)kind;
	(void)word;
	return --*(int *)data ? 0 : -7;
}

static void the_caller_ends_it(void **state)
{
	int left = 2;

	(void)state;
	assert_int_equal(shell_words("a; b $(c); d", 12, stop, &left), -7);
	assert_int_equal(left, 0);
}

static void the_length_counts(void **state)
{
	struct told t = { .len = 0 };

	(void)state;
	assert_int_equal(shell_words("ab;cd", 2, tell, &t), 0);
	assert_string_equal(t.text, "ab");
}

static void long_words_and_deep_nesting_are_passed_over(void **state)
{
	enum { LONG = 1 << 20 };
	char *text = malloc(LONG);
	struct told t = { .len = 0 };

	(void)state;
	assert_non_null(text);
	memset(text, 'x', LONG);
	memcpy(text + LONG - 3, "; a", 3);
	assert_int_equal(shell_words(text, LONG, tell, &t), 0);
	assert_string_equal(t.text, "a");
	for (size_t i = 0; i + 2 <= LONG; i += 2)
		memcpy(text + i, i % 4 ? "((" : "$(", 2);
	assert_int_equal(shell_words(text, LONG, tell, &t), 0);
	memset(text, '`', LONG);
	assert_int_equal(shell_words(text, LONG, tell, &t), 0);
	memset(text, '(', LONG);
	assert_int_equal(shell_words(text, LONG, tell, &t), 0);
	for (size_t i = 0; i + 5 <= LONG; i += 5)
		memcpy(text + i, "<<a\n\"", 5);
	assert_int_equal(shell_words(text, LONG, tell, &t), 0);
	assert_string_equal(t.text, "a");
	free(text);
}

static void shells_are_known_by_name(void **state)
{
	(void)state;
	assert_true(shell_is_known("/bin/sh"));
	assert_true(shell_is_known("bash"));
	assert_false(shell_is_known("/usr/bin/python3"));
	assert_false(shell_is_known("/bin/sh/"));
	assert_false(shell_is_known("fish"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_words_of_a_text),
		cmocka_unit_test(the_caller_ends_it),
		cmocka_unit_test(the_length_counts),
		cmocka_unit_test(long_words_and_deep_nesting_are_passed_over),
		cmocka_unit_test(shells_are_known_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
