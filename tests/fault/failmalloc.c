/* SPDX-License-Identifier: Apache-2.0 */
/* fault/failmalloc.c: preloaded, it makes chosen allocations fail, those of libraries too. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { DESCRIPTORS_MAX = 256, EARLY_SIZE = 4096, EARLY_ALIGN = 16 };

/* What driver and program share: the content of the file that FAILMALLOC names. */
struct state {
	uint64_t first, last;   /* allocations first .. last fail; counted from 1 */
	_Atomic uint64_t count; /* allocations asked for since the loader was through */
	_Atomic uint64_t failed;
	uint64_t left; /* descriptors open at the end that were not at the start, plus 1 */
};

typedef void *malloc_fn(size_t size);
typedef void *calloc_fn(size_t n, size_t size);
typedef void *realloc_fn(void *old, size_t size);
typedef void *aligned_fn(size_t align, size_t size);
typedef int posix_fn(void **ret, size_t align, size_t size);

/* The rest of the tree hides its symbols; these must be found first. */
#pragma GCC visibility push(default)
malloc_fn malloc;
calloc_fn calloc;
realloc_fn realloc;
aligned_fn aligned_alloc, memalign;
posix_fn posix_memalign;
#pragma GCC visibility pop

/* NULL: nothing is counted. What comes before is the loader's, which would end the program. */
static struct state *state;
static bool was_open[DESCRIPTORS_MAX];
/* For what looking up the real functions allocates; never freed. */
static _Alignas(EARLY_ALIGN) unsigned char early[EARLY_SIZE];
static size_t early_used;

static void *early_take(size_t size)
{
	void *p = early + early_used;

	size = (size + EARLY_ALIGN - 1) & ~(size_t)(EARLY_ALIGN - 1);
	if (size > sizeof(early) - early_used)
		return NULL;
	early_used += size;
	return p;
}

/* The next definition of name; NULL while it is looked up itself. */
static void *real(const char *name, void **known)
{
	static bool busy;

	if (!*known && !busy) {
		busy = true;
		*known = dlsym(RTLD_NEXT, name);
		busy = false;
	}
	return *known;
}

static bool must_fail(void)
{
	uint64_t n;

	if (!state)
		return false;
	n = atomic_fetch_add(&state->count, 1) + 1;
	if (n < state->first || n > state->last)
		return false;
	atomic_fetch_add(&state->failed, 1);
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	static void *known;
	malloc_fn *fn = (malloc_fn *)real("malloc", &known);

	if (!fn)
		return early_take(size);
	return must_fail() ? NULL : fn(size);
}

void *calloc(size_t n, size_t size)
{
	static void *known;
	calloc_fn *fn = (calloc_fn *)real("calloc", &known);

	if (!fn) /* little, and the buffer is zero */
		return early_take(n * size);
	return must_fail() ? NULL : fn(n, size);
}

void *realloc(void *old, size_t size)
{
	static void *known;
	realloc_fn *fn = (realloc_fn *)real("realloc", &known);

	return !fn || must_fail() ? NULL : fn(old, size);
}

void *aligned_alloc(size_t align, size_t size)
{
	static void *known;
	aligned_fn *fn = (aligned_fn *)real("aligned_alloc", &known);

	return !fn || must_fail() ? NULL : fn(align, size);
}

void *memalign(size_t align, size_t size)
{
	static void *known;
	aligned_fn *fn = (aligned_fn *)real("memalign", &known);

	return !fn || must_fail() ? NULL : fn(align, size);
}

int posix_memalign(void **ret, size_t align, size_t size)
{
	static void *known;
	posix_fn *fn = (posix_fn *)real("posix_memalign", &known);

	return !fn || must_fail() ? ENOMEM : fn(ret, align, size);
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

__attribute__((constructor)) static void attach(void)
{
	const char *name = getenv("FAILMALLOC");
	int fd = name ? open(name, O_RDWR | O_CLOEXEC) : -1;
	void *p = MAP_FAILED;

	for (int i = 0; i < DESCRIPTORS_MAX; i++)
		was_open[i] = i != fd && is_open(i);
	if (fd >= 0) {
		p = mmap(NULL, sizeof(*state), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		close(fd);
	}
	if (p != MAP_FAILED)
		state = p;
}

__attribute__((destructor)) static void detach(void)
{
	struct state *s = state;

	state = NULL;
	if (!s)
		return;
	s->left = 1;
	for (int i = 0; i < DESCRIPTORS_MAX; i++)
		s->left += !was_open[i] && is_open(i);
}
