/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/base/test_ctx.c: the error record, cancellation and events. */
#include <errno.h>

#include "base/ctx.h"
#include "support/test.h"

static void frames_are_put_before_the_message(void **state)
{
	struct ctx cx;

	(void)state;
	assert_int_equal(ctx_init(&cx, NULL), 0);
	assert_string_equal(ctx_message(&cx), "");
	assert_int_equal(
		fail(&cx, OCIT_E_FORMAT, "name of %d bytes, limit 255", 300), OCIT_E_FORMAT);
	assert_int_equal(within(&cx, OCIT_E_FORMAT, "entry '%s'", "a/b"), OCIT_E_FORMAT);
	assert_int_equal(within(&cx, OCIT_E_FORMAT, "layer %d", 3), OCIT_E_FORMAT);
	assert_string_equal(ctx_message(&cx), "layer 3: entry 'a/b': name of 300 bytes, limit 255");
	assert_int_equal(within(&cx, 0, "not added"), 0);
	assert_string_equal(ctx_message(&cx), "layer 3: entry 'a/b': name of 300 bytes, limit 255");
	ctx_clear(&cx);
	assert_int_equal(cx.code, 0);
	assert_string_equal(ctx_message(&cx), "");
}

static void control_bytes_are_escaped(void **state)
{
	struct ctx cx;

	(void)state;
	assert_int_equal(ctx_init(&cx, NULL), 0);
	fail(&cx, OCIT_E_FORMAT, "name '%s'", "a\x1b[31m\nb\x7f");
	assert_string_equal(ctx_message(&cx), "name 'a\\x1b[31m\\x0ab\\x7f'");
	within(&cx, -1, "in '%s'", "\t");
	assert_string_equal(ctx_message(&cx), "in '\\x09': name 'a\\x1b[31m\\x0ab\\x7f'");
	fail(&cx, OCIT_E_FORMAT, "'%s'", "\xff\xc3\xa4\xc2\x9b\xe2\x80\xae!");
	assert_string_equal(ctx_message(&cx), "'\\xff\xc3\xa4\\xc2\\x9b\\xe2\\x80\\xae!'");
	advise(&cx, -1, "try '%s'", "\r");
	assert_string_equal(cx.hint, "try '\\x0d'");
	advise(&cx, -1, "second hint");
	assert_string_equal(cx.hint, "try '\\x0d'");
}

static void a_full_record_keeps_the_innermost_frames(void **state)
{
	struct ctx cx;
	char wide[600];

	(void)state;
	memset(wide, 'w', sizeof(wide) - 1);
	wide[sizeof(wide) - 1] = '\0';
	assert_int_equal(ctx_init(&cx, NULL), 0);
	fail(&cx, OCIT_E_LIMIT, "the fact");
	for (int i = 0; i < 100; i++)
		within(&cx, OCIT_E_LIMIT, "%s", wide);
	assert_true(strlen(ctx_message(&cx)) < CTX_MESSAGE_MAX);
	assert_non_null(strstr(ctx_message(&cx), "the fact"));
}

static void errno_becomes_a_code_and_words(void **state)
{
	struct ctx cx;

	(void)state;
	assert_int_equal(ctx_init(&cx, NULL), 0);
	errno = ENOENT;
	assert_int_equal(fail_errno(&cx, "openat2", "x"), OCIT_E_NOT_FOUND);
	assert_int_equal(cx.sys, ENOENT);
	assert_string_equal(ctx_message(&cx), "openat2 'x': No such file or directory");
	errno = EROFS;
	assert_int_equal(fail_errno(&cx, "mkdirat", "y"), OCIT_E_SYSTEM);
	errno = ENOMEM;
	assert_int_equal(fail_errno(&cx, "read", "z"), OCIT_E_NOMEM);
}

