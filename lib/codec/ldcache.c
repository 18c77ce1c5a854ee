/* SPDX-License-Identifier: Apache-2.0 */
/* codec/ldcache.c: the table that ldconfig writes, in either byte order. */
#include "codec/ldcache.h"

#include <stdbool.h>
#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"

enum {
	HEADER = 48,
	ENTRY = 24,
	OLD_HEADER = 16,
	OLD_ENTRY = 12,
	STRING_MAX = 4096,
	ORDER_BIG = 3, /* of the flags byte; 2: little; 0: written before there was one */
};

static const char magic[20] = "glibc-ld.so.cache1.1";
static const char old_magic[11] = "ld.so-1.7.0";

struct table {
	struct ctx *cx;
	const uint8_t *bytes; /* offsets count from here */
	size_t len;
	bool big;
};

static uint64_t get(const struct table *t, size_t at, size_t width)
{
	uint64_t n = 0;

	for (size_t i = 0; i < width; i++)
		n = n << 8 | t->bytes[at + (t->big ? i : width - 1 - i)];
	return n;
}

/* Files for very old loaders, too, have the new table behind the old one, aligned to 8. */
static bool skip_old(struct table *t)
{
	size_t n, skip;

	if (t->len < OLD_HEADER || memcmp(t->bytes, old_magic, sizeof(old_magic)))
		return true;
	for (int big = 0; big < 2; big++) {
		t->big = big;
		n = (size_t)get(t, 12, 4);
		if (n > (t->len - OLD_HEADER) / OLD_ENTRY)
			continue;
		skip = (OLD_HEADER + n * OLD_ENTRY + 7) & ~(size_t)7;
		if (skip + HEADER > t->len || memcmp(t->bytes + skip, magic, sizeof(magic)))
			continue;
		t->bytes += skip;
		t->len -= skip;
		return true;
	}
	return false;
}

static bool counts_fit(const struct table *t)
{
	uint64_t n = get(t, 20, 4), strings = get(t, 24, 4), room = t->len - HEADER;

	return n <= room / ENTRY && strings <= room - n * ENTRY;
}

static int read_header(struct table *t, size_t *ret_n)
{
	if (!t->len)
		return fail(t->cx, OCIT_E_FORMAT, "the library cache is empty");
	if (!skip_old(t))
		return fail(t->cx, OCIT_E_FORMAT, "the library cache has the old format only");
	if (t->len < HEADER || memcmp(t->bytes, magic, sizeof(magic)))
		return fail(t->cx, OCIT_E_FORMAT, "not a library cache");
	t->big = (t->bytes[28] & 3) == ORDER_BIG;
	if (!(t->bytes[28] & 3) && !counts_fit(t))
		t->big = true;
	if (!counts_fit(t))
		return fail(t->cx, OCIT_E_FORMAT,
			"library cache of %zu bytes is too short for %u entries", t->len,
			(unsigned)get(t, 20, 4));
	*ret_n = (size_t)get(t, 20, 4);
	return 0;
}

/* All strings are copied as one, so that entries which share one cost nothing. */
static int check_string(const struct table *t, const char *copy, size_t at, const char **ret)
{
	size_t room, n;

	if (at < HEADER || at >= t->len)
		return fail(t->cx, OCIT_E_FORMAT,
			"library cache: string at %zu in a file of %zu bytes", at, t->len);
	room = t->len - at;
	n = strnlen(copy + at, room < STRING_MAX ? room : STRING_MAX);
	if (n == room || n == STRING_MAX)
		return fail(t->cx, OCIT_E_FORMAT, "library cache: string at %zu has no end", at);
	*ret = copy + at;
	return 0;
}

static int read_entry(const struct table *t, const char *copy, size_t at, struct ldcache_entry *ret)
{
	int r = check_string(t, copy, (size_t)get(t, at + 4, 4), &ret->soname);

	if (r == 0)
		r = check_string(t, copy, (size_t)get(t, at + 8, 4), &ret->path);
	ret->flags = (uint32_t)get(t, at, 4);
	ret->hwcap = get(t, at + 16, 8);
	return r;
}

int ldcache_read(
	struct ctx *cx, const void *bytes, size_t len, struct arena *a, struct ldcache *ret)
{
	struct table t = { .cx = cx, .bytes = bytes, .len = len };
	struct ldcache cache = { 0 };
	const char *copy;
	int r = read_header(&t, &cache.count);

	if (r < 0)
		return r;
	copy = arena_copy(a, (const char *)t.bytes, t.len);
	cache.entries = arena_array(a, cache.count, sizeof(*cache.entries));
	if (!copy || !cache.entries)
		return fail_nomem(cx);
	for (size_t i = 0; i < cache.count; i++) {
		r = read_entry(&t, copy, HEADER + i * ENTRY, &cache.entries[i]);
		if (r < 0)
			return r;
	}
	*ret = cache;
	return 0;
}
