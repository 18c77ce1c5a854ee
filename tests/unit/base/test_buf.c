/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/base/test_buf.c: growth, the limit, and the sticky error. */
#include "base/buf.h"
#include "base/ctx.h"
#include "base/mem.h"
#include "support/test.h"

static void additions_are_joined(void **state)
{
	AUTO(buf) struct buf b;

	(void)state;
	buf_init(&b, 1000);
	buf_str(&b, "one ");
	buf_char(&b, 't');
	buf_printf(&b, "w%c %d", 'o', 3);
	buf_add(&b, "\0x", 2);
	assert_int_equal(b.len, 11);
	assert_memory_equal(b.data, "one two 3\0x", 12);
	buf_clear(&b);
	assert_int_equal(b.len, 0);
	assert_string_equal(b.data, "");
}

static void the_limit_sticks_and_keeps_what_was_there(void **state)
{
	AUTO(buf) struct buf b;
	struct ctx cx;

	(void)state;
	assert_int_equal(ctx_init(&cx, NULL), 0);
	buf_init(&b, 5);
	buf_str(&b, "12345");
	assert_int_equal(buf_check(&cx, &b), 0);
	buf_str(&b, "6");
	buf_str(&b, "");
	assert_int_equal(buf_check(&cx, &b), OCIT_E_LIMIT);
	assert_string_equal(ctx_message(&cx), "more than 5 bytes");
	assert_string_equal(b.data, "12345");
	assert_null(buf_reserve(&b, SIZE_MAX));
	assert_int_equal(b.len, 5);
}

static void reserved_room_counts_when_committed(void **state)
{
	AUTO(buf) struct buf b;
	char *to;

	(void)state;
	buf_init(&b, 100000);
	for (int i = 0; i < 100; i++) {
		to = buf_reserve(&b, 100);
		assert_non_null(to);
		memset(to, 'a', 50);
		buf_commit(&b, 50);
	}
	assert_int_equal(b.len, 5000);
	assert_int_equal(strlen(b.data), 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(additions_are_joined),
		cmocka_unit_test(the_limit_sticks_and_keeps_what_was_there),
		cmocka_unit_test(reserved_room_counts_when_committed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
