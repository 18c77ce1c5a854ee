/* SPDX-License-Identifier: Apache-2.0 */
/* codec/imports_perl.c: use and require, with so much of Perl's quoting that text is no code. */
#include <string.h>

#include "codec/imports_scan.h"

struct perl {
	struct imports_scan scan;
	bool value; /* what stands before is one, so '/' divides and "<<" shifts */
	bool end;   /* __END__ was there */
};

/* A string, or the list of qw. */
struct literal {
	struct imports_span span;
	bool known;        /* it is one, and nothing of it is escaped */
	bool interpolated; /* it may have variables */
	bool list;
};

static bool is_pod(const struct imports_scan *s)
{
	int c = imports_peek(s, 1);

	return imports_peek(s, 0) == '=' && (s->at == 0 || s->text[s->at - 1] == '\n') &&
	       ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
}

/* Documentation goes on to the line behind "=cut". */
static void skip_pod(struct imports_scan *s)
{
	bool last = false;

	while (!last && s->at < s->len) {
		size_t end = imports_line_end(s, s->at);

		last = imports_line_starts(s, s->at, "=cut");
		s->at = end < s->len ? end + 1 : end;
	}
}

/* Where a word may stand next. */
static void skip_space(struct imports_scan *s)
{
	for (;;) {
		int c = imports_peek(s, 0);

		if (is_pod(s)) {
			skip_pod(s);
		} else if (c == '#') {
			s->at = imports_line_end(s, s->at);
		} else if (c == '\n') {
			s->at++;
			imports_skip_documents(s);
		} else if (imports_is_blank(c)) {
			s->at++;
		} else {
			return;
		}
	}
}

/* Words with "::" between them. */
static struct imports_span read_name(struct imports_scan *s)
{
	struct imports_span name = imports_word(s);

	while (imports_peek(s, 0) == ':' && imports_peek(s, 1) == ':' &&
		(imports_is_word(imports_peek(s, 2)) || !name.len)) {
		s->at += 2;
		imports_word(s);
	}
	name.len = s->at - name.at;
	return name;
}

/* Behind '$': $/, $', $" and so on, but no "${" and "$$x", which only lead to a name. */
static bool skip_special(struct imports_scan *s)
{
	int c = imports_peek(s, 0);

	if (c < 0 || c == '{' || c == '$')
		return false;
	s->at++;
	if (c != '#')
		return true;
	imports_word(s);
	return imports_peek(s, 0) != '{' && imports_peek(s, 0) != '$';
}

/* Behind '$', '@', '%' or '&'. True: a variable was passed. */
static bool skip_variable(struct imports_scan *s, char sigil)
{
	int c = imports_peek(s, 0);

	if (imports_is_word(c) || (c == ':' && imports_peek(s, 1) == ':')) {
		read_name(s);
		return true;
	}
	return sigil == '$' && skip_special(s);
}

static bool is_quoting(const struct imports_scan *s, struct imports_span word)
{
	static const char *const words[] = { "m", "q", "qq", "qr", "qw", "qx", "s", "tr", "y",
		NULL };

	return imports_is_one_of(s, word, words);
}

/* A key, a method or a file test is named like a quote: "{s}", "->y", "-s _", "y => 1". */
static bool is_other(const struct imports_scan *s, struct imports_span word)
{
	int before = word.at ? (unsigned char)s->text[word.at - 1] : ' ', c = imports_peek(s, 0);

	return c < 0 || before == '-' || before == '>' || (before == '{' && c == '}') ||
	       strchr(",;)=", c);
}

/* The delimiter behind q, m, s and so on, passed; 0: the word is no quote. */
static char take_delimiter(struct imports_scan *s, struct imports_span word)
{
	size_t start = s->at;
	int c;

	while (imports_is_blank(imports_peek(s, 0)) || imports_peek(s, 0) == '\n')
		s->at++;
	c = imports_peek(s, 0);
	if (is_other(s, word) || (s->at > start && (c == '#' || imports_is_word(c)))) {
		s->at = start;
		return '\0';
	}
	s->at++;
	return (char)c;
}

/* The second part of s and tr. */
static void skip_replacement(struct imports_scan *s, char open)
{
	if (!strchr("([{<", open)) {
		imports_delimited(s, open);
		return;
	}
	imports_skip_space(s);
	if (imports_peek(s, 0) < 0)
		return;
	open = s->text[s->at++];
	imports_delimited(s, open);
}

/* False: it is not quoting. */
static bool quoting(struct imports_scan *s, struct imports_span word, struct literal *ret)
{
	char open = take_delimiter(s, word), first = s->text[word.at];

	if (!open)
		return false;
	ret->span = imports_delimited(s, open);
	ret->list = imports_is(s, word, "qw");
	ret->interpolated = imports_is(s, word, "qq") && open != '\'';
	ret->known = (first == 'q' && !imports_is(s, word, "qr") && !imports_is(s, word, "qx")) &&
		     !memchr(s->text + ret->span.at, '\\', ret->span.len);
	if (first == 's' || first == 'y' || first == 't')
		skip_replacement(s, open);
	return true;
}

