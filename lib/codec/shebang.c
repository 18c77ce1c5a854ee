/* SPDX-License-Identifier: Apache-2.0 */
/* codec/shebang.c: the kernel's line, then the words that env(1) makes of its argument. */
#include "codec/shebang.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/mem.h"
#include "base/text.h"

enum { LINE_MAX_BYTES = 256, WORDS_MAX = 128 }; /* the last byte is the kernel's NUL */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool shebang_is(const void *bytes, size_t len)
{
	return len >= 2 && !memcmp(bytes, "#!", 2);
}

/* Where the line ends: the newline, or where the kernel's buffer does. */
static int find_end(struct ctx *cx, const char *line, size_t *ret)
{
	const char *newline = memchr(line, '\n', LINE_MAX_BYTES);
	size_t start = 2 + strspn(line + 2, " \t");

	if (newline) {
		*ret = (size_t)(newline - line);
		return 0;
	}
	/* A cut argument is an argument, a cut path would be another one. */
	if (strcspn(line + start, " \t") + start > LINE_MAX_BYTES - 1)
		return fail(cx, OCIT_E_FORMAT, "interpreter of a script has more than %d bytes",
			LINE_MAX_BYTES - 3);
	*ret = LINE_MAX_BYTES - 1;
	return 0;
}

/* Split in place; *ret_argument is NULL when there is none. */
static int split_line(struct ctx *cx, char *line, char **ret_name, char **ret_argument)
{
	char *name = line + 2, *argument;
	size_t end;
	int r = find_end(cx, line, &end);

	if (r < 0)
		return r;
	while (end > 2 && is_blank(line[end - 1]))
		end--;
	line[end] = '\0';
	name += strspn(name, " \t");
	if (!*name)
		return fail(cx, OCIT_E_FORMAT, "the first line of a script names no interpreter");
	argument = name + strcspn(name, " \t");
	if (*argument) {
		*argument++ = '\0';
		argument += strspn(argument, " \t");
	}
	*ret_name = name;
	*ret_argument = *argument ? argument : NULL;
	return 0;
}

/* The words of "env -S", one after the other. */
struct splitter {
	const char *s;
	struct arena *a;
	struct buf *word;
	bool stop;       /* "\c": the rest is ignored */
	bool lenient;    /* not behind -S: env itself splits nothing */
	const char *bad; /* why env would refuse the text */
};

/* One escape, as coreutils has them; s->s is behind the backslash. Returns true when it ends the
 * word. */
static bool add_escape(struct splitter *s, char quote)
{
	static const char from[] = "fnrtv#$\"'\\", to[] = "\f\n\r\t\v#$\"'\\";
	char c = *s->s;
	const char *known = c ? strchr(from, c) : NULL;

	if (!c) {
		s->bad = "a backslash at the end";
		return true;
	}
	s->s++;
	if (c == '_' && !quote)
		return true;
	if (c == 'c') {
		s->stop = true;
		if (quote)
			s->bad = "'\\c' inside quotes";
		return true;
	}
	if (c != '_' && !known)
		s->bad = "an escape that it does not know";
	buf_char(s->word, known ? to[known - from] : c == '_' ? ' ' : c);
	return false;
}

/* Only "${NAME}" is there, and its value is the container's. */
static void add_dollar(struct splitter *s)
{
	s->bad = "a variable, whose value is not known here";
	buf_char(s->word, '$');
}

/* Inside quotes, up to and behind the closing one. */
static void add_quoted(struct splitter *s, char quote)
{
	while (*s->s && *s->s != quote && !s->stop) {
		char c = *s->s++;
		bool escaped = c == '\\' && (quote == '"' || *s->s == '\\' || *s->s == '\'');

		if (escaped)
			add_escape(s, quote);
		else if (c == '$' && quote == '"')
			add_dollar(s);
		else
			buf_char(s->word, c);
	}
	if (*s->s == quote)
		s->s++;
	else if (!s->bad)
		s->bad = "a quote that is not closed";
}

static bool is_separator(char c)
{
	return c && strchr(" \t\f\n\r\v", c);
}

/* One word, up to the separator behind it. */
static void add_word(struct splitter *s)
{
	while (*s->s && !is_separator(*s->s) && !s->stop) {
		char c = *s->s++;

		if (c == '"' || c == '\'')
			add_quoted(s, c);
		else if (c == '$')
			add_dollar(s);
		else if (c != '\\')
			buf_char(s->word, c);
		else if (add_escape(s, 0))
			return;
	}
}

