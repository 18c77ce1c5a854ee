/* SPDX-License-Identifier: Apache-2.0 */
/* base/buf.c: growing bytes; the first failure sticks, so only the end needs a check. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .max = max };
}

void buf_done(struct buf *b)
{
	mem_free(b->data);
	*b = (struct buf){ 0 };
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->error = 0;
	if (b->data)
		b->data[0] = '\0';
}

char *buf_reserve(struct buf *b, size_t len)
{
	if (b->error)
		return NULL;
	if (len > b->max || b->len > b->max - len) {
		b->error = OCIT_E_LIMIT;
		return NULL;
	}
	if (mem_grow(&b->data, &b->cap, b->len + len + 1, 1) < 0) {
		b->error = OCIT_E_NOMEM;
		return NULL;
	}
	return b->data + b->len;
}

void buf_commit(struct buf *b, size_t len)
{
	b->len += len;
	b->data[b->len] = '\0';
}

void buf_add(struct buf *b, const void *bytes, size_t len)
{
	char *to = buf_reserve(b, len);

	if (!to)
		return;
	if (len)
		memcpy(to, bytes, len);
	buf_commit(b, len);
}

void buf_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_char(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_vprintf(struct buf *b, const char *format, va_list args)
{
	va_list again;
	char *to;
	int n;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, args);
	to = n < 0 ? NULL : buf_reserve(b, (size_t)n);
	if (to) {
		vsnprintf(to, (size_t)n + 1, format, again);
		buf_commit(b, (size_t)n);
	}
	va_end(again);
}

void buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	buf_vprintf(b, format, args);
	va_end(args);
}

int buf_check(struct ctx *cx, const struct buf *b)
{
	if (!b->error)
		return 0;
	if (b->error == OCIT_E_LIMIT)
		return fail(cx, OCIT_E_LIMIT, "more than %zu bytes", b->max);
	return fail_nomem(cx);
}