/* A string ahead; false: there is none, and nothing was passed. */
static bool read_literal(struct imports_scan *s, struct literal *ret)
{
	int c = imports_peek(s, 0);
	size_t start = s->at;
	struct imports_span word;

	*ret = (struct literal){ .interpolated = c == '"' };
	if (c == '"' || c == '\'') {
		s->at++;
		ret->span = imports_delimited(s, (char)c);
		ret->known = !memchr(s->text + ret->span.at, '\\', ret->span.len);
		return true;
	}
	if (c != 'q')
		return false;
	word = imports_word(s);
	if (is_quoting(s, word) && quoting(s, word, ret))
		return true;
	s->at = start;
	return false;
}

static bool is_computed(const struct imports_scan *s, const struct literal *l)
{
	return l->interpolated && (memchr(s->text + l->span.at, '$', l->span.len) ||
					  memchr(s->text + l->span.at, '@', l->span.len));
}

/* "$FindBin::Bin/../lib": how many bytes are before the slash; 0: another text. */
static size_t own_directory(const struct imports_scan *s, const struct literal *l)
{
	static const char *const forms[] = { "$FindBin::Bin/", "$FindBin::RealBin/", "$Bin/",
		"$RealBin/", "${FindBin::Bin}/", "${FindBin::RealBin}/" };

	for (size_t i = 0; l->interpolated && i < sizeof(forms) / sizeof(forms[0]); i++) {
		size_t n = strlen(forms[i]);

		if (l->span.len > n && !memcmp(s->text + l->span.at, forms[i], n) &&
			!memchr(s->text + l->span.at + n, '$', l->span.len - n) &&
			!memchr(s->text + l->span.at + n, '@', l->span.len - n))
			return n;
	}
	return 0;
}

/* Is all of it the name of a module? "v5.36" and "5.010" are versions. */
static bool is_module(const struct imports_scan *s, struct imports_span span)
{
	struct imports_scan part = { .text = s->text, .len = span.at + span.len, .at = span.at };
	int c = imports_peek(&part, 0);

	if (!imports_is_word(c) || imports_is_digit(c) ||
		(c == 'v' && imports_is_digit(imports_peek(&part, 1))))
		return false;
	return read_name(&part).len == span.len;
}

static void tell_argument(
	struct imports_scan *s, enum import_kind kind, unsigned level, struct imports_span span)
{
	if (kind == IMPORT_DIR || is_module(s, span))
		imports_tell(s, kind, level, span);
}

/* The words of qw. */
static void tell_list(struct imports_scan *s, enum import_kind kind, struct imports_span list)
{
	size_t end = list.at + list.len;
	struct imports_span word = { .at = list.at };

	for (size_t at = list.at; at <= end; at++) {
		if (at < end && (unsigned char)s->text[at] > ' ')
			continue;
		word.len = at - word.at;
		tell_argument(s, kind, 0, word);
		word.at = at + 1;
	}
}

/* What lib, parent, base and if are given. */
static void tell_literal(struct imports_scan *s, enum import_kind kind, const struct literal *l)
{
	size_t own = kind == IMPORT_DIR ? own_directory(s, l) : 0;
	struct imports_span below = { .at = l->span.at + own, .len = l->span.len - own };

	if (!l->known)
		return;
	if (l->list)
		tell_list(s, kind, l->span);
	else if (own)
		tell_argument(s, kind, 1, below);
	else if (!is_computed(s, l))
		tell_argument(s, kind, 0, l->span);
}

/* Up to the end of the statement. */
static void arguments(struct imports_scan *s, enum import_kind kind)
{
	while (s->at < s->len && !s->result) {
		struct literal l;
		int c;

		skip_space(s);
		c = imports_peek(s, 0);
		if (c < 0 || c == ';' || c == '}')
			return;
		if (read_literal(s, &l)) {
			tell_literal(s, kind, &l);
		} else if (!read_name(s).len) {
			s->at++;
			if (strchr("$@%&", c))
				skip_variable(s, (char)c);
		}
	}
}

/* "use" or "no" was read. */
static void use_statement(struct imports_scan *s)
{
	static const char *const named[] = { "base", "if", "parent", NULL };
	struct imports_span name;

	skip_space(s);
	name = read_name(s);
	if (!is_module(s, name))
		return;
	if (imports_peek(s, 0) == '=' || imports_peek(s, 0) == ',')
		return;
	imports_tell(s, IMPORT_MODULE, 0, name);
	if (imports_is(s, name, "lib"))
		arguments(s, IMPORT_DIR);
	else if (imports_is_one_of(s, name, named))
		arguments(s, IMPORT_MODULE);
}

