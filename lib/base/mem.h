/* SPDX-License-Identifier: Apache-2.0 */
/* base/mem.h: checked allocation, arenas, and cleanup at the end of a scope. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* AUTO(kind) runs auto_kind(&variable) when the variable goes out of scope. */
#define AUTO(kind) __attribute__((cleanup(auto_##kind)))
/* take(&p) gives p away: returns its value and leaves NULL, so AUTO does nothing. */
#define take(p)                                                                                    \
	({                                                                                         \
		__typeof__(*(p)) take_ = *(p);                                                     \
		*(p) = NULL;                                                                       \
		take_;                                                                             \
	})

/* Zeroed memory, or NULL. A size of 0 gives a unique pointer. */
void *mem_alloc(size_t size);
/* Zeroed memory for n elements, or NULL; the product is checked. */
void *mem_array(size_t n, size_t size);
/* Grow *data (elements of size, *cap of them) to hold at least want. 0 or OCIT_E_NOMEM; *data stays
 * valid. */
int mem_grow(void *data, size_t *cap, size_t want, size_t size);
void mem_free(void *p);
/* A copy of a string, or NULL. */
char *mem_strdup(const char *s);

static inline void auto_mem(void *p)
{
	mem_free(*(void **)p);
}

/* Memory of one phase object: freed as a whole. */
struct arena {
	struct arena_block *blocks;
	size_t used; /* bytes given out, for tests and limits */
};

void arena_init(struct arena *a);
void arena_done(struct arena *a);
/* Zeroed memory aligned for any type, or NULL. */
void *arena_alloc(struct arena *a, size_t size);
void *arena_array(struct arena *a, size_t n, size_t size);
/* A NUL-terminated copy of len bytes, or NULL. */
char *arena_copy(struct arena *a, const char *bytes, size_t len);
char *arena_str(struct arena *a, const char *s);
char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

static inline void auto_arena(struct arena *a)
{
	arena_done(a);
}

#endif
