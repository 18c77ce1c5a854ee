/* SPDX-License-Identifier: Apache-2.0 */
/* codec/imports_python_path.c: directories that a program of Python puts into sys.path, where they
 * are literal or begin with the file itself. */
#include <string.h>

#include "codec/imports_scan.h"

enum { DEPTH_MAX = 8, UPS_MAX = 64 };

/* A path, as far as it was read. */
struct place {
	bool own;     /* it begins with __file__ */
	unsigned ups; /* directories above that: 1 is the one in which the file lies */
	size_t at;
	char text[IMPORT_NAME_MAX + 1]; /* what is behind it */
	size_t len;
};

/* What a function does to the path in its brackets. */
enum change { CHANGE_NONE, CHANGE_CLEAN, CHANGE_UP, CHANGE_JOIN };

static const struct function {
	const char *name;
	enum change change;
} functions[] = {
	{ "abspath(", CHANGE_CLEAN },
	{ "realpath(", CHANGE_CLEAN },
	{ "normpath(", CHANGE_CLEAN },
	{ "str(", CHANGE_NONE },
	{ "fspath(", CHANGE_NONE },
	{ "Path(", CHANGE_NONE },
	{ "dirname(", CHANGE_UP },
	{ "join(", CHANGE_JOIN },
};

/* These bytes, behind anything that may stand between words in brackets. */
static bool pass(struct imports_scan *s, const char *text)
{
	size_t start = s->at;

	imports_skip_space(s);
	if (imports_pass(s, text))
		return true;
	s->at = start;
	return false;
}

static bool append(struct place *p, const char *text, size_t len)
{
	size_t slash = p->len && p->text[p->len - 1] != '/';

	if (len + slash > IMPORT_NAME_MAX - p->len)
		return false;
	if (slash)
		p->text[p->len++] = '/';
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)text[i] < ' ' || text[i] == 127)
			return false;
		p->text[p->len++] = text[i];
	}
	return true;
}

/* A string without prefix, escapes and another one behind it is added to the path. */
static bool take_literal(struct imports_scan *s, struct place *p)
{
	struct imports_span span;
	int quote;

	imports_skip_space(s);
	quote = imports_peek(s, 0);
	if (quote != '\'' && quote != '"')
		return false;
	s->at++;
	span = imports_delimited(s, (char)quote);
	if (!span.len || memchr(s->text + span.at, '\\', span.len) ||
		memchr(s->text + span.at, '\n', span.len))
		return false;
	/* An absolute path hides what is before it. */
	if (s->text[span.at] == '/')
		*p = (struct place){ .at = p->at };
	return append(p, s->text + span.at, span.len);
}

/* The directory of the path, by its text. */
static bool go_up(struct place *p)
{
	if (!p->len)
		return p->own && ++p->ups < UPS_MAX;
	while (p->len && p->text[p->len - 1] != '/')
		p->len--;
	while (p->len > 1 && p->text[p->len - 1] == '/')
		p->len--;
	p->len -= p->len == 1 && p->own;
	return true;
}

/* ".." at the beginning leads up. */
static void clean(struct place *p)
{
	while (p->own && p->ups < UPS_MAX && p->len >= 2 && !memcmp(p->text, "..", 2) &&
		(p->len == 2 || p->text[2] == '/')) {
		size_t n = p->len > 2 ? 3 : 2;

		p->len -= n;
		memmove(p->text, p->text + n, p->len);
		p->ups++;
	}
}

static bool read_place(struct imports_scan *s, struct place *p, int depth);

/* The brackets of a function; the first one was read. */
static bool read_call(struct imports_scan *s, enum change change, struct place *p, int depth)
{
	if (!read_place(s, p, depth + 1))
		return false;
	while (change == CHANGE_JOIN && pass(s, ","))
		if (!take_literal(s, p))
			return false;
	if (change == CHANGE_CLEAN)
		clean(p);
	return pass(s, ")") && (change != CHANGE_UP || go_up(p));
}

/* Path(__file__).resolve().parent / "lib" */
static bool read_methods(struct imports_scan *s, struct place *p)
{
	for (;;) {
		if (pass(s, ".resolve()") || pass(s, ".absolute()")) {
			clean(p);
		} else if (pass(s, ".parent")) {
			if (!go_up(p))
				return false;
		} else if (pass(s, "/")) {
			if (!take_literal(s, p))
				return false;
		} else {
			return true;
		}
	}
}

static bool read_beginning(struct imports_scan *s, struct place *p, int depth)
{
	if (pass(s, "__file__")) {
		p->own = true;
		return true;
	}
	if (!pass(s, "os.path.") && !pass(s, "path.") && !pass(s, "os."))
		pass(s, "pathlib.");
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (pass(s, functions[i].name))
			return read_call(s, functions[i].change, p, depth);
	return take_literal(s, p);
}

static bool read_place(struct imports_scan *s, struct place *p, int depth)
{
	return depth <= DEPTH_MAX && read_beginning(s, p, depth) && read_methods(s, p);
}

static void tell(struct imports_scan *s, enum import_kind kind, struct place *p)
{
	struct import import = { .kind = kind, .name = ".", .at = p->at };

	/* "file/.." is where it lies. */
	if (p->own && !p->ups)
		clean(p);
	if (s->result || (p->own ? !p->ups : !p->len))
		return;
	p->text[p->len] = '\0';
	if (p->len)
		import.name = p->text;
	import.level = p->ups;
	s->result = s->fn(s->data, &import);
}

void imports_python_dir(struct imports_scan *s, enum import_kind kind)
{
	struct place p = { .own = false };

	imports_skip_space(s);
	p.at = s->at;
	if (read_place(s, &p, 0) && pass(s, ")"))
		tell(s, kind, &p);
}

void imports_python_path(struct imports_scan *s)
{
	if (pass(s, "append(")) {
		imports_python_dir(s, IMPORT_LAST_DIR);
	} else if (pass(s, "insert(")) {
		imports_skip_space(s);
		imports_word(s);
		if (pass(s, ","))
			imports_python_dir(s, IMPORT_DIR);
	}
}
