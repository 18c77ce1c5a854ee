/* SPDX-License-Identifier: Apache-2.0 */
/* codec/imports_ruby.c: require and its kin, with so much of Ruby's quoting that text is no code.
 */
#include <string.h>

#include "codec/imports_scan.h"

enum { DEPTH_MAX = 24 };

struct ruby {
	struct imports_scan scan;
	bool value; /* what stands before is one, so '/' divides and "<<" shifts */
	bool end;   /* __END__ was there */
};

/* A string. */
struct literal {
	struct imports_span span;
	bool known; /* nothing of it is computed or escaped */
};

static void code(struct ruby *r, char end, int depth);

static bool at_line_start(const struct imports_scan *s)
{
	return s->at == 0 || s->text[s->at - 1] == '\n';
}

/* "=begin" was seen: up to the line behind "=end". */
static void skip_comment(struct imports_scan *s)
{
	bool last = false;

	while (!last && s->at < s->len) {
		size_t end = imports_line_end(s, s->at);

		last = imports_line_starts(s, s->at, "=end");
		s->at = end < s->len ? end + 1 : end;
	}
}

static bool skip_between(struct ruby *r)
{
	struct imports_scan *s = &r->scan;
	int c = imports_peek(s, 0);

	if (c == '=' && at_line_start(s) && imports_line_starts(s, s->at, "=begin")) {
		skip_comment(s);
	} else if (c == '#') {
		s->at = imports_line_end(s, s->at);
	} else if (c == '\n') {
		s->at++;
		imports_skip_documents(s);
		r->value = false;
	} else if (imports_is_blank(c)) {
		s->at++;
	} else {
		return false;
	}
	return true;
}

/* At "#": does something computed follow? Of "#{...}" all but the last byte is passed. */
static bool interpolation(struct ruby *r, int depth)
{
	struct imports_scan *s = &r->scan;
	int c = imports_peek(s, 1);

	if (c != '{')
		return c == '@' || c == '$';
	s->at += 2;
	code(r, '}', depth + 1);
	s->at--;
	return true;
}

/* In text with "#{...}", which is code again. Brackets nest only where open is one. */
static struct literal read_text(struct ruby *r, char open, char close, int depth)
{
	struct imports_scan *s = &r->scan;
	struct literal l = { .span = { .at = s->at }, .known = true };
	size_t level = 1;

	for (; s->at < s->len; s->at++) {
		char c = s->text[s->at];

		if (c == '\\') {
			l.known = false;
			s->at += s->at + 1 < s->len;
		} else if (c == '#' && interpolation(r, depth)) {
			l.known = false;
		} else if (c == close && --level == 0) {
			break;
		} else if (c == open && open != close) {
			level++;
		}
	}
	if (s->at > s->len)
		s->at = s->len;
	l.span.len = s->at - l.span.at;
	s->at += s->at < s->len;
	return l;
}

static struct literal read_plain(struct imports_scan *s, char open)
{
	struct literal l = { .span = imports_delimited(s, open) };

	l.known = !memchr(s->text + l.span.at, '\\', l.span.len);
	return l;
}

/* %w[...], %q(...), %(...): 0 when it is none, else the delimiter, passed. */
static char take_percent(struct ruby *r, bool *ret_plain)
{
	struct imports_scan *s = &r->scan;
	int c = imports_peek(s, 0);
	size_t letter = c > 0 && strchr("wWqQiIrsx", c) ? 1 : 0;

	*ret_plain = letter && strchr("wiqs", c);
	c = imports_peek(s, letter);
	if (c <= ' ' || c == '=' || imports_is_word(c) || (r->value && c != '{' && c != '['))
		return '\0';
	s->at += letter + 1;
	return (char)c;
}

static char closing(char open)
{
	static const char opens[] = "([{<", closes[] = ")]}>";
	const char *found = open ? strchr(opens, open) : NULL;

	return found ? closes[found - opens] : open;
}

