/* SPDX-License-Identifier: Apache-2.0 */
/* base/text.c: grammar checks that name nothing: their callers write the messages. */
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

enum { PATH_BYTES_MAX = 4095, DISTANCE_MAX = 64 };

bool text_u64(const char *s, size_t len, uint64_t max, uint64_t *ret)
{
	uint64_t v = 0;

	if (!len || (len > 1 && s[0] == '0'))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		if (__builtin_mul_overflow(v, UINT64_C(10), &v) ||
			__builtin_add_overflow(v, (uint64_t)(s[i] - '0'), &v))
			return false;
	}
	if (v > max)
		return false;
	*ret = v;
	return true;
}

/* Length of the well-formed sequence at s (RFC 3629), 0 when there is none. */
static size_t utf8_sequence(const unsigned char *s, size_t len)
{
	static const struct {
		unsigned char lead_min, lead_max, second_min, second_max;
		unsigned char bytes;
	} forms[] = {
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 }, /* no overlong forms */
		{ 0xe1, 0xec, 0x80, 0xbf, 3 }, { 0xed, 0xed, 0x80, 0x9f, 3 }, /* no surrogates */
		{ 0xee, 0xef, 0x80, 0xbf, 3 }, { 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 }, /* at most U+10FFFF */
	};

	for (size_t f = 0; f < sizeof(forms) / sizeof(forms[0]); f++) {
		if (s[0] < forms[f].lead_min || s[0] > forms[f].lead_max)
			continue;
		if (len < forms[f].bytes || s[1] < forms[f].second_min ||
			s[1] > forms[f].second_max)
			return 0;
		for (size_t i = 2; i < forms[f].bytes; i++)
			if ((s[i] & 0xc0) != 0x80)
				return 0;
		return forms[f].bytes;
	}
	return 0;
}

bool text_utf8(const char *s, size_t len, size_t *ret_bad)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t i = 0;

	while (i < len) {
		size_t n = u[i] && u[i] < 0x80 ? 1 : utf8_sequence(u + i, len - i);

		if (!n) {
			*ret_bad = i;
			return false;
		}
		i += n;
	}
	return true;
}

/* A line among others would end or run backwards, so that it says something else. */
static bool is_misleading(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{ 0x0080, 0x009f }, /* C1 */
		{ 0x061c, 0x061c }, /* Arabic letter mark */
		{ 0x200e, 0x200f }, /* left-to-right and right-to-left marks */
		{ 0x2028, 0x202e }, /* line and paragraph separators, embeddings, overrides */
		{ 0x2066, 0x2069 }, /* isolates */
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

size_t text_shown(const char *s)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t n;
	uint32_t c;

	if (u[0] < 0x80)
		return u[0] >= 0x20 && u[0] != 0x7f;
	n = utf8_sequence(u, strnlen(s, 4));
	if (!n)
		return 0;
	c = u[0] & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++)
		c = c << 6 | (u[i] & 0x3fu);
	return is_misleading(c) ? 0 : n;
}

bool text_starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

bool text_ends(const char *s, const char *suffix)
{
	size_t a = strlen(s), b = strlen(suffix);

	return a >= b && !memcmp(s + a - b, suffix, b);
}

bool text_has_word(const char *words, const char *word)
{
	char spaced[64];

	if (strchr(word, ' ') || strlen(word) + 3 > sizeof(spaced))
		return false;
	snprintf(spaced, sizeof(spaced), " %s ", word);
	return strstr(words, spaced) != NULL;
}

size_t text_distance(const char *a, const char *b)
{
	size_t row[DISTANCE_MAX + 1];
	size_t na = strnlen(a, DISTANCE_MAX), nb = strnlen(b, DISTANCE_MAX);

	for (size_t j = 0; j <= nb; j++)
		row[j] = j;
	for (size_t i = 1; i <= na; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= nb; j++) {
			size_t cost = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < cost)
				cost = row[j] + 1;
			if (row[j - 1] + 1 < cost)
				cost = row[j - 1] + 1;
			row[j] = cost;
		}
	}
	return row[nb];
}

static bool component_is_plain(const char *s, size_t len)
{
	if (!len || (len == 1 && s[0] == '.') || (len == 2 && s[0] == '.' && s[1] == '.'))
		return false;
	return !memchr(s, '\n', len);
}

bool path_is_clean(const char *path)
{
	if (path[0] != '/' || strlen(path) > PATH_BYTES_MAX)
		return false;
	if (!path[1])
		return true;
	for (const char *s = path + 1;;) {
		size_t len = strcspn(s, "/");

		if (!component_is_plain(s, len))
			return false;
		if (!s[len])
			return true;
		s += len + 1;
	}
}

/* Append the components of path to out (which holds *len bytes, no trailing "/"). */
static bool resolve_into(char *out, size_t *len, const char *path)
{
	while (*path) {
		size_t n = strcspn(path, "/");

		if (n == 2 && path[0] == '.' && path[1] == '.') {
			while (*len && out[--*len] != '/')
				;
		} else if (n && !(n == 1 && path[0] == '.')) {
			if (*len + 1 + n > PATH_BYTES_MAX)
				return false;
			out[(*len)++] = '/';
			memcpy(out + *len, path, n);
			*len += n;
		}
		path += n;
		path += *path == '/';
	}
	return true;
}

char *path_resolve(struct arena *a, const char *base, const char *path)
{
	char out[PATH_BYTES_MAX + 1];
	size_t len = 0;

	if (path[0] != '/' && !resolve_into(out, &len, base))
		return NULL;
	if (!resolve_into(out, &len, path))
		return NULL;
	if (!len)
		out[len++] = '/';
	return arena_copy(a, out, len);
}

char *path_parent(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash && slash != path ? (size_t)(slash - path) : 1;

	return arena_copy(a, path, len);
}

const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool path_within(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	if (n == 1 && dir[0] == '/')
		return path[0] == '/';
	return !strncmp(path, dir, n) && (!path[n] || path[n] == '/');
}

/* The number at *version, which goes on behind it; 0 at the end. */
static uint64_t next_number(const char **version)
{
	size_t n = strspn(*version, "0123456789");
	uint64_t number = 0;

	(void)text_u64(*version, n, UINT64_MAX, &number);
	*version += n + ((*version)[n] == '.');
	return number;
}

int version_compare(const char *a, const char *b)
{
	for (int i = 0; i < 3; i++) {
		uint64_t x = next_number(&a), y = next_number(&b);

		if (x != y)
			return x < y ? -1 : 1;
	}
	return 0;
}
