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

static int tell_all(void *data, enum shell_word kind, const char *word, size_t at)
{
	static const char *const marks[] = {
		[SHELL_COMMAND] = "", [SHELL_PATH] = "@", [SHELL_BARE] = "?"
	};
	struct told *t = data;

	(void)at;
	assert_true(t->len + strlen(word) + 3 < sizeof(t->text));
	t->len += (size_t)snprintf(t->text + t->len, sizeof(t->text) - t->len, "%s%s%s",
		t->len ? " " : "", marks[kind], word);
	return 0;
}

static int tell(void *data, enum shell_word kind, const char *word, size_t at)
{
	return kind == SHELL_BARE ? 0 : tell_all(data, kind, word, at);
}

/* Commands as they are, paths with "@" before them; bare words are left out. */
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
	{ "echo; exec echo; xargs echo; f() { a; }; env f; nohup f; (env x; f)",
		"echo xargs echo a env f nohup f env x" },
	{ "env A=$(a) echo; command echo; echo", "env a echo" },
	{ "find / -name x -exec test -f {} \\; -exec sed p {} + | a", "find test sed a" },
	{ "x=/usr/bin/a; y='/b/c -d'; export z=/e --f=/g/h", "@/usr/bin/a @/b/c @/e @/g/h" },
	{ "x=(/a/b -c $(d) \"/e\" # /f\n/g); h", "@/a/b d @/e @/g h" },
	{ "PATH=/usr/bin:/bin a", "@/usr/bin @/bin a" },
	{ "trap '/a/b c' 0; x \"/d/e f\"", "@/a/b c @/a/b x @/d/e f @/d/e" },
	{ "x \"a\\\n/b\" '/c\n/d'", "x @/c @/d" },
	{ "a <<'x\ny'; b\nc", "a b c" },
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

/* The same with bare words, "?" before them. */
static const struct {
	const char *script, *words;
} bare_rows[] = {
	{ "ls -l other", "ls ?other" },
	{ "x; a x 1 2.5 -x +y .z _b g++ python3.11 a/b a,b", "x a ?x ?_b ?g++ ?python3.11 ?a ?b" },
	{ "PAGER=less CC=\"gcc -O2\" make", "?less ?gcc make" },
	{ "for p in gzip bzip2; do command -v $p; done", "?gzip ?bzip2" },
	{ "case gzip in gzip) a;; bzip2|xz) b;; esac", "a b" },
	{ "eval 'grep x | sed y'; sh -c \"sort\nuniq\"", "?grep ?x ?sed ?y sh ?sort ?uniq" },
	{ "a \"sort $x\" $sort so* so\\rt", "a ?sort" },
	{ "f() { a; }; trap f EXIT; b 'f; if g; then exec h; fi'", "a ?EXIT b ?g ?h" },
	{ "x=(sort uniq)", "?sort ?uniq" },
	{ "a # sort\nb <<E\nsort\nE\nc >sort <uniq", "a b c" },
	{ "[[ $a == sort ]]; test sort = x", "?sort ?sort ?x" },
	{ "find . -exec grep {} ';'", "find grep" },
	{ "find . -ok -b grep", "find grep" },
};

static void names_that_may_be_programs(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bare_rows); i++) {
		struct told t = { .len = 0 };

		assert_int_equal(
			shell_words(bare_rows[i].script, strlen(bare_rows[i].script), tell_all, &t),
			0);
		if (strcmp(t.text, bare_rows[i].words) != 0)
			print_error("'%s': '%s', expected '%s'\n", bare_rows[i].script, t.text,
				bare_rows[i].words);
		assert_string_equal(t.text, bare_rows[i].words);
	}
}

static int look(void *data, enum shell_word kind, const char *word, size_t at)
{
	const char *text = data;

	(void)kind;
	/* Each begins where it says, behind what opens the word. */
	assert_non_null(strstr(text + at, word));
	assert_true(strstr(text + at, word) - (text + at) <= 6);
	assert_true(at == 0 || strchr(" (`;|\n", text[at - 1]));
	return 0;
}

static void each_has_its_place(void **state)
{
	char text[] = "a; b \"/c\"|d `e` $(f 'g h')\nA=/i j; /k l";

	(void)state;
	assert_int_equal(shell_words(text, strlen(text), look, text), 0);
}

static int stop(void *data, enum shell_word kind, const char *word, size_t at)
{
	(void)at;
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
		cmocka_unit_test(names_that_may_be_programs),
		cmocka_unit_test(each_has_its_place),
		cmocka_unit_test(the_caller_ends_it),
		cmocka_unit_test(the_length_counts),
		cmocka_unit_test(long_words_and_deep_nesting_are_passed_over),
		cmocka_unit_test(shells_are_known_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
