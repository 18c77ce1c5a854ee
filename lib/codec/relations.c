/* SPDX-License-Identifier: Apache-2.0 */
/* codec/relations.c: one name after the other; nothing is copied. */
#include "codec/relations.h"

#include <string.h>

struct reader {
	const char *text;
	size_t len, at;
};

static bool is_name_char(char c)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-._";

	return c && strchr(letters, c);
}

static bool ends_relation(char c)
{
	return c == ',' || c == '|';
}

static void skip_blanks(struct reader *r)
{
	while (r->at < r->len && strchr(" \t\n\r", r->text[r->at]) && r->text[r->at])
		r->at++;
}

static size_t take_name(struct reader *r, const char **ret)
{
	size_t from = r->at;

	while (r->at < r->len && is_name_char(r->text[r->at]))
		r->at++;
	*ret = r->text + from;
	return r->at - from;
}

/* A version in parentheses has no comma, but is of one piece all the same. */
static void skip_rest(struct reader *r)
{
	while (r->at < r->len && !ends_relation(r->text[r->at])) {
		bool opens = r->text[r->at] == '(';
		const char *end = opens ? memchr(r->text + r->at, ')', r->len - r->at)
					: r->text + r->at;

		if (!end)
			end = r->text + r->len - 1;
		r->at = (size_t)(end - r->text) + 1;
	}
}

int relations_read(const char *text, size_t len, relation_fn *fn, void *data)
{
	struct reader r = { .text = text, .len = len };
	bool alternative = false;

	while (r.at < r.len) {
		struct relation found = { .alternative = alternative };
		int done;

		skip_blanks(&r);
		found.name_len = take_name(&r, &found.name);
		if (found.name_len && r.at < r.len && r.text[r.at] == ':') {
			r.at++;
			found.arch_len = take_name(&r, &found.arch);
		}
		skip_rest(&r);
		done = found.name_len ? fn(data, &found) : 0;
		if (done)
			return done;
		/* Where the name before is missing, the one behind the "|" is the first. */
		alternative = r.at < r.len && r.text[r.at] == '|' &&
			      (found.name_len || alternative);
		r.at += r.at < r.len;
	}
	return 0;
}
