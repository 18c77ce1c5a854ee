/* SPDX-License-Identifier: Apache-2.0 */
/* base/mem.c: allocation with checked products, and arenas made of growing blocks. */
#include "base/mem.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ocitools.h>

void *mem_alloc(size_t size)
{
	return calloc(1, size ? size : 1);
}

void *mem_array(size_t n, size_t size)
{
	size_t bytes;

	/* calloc would check as well, but the sanitizers end the program there. */
	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	return mem_alloc(bytes);
}

int mem_grow(void *data, size_t *cap, size_t want, size_t size)
{
	void **at = data;
	size_t n = *cap;
	size_t bytes;
	void *grown;

	if (want <= n)
		return 0;
	n = n < 8 ? 8 : n + n / 2;
	if (n < want)
		n = want;
	if (__builtin_mul_overflow(n, size, &bytes))
		return OCIT_E_NOMEM;
	grown = realloc(*at, bytes);
	if (!grown)
		return OCIT_E_NOMEM;
	*at = grown;
	*cap = n;
	return 0;
}

void mem_free(void *p)
{
	free(p);
}

char *mem_strdup(const char *s)
{
	return strdup(s);
}

struct arena_block {
	struct arena_block *next;
	size_t size; /* of bytes */
	size_t used;
	alignas(max_align_t) unsigned char bytes[];
};

enum { BLOCK_FIRST = 4096 - 64, BLOCK_LARGE = 256 << 10 };

void arena_init(struct arena *a)
{
	*a = (struct arena){ 0 };
}

void arena_done(struct arena *a)
{
	struct arena_block *next;

	for (struct arena_block *b = a->blocks; b; b = next) {
		next = b->next;
		free(b);
	}
	*a = (struct arena){ 0 };
}

/* Blocks double up to a limit, so a small phase stays small and a large one needs few allocations.
 */
static struct arena_block *block_add(struct arena *a, size_t need)
{
	size_t size = a->blocks ? a->blocks->size * 2 : BLOCK_FIRST;
	struct arena_block *b;

	if (size > BLOCK_LARGE)
		size = BLOCK_LARGE;
	if (size < need)
		size = need;
	if (size > SIZE_MAX - sizeof(*b))
		return NULL;
	b = malloc(sizeof(*b) + size);
	if (!b)
		return NULL;
	b->next = a->blocks;
	b->size = size;
	b->used = 0;
	a->blocks = b;
	return b;
}

static void *arena_take(struct arena *a, size_t size, size_t align)
{
	struct arena_block *b = a->blocks;
	size_t at = b ? (b->used + align - 1) & ~(align - 1) : 0;

	if (!b || at > b->size || b->size - at < size) {
		b = block_add(a, size);
		if (!b)
			return NULL;
		at = 0;
	}
	b->used = at + size;
	a->used += size;
	return b->bytes + at;
}

void *arena_alloc(struct arena *a, size_t size)
{
	void *p = arena_take(a, size, alignof(max_align_t));

	return p ? memset(p, 0, size) : NULL;
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	return arena_alloc(a, bytes);
}

char *arena_copy(struct arena *a, const char *bytes, size_t len)
{
	char *p;

	if (len == SIZE_MAX)
		return NULL;
	p = arena_take(a, len + 1, 1);
	if (!p)
		return NULL;
	if (len)
		memcpy(p, bytes, len);
	p[len] = '\0';
	return p;
}

char *arena_str(struct arena *a, const char *s)
{
	return arena_copy(a, s, strlen(s));
}

char *arena_printf(struct arena *a, const char *format, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n < 0)
		return NULL;
	p = arena_take(a, (size_t)n + 1, 1);
	if (!p)
		return NULL;
	va_start(ap, format);
	vsnprintf(p, (size_t)n + 1, format, ap);
	va_end(ap);
	return p;
}
