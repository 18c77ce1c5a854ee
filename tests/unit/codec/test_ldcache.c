/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/codec/test_ldcache.c: crafted caches, broken ones, and the one of this machine. */
#include "support/test.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "codec/ldcache.h"

#define give_up(...) (print_error(__VA_ARGS__), print_error("\n"), _fail(__FILE__, __LINE__))

enum { SIZE_MAX_BYTES = 1024 };

struct craft {
	uint8_t bytes[SIZE_MAX_BYTES];
	size_t start, len;
	bool big;
};

static void put(struct craft *c, size_t at, uint64_t v, size_t width)
{
	for (size_t i = 0; i < width; i++)
		c->bytes[c->start + at + (c->big ? width - 1 - i : i)] = (uint8_t)(v >> (8 * i));
}

/* Two entries of one name; order is the flags byte. */
static void craft(struct craft *c, size_t start, bool big, uint8_t order)
{
	static const char text[] = "libz.so.1\0/lib/hw/libz.so.1\0/lib/libz.so.1";
	size_t at = 48 + 2 * 24;

	*c = (struct craft){ .start = start, .big = big };
	memcpy(c->bytes + start, "glibc-ld.so.cache1.1", 20);
	put(c, 20, 2, 4);
	put(c, 24, sizeof(text), 4);
	c->bytes[start + 28] = order;
	put(c, 48, 0x0303, 4);
	put(c, 52, at, 4);
	put(c, 56, at + 10, 4);
	put(c, 64, 1ull << 62, 8);
	put(c, 72, 0x0303, 4);
	put(c, 76, at, 4);
	put(c, 80, at + 28, 4);
	memcpy(c->bytes + start + at, text, sizeof(text));
	c->len = start + at + sizeof(text);
}

static int read_copy(
	struct ctx *cx, const void *bytes, size_t len, struct arena *a, struct ldcache *ret)
{
	uint8_t *copy = malloc(len ? len : 1);
	int r;

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	assert_int_equal(ctx_init(cx, NULL), 0);
	r = ldcache_read(cx, copy, len, a, ret);
	memset(copy, 'x', len); /* nothing may point into it */
	free(copy);
	return r;
}

static void check_two(const struct craft *c)
{
	AUTO(arena) struct arena a;
	struct ldcache cache;
	struct ctx cx;

	arena_init(&a);
	if (read_copy(&cx, c->bytes, c->len, &a, &cache) < 0)
		give_up("%s", ctx_message(&cx));
	assert_int_equal(cache.count, 2);
	assert_string_equal(cache.entries[0].soname, "libz.so.1");
	assert_string_equal(cache.entries[0].path, "/lib/hw/libz.so.1");
	assert_true(cache.entries[0].hwcap == 1ull << 62);
	assert_string_equal(cache.entries[1].path, "/lib/libz.so.1");
	assert_int_equal(cache.entries[1].flags, 0x0303);
	assert_true(cache.entries[1].hwcap == 0);
}