/* A string in quotes is ahead, behind blanks and perhaps a bracket. */
static bool read_literal(struct ruby *r, struct literal *ret, int depth)
{
	struct imports_scan *s = &r->scan;
	int c;

	while (imports_is_blank(imports_peek(s, 0)))
		s->at++;
	if (imports_peek(s, 0) == '(')
		s->at++;
	imports_skip_space(s);
	c = imports_peek(s, 0);
	if (c != '\'' && c != '"')
		return false;
	s->at++;
	*ret = c == '"' ? read_text(r, '"', '"', depth) : read_plain(s, '\'');
	r->value = true;
	return true;
}

/* The directory of the text, or, with *ret_file, the text itself. */
static bool take_own(struct imports_scan *s, bool *ret_file)
{
	*ret_file = false;
	if (imports_pass(s, "__dir__") || imports_pass(s, "File.dirname(__FILE__)"))
		return true;
	return *ret_file = imports_pass(s, "__FILE__");
}

/* Take the beginning off; false: it has another one. */
static bool strip(const struct imports_scan *s, struct literal *l, const char *begin)
{
	size_t n = strlen(begin);

	if (l->span.len < n || memcmp(s->text + l->span.at, begin, n) != 0)
		return false;
	l->span.at += n;
	l->span.len -= n;
	return true;
}

/* "#{__dir__}/x" */
static bool strip_own(const struct imports_scan *s, struct literal *l)
{
	l->known = strip(s, l, "#{__dir__}/") && !memchr(s->text + l->span.at, '#', l->span.len) &&
		   !memchr(s->text + l->span.at, '\\', l->span.len);
	return l->known;
}

/* What is behind the directory of the text. */
struct own {
	char text[IMPORT_NAME_MAX + 1];
	size_t len, at;
};

static bool append(const struct imports_scan *s, struct own *own, const struct literal *l)
{
	size_t room = IMPORT_NAME_MAX - own->len, slash = own->len ? 1 : 0;

	if (!l->known || l->span.len + slash > room)
		return false;
	if (slash)
		own->text[own->len++] = '/';
	for (size_t i = 0; i < l->span.len; i++) {
		char c = s->text[l->span.at + i];

		if ((unsigned char)c < ' ' || c == 127)
			return false;
		own->text[own->len++] = c;
	}
	own->text[own->len] = '\0';
	return true;
}

/* File.expand_path('x', __dir__): the name was read. */
static bool read_expanded(struct ruby *r, struct own *ret, int depth)
{
	struct imports_scan *s = &r->scan;
	struct literal l;
	bool file, ok = read_literal(r, &l, depth) && imports_pass(s, ",") && take_own(s, &file) &&
			(!file || strip(s, &l, "../") || strip(s, &l, ".."));

	imports_pass(s, ")");
	return ok && append(s, ret, &l);
}

/* File.join(__dir__, 'x', 'y'): name and bracket were read. */
static bool read_joined(struct ruby *r, struct own *ret, int depth)
{
	struct imports_scan *s = &r->scan;
	struct literal l;
	bool file;

	if (!take_own(s, &file) || file)
		return false;
	while (imports_pass(s, ","))
		if (!read_literal(r, &l, depth) || !append(s, ret, &l))
			return false;
	return imports_pass(s, ")");
}

/* One of these, __dir__ + '/x', or just that. */
static bool read_own(struct ruby *r, struct own *ret, int depth)
{
	struct imports_scan *s = &r->scan;
	struct literal l;
	bool file;

	ret->at = s->at < s->len ? s->at : s->len;
	ret->len = 0;
	if (imports_pass(s, "File.expand_path"))
		return read_expanded(r, ret, depth);
	if (imports_pass(s, "File.join("))
		return read_joined(r, ret, depth);
	if (!take_own(s, &file) || file)
		return false;
	if (!imports_pass(s, "+"))
		return true;
	return read_literal(r, &l, depth) && strip(s, &l, "/") && append(s, ret, &l);
}

