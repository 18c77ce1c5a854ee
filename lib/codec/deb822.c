/* SPDX-License-Identifier: Apache-2.0 */
/* codec/deb822.c: a line at a time; nothing is copied. */
#include "codec/deb822.h"

#include <string.h>
#include <strings.h>

#include "base/ctx.h"

enum { SHOWN_MAX = 60 };

void deb822_init(struct deb822 *d, const char *text, size_t len)
{
	*d = (struct deb822){ .text = text, .len = len, .line = 1 };
}

static size_t line_len(const struct deb822 *d, size_t at)
{
	const char *end = memchr(d->text + at, '\n', d->len - at);

	return end ? (size_t)(end - d->text) - at : d->len - at;
}

static void next_line(struct deb822 *d, size_t len)
{
	d->at += len;
	d->at += d->at < d->len; /* the newline */
	d->line++;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_empty(const char *line, size_t len)
{
	while (len && is_blank(line[len - 1]))
		len--;
	return !len;
}

static int fail_line(struct ctx *cx, const struct deb822 *d, size_t len, const char *why)
{
	return fail(cx, OCIT_E_FORMAT, "line %zu: %s: '%.*s'", d->line, why,
		(int)(len < SHOWN_MAX ? len : SHOWN_MAX), d->text + d->at);
}

/* Lines that begin with a blank belong to the field before them. */
static int add_continuations(struct ctx *cx, struct deb822 *d, struct deb822_field *f)
{
	while (d->at < d->len && (d->text[d->at] == ' ' || d->text[d->at] == '\t')) {
		size_t len = line_len(d, d->at);

		if (memchr(d->text + d->at, '\0', len))
			return fail_line(cx, d, len, "NUL not allowed");
		f->len = (size_t)(d->text + d->at + len - f->value);
		next_line(d, len);
	}
	while (f->len && (is_blank(f->value[f->len - 1]) || f->value[f->len - 1] == '\n'))
		f->len--;
	return 0;
}

static int read_field(struct ctx *cx, struct deb822 *d, struct deb822_field *ret)
{
	const char *line = d->text + d->at;
	size_t len = line_len(d, d->at);
	const char *colon = memchr(line, ':', len);
	struct deb822_field f = { .name = line };

	if (memchr(line, '\0', len))
		return fail_line(cx, d, len, "NUL not allowed");
	if (is_blank(line[0]))
		return fail_line(cx, d, len, "continues nothing");
	if (!colon || colon == line)
		return fail_line(cx, d, len, "expected 'Field: value', found");
	f.name_len = (size_t)(colon - line);
	f.value = colon + 1;
	while (f.value < line + len && is_blank(*f.value))
		f.value++;
	f.len = (size_t)(line + len - f.value);
	next_line(d, len);
	*ret = f;
	return add_continuations(cx, d, ret);
}

int deb822_next(
	struct ctx *cx, struct deb822 *d, struct deb822_field *ret, enum deb822_event *ret_event)
{
	while (d->at < d->len) {
		size_t len = line_len(d, d->at);

		if (!is_empty(d->text + d->at, len)) {
			d->inside = true;
			*ret_event = DEB822_FIELD;
			return read_field(cx, d, ret);
		}
		next_line(d, len);
		if (d->inside) {
			d->inside = false;
			*ret_event = DEB822_PARAGRAPH;
			return 0;
		}
	}
	*ret_event = d->inside ? DEB822_PARAGRAPH : DEB822_END;
	d->inside = false;
	return 0;
}

bool deb822_is(const struct deb822_field *f, const char *name)
{
	return strlen(name) == f->name_len && !strncasecmp(f->name, name, f->name_len);
}

bool deb822_says(const struct deb822_field *f, const char *text)
{
	return f->len == strlen(text) && !memcmp(f->value, text, f->len);
}
