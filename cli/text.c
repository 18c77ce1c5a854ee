/* SPDX-License-Identifier: Apache-2.0 */
/* cli/text.c: escapes, so that no name can move a cursor or break a document. */
#include "text.h"

#include <string.h>

enum { WORD_MAX = 64 };

/* Length of the well-formed UTF-8 sequence at s, 0 if there is none. */
static size_t utf8_length(const unsigned char *s)
{
	/* first byte from .. to, then the range of the second; the rest is 80 to bf */
	static const struct {
		unsigned char from, to, low, high;
		size_t length;
	} forms[] = {
		{ 0x01, 0x7f, 0, 0, 1 },
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (*s < forms[i].from || *s > forms[i].to)
			continue;
		if (forms[i].length > 1 && (s[1] < forms[i].low || s[1] > forms[i].high))
			return 0;
		for (size_t k = 2; k < forms[i].length; k++)
			if (s[k] < 0x80 || s[k] > 0xbf)
				return 0;
		return forms[i].length;
	}
	return 0;
}

/* Of the characters of two and more bytes: C1, marks and overrides of the direction, separators. */
static bool is_misleading(unsigned long c)
{
	return (c >= 0x80 && c <= 0x9f) || c == 0x61c || c == 0x200e || c == 0x200f ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* The character of n bytes at s. */
static unsigned long character(const unsigned char *s, size_t n)
{
	unsigned long c = n > 1 ? *s & (0xffu >> (n + 1)) : *s;

	for (size_t i = 1; i < n; i++)
		c = c << 6 | (s[i] & 0x3fu);
	return c;
}

/* The same as in the library: how many bytes at s can be shown as they are; 0: not even one. */
static size_t shown_length(const char *s)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t n = utf8_length(u);

	if (n == 1)
		return *u >= 0x20 && *u != 0x7f;
	return n && !is_misleading(character(u, n)) ? n : 0;
}

void text_escape(char *to, size_t room, const char *from)
{
	size_t n = 0;

	while (*from) {
		size_t shown = shown_length(from);
		size_t need = shown ? shown : 4;

		if (n + need >= room)
			break;
		if (shown)
			memcpy(to + n, from, shown);
		else
			snprintf(to + n, room - n, "\\x%02x", (unsigned char)*from);
		n += need;
		from += shown ? shown : 1;
	}
	to[n] = '\0';
}

void text_print(FILE *out, const char *s)
{
	while (*s) {
		size_t shown = shown_length(s);

		if (shown)
			fwrite(s, 1, shown, out);
		else
			fprintf(out, "\\x%02x", (unsigned char)*s);
		s += shown ? shown : 1;
	}
}

void text_json(FILE *out, const char *s)
{
	putc('"', out);
	while (*s) {
		const unsigned char *at = (const unsigned char *)s;
		size_t n = utf8_length(at);

		if (!n)
			fputs("\\ufffd", out);
		else if (*at == '"' || *at == '\\')
			fprintf(out, "\\%c", *at);
		else if (!shown_length(s)) /* the same string, and safe to look at */
			fprintf(out, "\\u%04lx", character(at, n));
		else
			fwrite(at, 1, n, out);
		s += n ? n : 1;
	}
	putc('"', out);
}

const char *text_after(const char *s, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(s, prefix, n) ? s : s + n;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Insertions, deletions, replacements and swapped neighbours, each for one. */
size_t text_distance(const char *a, const char *b)
{
	size_t row[3][WORD_MAX + 1]; /* this one, and the two above it, in turn */
	size_t la = strnlen(a, WORD_MAX), lb = strnlen(b, WORD_MAX);

	for (size_t j = 0; j <= lb; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t *now = row[i % 3], *above = row[(i + 2) % 3], *top = row[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			size_t replaced = above[j - 1] + (a[i - 1] != b[j - 1]);

			now[j] = least(replaced, least(above[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = least(now[j], top[j - 2] + 1);
		}
	}
	return row[la % 3][lb];
}

void text_nearest(const char *word, const char *candidate, size_t *distance, const char **best)
{
	size_t shorter = least(strlen(word), strlen(candidate));
	bool begins = shorter > 1 && !strncmp(candidate, word, strlen(word));
	size_t d = begins ? 1 : text_distance(word, candidate);

	if (d < *distance && d * 2 <= shorter) {
		*distance = d;
		*best = candidate;
	}
}

bool text_number(const char *s, unsigned max, unsigned *ret)
{
	unsigned v = 0;

	if (!*s)
		return false;
	for (; *s; s++) {
		if (*s < '0' || *s > '9')
			return false;
		v = v * 10 + (unsigned)(*s - '0');
		if (!v || v > max)
			return false;
	}
	*ret = v;
	return true;
}
