/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/api/test_pipeline.c: from a description to outputs through the public header, over a
 * script of our own. */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ocitools.h>

#include "support/test.h"

struct fixture {
	char top[40]; /* a directory with "out" free */
	ocit_ctx *ctx;
	ocit_spec *spec;
	ocit_graph *graph;
	ocit_plan *plan;
	char events[256]; /* "c" closure, "p" plan, "w" write, "u" publish; upper case: the end */
	int cancel_at;    /* phase whose begin cancels */
	unsigned notes;
};

static int on_event(const ocit_event *event, void *user)
{
	static const char begins[] = " cpwu", ends[] = " CPWU";
	struct fixture *f = user;
	size_t n = strlen(f->events);

	assert_int_equal(event->size, sizeof(*event));
	assert_in_range(event->phase, OCIT_PHASE_CLOSURE, OCIT_PHASE_PUBLISH);
	f->notes += event->kind == OCIT_EVENT_NOTE;
	if (n + 1 < sizeof(f->events) && event->kind == OCIT_EVENT_BEGIN)
		f->events[n] = begins[event->phase];
	if (n + 1 < sizeof(f->events) && event->kind == OCIT_EVENT_END)
		f->events[n] = ends[event->phase];
	return event->kind == OCIT_EVENT_BEGIN && event->phase == f->cancel_at;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	ocit_config config = OCIT_CONFIG_INIT;

	assert_non_null(f);
	strncpy(f->top, "/tmp/ocitools-test-XXXXXX", sizeof(f->top) - 1);
	assert_non_null(mkdtemp(f->top));
	config.on_event = on_event;
	config.user = f;
	assert_int_equal(ocit_ctx_new(&f->ctx, &config), 0);
	assert_int_equal(ocit_spec_new(f->ctx, &f->spec), 0);
	assert_int_equal(ocit_spec_option(f->ctx, f->spec, "arg", "/bin/true"), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	ocit_ctx *ctx;

	ocit_plan_free(f->plan);
	ocit_graph_free(f->graph);
	ocit_spec_free(f->spec);
	ocit_ctx_free(f->ctx);
	assert_int_equal(ocit_ctx_new(&ctx, NULL), 0);
	assert_int_equal(ocit_remove(ctx, AT_FDCWD, f->top), 0);
	ocit_ctx_free(ctx);
	free(f);
	return 0;
}

static void make_plan(struct fixture *f)
{
	assert_int_equal(ocit_closure(f->ctx, f->spec, &f->graph), 0);
	assert_int_equal(ocit_plan_new(f->ctx, f->spec, f->graph, &f->plan), 0);
}

static ocit_target bundle_target(const struct fixture *f, char path[64])
{
	ocit_target target = OCIT_TARGET_INIT;

	snprintf(path, 64, "%s/out", f->top);
	target.transport = "bundle";
	target.name = path;
	return target;
}

static void a_bundle_is_written_once(void **state)
{
	struct fixture *f = *state;
	char path[64];
	ocit_target target = bundle_target(f, path);

	make_plan(f);
	assert_int_equal(ocit_emit(f->ctx, f->plan, &target, 1), 0);
	assert_memory_equal(target.digest, "sha256:", 7);
	assert_true(target.bytes > 0);
	assert_true(target.files > 0);
	assert_string_equal(f->events, "cCpPwWuU");
	assert_int_equal(ocit_emit(f->ctx, f->plan, &target, 1), OCIT_E_EXISTS);
	assert_non_null(strstr(ocit_ctx_error(f->ctx)->message, "out"));
	assert_int_equal(ocit_remove(f->ctx, AT_FDCWD, path), 0);
	assert_int_equal(access(path, F_OK), -1);
}

static void plans_outlive_what_they_were_made_from(void **state)
{
	struct fixture *f = *state;
	char path[64];
	ocit_target target = bundle_target(f, path);

	make_plan(f);
	ocit_spec_free(f->spec);
	ocit_graph_free(f->graph);
	ocit_ctx_free(f->ctx);
	f->spec = NULL;
	f->graph = NULL;
	assert_int_equal(ocit_ctx_new(&f->ctx, NULL), 0);
	assert_int_equal(ocit_emit(f->ctx, f->plan, &target, 1), 0);
}

static void missing_arguments_are_named(void **state)
{
	struct fixture *f = *state;
	char path[64];
	ocit_target target = bundle_target(f, path);

	make_plan(f);
	assert_int_equal(ocit_closure(f->ctx, NULL, &f->graph), OCIT_E_USAGE);
	assert_int_equal(ocit_closure(f->ctx, f->spec, NULL), OCIT_E_USAGE);
	assert_int_equal(ocit_plan_new(f->ctx, NULL, f->graph, &f->plan), OCIT_E_USAGE);
	assert_int_equal(ocit_plan_new(f->ctx, f->spec, NULL, &f->plan), OCIT_E_USAGE);
	assert_non_null(strstr(ocit_ctx_error(f->ctx)->message, "graph"));
	assert_int_equal(ocit_plan_new(f->ctx, f->spec, f->graph, NULL), OCIT_E_USAGE);
	assert_int_equal(ocit_emit(f->ctx, NULL, &target, 1), OCIT_E_USAGE);
	assert_int_equal(ocit_emit(f->ctx, f->plan, NULL, 1), OCIT_E_USAGE);
	assert_int_equal(ocit_emit(f->ctx, f->plan, &target, 0), OCIT_E_USAGE);
	assert_int_equal(ocit_emit(f->ctx, f->plan, &target, 65), OCIT_E_USAGE);
	assert_non_null(strstr(ocit_ctx_error(f->ctx)->message, "64"));
	assert_int_equal(ocit_remove(f->ctx, AT_FDCWD, ""), OCIT_E_USAGE);
	assert_int_equal(ocit_remove(f->ctx, AT_FDCWD, NULL), OCIT_E_USAGE);
	assert_int_equal(ocit_closure(NULL, f->spec, &f->graph), OCIT_E_USAGE);
	assert_int_equal(ocit_plan_new(NULL, f->spec, f->graph, &f->plan), OCIT_E_USAGE);
	assert_int_equal(ocit_emit(NULL, f->plan, &target, 1), OCIT_E_USAGE);
	assert_int_equal(ocit_remove(NULL, AT_FDCWD, "x"), OCIT_E_USAGE);
}

static void bad_targets_are_refused(void **state)
{
	static const struct {
		size_t size;
		const char *transport;
		bool named;
		int fd;
		unsigned flags;
		int code;
		const char *says;
	} cases[] = {
		{ sizeof(ocit_target) - 8, "bundle", true, -1, 0, OCIT_E_USAGE, "size" },
		{ 0, "bundle", true, -1, 0, OCIT_E_USAGE, "size" },
		{ sizeof(ocit_target), NULL, true, -1, 0, OCIT_E_USAGE, "transport" },
		{ sizeof(ocit_target), "ark", true, -1, 0, OCIT_E_USAGE, "ark" },
		{ sizeof(ocit_target), "tar", false, -1, 0, OCIT_E_USAGE, "name" },
		{ sizeof(ocit_target), "bundle", true, -1, 32, OCIT_E_UNSUPPORTED, "newer" },
	};
	struct fixture *f = *state;
	char path[64];

	make_plan(f);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		ocit_target target = bundle_target(f, path);

		target.size = cases[i].size;
		target.transport = cases[i].transport;
		target.fd = cases[i].fd;
		target.flags = cases[i].flags;
		if (!cases[i].named)
			target.name = NULL;
		assert_int_equal(ocit_emit(f->ctx, f->plan, &target, 1), cases[i].code);
		assert_non_null(strstr(ocit_ctx_error(f->ctx)->message, cases[i].says));
		assert_int_equal(access(path, F_OK), -1);
	}
}

