/* SPDX-License-Identifier: Apache-2.0 */
/* unit/os/test_pool.c: every item once, the same failure every time, nothing after it. */
#include "lab.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#include "base/mem.h"
#include "os/pool.h"

enum { ITEMS = 500, LANES = 4 };

struct work {
	atomic_int ran[ITEMS];
	atomic_int lanes[LANES];
	atomic_size_t highest;
	size_t fails[3];    /* items that fail, 0: none */
	unsigned pause;     /* microseconds before a failure */
	size_t cancel;      /* item that cancels, 0: none */
	struct ctx *caller; /* context of the operation */
	pthread_t main;
	atomic_int bad; /* broken expectations seen in lanes */
};

static void note_highest(struct work *w, size_t item)
{
	size_t seen = atomic_load(&w->highest);

	while (item > seen && !atomic_compare_exchange_weak(&w->highest, &seen, item))
		;
}

static void check_lane(struct work *w, const struct ctx *cx, unsigned lane)
{
	sigset_t blocked;

	pthread_sigmask(SIG_SETMASK, NULL, &blocked);
	w->bad += lane >= LANES;
	w->bad += (lane == 0) != (pthread_equal(pthread_self(), w->main) != 0);
	w->bad += lane != 0 && !sigismember(&blocked, SIGTERM);
	w->bad += lane != 0 && cx == w->caller;
	w->bad += cx->cancel != w->caller->cancel;
}

static int do_item(struct ctx *cx, void *user, unsigned lane, size_t item)
{
	struct work *w = user;

	check_lane(w, cx, lane);
	w->ran[item]++;
	w->lanes[lane]++;
	note_highest(w, item);
	if (item && item == w->cancel)
		atomic_store(cx->cancel, 1);
	for (size_t i = 0; item && i < ARRAY_LEN(w->fails); i++) {
		if (item != w->fails[i])
			continue;
		usleep(w->pause);
		fail(cx, OCIT_E_FORMAT, "item %zu", item);
		return advise(cx, OCIT_E_FORMAT, "leave %zu out", item);
	}
	return 0;
}

static void start(struct lab *lab, struct work *w)
{
	*w = (struct work){ .caller = &lab->cx, .main = pthread_self() };
}

static void every_item_runs_once(void **state)
{
	static const struct {
		unsigned threads;
		size_t count, chunk;
	} rows[] = {
		{ 0, ITEMS, 1 },
		{ 1, ITEMS, 7 },
		{ 2, ITEMS, 1 },
		{ 2, ITEMS, 0 },
		{ 4, ITEMS, 64 },
		{ 4, ITEMS, SIZE_MAX },
		{ 4, 3, 1 },
		{ 4, 3, 2 },
		{ 4, 1, 1 },
		{ 4, 0, 1 },
	};
	struct lab *lab = *state;
	struct work w;

	for (size_t row = 0; row < ARRAY_LEN(rows); row++) {
		start(lab, &w);
		assert_int_equal(pool_run(&lab->cx, rows[row].threads, rows[row].count,
					 rows[row].chunk, do_item, &w),
			0);
		for (size_t i = 0; i < ITEMS; i++)
			assert_int_equal(w.ran[i], i < rows[row].count ? 1 : 0);
		assert_int_equal(w.bad, 0);
	}
}

static void one_thread_stops_at_the_first_failure(void **state)
{
	struct lab *lab = *state;
	struct work w;

	start(lab, &w);
	w.fails[0] = 300;
	w.fails[1] = 20;
	assert_int_equal(pool_run(&lab->cx, 1, ITEMS, 8, do_item, &w), OCIT_E_FORMAT);
	assert_string_equal(ctx_message(&lab->cx), "item 20");
	assert_int_equal(w.highest, 20);
	assert_int_equal(w.lanes[0], 21);
}

/* The lower failure comes later in time: it is reported all the same, hint included. */
static void the_lowest_failure_is_reported_each_time(void **state)
{
	struct lab *lab = *state;
	struct work w;

	for (int round = 0; round < 30; round++) {
		start(lab, &w);
		w.fails[0] = 40;
		w.fails[1] = 41;
		w.fails[2] = 47;
		w.pause = round % 3 ? 0 : 500;
		assert_int_equal(
			pool_run(&lab->cx, LANES, ITEMS, (size_t)(round % 4) + 1, do_item, &w),
			OCIT_E_FORMAT);
		assert_string_equal(ctx_message(&lab->cx), "item 40");
		assert_string_equal(lab->cx.hint, "leave 40 out");
		for (size_t i = 0; i <= 40; i++)
			assert_int_equal(w.ran[i], 1);
	}
}

