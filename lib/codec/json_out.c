/* SPDX-License-Identifier: Apache-2.0 */
/* codec/json_out.c: JSON text in the order it is told, escaped and separated in one place. */
#include "codec/json_out.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "codec/json_limits.h"

enum { U64_DIGITS = 20 };
/* What the reader gives can be written. */
static_assert(JSON_DEPTH_MAX <= 64, "is_array has a bit per depth");

static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */

void json_out_init(struct json_out *o, struct buf *buf, unsigned indent)
{
	*o = (struct json_out){ .buf = buf, .indent = indent, .first = true };
}

/* Only assertions ask, and a release has none. */
__attribute__((unused)) static bool in_array(const struct json_out *o)
{
	return o->is_array >> (o->depth - 1) & 1;
}

static void new_line(struct json_out *o)
{
	if (!o->indent)
		return;
	buf_char(o->buf, '\n');
	for (unsigned i = 0; i < o->depth * o->indent; i++)
		buf_char(o->buf, ' ');
}

static void separate(struct json_out *o)
{
	if (!o->first)
		buf_char(o->buf, ',');
	if (o->depth)
		new_line(o);
	o->first = false;
}

static void before_value(struct json_out *o)
{
	if (o->after_key) {
		o->after_key = false;
		return;
	}
	assert(o->depth ? in_array(o) : o->first);
	separate(o);
}

static void open_level(struct json_out *o, char bracket, bool array)
{
	before_value(o);
	buf_char(o->buf, bracket);
	assert(o->depth < JSON_DEPTH_MAX);
	o->is_array &= ~(UINT64_C(1) << o->depth);
	o->is_array |= (uint64_t)array << o->depth;
	o->depth++;
	o->first = true;
}

static void close_level(struct json_out *o, char bracket, bool array)
{
	bool empty = o->first;

	(void)array;
	assert(o->depth > 0 && in_array(o) == array && !o->after_key);
	o->depth--;
	if (!empty)
		new_line(o);
	buf_char(o->buf, bracket);
	o->first = false;
}

void json_out_object(struct json_out *o)
{
	open_level(o, '{', false);
}

void json_out_end_object(struct json_out *o)
{
	close_level(o, '}', false);
}

void json_out_array(struct json_out *o)
{
	open_level(o, '[', true);
}

void json_out_end_array(struct json_out *o)
{
	close_level(o, ']', true);
}

static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

static void put_escape(struct buf *b, unsigned char c)
{
	static const char letters[] = { ['\b'] = 'b',
		['\t'] = 't',
		['\n'] = 'n',
		['\f'] = 'f',
		['\r'] = 'r',
		['"'] = '"',
		['\\'] = '\\' };
	static const char hex[] = "0123456789abcdef";

	if (letters[c]) {
		char text[] = { '\\', letters[c] };

		buf_add(b, text, sizeof(text));
	} else {
		char text[] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };

		buf_add(b, text, sizeof(text));
	}
}

/* How many bytes the well-formed sequence at s has; 0 when there is none. */
static size_t sequence_length(const char *s, size_t len)
{
	unsigned char lead = (unsigned char)s[0];
	size_t n = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2, bad;

	return n <= len && text_utf8(s, n, &bad) ? n : 0;
}

/* Write the one character at s that cannot be copied as it is; returns its length. */
static size_t put_special(struct buf *b, const char *s, size_t len)
{
	unsigned char c = (unsigned char)s[0];
	size_t n;

	if (c < 0x80) {
		put_escape(b, c);
		return 1;
	}
	n = sequence_length(s, len);
	if (n) {
		buf_add(b, s, n);
		return n;
	}
	buf_add(b, replacement, sizeof(replacement) - 1);
	return 1;
}

static void put_quoted(struct buf *b, const char *s, size_t len)
{
	size_t i = 0;

	buf_char(b, '"');
	while (i < len) {
		size_t start = i;

		while (i < len && is_plain((unsigned char)s[i]))
			i++;
		buf_add(b, s + start, i - start);
		if (i < len)
			i += put_special(b, s + i, len - i);
	}
	buf_char(b, '"');
}

void json_out_key(struct json_out *o, const char *key)
{
	assert(o->depth && !in_array(o) && !o->after_key);
	separate(o);
	put_quoted(o->buf, key, strlen(key));
	buf_char(o->buf, ':');
	if (o->indent)
		buf_char(o->buf, ' ');
	o->after_key = true;
}

void json_out_bytes(struct json_out *o, const char *s, size_t len)
{
	before_value(o);
	put_quoted(o->buf, s, len);
}

void json_out_string(struct json_out *o, const char *s)
{
	json_out_bytes(o, s, strlen(s));
}

static void put_digits(struct buf *b, uint64_t v)
{
	char digits[U64_DIGITS];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	buf_add(b, digits + at, sizeof(digits) - at);
}

void json_out_u64(struct json_out *o, uint64_t v)
{
	before_value(o);
	put_digits(o->buf, v);
}

void json_out_i64(struct json_out *o, int64_t v)
{
	before_value(o);
	if (v < 0)
		buf_char(o->buf, '-');
	put_digits(o->buf, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

void json_out_literal(struct json_out *o, const char *text)
{
	before_value(o);
	buf_str(o->buf, text);
}

void json_out_bool(struct json_out *o, bool v)
{
	before_value(o);
	buf_str(o->buf, v ? "true" : "false");
}

void json_out_key_string(struct json_out *o, const char *key, const char *s)
{
	json_out_key(o, key);
	json_out_string(o, s);
}

void json_out_key_u64(struct json_out *o, const char *key, uint64_t v)
{
	json_out_key(o, key);
	json_out_u64(o, v);
}

void json_out_key_bool(struct json_out *o, const char *key, bool v)
{
	json_out_key(o, key);
	json_out_bool(o, v);
}

void json_out_finish(struct json_out *o)
{
	assert(o->depth == 0 && !o->first && !o->after_key);
	if (o->indent)
		buf_char(o->buf, '\n');
}
