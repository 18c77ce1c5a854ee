/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/fuzz_ldcache.c: every string of an accepted library cache stands in the file, and
 * nothing is allocated on its word. */
#include "base/mem.h"
#include "codec/ldcache.h"
#include "fuzz/fuzz.h"

enum { STRING_MAX = 4096, ENTRY = 24 };

static void check_string(const uint8_t *bytes, size_t len, const char *s)
{
	FUZZ_CHECK(strlen(s) < STRING_MAX);
	FUZZ_CHECK(memmem(bytes, len, s, strlen(s) + 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	AUTO(arena) struct arena a;
	struct ldcache cache = { 0 };
	struct ctx cx;
	int r;

	arena_init(&a);
	fuzz_ctx(&cx);
	r = ldcache_read(&cx, bytes, len, &a, &cache);
	fuzz_judge(&cx, r);
	FUZZ_CHECK(a.used <= 4096 + 4 * len);
	FUZZ_CHECK(cache.count <= len / ENTRY);
	for (size_t i = 0; i < cache.count; i++) {
		check_string(bytes, len, cache.entries[i].soname);
		check_string(bytes, len, cache.entries[i].path);
	}
	return 0;
}