static void a_child_shares_the_cancel_flag_and_gives_back_its_error(void **state)
{
	struct ctx parent, child;

	(void)state;
	assert_int_equal(ctx_init(&parent, NULL), 0);
	ctx_child(&parent, &child);
	assert_int_equal(poll_cancel(&child), 0);
	atomic_store(parent.cancel, 1);
	assert_int_equal(poll_cancel(&child), OCIT_E_CANCELLED);
	assert_int_equal(ctx_adopt(&parent, &child), OCIT_E_CANCELLED);
	assert_string_equal(ctx_message(&parent), "cancelled");
}

struct seen {
	int count;
	int answer;
};

static int on_event(const ocit_event *event, void *user)
{
	struct seen *seen = user;

	assert_int_equal(event->size, sizeof(*event));
	seen->count++;
	return seen->answer;
}

static void the_command_is_blamed_until_the_next_error(void **state)
{
	struct ctx cx, parent;

	(void)state;
	assert_int_equal(ctx_init(&cx, NULL), 0);
	assert_int_equal(ctx_init(&parent, NULL), 0);
	fail(&cx, OCIT_E_SYSTEM, "a");
	assert_int_equal(blame_program(&cx, OCIT_E_SYSTEM, 2), OCIT_E_SYSTEM);
	assert_int_equal(cx.program, 0);
	assert_int_equal(blame_program(&cx, fail(&cx, OCIT_E_FORMAT, "a"), 2), OCIT_E_FORMAT);
	within(&cx, OCIT_E_FORMAT, "b");
	assert_int_equal(cx.program, 2);
	ctx_adopt(&parent, &cx);
	assert_int_equal(parent.program, 2);
	fail(&cx, OCIT_E_FORMAT, "c");
	assert_int_equal(cx.program, 0);
}

static void progress_is_thinned_and_an_answer_cancels(void **state)
{
	struct seen seen = { 0 };
	ocit_config config = OCIT_CONFIG_INIT;
	struct ctx cx;

	(void)state;
	config.on_event = on_event;
	config.user = &seen;
	assert_int_equal(ctx_init(&cx, &config), 0);
	for (int i = 0; i < 1000; i++)
		ctx_event(&cx, OCIT_EVENT_PROGRESS, OCIT_PHASE_WRITE, 0, 0, NULL);
	assert_in_range(seen.count, 1, 50);
	seen.answer = 1;
	ctx_event(&cx, OCIT_EVENT_END, OCIT_PHASE_WRITE, 0, 0, NULL);
	assert_int_equal(poll_cancel(&cx), OCIT_E_CANCELLED);
}

static void a_config_from_another_header_is_judged_by_its_tail(void **state)
{
	struct {
		ocit_config config;
		uint64_t tail;
	} wide = { .config = OCIT_CONFIG_INIT };
	struct ctx cx;

	(void)state;
	wide.config.size = sizeof(wide);
	assert_int_equal(ctx_init(&cx, &wide.config), 0);
	wide.tail = 1;
	assert_int_equal(ctx_init(&cx, &wide.config), OCIT_E_UNSUPPORTED);
	wide.config.size = 3;
	assert_int_equal(ctx_init(&cx, &wide.config), OCIT_E_USAGE);
	wide.config = (ocit_config)OCIT_CONFIG_INIT;
	wide.config.threads = 1000;
	assert_int_equal(ctx_init(&cx, &wide.config), OCIT_E_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_are_put_before_the_message),
		cmocka_unit_test(control_bytes_are_escaped),
		cmocka_unit_test(a_full_record_keeps_the_innermost_frames),
		cmocka_unit_test(errno_becomes_a_code_and_words),
		cmocka_unit_test(a_child_shares_the_cancel_flag_and_gives_back_its_error),
		cmocka_unit_test(the_command_is_blamed_until_the_next_error),
		cmocka_unit_test(progress_is_thinned_and_an_answer_cancels),
		cmocka_unit_test(a_config_from_another_header_is_judged_by_its_tail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