/* "require" was read, or "do", which takes files only. */
static void require_expression(struct imports_scan *s, bool file_only)
{
	struct imports_span name;
	struct literal l;
	size_t start;

	skip_space(s);
	while (imports_peek(s, 0) == '(')
		s->at++;
	if (read_literal(s, &l)) {
		if (l.known && !l.list && !is_computed(s, &l))
			imports_tell(s, IMPORT_FILE, 0, l.span);
		return;
	}
	start = s->at;
	name = read_name(s);
	if (file_only)
		s->at = start;
	else if (is_module(s, name))
		imports_tell(s, IMPORT_MODULE, 0, name);
}

/* A method, or the key of a hash, is no keyword. */
static bool is_keyword_place(const struct imports_scan *s, struct imports_span word)
{
	int before = word.at ? (unsigned char)s->text[word.at - 1] : ' ', c = imports_peek(s, 0);

	return before != '>' && before != '-' && !(before == '{' && c == '}') && c != '=' &&
	       c != ',';
}

/* Words behind which a regular expression may stand. */
static bool is_operator(const struct imports_scan *s, struct imports_span word)
{
	static const char *const words[] = { "and", "cmp", "eq", "ge", "grep", "gt", "if", "join",
		"le", "lt", "map", "ne", "not", "or", "push", "return", "split", "unless",
		"unshift", "until", "when", "while", "x", "xor", NULL };

	return imports_is_one_of(s, word, words);
}

static void word(struct perl *p)
{
	static const char *const ends[] = { "__DATA__", "__END__", NULL };
	struct imports_scan *s = &p->scan;
	struct imports_span name = read_name(s);
	bool keyword = is_keyword_place(s, name);
	struct literal l;

	p->value = true;
	if (imports_is_one_of(s, name, ends))
		p->end = true;
	else if (is_quoting(s, name) && quoting(s, name, &l))
		return;
	else if (keyword && (imports_is(s, name, "use") || imports_is(s, name, "no")))
		use_statement(s);
	else if (keyword && imports_is(s, name, "require"))
		require_expression(s, false);
	else if (keyword && imports_is(s, name, "do"))
		require_expression(s, true);
	else
		p->value = !is_operator(s, name);
}

/* "1<<X" and "$x <<1" shift, "print <<X" does not. */
static bool is_shift(const struct perl *p)
{
	const struct imports_scan *s = &p->scan;

	return p->value && s->at > 2 && imports_is_word((unsigned char)s->text[s->at - 3]);
}

static bool is_sigil(const struct perl *p, char c)
{
	return c == '$' || c == '@' || ((c == '%' || c == '&') && !p->value);
}

static void sign(struct perl *p)
{
	struct imports_scan *s = &p->scan;
	char c = s->text[s->at++];

	if (c && strchr("\"'`", c)) {
		imports_delimited(s, c);
		p->value = true;
	} else if (is_sigil(p, c)) {
		p->value = skip_variable(s, c);
	} else if (c == '/' && !p->value) {
		p->value = imports_skip_regex(s);
	} else if (c == '<' && imports_peek(s, 0) == '<') {
		s->at++;
		p->value = !is_shift(p) && imports_begin_document(s);
	} else {
		p->value = c && strchr(")]}", c);
		s->at += c == '\\' && imports_peek(s, 0) == '/'; /* no end, no beginning */
	}
}

int imports_perl(const char *text, size_t len, import_fn *fn, void *data)
{
	struct perl p = { .scan = { .text = text, .len = len, .fn = fn, .data = data } };

	while (!p.end && !p.scan.result) {
		skip_space(&p.scan);
		if (p.scan.at >= len)
			break;
		if (imports_is_word(imports_peek(&p.scan, 0)))
			word(&p);
		else
			sign(&p);
	}
	return p.scan.result;
}

/* "lib=a,b" names directories, all else what is imported. */
static void option_directories(struct imports_scan *s)
{
	while (s->at < s->len) {
		struct imports_span dir = { .at = ++s->at };

		while (s->at < s->len && s->text[s->at] != ',')
			s->at++;
		dir.len = s->at - dir.at;
		imports_tell(s, IMPORT_DIR, 0, dir);
	}
}

int imports_perl_option(const char *text, size_t len, import_fn *fn, void *data)
{
	struct imports_scan s = { .text = text, .len = len, .fn = fn, .data = data };
	struct imports_span name;

	s.at = len && text[0] == '-';
	name = read_name(&s);
	if (is_module(&s, name))
		imports_tell(&s, IMPORT_MODULE, 0, name);
	if (imports_is(&s, name, "lib") && imports_peek(&s, 0) == '=')
		option_directories(&s);
	return s.result;
}
