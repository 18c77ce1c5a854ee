/* SPDX-License-Identifier: Apache-2.0 */
/* codec/passwd.c: a line at a time, split at colons. */
#include "codec/passwd.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"

enum { USER_FIELDS = 7, GROUP_FIELDS = 4, NAME_BYTES_MAX = 32, ID_MAX = 2147483647 };

static bool is_name(const struct passwd_field *f)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";

	if (!f->len || f->len > NAME_BYTES_MAX || f->text[0] == '-')
		return false;
	for (size_t i = 0; i < f->len; i++)
		if (!f->text[i] || !strchr(letters, f->text[i]))
			return false;
	return true;
}

static bool is_id(const struct passwd_field *f, uint32_t *ret)
{
	uint64_t id;

	if (!text_u64(f->text, f->len, ID_MAX, &id))
		return false;
	*ret = (uint32_t)id;
	return true;
}

/* Exactly n fields? */
static bool split(const char *line, size_t len, struct passwd_field *ret, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *colon = memchr(line, ':', len);
		size_t part = colon ? (size_t)(colon - line) : len;

		if (!colon != (i + 1 == n))
			return false;
		ret[i] = (struct passwd_field){ line, part };
		line += part + 1;
		len -= part + (colon != NULL);
	}
	return true;
}

static bool parse_user(const char *line, size_t len, struct passwd_line *ret)
{
	struct passwd_field f[USER_FIELDS];

	if (!split(line, len, f, USER_FIELDS) || !is_name(&f[0]) || !is_id(&f[2], &ret->id) ||
		!is_id(&f[3], &ret->gid))
		return false;
	ret->name = f[0];
	ret->home = f[5];
	ret->shell = f[6];
	return true;
}

static bool parse_group(const char *line, size_t len, struct passwd_line *ret)
{
	struct passwd_field f[GROUP_FIELDS];

	if (!split(line, len, f, GROUP_FIELDS) || !is_name(&f[0]) || !is_id(&f[2], &ret->id))
		return false;
	ret->name = f[0];
	return true;
}

static int read_lines(const char *text, size_t len,
	bool (*parse)(const char *, size_t, struct passwd_line *), passwd_fn *fn, void *data)
{
	int done = 0;

	while (len && !done) {
		const char *end = memchr(text, '\n', len);
		size_t n = end ? (size_t)(end - text) : len;
		struct passwd_line line = { .id = 0 };

		if (!memchr(text, '\0', n) && parse(text, n, &line))
			done = fn(data, &line);
		text += n + (end != NULL);
		len -= n + (end != NULL);
	}
	return done;
}

int passwd_read(const char *text, size_t len, passwd_fn *fn, void *data)
{
	return read_lines(text, len, parse_user, fn, data);
}

int passwd_read_groups(const char *text, size_t len, passwd_fn *fn, void *data)
{
	return read_lines(text, len, parse_group, fn, data);
}