static void entries_are_read_in_either_byte_order(void **state)
{
	static const struct {
		bool big;
		uint8_t order;
	} rows[] = { { false, 2 }, { true, 3 }, { false, 0 }, { true, 0 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct craft c;

		craft(&c, 0, rows[i].big, rows[i].order);
		check_two(&c);
	}
}

static void a_table_behind_the_old_one_is_found(void **state)
{
	struct craft c;

	(void)state;
	craft(&c, 16 + 12 + 4, false, 0); /* one old entry, then up to a multiple of 8 */
	memcpy(c.bytes, "ld.so-1.7.0", 11);
	c.bytes[12] = 1;
	check_two(&c);
}

static void case_128_a_damaged_cache_is_refused(void **state)
{
	static const struct {
		size_t at;
		uint64_t value;
		size_t width;
		const char *says;
	} rows[] = {
		{ 0, 'x', 1, "not a library cache" },
		{ 17, '2', 1, "not a library cache" },
		{ 20, 3, 4, "too short" },
		{ 20, UINT32_MAX, 4, "too short" },
		{ 24, UINT32_MAX, 4, "too short" },
		{ 52, UINT32_MAX, 4, "string at 4294967295" },
		{ 56, 47, 4, "string at 47" },
		{ 80, 96 + 43, 4, "string at 139" },
	};
	AUTO(arena) struct arena a;
	struct ldcache cache = { .count = 77 };
	struct craft c;
	struct ctx cx;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		craft(&c, 0, false, 2);
		put(&c, rows[i].at, rows[i].value, rows[i].width);
		assert_int_equal(read_copy(&cx, c.bytes, c.len, &a, &cache), OCIT_E_FORMAT);
		if (!strstr(ctx_message(&cx), rows[i].says))
			give_up("row %zu: %s", i, ctx_message(&cx));
	}
	craft(&c, 0, false, 2);
	c.bytes[c.len - 1] = 'x'; /* the last string has no end */
	assert_int_equal(read_copy(&cx, c.bytes, c.len, &a, &cache), OCIT_E_FORMAT);
	assert_int_equal(read_copy(&cx, "", 0, &a, &cache), OCIT_E_FORMAT);
	assert_int_equal(read_copy(&cx, "ld.so-1.7.0\0\0\0\0\0", 16, &a, &cache), OCIT_E_FORMAT);
	assert_non_null(strstr(ctx_message(&cx), "old format"));
	assert_int_equal(cache.count, 77);
}

static void a_cache_cut_anywhere_is_refused(void **state)
{
	struct craft c;

	(void)state;
	craft(&c, 0, false, 2);
	for (size_t len = 0; len < c.len; len++) {
		AUTO(arena) struct arena a;
		struct ldcache cache;
		struct ctx cx;

		arena_init(&a);
		assert_int_equal(read_copy(&cx, c.bytes, len, &a, &cache), OCIT_E_FORMAT);
	}
}

static void any_byte_may_be_wrong(void **state)
{
	struct craft c;

	(void)state;
	for (size_t i = 0; i < 8 * 140; i++) {
		AUTO(arena) struct arena a;
		struct ldcache cache;
		struct ctx cx;
		int r;

		craft(&c, 0, false, (uint8_t)(i & 2));
		arena_init(&a);
		c.bytes[i / 8 % c.len] ^= (uint8_t)(1 << (i % 8));
		r = read_copy(&cx, c.bytes, c.len, &a, &cache);
		assert_true(r == 0 || r == OCIT_E_FORMAT);
		for (size_t k = 0; r == 0 && k < cache.count; k++)
			assert_true(strlen(cache.entries[k].path) < 4096);
	}
}

static void the_cache_of_this_machine_is_read_as_ldconfig_prints_it(void **state)
{
	AUTO(arena) struct arena a;
	FILE *f = fopen("/etc/ld.so.cache", "rb");
	char *bytes = malloc(8 << 20), line[1024];
	struct ldcache cache;
	struct ctx cx;
	size_t len, i = 0;

	(void)state;
	assert_non_null(bytes);
	arena_init(&a);
	if (!f || system("test -x /sbin/ldconfig")) {
		print_message("# skipped: no library cache or no ldconfig here\n");
		free(bytes);
		if (f)
			fclose(f);
		return;
		return;
	}
	len = fread(bytes, 1, 8 << 20, f);
	fclose(f);
	assert_int_equal(read_copy(&cx, bytes, len, &a, &cache), 0);
	free(bytes);
	f = popen("/sbin/ldconfig -p", "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		char soname[256], *arrow = strstr(line, " => ");

		if (!arrow || sscanf(line, "%255s", soname) != 1)
			continue;
		line[strcspn(line, "\n")] = '\0';
		assert_true(i < cache.count);
		assert_string_equal(cache.entries[i].soname, soname);
		assert_string_equal(cache.entries[i].path, arrow + 4);
		i++;
	}
	pclose(f);
	assert_int_equal(i, cache.count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_are_read_in_either_byte_order),
		cmocka_unit_test(a_table_behind_the_old_one_is_found),
		cmocka_unit_test(case_128_a_damaged_cache_is_refused),
		cmocka_unit_test(a_cache_cut_anywhere_is_refused),
		cmocka_unit_test(any_byte_may_be_wrong),
		cmocka_unit_test(the_cache_of_this_machine_is_read_as_ldconfig_prints_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
