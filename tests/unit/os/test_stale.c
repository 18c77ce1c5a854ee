/* SPDX-License-Identifier: Apache-2.0 */
/* unit/os/test_stale.c: only what a dead run of ours left is taken away. */
#include "lab.h"

#include <sys/file.h>

#include "base/mem.h"
#include "os/stage.h"
#include "os/stale.h"

#define HIDDEN ".ocitools-0123456789abcdef.partial"

/* What the visit told, of one entry. */
struct seen {
	int count;
	enum stale_state state;
	uint64_t bytes, files;
	char target[256];
};

static int note(struct ctx *cx, void *user, const struct stale *s)
{
	struct seen *seen = user;

	(void)cx;
	seen->count++;
	seen->state = s->state;
	seen->bytes = s->bytes;
	seen->files = s->files;
	snprintf(seen->target, sizeof(seen->target), "%s", s->target ? s->target : "-");
	return 0;
}

static struct seen visit(struct lab *lab, bool remove)
{
	struct seen seen = { 0 };

	assert_int_equal(stale_visit(&lab->cx, lab->fd, ".", remove, note, &seen), 0);
	return seen;
}

/* What a run killed while it wrote leaves. */
static void leave(const struct lab *lab)
{
	assert_int_equal(mkdirat(lab->fd, HIDDEN, 0700), 0);
	lab_put(lab, HIDDEN "/marker", "web");
	assert_int_equal(mkdirat(lab->fd, HIDDEN "/out", 0755), 0);
	lab_put(lab, HIDDEN "/out/f", "12345");
	assert_int_equal(symlinkat("f", lab->fd, HIDDEN "/out/l"), 0);
	assert_int_equal(mkdirat(lab->fd, HIDDEN "/out/locked", 0500), 0);
}

static void case_210_a_dead_run_is_told_and_removed(void **state)
{
	struct lab *lab = *state;
	struct seen seen;

	leave(lab);
	seen = visit(lab, false);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.state, STALE_LEFT);
	assert_int_equal(seen.bytes, 8);
	assert_int_equal(seen.files, 3);
	assert_string_equal(seen.target, "web");
	assert_true(lab_has(lab, HIDDEN "/out/f"));
	seen = visit(lab, true);
	assert_int_equal(seen.state, STALE_REMOVED);
	assert_false(lab_has(lab, HIDDEN));
	assert_int_equal(visit(lab, true).count, 0);
}

/* The marker goes before publishing. */
static void a_run_killed_while_publishing_is_removed(void **state)
{
	struct lab *lab = *state;

	leave(lab);
	assert_int_equal(unlinkat(lab->fd, HIDDEN "/marker", 0), 0);
	assert_string_equal(visit(lab, false).target, "-");
	assert_int_equal(visit(lab, true).state, STALE_REMOVED);
	assert_false(lab_has(lab, HIDDEN));
}

static void case_210_a_live_run_is_left_alone(void **state)
{
	struct lab *lab = *state;
	struct stage *st = NULL;

	assert_int_equal(stage_open(&lab->cx, lab->fd, "web", 0, &st), 0);
	assert_int_equal(visit(lab, true).state, STALE_LIVE);
	assert_int_equal(mkdirat(stage_fd(st), stage_entry(st), 0755), 0);
	assert_int_equal(stage_publish(&lab->cx, st), 0);
	st = stage_close(st);
	assert_true(lab_has(lab, "web"));
	assert_int_equal(visit(lab, true).count, 0);
}

/* Between mkdir and the lock of a run. */
static void an_empty_one_must_be_old(void **state)
{
	struct lab *lab = *state;
	const struct timespec old[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };

	assert_int_equal(mkdirat(lab->fd, HIDDEN, 0700), 0);
	assert_int_equal(visit(lab, true).state, STALE_LIVE);
	assert_true(lab_has(lab, HIDDEN));
	assert_int_equal(utimensat(lab->fd, HIDDEN, old, 0), 0);
	assert_int_equal(visit(lab, true).state, STALE_REMOVED);
}