/* *ret_found is false at the end. */
static int next_word(struct ctx *cx, struct splitter *s, const char **ret, bool *ret_found)
{
	int r;

	while (is_separator(*s->s))
		s->s++;
	*ret_found = *s->s && *s->s != '#' && !s->stop;
	if (!*ret_found)
		return 0;
	buf_clear(s->word);
	add_word(s);
	if (s->bad && !s->lenient)
		return fail(cx, OCIT_E_FORMAT, "'env -S' refuses its text: it has %s", s->bad);
	r = buf_check(cx, s->word);
	if (r < 0)
		return r;
	*ret = arena_copy(s->a, s->word->len ? s->word->data : "", s->word->len);
	return *ret ? 0 : fail_nomem(cx);
}

/* What one word of env's command line is. */
enum role { ROLE_PROGRAM, ROLE_ASSIGNMENT, ROLE_OPTION, ROLE_OPTION_WITH_VALUE, ROLE_END };

static enum role judge_word(const char *word)
{
	static const char *const valued[] = { "-u", "-C", "--unset", "--chdir", "--argv0", "-a" };

	if (!strcmp(word, "--"))
		return ROLE_END;
	if (word[0] != '-')
		return strchr(word, '=') ? ROLE_ASSIGNMENT : ROLE_PROGRAM;
	for (size_t i = 0; i < sizeof(valued) / sizeof(valued[0]); i++)
		if (!strcmp(word, valued[i]))
			return ROLE_OPTION_WITH_VALUE;
	return ROLE_OPTION;
}

static int parse_words(struct ctx *cx, struct splitter *s, struct shebang *ret)
{
	bool skip = false, options = true;

	for (int i = 0; i < WORDS_MAX; i++) {
		const char *word = "";
		bool found;
		int r = next_word(cx, s, &word, &found);
		enum role role = judge_word(word);

		if (r < 0 || !found)
			return r;
		if (!options && role != ROLE_ASSIGNMENT)
			role = ROLE_PROGRAM;
		if (skip) {
			skip = false;
		} else if (role == ROLE_PROGRAM) {
			ret->program = word;
			return 0;
		} else if (role == ROLE_ASSIGNMENT) {
			options = false;
			if (text_starts(word, "PATH="))
				ret->path = word + 5;
		} else {
			options = options && role != ROLE_END;
			skip = role == ROLE_OPTION_WITH_VALUE;
		}
	}
	return 0;
}

/* The text behind "-S", "-vS", "--split-string=", or NULL. */
static const char *split_text(const char *argument)
{
	static const char *const forms[] = { "-S", "-vS", "-iS", "-ivS", "-viS",
		"--split-string=", "--split-string " };

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (text_starts(argument, forms[i]))
			return argument + strlen(forms[i]);
	return NULL;
}

/*
 * Without -S all of the argument is one word, blanks included. An option or assignment first can
 * then do no good, so what was meant is read.
 */
static int read_env(struct ctx *cx, const char *argument, struct arena *a, struct shebang *ret)
{
	AUTO(buf) struct buf word;
	const char *text = split_text(argument);
	size_t first = strcspn(argument, " \t");
	struct splitter s = {
		.s = text ? text : argument, .a = a, .word = &word, .lenient = !text
	};

	buf_init(&word, LINE_MAX_BYTES);
	if (text || argument[0] == '-' || memchr(argument, '=', first))
		return parse_words(cx, &s, ret);
	ret->program = arena_str(a, argument);
	return ret->program ? 0 : fail_nomem(cx);
}

int shebang_read(
	struct ctx *cx, const void *bytes, size_t len, struct arena *a, struct shebang *ret)
{
	char line[LINE_MAX_BYTES + 1] = { 0 };
	char *name = NULL, *argument = NULL;
	struct shebang s = { 0 };
	int r;

	if (!shebang_is(bytes, len))
		return fail(cx, OCIT_E_FORMAT, "not a script with '#!'");
	memcpy(line, bytes, len < LINE_MAX_BYTES ? len : LINE_MAX_BYTES);
	r = split_line(cx, line, &name, &argument);
	if (r < 0)
		return r;
	s.interpreter = arena_str(a, name);
	s.argument = argument ? arena_str(a, argument) : NULL;
	if (!s.interpreter || (argument && !s.argument))
		return fail_nomem(cx);
	if (argument && !strcmp(path_base(name), "env"))
		r = read_env(cx, argument, a, &s);
	if (r == 0)
		*ret = s;
	return r;
}
