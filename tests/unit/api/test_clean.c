/* SPDX-License-Identifier: Apache-2.0 */
/* unit/api/test_clean.c: what the public form of the visit takes, tells and refuses. */
#include "support/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ocitools.h>

#define HIDDEN ".ocitools-0123456789abcdef.partial"

struct seen {
	int count, state, answer;
};

static int note(const ocit_stale *s, void *user)
{
	struct seen *seen = user;

	assert_int_equal(s->size, sizeof(*s));
	assert_string_equal(s->name, HIDDEN);
	assert_null(s->target);
	seen->count++;
	seen->state = s->state;
	return seen->answer;
}

static ocit_ctx *new_ctx(void)
{
	ocit_ctx *ctx;

	assert_int_equal(ocit_ctx_new(&ctx, NULL), 0);
	return ctx;
}

static void states_are_told(void **state)
{
	const struct timespec old[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };
	char top[] = "/tmp/ocit-clean-XXXXXX";
	ocit_ctx *ctx = new_ctx();
	struct seen seen = { 0 };
	int fd;

	(void)state;
	assert_non_null(mkdtemp(top));
	fd = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(mkdirat(fd, HIDDEN, 0755), 0);
	assert_int_equal(ocit_clean(ctx, AT_FDCWD, top, OCIT_CLEAN_REMOVE, note, &seen), 0);
	assert_int_equal(seen.state, OCIT_STALE_FOREIGN);
	assert_int_equal(fchmodat(fd, HIDDEN, 0700, 0), 0);
	assert_int_equal(ocit_clean(ctx, fd, ".", OCIT_CLEAN_REMOVE, note, &seen), 0);
	assert_int_equal(seen.state, OCIT_STALE_LIVE);
	assert_int_equal(utimensat(fd, HIDDEN, old, 0), 0);
	assert_int_equal(ocit_clean(ctx, fd, ".", 0, note, &seen), 0);
	assert_int_equal(seen.state, OCIT_STALE_LEFT);
	seen.answer = 1;
	assert_int_equal(ocit_clean(ctx, fd, ".", 0, note, &seen), OCIT_E_CANCELLED);
	seen.answer = 0;
	assert_int_equal(ocit_clean(ctx, fd, ".", OCIT_CLEAN_REMOVE, note, &seen), 0);
	assert_int_equal(seen.state, OCIT_STALE_REMOVED);
	assert_int_equal(seen.count, 5);
	close(fd);
	assert_int_equal(rmdir(top), 0);
	ocit_ctx_free(ctx);
}

static void bad_calls_are_refused(void **state)
{
	ocit_ctx *ctx = new_ctx();
	struct seen seen = { 0 };

	(void)state;
	assert_int_equal(ocit_clean(NULL, AT_FDCWD, ".", 0, note, &seen), OCIT_E_USAGE);
	assert_int_equal(ocit_clean(ctx, AT_FDCWD, NULL, 0, note, &seen), OCIT_E_USAGE);
	assert_int_equal(ocit_clean(ctx, AT_FDCWD, "", 0, note, &seen), OCIT_E_USAGE);
	assert_int_equal(ocit_clean(ctx, AT_FDCWD, ".", 0, NULL, NULL), OCIT_E_USAGE);
	assert_int_equal(ocit_clean(ctx, AT_FDCWD, ".", 2, note, &seen), OCIT_E_UNSUPPORTED);
	assert_non_null(strstr(ocit_ctx_error(ctx)->message, "0x2"));
	assert_int_equal(seen.count, 0);
	ocit_ctx_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_are_told),
		cmocka_unit_test(bad_calls_are_refused),
	};

	return cmocka_run_group_tests_name("api/clean", tests, NULL, NULL);
}