static void expect_foreign(struct lab *lab, const char *why)
{
	struct seen seen = visit(lab, true);

	if (seen.count != 1 || seen.state != STALE_FOREIGN || !lab_has(lab, HIDDEN))
		print_error("%s: %d seen, state %d\n", why, seen.count, (int)seen.state);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.state, STALE_FOREIGN);
	assert_true(lab_has(lab, HIDDEN));
}

static void case_210_what_only_looks_like_one_is_left_alone(void **state)
{
	struct lab *lab = *state;

	leave(lab);
	lab_put(lab, HIDDEN "/letters", "");
	expect_foreign(lab, "holds something else");
	assert_int_equal(unlinkat(lab->fd, HIDDEN "/letters", 0), 0);

	assert_int_equal(fchmodat(lab->fd, HIDDEN, 0755, 0), 0);
	expect_foreign(lab, "mode 0755");
	assert_int_equal(fchmodat(lab->fd, HIDDEN, 0700, 0), 0);

	assert_int_equal(unlinkat(lab->fd, HIDDEN "/marker", 0), 0);
	lab_put(lab, HIDDEN "/marker", "a/b");
	expect_foreign(lab, "marker with a slash");
	assert_int_equal(unlinkat(lab->fd, HIDDEN "/marker", 0), 0);
	assert_int_equal(symlinkat("/etc/hostname", lab->fd, HIDDEN "/marker"), 0);
	expect_foreign(lab, "marker is a link");
	assert_int_equal(unlinkat(lab->fd, HIDDEN "/marker", 0), 0);
	assert_int_equal(visit(lab, true).state, STALE_REMOVED);

	assert_int_equal(symlinkat("/", lab->fd, HIDDEN), 0);
	expect_foreign(lab, "a link");
	assert_int_equal(unlinkat(lab->fd, HIDDEN, 0), 0);
	lab_put(lab, HIDDEN, "text");
	expect_foreign(lab, "a file");
}

static void others_are_left_alone(void **state)
{
	struct lab *lab = *state;

	if (geteuid() != 0) {
		test_skip("only root can make a directory of another user");
		return;
	}
	leave(lab);
	assert_int_equal(fchownat(lab->fd, HIDDEN, 1234, 1234, 0), 0);
	expect_foreign(lab, "another user's");
}

static void other_names_are_not_looked_at(void **state)
{
	static const char *const names[] = { ".ocitools-0123456789abcde.partial",
		".ocitools-0123456789abcdeF.partial", ".ocitools-0123456789abcdef0.partial",
		".ocitools-0123456789abcdef.partial2", "ocitools-0123456789abcdef.partial" };
	struct lab *lab = *state;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(mkdirat(lab->fd, names[i], 0700), 0);
	assert_int_equal(visit(lab, true).count, 0);
}

static int stop(struct ctx *cx, void *user, const struct stale *s)
{
	(void)user;
	(void)s;
	return fail(cx, OCIT_E_CANCELLED, "enough");
}

static void a_listener_can_stop_and_a_missing_directory_is_an_error(void **state)
{
	struct lab *lab = *state;

	leave(lab);
	assert_int_equal(stale_visit(&lab->cx, lab->fd, ".", false, stop, NULL), OCIT_E_CANCELLED);
	assert_int_equal(
		stale_visit(&lab->cx, lab->fd, "none", false, stop, NULL), OCIT_E_NOT_FOUND);
	assert_non_null(strstr(ctx_message(&lab->cx), "'none'"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(case_210_a_dead_run_is_told_and_removed),
		ONCE(a_run_killed_while_publishing_is_removed),
		ONCE(case_210_a_live_run_is_left_alone),
		ONCE(an_empty_one_must_be_old),
		ONCE(case_210_what_only_looks_like_one_is_left_alone),
		ONCE(others_are_left_alone),
		ONCE(other_names_are_not_looked_at),
		ONCE(a_listener_can_stop_and_a_missing_directory_is_an_error),
	};

	return cmocka_run_group_tests_name("os/stale", tests, NULL, NULL);
}
