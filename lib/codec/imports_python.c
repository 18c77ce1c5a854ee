/* SPDX-License-Identifier: Apache-2.0 */
/* codec/imports_python.c: import statements and calls that import; both are told by their words
 * alone, since Python keeps "import" for itself. */
#include <string.h>

#include "codec/imports_scan.h"

enum kind { END, WORD, STRING, NEWLINE, SIGN };

struct token {
	enum kind kind;
	struct imports_span span; /* of a string what is between the quotes */
	bool literal;             /* the string is just that text */
};

struct python {
	struct imports_scan scan;
	struct token now;
};

/* A dotted name, put together since blanks may stand around the dots. */
struct dotted {
	char text[IMPORT_NAME_MAX + 1];
	size_t len, at;
	unsigned level;
	bool cut;
};

static bool is_triple(const struct imports_scan *s, int quote)
{
	return imports_peek(s, 0) == quote && imports_peek(s, 1) == quote &&
	       imports_peek(s, 2) == quote;
}

/* A quote is ahead. */
static struct token read_string(struct imports_scan *s, bool literal)
{
	int quote = imports_peek(s, 0), c;
	bool triple = is_triple(s, quote);
	struct token t = { .kind = STRING, .literal = literal };

	s->at += triple ? 3 : 1;
	t.span.at = s->at;
	for (; (c = imports_peek(s, 0)) >= 0; s->at++) {
		if (c == '\n' && !triple)
			break; /* it was not closed */
		if (triple ? is_triple(s, quote) : c == quote)
			break;
		if (c == '\\') {
			t.literal = false;
			s->at += s->at + 1 < s->len;
		}
	}
	t.span.len = s->at - t.span.at;
	if (c == quote)
		s->at += triple ? 3 : 1;
	return t;
}

/* Only these letters before a quote leave its text as it is. */
static bool is_text_prefix(const struct imports_scan *s, struct imports_span word)
{
	static const char *const prefixes[] = { "r", "R", "u", "U", NULL };

	return imports_is_one_of(s, word, prefixes);
}

static bool is_prefix(const struct imports_scan *s, struct imports_span word)
{
	return word.len && word.len <= 2 && strchr("rRbBuUfFtT", s->text[word.at]) &&
	       strchr("rRbBuUfFtT", s->text[word.at + word.len - 1]);
}

static void skip_blank(struct imports_scan *s)
{
	for (;;) {
		int c = imports_peek(s, 0);

		if (c == '#')
			s->at = imports_line_end(s, s->at);
		else if (c == '\\' && imports_peek(s, 1) == '\n')
			s->at += 2;
		else if (c == '\\' && imports_peek(s, 1) == '\r' && imports_peek(s, 2) == '\n')
			s->at += 3;
		else if (imports_is_blank(c))
			s->at++;
		else
			return;
	}
}

static struct token read_token(struct imports_scan *s)
{
	struct token t = { .kind = END };
	int c;

	skip_blank(s);
	c = imports_peek(s, 0);
	if (c < 0)
		return t;
	if (c == '"' || c == '\'')
		return read_string(s, true);
	t.span = imports_word(s);
	if (t.span.len) {
		c = imports_peek(s, 0);
		if ((c == '"' || c == '\'') && is_prefix(s, t.span))
			return read_string(s, is_text_prefix(s, t.span));
		t.kind = WORD;
		return t;
	}
	t.kind = c == '\n' ? NEWLINE : SIGN;
	t.span.len = 1;
	s->at++;
	return t;
}

static void advance(struct python *p)
{
	p->now = read_token(&p->scan);
}

static bool is_sign(const struct python *p, char sign)
{
	return p->now.kind == SIGN && p->scan.text[p->now.span.at] == sign;
}

static bool is_word(const struct python *p, const char *word)
{
	return p->now.kind == WORD && imports_is(&p->scan, p->now.span, word);
}

static bool take_sign(struct python *p, char sign)
{
	if (!is_sign(p, sign))
		return false;
	advance(p);
	return true;
}

static void add(struct dotted *d, const char *text, size_t len)
{
	if (d->cut || len > IMPORT_NAME_MAX - d->len) {
		d->cut = true;
		return;
	}
	memcpy(d->text + d->len, text, len);
	d->len += len;
}

/* A dot between parts, unless what is before it is only dots. */
static void add_part(struct dotted *d, const char *text, size_t len)
{
	if (d->len)
		add(d, ".", 1);
	add(d, text, len);
}

static void tell(struct python *p, enum import_kind kind, const struct dotted *d, size_t at)
{
	struct imports_scan *s = &p->scan;
	char text[IMPORT_NAME_MAX + 1];
	const struct import import = { .kind = kind, .level = d->level, .name = text, .at = at };

	if (s->result || d->cut || !d->len)
		return;
	memcpy(text, d->text, d->len);
	text[d->len] = '\0';
	s->result = s->fn(s->data, &import);
}

/* Names begin with no digit, and these words stand between them. */
static bool is_name(const struct python *p)
{
	static const char *const keywords[] = { "as", "from", "import", NULL };

	return p->now.kind == WORD &&
	       !imports_is_digit((unsigned char)p->scan.text[p->now.span.at]) &&
	       !imports_is_one_of(&p->scan, p->now.span, keywords);
}

static void read_dotted(struct python *p, struct dotted *d)
{
	*d = (struct dotted){ .at = p->now.span.at };
	while (is_name(p)) {
		add_part(d, p->scan.text + p->now.span.at, p->now.span.len);
		advance(p);
		if (!is_sign(p, '.'))
			return;
		advance(p);
	}
	d->cut = true; /* a dot at the end */
}

static void skip_as(struct python *p)
{
	if (!is_word(p, "as"))
		return;
	advance(p);
	if (is_name(p))
		advance(p);
}