static void targets_of_a_newer_header_are_taken_while_their_tail_is_zero(void **state)
{
	struct {
		ocit_target target;
		uint64_t more[2];
	} newer[2] = { 0 };
	struct fixture *f = *state;
	char bundle[64], tar[64];

	make_plan(f);
	newer[0].target = bundle_target(f, bundle);
	newer[1].target = bundle_target(f, bundle);
	snprintf(tar, sizeof(tar), "%s/out.tar", f->top);
	newer[1].target.transport = "tar";
	newer[1].target.name = tar;
	newer[0].target.size = newer[1].target.size = sizeof(newer[0]);
	newer[1].more[1] = 1;
	assert_int_equal(ocit_emit(f->ctx, f->plan, &newer[0].target, 2), OCIT_E_UNSUPPORTED);
	assert_non_null(strstr(ocit_ctx_error(f->ctx)->message, "target 1"));
	newer[1].more[1] = 0;
	assert_int_equal(ocit_emit(f->ctx, f->plan, &newer[0].target, 2), 0);
	assert_memory_equal(newer[0].target.digest, "sha256:", 7);
	assert_memory_equal(newer[1].target.digest, "sha256:", 7);
	assert_int_equal(access(tar, F_OK), 0);
}

static void summaries_fit_what_the_caller_knows(void **state)
{
	struct fixture *f = *state;
	ocit_summary sum = { .size = sizeof(sum) };
	ocit_summary old = { .size = offsetof(ocit_summary, files), .files = 77 };
	ocit_summary none = { .size = 0, .bytes = 77 };

	make_plan(f);
	ocit_plan_summary(f->plan, &sum);
	assert_int_equal(sum.size, sizeof(sum));
	assert_true(sum.bytes > 0 && sum.files > 0 && sum.units > 0);
	ocit_plan_summary(f->plan, &old);
	assert_int_equal(old.bytes, sum.bytes);
	assert_int_equal(old.files, 77);
	ocit_plan_summary(f->plan, &none);
	assert_int_equal(none.bytes, 77);
	ocit_plan_summary(NULL, &sum);
	assert_int_equal(sum.bytes, 0);
	assert_null(ocit_plan_note(f->plan, SIZE_MAX));
	assert_null(ocit_plan_note(NULL, 0));
}

