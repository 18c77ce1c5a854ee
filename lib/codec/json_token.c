/* SPDX-License-Identifier: Apache-2.0 */
/* codec/json_token.c: strings are decoded in one pass, numbers are exact or refused. */
#include "codec/json_token.h"

#include <stdint.h>
#include <string.h>

#include "base/ctx.h"
#include "codec/json_scan.h"
#include "codec/json_tree.h"
#include "codec/json_type.h"

enum { SHOWN_MAX = 64, EXPONENT_FAR = 100000, EXPONENT_MAX = 308 };

static int fail_at(struct ctx *cx, const struct json_tokens *s, size_t at, const char *what)
{
	return json_text_at(cx, s->t, at, fail(cx, OCIT_E_FORMAT, "%s", what));
}

char json_token_peek(struct json_tokens *s)
{
	const char *text = s->t->text;

	while (s->at < s->t->len && memchr(" \t\n\r", text[s->at], 4))
		s->at++;
	return s->at < s->t->len ? text[s->at] : '\0';
}

/* Up to and without the character behind the token here. */
static size_t token_end(const struct json_tokens *s)
{
	const char *text = s->t->text;
	size_t i = s->at + 1;

	if (text[s->at] == '"') {
		while (i < s->t->len && text[i] != '"')
			i += text[i] == '\\' ? 2 : 1;
		return i < s->t->len ? i + 1 : s->t->len;
	}
	if (json_text_is_word(text[s->at]))
		while (i < s->t->len && json_text_is_word(text[i]))
			i++;
	else
		while (i < s->t->len && (text[i] & 0xc0) == 0x80)
			i++;
	return i;
}

/* What the message shows of the token here. */
static int shown(const struct json_tokens *s)
{
	size_t n = token_end(s) - s->at;

	return (int)(n < SHOWN_MAX ? n : SHOWN_MAX);
}

int json_token_expected(struct ctx *cx, struct json_tokens *s, const char *what)
{
	int r;

	if (!json_token_peek(s))
		r = fail(cx, OCIT_E_FORMAT, "%s expected near end of file", what);
	else
		r = fail(cx, OCIT_E_FORMAT, "%s expected near '%.*s'", what, shown(s),
			s->t->text + s->at);
	return json_text_at(cx, s->t, s->at, r);
}