static void tell_own(struct imports_scan *s, enum import_kind kind, const struct own *own)
{
	const struct import import = {
		.kind = kind,
		.level = 1,
		.name = own->len ? own->text : ".",
		.at = own->at,
	};

	if (!s->result && (own->len || kind == IMPORT_DIR || kind == IMPORT_LAST_DIR))
		s->result = s->fn(s->data, &import);
}

/* Something is added to what was read. */
static bool goes_on(const struct imports_scan *s)
{
	size_t at = s->at;

	while (at < s->len && imports_is_blank((unsigned char)s->text[at]))
		at++;
	return at < s->len && (s->text[at] == '+' || s->text[at] == '%' || s->text[at] == '.');
}

/* What it is to load: a literal, or something beside this text, and nothing is added to it. */
static void load(struct ruby *r, enum import_kind kind, unsigned level, int depth)
{
	struct imports_scan *s = &r->scan;
	struct literal l;
	struct own own;

	imports_pass(s, "(");
	if (!read_literal(r, &l, depth)) {
		if (read_own(r, &own, depth) && !goes_on(s))
			tell_own(s, kind, &own);
		return;
	}
	if (goes_on(s))
		return;
	if (l.known)
		imports_tell(s, kind, level, l.span);
	else if (strip_own(s, &l))
		imports_tell(s, kind, 1, l.span);
}

/* The list of directories was named: what is put into it? */
static void load_path(struct ruby *r, int depth)
{
	static const struct {
		const char *text;
		enum import_kind kind;
	} calls[] = {
		{ ".unshift", IMPORT_DIR },
		{ ".prepend", IMPORT_DIR },
		{ ".push", IMPORT_LAST_DIR },
		{ ".append", IMPORT_LAST_DIR },
		{ "<<", IMPORT_LAST_DIR },
	};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (!imports_pass(&r->scan, calls[i].text))
			continue;
		load(r, calls[i].kind, 0, depth);
		return;
	}
}

/* "autoload" was read: a symbol or a string, then the file. */
static void autoload(struct ruby *r, int depth)
{
	struct imports_scan *s = &r->scan;
	struct literal name;

	while (imports_is_blank(imports_peek(s, 0)))
		s->at++;
	if (imports_peek(s, 0) == '(')
		s->at++;
	imports_skip_space(s);
	if (imports_peek(s, 0) == ':') {
		s->at++;
		imports_word(s);
	} else if (!read_literal(r, &name, depth)) {
		return;
	}
	while (imports_is_blank(imports_peek(s, 0)))
		s->at++;
	if (imports_peek(s, 0) != ',')
		return;
	s->at++;
	load(r, IMPORT_MODULE, 0, depth);
}

/* Methods of others have these names, too; Kernel is where they come from. */
static bool is_own(const struct imports_scan *s, struct imports_span word)
{
	static const char kernel[] = "Kernel.";
	size_t n = strlen(kernel);
	char before = ' ';

	if (word.at)
		before = s->text[word.at - 1];
	if (before == '.')
		return word.at >= n && !memcmp(s->text + word.at - n, kernel, n);
	return !strchr(":@$", before);
}

/* Words behind which a regular expression may stand. */
static bool is_operator(const struct imports_scan *s, struct imports_span word)
{
	static const char *const words[] = { "and", "elsif", "if", "in", "not", "or", "puts",
		"return", "then", "unless", "until", "when", "while", NULL };

	return imports_is_one_of(s, word, words);
}

/* A method that loads was read. */
static void call(struct ruby *r, struct imports_span name, int depth)
{
	struct imports_scan *s = &r->scan;

	if (imports_is(s, name, "require"))
		load(r, IMPORT_MODULE, 0, depth);
	else if (imports_is(s, name, "require_relative"))
		load(r, IMPORT_MODULE, 1, depth);
	else if (imports_is(s, name, "load"))
		load(r, IMPORT_FILE, 0, depth);
	else if (imports_is(s, name, "gem"))
		load(r, IMPORT_GEM, 0, depth);
	else if (imports_is(s, name, "autoload"))
		autoload(r, depth);
}