static int fail_late_below(struct ctx *cx, void *user, unsigned lane, size_t item)
{
	(void)user;
	(void)lane;
	if (item < 10)
		usleep(2000);
	return item >= 9 ? fail(cx, OCIT_E_FORMAT, "item %zu", item) : 0;
}

/* Item 10 fails while the other lane is at the start of its chunk: 1 to 9 run all the same. */
static void items_below_a_failure_still_run(void **state)
{
	struct lab *lab = *state;

	assert_int_equal(pool_run(&lab->cx, 2, ITEMS, 10, fail_late_below, NULL), OCIT_E_FORMAT);
	assert_string_equal(ctx_message(&lab->cx), "item 9");
}

static int fail_or_wait(struct ctx *cx, void *user, unsigned lane, size_t item)
{
	struct work *w = user;

	(void)lane;
	w->ran[item]++;
	if (item == 1)
		return fail(cx, OCIT_E_LIMIT, "first");
	usleep(20000);
	return 0;
}

static void nothing_starts_after_a_failure(void **state)
{
	struct lab *lab = *state;
	struct work w;
	int ran = 0;

	start(lab, &w);
	assert_int_equal(pool_run(&lab->cx, 2, ITEMS, 10, fail_or_wait, &w), OCIT_E_LIMIT);
	for (size_t i = 0; i < ITEMS; i++)
		ran += w.ran[i];
	/* Items 0 and 1, and at most what the other lane had begun when 1 failed. */
	assert_in_range(ran, 2, 4);
}

static void a_cancellation_is_seen_between_items(void **state)
{
	struct lab *lab = *state;
	struct work w;

	for (unsigned threads = 1; threads <= LANES; threads += 3) {
		start(lab, &w);
		atomic_store(lab->cx.cancel, 0);
		w.cancel = 50;
		assert_int_equal(
			pool_run(&lab->cx, threads, ITEMS, 4, do_item, &w), OCIT_E_CANCELLED);
		assert_string_equal(ctx_message(&lab->cx), "cancelled");
		assert_int_equal(w.bad, 0);
		assert_true(threads > 1 || w.highest == 50);
	}
}

static void the_caller_s_signals_are_as_before(void **state)
{
	struct lab *lab = *state;
	sigset_t some, before, after;
	struct work w;

	sigemptyset(&some);
	sigaddset(&some, SIGUSR1);
	pthread_sigmask(SIG_SETMASK, &some, &before);
	start(lab, &w);
	assert_int_equal(pool_run(&lab->cx, LANES, ITEMS, 1, do_item, &w), 0);
	pthread_sigmask(SIG_SETMASK, &before, &after);
	assert_true(sigismember(&after, SIGUSR1));
	assert_false(sigismember(&after, SIGUSR2));
	assert_false(sigismember(&after, SIGTERM));
}

/* Threads that cannot be had are done without: what they would have done, others do. */
static int without_threads(struct lab *lab)
{
	const struct rlimit none = { 0, 0 };
	struct work w;

	start(lab, &w);
	CHECK(setrlimit(RLIMIT_NPROC, &none) == 0);
	CHECK(pool_run(&lab->cx, LANES, ITEMS, 3, do_item, &w) == 0);
	for (size_t i = 0; i < ITEMS; i++)
		CHECK(w.ran[i] == 1);
	CHECK(w.lanes[0] == ITEMS);
	CHECK(w.bad == 0);
	return 0;
}

static void refused_threads_are_done_without(void **state)
{
	assert_int_equal(lab_as_user(*state, without_threads), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONCE(every_item_runs_once),
		ONCE(one_thread_stops_at_the_first_failure),
		ONCE(the_lowest_failure_is_reported_each_time),
		ONCE(items_below_a_failure_still_run),
		ONCE(nothing_starts_after_a_failure),
		ONCE(a_cancellation_is_seen_between_items),
		ONCE(the_caller_s_signals_are_as_before),
		ONCE(refused_threads_are_done_without),
	};

	return cmocka_run_group_tests_name("os/pool", tests, NULL, NULL);
}