/* "import" was read. */
static void import_statement(struct python *p)
{
	struct dotted d;

	while (is_name(p)) {
		read_dotted(p, &d);
		tell(p, IMPORT_MODULE, &d, d.at);
		skip_as(p);
		if (!take_sign(p, ','))
			return;
	}
}

static void skip_newlines(struct python *p, bool brackets)
{
	while (brackets && p->now.kind == NEWLINE)
		advance(p);
}

/* "from ... import" was read: each name may be a module below. */
static void members(struct python *p, const struct dotted *from)
{
	bool brackets = take_sign(p, '(');

	skip_newlines(p, brackets);
	while (is_name(p)) {
		struct dotted d = *from;

		add_part(&d, p->scan.text + p->now.span.at, p->now.span.len);
		tell(p, IMPORT_MEMBER, &d, p->now.span.at);
		advance(p);
		skip_newlines(p, brackets);
		skip_as(p);
		skip_newlines(p, brackets);
		if (!take_sign(p, ','))
			return;
		skip_newlines(p, brackets);
	}
}

/* "from" was read; it may be that of raise or yield. */
static void from_statement(struct python *p)
{
	struct dotted d = { .len = 0 };
	unsigned level = 0;

	while (take_sign(p, '.'))
		level++;
	if (is_name(p))
		read_dotted(p, &d);
	else if (!level)
		return;
	d.level = level;
	if (!is_word(p, "import"))
		return;
	advance(p);
	tell(p, IMPORT_MODULE, &d, d.at);
	members(p, &d);
}

/* The text of a literal as a dotted name, dots at its beginning counted. */
static void dotted_text(const struct python *p, struct dotted *d)
{
	struct imports_span span = p->now.span;
	const char *text = p->scan.text + span.at;
	bool behind_dot = true;

	*d = (struct dotted){ .at = span.at, .cut = !p->now.literal };
	while (d->level < span.len && text[d->level] == '.')
		d->level++;
	for (size_t i = d->level; i < span.len; i++) {
		int c = (unsigned char)text[i];

		if (c == '.' ? behind_dot
			     : !imports_is_word(c) || (behind_dot && imports_is_digit(c)))
			d->cut = true;
		behind_dot = c == '.';
	}
	d->cut |= behind_dot;
	add(d, text + d->level, span.len - d->level);
}

/* The name of a function was read. */
static void import_call(struct python *p)
{
	struct dotted d;

	if (!take_sign(p, '('))
		return;
	skip_newlines(p, true);
	if (p->now.kind != STRING)
		return;
	dotted_text(p, &d);
	tell(p, IMPORT_MODULE, &d, d.at);
	advance(p);
}

static bool is_plain(const struct python *p)
{
	struct imports_span span = p->now.span;

	for (size_t i = 0; i < span.len; i++) {
		int c = (unsigned char)p->scan.text[span.at + i];

		if (!imports_is_word(c) && c != '.')
			return false;
	}
	return p->now.kind == STRING && p->now.literal && span.len;
}

/* "N", "V" or "N": "V"; true when there was one. */
static bool typelib(struct python *p, char between)
{
	struct dotted d = { .at = p->now.span.at };

	skip_newlines(p, true);
	d.at = p->now.span.at;
	if (!is_plain(p))
		return false;
	add(&d, p->scan.text + p->now.span.at, p->now.span.len);
	advance(p);
	if (!take_sign(p, between))
		return false;
	skip_newlines(p, true);
	if (!is_plain(p))
		return false;
	add(&d, "-", 1);
	add(&d, p->scan.text + p->now.span.at, p->now.span.len);
	advance(p);
	tell(p, IMPORT_TYPELIB, &d, d.at);
	return true;
}

static void typelibs(struct python *p, bool many)
{
	if (!take_sign(p, '('))
		return;
	if (!many) {
		typelib(p, ',');
		return;
	}
	skip_newlines(p, true);
	if (!take_sign(p, '{'))
		return;
	while (typelib(p, ':') && take_sign(p, ','))
		;
}

/* "sys.path." or "addsitedir(" was read: the rest is a matter of its own. */
static bool directories(struct python *p, struct token t)
{
	static const char sys[] = "sys.";
	const struct imports_scan *s = &p->scan;
	size_t n = strlen(sys);

	if (imports_is(s, t.span, "path") && is_sign(p, '.') && t.span.at >= n &&
		!memcmp(s->text + t.span.at - n, sys, n))
		imports_python_path(&p->scan);
	else if (imports_is(s, t.span, "addsitedir") && is_sign(p, '('))
		imports_python_dir(&p->scan, IMPORT_LAST_DIR);
	else
		return false;
	advance(p);
	return true;
}

static void word(struct python *p)
{
	struct token t = p->now;
	static const char *const calls[] = { "__import__", "import_module", NULL };

	advance(p);
	if (directories(p, t))
		return;
	if (imports_is(&p->scan, t.span, "import"))
		import_statement(p);
	else if (imports_is(&p->scan, t.span, "from"))
		from_statement(p);
	else if (imports_is_one_of(&p->scan, t.span, calls))
		import_call(p);
	else if (imports_is(&p->scan, t.span, "require_version"))
		typelibs(p, false);
	else if (imports_is(&p->scan, t.span, "require_versions"))
		typelibs(p, true);
}

int imports_python(const char *text, size_t len, import_fn *fn, void *data)
{
	struct python p = { .scan = { .text = text, .len = len, .fn = fn, .data = data } };

	advance(&p);
	while (p.now.kind != END && !p.scan.result) {
		if (p.now.kind == WORD)
			word(&p);
		else
			advance(&p);
	}
	return p.scan.result;
}