static void word(struct ruby *r, int depth)
{
	struct imports_scan *s = &r->scan;
	bool start = at_line_start(s);
	struct imports_span name = imports_word(s);

	r->value = !is_operator(s, name);
	if (start && imports_is(s, name, "__END__") &&
		(s->at >= s->len || s->text[s->at] == '\n' || s->text[s->at] == '\r'))
		r->end = true;
	else if (is_own(s, name))
		call(r, name, depth);
	else if (s->text[name.at - 1] == '$' && imports_is(s, name, "LOAD_PATH"))
		load_path(r, depth);
}

static bool is_lower(int c)
{
	return c >= 'a' && c <= 'z';
}

/* "%" was passed. */
static void percent(struct ruby *r, int depth)
{
	bool plain;
	char open = take_percent(r, &plain);

	if (open && plain)
		imports_delimited(&r->scan, open);
	else if (open)
		read_text(r, open, closing(open), depth);
	r->value = open != '\0';
}

/* "<<" was passed: "a << b" appends, "class <<self" is a class; documents have large letters. */
static bool document(struct ruby *r)
{
	return !is_lower(imports_peek(&r->scan, 0)) && imports_begin_document(&r->scan);
}

/* ?x is a string of one character. */
static bool is_character(const struct ruby *r)
{
	return !r->value && imports_peek(&r->scan, 0) > ' ' &&
	       !imports_is_word(imports_peek(&r->scan, 1));
}

/* What quotes where no value stands before it. */
static void ambiguous(struct ruby *r, char c, int depth)
{
	struct imports_scan *s = &r->scan;

	if (c == '%') {
		percent(r, depth);
	} else if (c == '/' && !r->value) {
		r->value = imports_skip_regex(s);
	} else if (c == '<' && imports_peek(s, 0) == '<') {
		s->at++;
		r->value = document(r);
	} else if (c == '?' && is_character(r)) {
		s->at++;
		r->value = true;
	} else {
		r->value = false;
	}
}

static void sign(struct ruby *r, int depth)
{
	struct imports_scan *s = &r->scan;
	char c = s->text[s->at++];

	if (c == '"' || c == '`') {
		read_text(r, c, c, depth);
		r->value = true;
	} else if (c == '\'') {
		imports_delimited(s, c);
		r->value = true;
	} else if (c == '$' && imports_peek(s, 0) > ' ' && !imports_is_word(imports_peek(s, 0))) {
		r->value = true; /* $', $", $/ and so on */
		if (s->text[s->at++] == ':')
			load_path(r, depth);
	} else if (strchr("%/<?", c)) {
		ambiguous(r, c, depth);
	} else {
		r->value = c == ')' || c == ']' || c == '}';
		s->at += c == '\\' && imports_peek(s, 0) == '/'; /* no end, no beginning */
	}
}

/* Up to and behind the bracket that ends it, or the end of the text. */
static void code(struct ruby *r, char end, int depth)
{
	struct imports_scan *s = &r->scan;
	size_t level = 0;

	/* Deeper than anybody writes: where it ends is not looked for. */
	r->end |= depth > DEPTH_MAX;
	r->value = false;
	while (s->at < s->len && !r->end && !s->result) {
		int c = imports_peek(s, 0);

		if (skip_between(r))
			continue;
		if (end && c == end && level-- == 0) {
			s->at++;
			return;
		}
		level += end && c == '{';
		if (imports_is_word(c))
			word(r, depth);
		else
			sign(r, depth);
	}
	if (r->end)
		s->at = s->len;
}

int imports_ruby(const char *text, size_t len, import_fn *fn, void *data)
{
	struct ruby r = { .scan = { .text = text, .len = len, .fn = fn, .data = data } };

	code(&r, '\0', 0);
	return r.scan.result;
}
