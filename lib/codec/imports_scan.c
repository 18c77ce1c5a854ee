/* SPDX-License-Identifier: Apache-2.0 */
/* codec/imports_scan.c: words, quotes and here-documents of scripting languages. */
#include "codec/imports_scan.h"

#include <string.h>

enum { MISSES_MAX = 8 };

int imports_peek(const struct imports_scan *s, size_t ahead)
{
	return ahead < s->len - s->at ? (unsigned char)s->text[s->at + ahead] : -1;
}

bool imports_is_blank(int c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

bool imports_is_digit(int c)
{
	return c >= '0' && c <= '9';
}

bool imports_is_word(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || imports_is_digit(c) ||
	       c == '_' || c >= 0x80;
}

size_t imports_line_end(const struct imports_scan *s, size_t from)
{
	const char *end = memchr(s->text + from, '\n', s->len - from);

	return end ? (size_t)(end - s->text) : s->len;
}

bool imports_line_starts(const struct imports_scan *s, size_t at, const char *word)
{
	size_t n = strlen(word);

	if (s->len - at < n || memcmp(s->text + at, word, n) != 0)
		return false;
	return s->len - at == n || !imports_is_word((unsigned char)s->text[at + n]);
}

bool imports_is(const struct imports_scan *s, struct imports_span span, const char *word)
{
	return strlen(word) == span.len && !memcmp(s->text + span.at, word, span.len);
}

bool imports_is_one_of(
	const struct imports_scan *s, struct imports_span span, const char *const *list)
{
	for (; *list; list++)
		if (imports_is(s, span, *list))
			return true;
	return false;
}

void imports_skip_space(struct imports_scan *s)
{
	for (;;) {
		int c = imports_peek(s, 0);

		if (c == '#')
			s->at = imports_line_end(s, s->at);
		else if (c == '\n' || imports_is_blank(c))
			s->at++;
		else
			return;
	}
}

struct imports_span imports_word(struct imports_scan *s)
{
	struct imports_span word = { .at = s->at };

	while (imports_is_word(imports_peek(s, 0)))
		s->at++;
	word.len = s->at - word.at;
	return word;
}

static char closing(char open)
{
	static const char opens[] = "([{<", closes[] = ")]}>";
	const char *found = open ? strchr(opens, open) : NULL;

	return found ? closes[found - opens] : open;
}

struct imports_span imports_delimited(struct imports_scan *s, char open)
{
	struct imports_span span = { .at = s->at };
	char close = closing(open);
	size_t depth = 1;

	for (; s->at < s->len; s->at++) {
		char c = s->text[s->at];

		if (c == '\\' && close != '\\')
			s->at++;
		else if (c == close && --depth == 0)
			break;
		else if (c == open && close != open)
			depth++;
	}
	if (s->at > s->len)
		s->at = s->len;
	span.len = s->at - span.at;
	s->at += s->at < s->len;
	return span;
}

/* "/" was passed: can it be no division, whatever follows? */
static bool is_surely_regex(const struct imports_scan *s)
{
	size_t at = s->at - 1;

	while (at > 0 && imports_is_blank((unsigned char)s->text[at - 1]))
		at--;
	return at > 0 && s->text[at - 1] && strchr("~=(,", s->text[at - 1]);
}

bool imports_skip_regex(struct imports_scan *s)
{
	if (is_surely_regex(s)) {
		imports_delimited(s, '/');
		return true;
	}
	for (size_t at = s->at; at < s->len && s->text[at] != '\n'; at++) {
		if (s->text[at] == '\\') {
			at++;
		} else if (s->text[at] == '/') {
			s->at = at + 1;
			return true;
		}
	}
	return false;
}

bool imports_begin_document(struct imports_scan *s)
{
	struct imports_document d = { .len = 0 };
	size_t start = s->at;
	struct imports_span end;
	int c = imports_peek(s, 0);

	d.indented = c == '~' || c == '-';
	s->at += d.indented;
	c = imports_peek(s, 0);
	if (c == '"' || c == '\'' || c == '`') {
		s->at++;
		end.at = s->at;
		while (imports_peek(s, 0) >= 0 && imports_peek(s, 0) != c &&
			imports_peek(s, 0) != '\n')
			s->at++;
		end.len = s->at - end.at;
		s->at += imports_peek(s, 0) == c;
	} else {
		end = imports_is_digit(c) ? (struct imports_span){ .len = 0 } : imports_word(s);
	}
	if (!end.len || end.len >= sizeof(d.end) || s->n_documents == IMPORTS_DOCUMENTS_MAX) {
		s->at = start;
		return false;
	}
	memcpy(d.end, s->text + end.at, end.len);
	d.len = end.len;
	s->documents[s->n_documents++] = d;
	return true;
}

static bool is_last_line(
	const struct imports_scan *s, const struct imports_document *d, size_t at, size_t end)
{
	while (d->indented && at < end && imports_is_blank((unsigned char)s->text[at]))
		at++;
	if (end > at && s->text[end - 1] == '\r')
		end--;
	return end - at == d->len && !memcmp(s->text + at, d->end, d->len);
}

/* What looked like a document and has no end was none; but only some may be looked for in vain. */
static void skip_document(struct imports_scan *s, const struct imports_document *d)
{
	for (size_t at = s->at; at < s->len && s->misses < MISSES_MAX;) {
		size_t end = imports_line_end(s, at);

		if (is_last_line(s, d, at, end)) {
			s->at = end < s->len ? end + 1 : end;
			return;
		}
		at = end + 1;
	}
	s->misses++;
}

void imports_skip_documents(struct imports_scan *s)
{
	for (size_t i = 0; i < s->n_documents; i++)
		skip_document(s, &s->documents[i]);
	s->n_documents = 0;
}

bool imports_pass(struct imports_scan *s, const char *text)
{
	size_t at = s->at, n = strlen(text);

	while (at < s->len && imports_is_blank((unsigned char)s->text[at]))
		at++;
	if (n > s->len - at || memcmp(s->text + at, text, n) != 0)
		return false;
	if (imports_is_word((unsigned char)text[n - 1]) && at + n < s->len &&
		imports_is_word((unsigned char)s->text[at + n]))
		return false;
	s->at = at + n;
	return true;
}

void imports_tell(
	struct imports_scan *s, enum import_kind kind, unsigned level, struct imports_span name)
{
	char text[IMPORT_NAME_MAX + 1];
	const struct import import = { .kind = kind, .level = level, .name = text, .at = name.at };

	if (s->result || !name.len || name.len > IMPORT_NAME_MAX)
		return;
	for (size_t i = 0; i < name.len; i++) {
		text[i] = s->text[name.at + i];
		if ((unsigned char)text[i] < ' ' || text[i] == 127)
			return;
	}
	text[name.len] = '\0';
	s->result = s->fn(s->data, &import);
}
