/* SPDX-License-Identifier: Apache-2.0 */
/* codec/json_scan.c: limits hold before a tree is built, at the cost of one look at every byte. */
#include "codec/json_scan.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "base/ctx.h"
#include "base/text.h"
#include "codec/json_limits.h"

struct scan {
	const struct json_text *t;
	const struct json_limits *limits;
	size_t at;
	size_t depth;
	size_t members;
	bool opened; /* the last token opened a container */
};

/* Not the first byte of a character. */
static bool is_continuation(char c)
{
	return (c & 0xc0) == 0x80;
}

int json_text_at(struct ctx *cx, const struct json_text *t, size_t offset, int r)
{
	size_t line = 1, column = 1;

	for (size_t i = 0; i < offset; i++) {
		if (t->text[i] == '\n') {
			line++;
			column = 1;
		} else if (!is_continuation(t->text[i])) {
			column++;
		}
	}
	return within(cx, r, "%s:%zu:%zu", t->name, line, column);
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool json_text_is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '+' || c == '-' || c == '.';
}

static int scan_start(struct ctx *cx, struct scan *s)
{
	size_t bad = 0, i = 0;

	if (s->t->len > s->limits->bytes || s->t->len > INT_MAX)
		return within(cx,
			fail(cx, OCIT_E_LIMIT, "%zu bytes, limit %zu", s->t->len, s->limits->bytes),
			"%s", s->t->name);
	if (s->t->len >= 3 && memcmp(s->t->text, "\xef\xbb\xbf", 3) == 0)
		return json_text_at(
			cx, s->t, 0, fail(cx, OCIT_E_FORMAT, "byte-order mark not allowed"));
	if (!text_utf8(s->t->text, s->t->len, &bad))
		return json_text_at(cx, s->t, bad,
			fail(cx, OCIT_E_FORMAT, "byte 0x%02x is not UTF-8 text",
				(unsigned char)s->t->text[bad]));
	while (i < s->t->len && is_space(s->t->text[i]))
		i++;
	if (i == s->t->len)
		return json_text_at(cx, s->t, 0, fail(cx, OCIT_E_FORMAT, "empty document"));
	return 0;
}

static int count_member(struct ctx *cx, struct scan *s)
{
	if (s->members == s->limits->members)
		return json_text_at(cx, s->t, s->at,
			fail(cx, OCIT_E_LIMIT, "more than %zu members", s->limits->members));
	s->members++;
	return 0;
}

static void skip_string(struct scan *s)
{
	for (s->at++; s->at < s->t->len && s->t->text[s->at] != '"'; s->at++)
		if (s->t->text[s->at] == '\\')
			s->at++;
	s->at++;
}

/* The integer -0 would read as 0: the sign must not get lost in silence. */
static int skip_word(struct ctx *cx, struct scan *s)
{
	size_t start = s->at;

	while (s->at < s->t->len && json_text_is_word(s->t->text[s->at]))
		s->at++;
	if (s->at - start == 2 && memcmp(s->t->text + start, "-0", 2) == 0)
		return json_text_at(cx, s->t, start,
			fail(cx, OCIT_E_FORMAT, "'-0' is not an integer, write 0"));
	return 0;
}

static int open_container(struct ctx *cx, struct scan *s)
{
	if (s->depth == JSON_DEPTH_MAX)
		return json_text_at(cx, s->t, s->at,
			fail(cx, OCIT_E_LIMIT, "nested deeper than %d levels", JSON_DEPTH_MAX));
	s->depth++;
	s->at++;
	s->opened = true;
	return 0;
}

static int scan_token(struct ctx *cx, struct scan *s)
{
	char c = s->t->text[s->at];
	bool closes = c == ']' || c == '}';
	/* A comma announces a member, and so does the first token of a container. */
	bool announces = c == ',' || (s->opened && !closes);
	int r = announces ? count_member(cx, s) : 0;

	if (r < 0)
		return r;
	s->opened = false;
	if (c == '{' || c == '[')
		return open_container(cx, s);
	if (json_text_is_word(c))
		return skip_word(cx, s);
	if (c == '"') {
		skip_string(s);
		return 0;
	}
	if (closes && s->depth)
		s->depth--;
	s->at++;
	return 0;
}

int json_text_scan(struct ctx *cx, const struct json_text *t, const struct json_limits *limits,
	size_t *ret_members)
{
	struct scan s = { .t = t, .limits = limits };
	int r = scan_start(cx, &s);

	while (!r && s.at < t->len) {
		if (is_space(t->text[s.at]))
			s.at++;
		else
			r = scan_token(cx, &s);
	}
	if (!r)
		*ret_members = s.members;
	return r;
}