int json_token_end(struct ctx *cx, struct json_tokens *s)
{
	return json_token_peek(s) ? fail_at(cx, s, s->at, "text after the end of the document") : 0;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The four digits at offset i of the text, or -1. */
static int32_t hex4(const struct json_text *t, size_t i)
{
	int32_t value = 0;

	if (t->len - i < 4)
		return -1;
	for (size_t end = i + 4; i < end; i++) {
		int digit = hex_digit(t->text[i]);

		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

static char *put_utf8(char *to, uint32_t c)
{
	if (c < 0x80) {
		*to++ = (char)c;
	} else if (c < 0x800) {
		*to++ = (char)(0xc0 | c >> 6);
		*to++ = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		*to++ = (char)(0xe0 | c >> 12);
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
		*to++ = (char)(0x80 | (c & 0x3f));
	} else {
		*to++ = (char)(0xf0 | c >> 18);
		*to++ = (char)(0x80 | (c >> 12 & 0x3f));
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
		*to++ = (char)(0x80 | (c & 0x3f));
	}
	return to;
}

/* s->at is at the 'u'. Two of them make a character beyond 16 bits. */
static int read_unicode(struct ctx *cx, struct json_tokens *s, char **to)
{
	const struct json_text *t = s->t;
	size_t start = s->at - 1;
	int32_t c = hex4(t, s->at + 1), low;

	if (c < 0)
		return fail_at(cx, s, start, "invalid escape, four digits follow '\\u'");
	s->at += 5;
	if (c >= 0xd800 && c < 0xdc00 && t->len - s->at >= 2 &&
		!memcmp(t->text + s->at, "\\u", 2)) {
		low = hex4(t, s->at + 2);
		if (low >= 0xdc00 && low < 0xe000) {
			c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
			s->at += 6;
		}
	}
	if (c >= 0xd800 && c < 0xe000)
		return fail_at(cx, s, start, "half of a surrogate pair is no character");
	if (!c)
		return fail_at(cx, s, start, "NUL not allowed in a string");
	*to = put_utf8(*to, (uint32_t)c);
	return 0;
}

/* s->at is at the backslash. */
static int read_escape(struct ctx *cx, struct json_tokens *s, char **to)
{
	static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	const char *found;

	s->at++;
	if (s->at == s->t->len)
		return fail_at(cx, s, s->at, "premature end of input");
	if (s->t->text[s->at] == 'u')
		return read_unicode(cx, s, to);
	found = memchr(names, s->t->text[s->at], sizeof(names) - 1);
	if (!found)
		return fail_at(cx, s, s->at - 1, "invalid escape");
	*(*to)++ = values[found - names];
	s->at++;
	return 0;
}

int json_token_string(struct ctx *cx, struct json_tokens *s, const char **ret)
{
	const char *text = s->t->text;
	char *to = s->strings;

	for (s->at++; s->at < s->t->len && text[s->at] != '"';) {
		int r = 0;

		if ((unsigned char)text[s->at] < 0x20)
			return fail_at(cx, s, s->at, "control character in a string");
		if (text[s->at] == '\\')
			r = read_escape(cx, s, &to);
		else
			*to++ = text[s->at++];
		if (r < 0)
			return r;
	}
	if (s->at == s->t->len)
		return fail_at(cx, s, s->at, "premature end of input");
	s->at++;
	*to++ = '\0';
	*ret = s->strings;
	s->strings = to;
	return 0;
}

/* How many decimal digits w has here. */
static size_t digits(const char *w, const char *end)
{
	const char *at = w;

	while (at < end && *at >= '0' && *at <= '9')
		at++;
	return (size_t)(at - w);
}

/* The parts of a number, each without its sign or mark. */
struct number {
	bool negative, real;
	const char *whole, *fraction, *exponent;
	size_t n_whole, n_fraction, n_exponent;
	bool small; /* the exponent is negative */
};

static bool parse_exponent(const char *w, const char *end, struct number *ret)
{
	ret->real = true;
	ret->small = w < end && *w == '-';
	ret->exponent = w + (w < end && (*w == '-' || *w == '+'));
	ret->n_exponent = digits(ret->exponent, end);
	return ret->n_exponent && ret->exponent + ret->n_exponent == end;
}

/* Is all of w .. end a number as RFC 8259 writes it? */
static bool parse_number(const char *w, const char *end, struct number *ret)
{
	*ret = (struct number){ .negative = *w == '-' };
	ret->whole = w + ret->negative;
	ret->n_whole = digits(ret->whole, end);
	if (!ret->n_whole || (ret->n_whole > 1 && *ret->whole == '0'))
		return false;
	w = ret->whole + ret->n_whole;
	if (w < end && *w == '.') {
		ret->real = true;
		ret->fraction = w + 1;
		ret->n_fraction = digits(ret->fraction, end);
		if (!ret->n_fraction)
			return false;
		w = ret->fraction + ret->n_fraction;
	}
	if (w < end && (*w | 0x20) == 'e')
		return parse_exponent(w + 1, end, ret);
	return w == end;
}

static bool to_integer(const struct number *n, int64_t *ret)
{
	int64_t value = 0;

	for (size_t i = 0; i < n->n_whole; i++) {
		int digit = n->whole[i] - '0';

		if (__builtin_mul_overflow(value, 10, &value) ||
			__builtin_add_overflow(value, n->negative ? -digit : digit, &value))
			return false;
	}
	*ret = value;
	return true;
}

static size_t leading_zeros(const char *digit, size_t n)
{
	size_t i = 0;

	while (i < n && digit[i] == '0')
		i++;
	return i;
}

/* The i-th digit that counts; zeros: of the whole part that do not. */
static char significant(const struct number *n, size_t zeros, size_t i)
{
	size_t whole = n->n_whole - zeros;

	if (i < whole)
		return n->whole[zeros + i];
	i -= whole;
	if (!whole)
		i += leading_zeros(n->fraction, n->n_fraction);
	return i < n->n_fraction ? n->fraction[i] : '0';
}

/* 2^1024 - 2^970, half way between the largest double and what would follow: its first digits say
 * enough, since nobody means a number that agrees with all of them. */
static bool is_below_limit(const struct number *n, size_t zeros)
{
	static const char limit[] = "1797693134862315807937289714053034150799";

	for (size_t i = 0; limit[i]; i++) {
		char digit = significant(n, zeros, i);

		if (digit != limit[i])
			return digit < limit[i];
	}
	return false;
}

/* Nobody asks for the value of a real number, but one that no program could read is refused. */
static bool is_in_range(const struct number *n)
{
	size_t zeros = leading_zeros(n->whole, n->n_whole);
	size_t behind = leading_zeros(n->fraction, n->n_fraction);
	int64_t power = 0;

	if (zeros == n->n_whole && behind == n->n_fraction)
		return true;
	for (size_t i = 0; i < n->n_exponent && power < EXPONENT_FAR; i++)
		power = power * 10 + (n->exponent[i] - '0');
	if (n->small)
		power = -power;
	power += zeros < n->n_whole ? (int64_t)n->n_whole - 1 : -1 - (int64_t)behind;
	return power < EXPONENT_MAX || (power == EXPONENT_MAX && is_below_limit(n, zeros));
}

/* What the token here is written like. */
static const char *keep_text(struct json_tokens *s)
{
	size_t len = token_end(s) - s->at;
	char *to = s->strings;

	memcpy(to, s->t->text + s->at, len);
	to[len] = '\0';
	s->strings += len + 1;
	return to;
}

static int read_number(
	struct ctx *cx, struct json_tokens *s, const struct number *n, struct json_value *ret)
{
	bool fits = n->real ? is_in_range(n) : to_integer(n, &ret->integer);

	ret->type = n->real ? JSON_REAL : JSON_INT;
	if (s->t->wide && !fits && !n->real) {
		ret->type = JSON_BIG;
		fits = true;
	}
	if (fits) {
		if (s->t->wide && ret->type != JSON_INT)
			ret->string = keep_text(s);
		s->at = token_end(s);
		return 0;
	}
	return json_text_at(cx, s->t, s->at,
		fail(cx, OCIT_E_FORMAT, "number '%.*s' is out of range", shown(s),
			s->t->text + s->at));
}

int json_token_word(struct ctx *cx, struct json_tokens *s, struct json_value *ret)
{
	static const struct {
		const char *text;
		struct json_value value;
	} words[] = {
		{ "null", { .type = JSON_NULL } },
		{ "true", { .type = JSON_BOOL, .integer = 1 } },
		{ "false", { .type = JSON_BOOL } },
	};
	const char *w = s->t->text + s->at;
	struct number number;
	size_t len;

	if (!json_token_peek(s))
		return json_token_expected(cx, s, "value");
	len = token_end(s) - s->at;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (len != strlen(words[i].text) || memcmp(w, words[i].text, len) != 0)
			continue;
		ret->type = words[i].value.type;
		ret->integer = words[i].value.integer;
		s->at += len;
		return 0;
	}
	if (parse_number(w, w + len, &number))
		return read_number(cx, s, &number, ret);
	return json_text_at(
		cx, s->t, s->at, fail(cx, OCIT_E_FORMAT, "invalid token near '%.*s'", shown(s), w));
}
