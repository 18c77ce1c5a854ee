/* SPDX-License-Identifier: Apache-2.0 */
/* tests/support/test.h: cmocka with what it needs; its macro fail() gives way to ours. */
#ifndef TESTS_SUPPORT_TEST_H
#define TESTS_SUPPORT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#undef fail

/* Say why the rest of this test does not run, then return. cmocka's own skip() prints "not ok",
 * which Meson takes for a failure; tools/count-tests counts this line as a skip. */
static inline void test_skip(const char *why)
{
	print_message("# skipped: %s\n", why);
}

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
