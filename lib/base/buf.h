/* SPDX-License-Identifier: Apache-2.0 */
/* base/buf.h: a growing byte buffer with a limit and a sticky error. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct ctx;

struct buf {
	char *data; /* always NUL-terminated once something was added */
	size_t len;
	size_t cap;
	size_t max; /* larger is OCIT_E_LIMIT */
	int error;  /* first failure: OCIT_E_NOMEM or OCIT_E_LIMIT; later additions do nothing */
};

void buf_init(struct buf *b, size_t max);
void buf_done(struct buf *b);
void buf_clear(struct buf *b);
void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_str(struct buf *b, const char *s);
void buf_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));
/* Reserve room for len more bytes; returns where they go, or NULL. buf_commit() makes them count.
 */
char *buf_reserve(struct buf *b, size_t len);
void buf_commit(struct buf *b, size_t len);
/* 0, or the sticky error recorded in cx. */
int buf_check(struct ctx *cx, const struct buf *b);

static inline void auto_buf(struct buf *b)
{
	buf_done(b);
}

#endif