static void a_summary_says_whether_a_terminal_is_needed(void **state)
{
	struct fixture *f = *state;
	ocit_summary sum = { .size = sizeof(sum), .terminal = 77 };

	make_plan(f);
	ocit_plan_summary(f->plan, &sum);
	assert_int_equal(sum.terminal, 0);
	ocit_plan_free(f->plan);
	assert_int_equal(ocit_spec_option(f->ctx, f->spec, "tty", "true"), 0);
	assert_int_equal(ocit_plan_new(f->ctx, f->spec, f->graph, &f->plan), 0);
	ocit_plan_summary(f->plan, &sum);
	assert_int_equal(sum.terminal, 1);
}

static void an_error_says_whether_the_command_is_at_fault(void **state)
{
	static const struct {
		const char *command, *include;
		int program;
	} rows[] = {
		{ "/no/such", NULL, OCIT_PROGRAM_NOT_FOUND },
		{ "no-such-program", NULL, OCIT_PROGRAM_NOT_FOUND },
		{ "/usr", NULL, OCIT_PROGRAM_NOT_EXECUTABLE },
		{ "/bin/true", "/no/such", 0 },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ocit_spec_free(f->spec);
		assert_int_equal(ocit_spec_new(f->ctx, &f->spec), 0);
		assert_int_equal(ocit_ctx_error(f->ctx)->program, 0);
		assert_int_equal(ocit_spec_option(f->ctx, f->spec, "arg", rows[i].command), 0);
		if (rows[i].include)
			assert_int_equal(
				ocit_spec_option(f->ctx, f->spec, "include", rows[i].include), 0);
		assert_true(ocit_closure(f->ctx, f->spec, &f->graph) < 0);
		assert_int_equal(ocit_ctx_error(f->ctx)->program, rows[i].program);
	}
}

static void a_description_without_args_gets_nowhere(void **state)
{
	struct fixture *f = *state;
	ocit_spec *empty;

	assert_int_equal(ocit_spec_new(f->ctx, &empty), 0);
	assert_int_equal(ocit_closure(f->ctx, empty, &f->graph), OCIT_E_FORMAT);
	assert_non_null(strstr(ocit_ctx_error(f->ctx)->message, "args"));
	assert_null(f->graph);
	ocit_spec_free(empty);
}

static void cancelling_stops_this_call_and_every_later_one(void **state)
{
	struct fixture *f = *state;
	char path[64];
	ocit_target target = bundle_target(f, path);

	make_plan(f);
	f->cancel_at = OCIT_PHASE_WRITE;
	assert_int_equal(ocit_emit(f->ctx, f->plan, &target, 1), OCIT_E_CANCELLED);
	assert_int_equal(access(path, F_OK), -1);
	f->cancel_at = 0;
	assert_int_equal(ocit_emit(f->ctx, f->plan, &target, 1), OCIT_E_CANCELLED);
	assert_int_equal(ocit_ctx_error(f->ctx)->code, OCIT_E_CANCELLED);
}

static void a_cancelled_context_finds_nothing(void **state)
{
	struct fixture *f = *state;

	ocit_ctx_cancel(f->ctx);
	assert_int_equal(ocit_closure(f->ctx, f->spec, &f->graph), OCIT_E_CANCELLED);
	assert_null(f->graph);
}

static void a_missing_mount_source_is_told_as_an_event(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(ocit_spec_option(f->ctx, f->spec, "volume", "/no/such:/m"), 0);
	make_plan(f);
	assert_int_equal(f->notes, 1);
	assert_null(ocit_plan_note(f->plan, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_bundle_is_written_once, setup, teardown),
		cmocka_unit_test_setup_teardown(
			plans_outlive_what_they_were_made_from, setup, teardown),
		cmocka_unit_test_setup_teardown(missing_arguments_are_named, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_targets_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(
			targets_of_a_newer_header_are_taken_while_their_tail_is_zero, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			summaries_fit_what_the_caller_knows, setup, teardown),
		cmocka_unit_test_setup_teardown(
			an_error_says_whether_the_command_is_at_fault, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_summary_says_whether_a_terminal_is_needed, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_description_without_args_gets_nowhere, setup, teardown),
		cmocka_unit_test_setup_teardown(
			cancelling_stops_this_call_and_every_later_one, setup, teardown),
		cmocka_unit_test_setup_teardown(a_cancelled_context_finds_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_missing_mount_source_is_told_as_an_event, setup, teardown),
	};

	return cmocka_run_group_tests_name("api/pipeline", tests, NULL, NULL);
}
