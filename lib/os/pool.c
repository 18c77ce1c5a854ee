/* SPDX-License-Identifier: Apache-2.0 */
/* os/pool.c: items are handed out in ascending chunks; a lane stops at the lowest failure known. */
#include "os/pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/ctx.h"
#include "base/mem.h"

/* Small enough for a tight RLIMIT_STACK, large enough for error records and paths. */
enum { STACK_SIZE = 512 << 10 };

struct pool {
	pool_fn *fn;
	void *user;
	size_t count, chunk;
	atomic_size_t next;   /* first item that no lane has taken */
	atomic_size_t failed; /* lowest item that failed, or SIZE_MAX */
};

struct lane {
	struct pool *pool;
	unsigned number;
	pthread_t thread;
	size_t failed; /* its item that failed, or SIZE_MAX */
	struct ctx cx;
};

static int run_item(const struct pool *p, struct ctx *cx, unsigned lane, size_t item)
{
	int r = poll_cancel(cx);

	return r < 0 ? r : p->fn(cx, p->user, lane, item);
}

static void note_failure(struct pool *p, size_t item)
{
	size_t lowest = atomic_load(&p->failed);

	while (item < lowest && !atomic_compare_exchange_weak(&p->failed, &lowest, item))
		;
}

/* False: this lane is through. Everything below the lowest failure runs, or the error that is
 * reported would depend on timing. */
static bool run_chunk(struct lane *lane, size_t first)
{
	struct pool *p = lane->pool;
	size_t left = p->count - first;
	size_t n = left < p->chunk ? left : p->chunk;

	for (size_t item = first; item < first + n; item++) {
		if (item > atomic_load(&p->failed))
			return false;
		if (run_item(p, &lane->cx, lane->number, item) < 0) {
			lane->failed = item;
			note_failure(p, item);
			return false;
		}
	}
	return true;
}

static void run_lane(struct lane *lane)
{
	struct pool *p = lane->pool;
	size_t first;

	do {
		first = atomic_load(&p->next);
		/* Never beyond count, so that the sum cannot wrap. */
		while (first < p->count &&
			!atomic_compare_exchange_weak(&p->next, &first,
				p->count - first < p->chunk ? p->count : first + p->chunk))
			;
	} while (first < p->count && run_chunk(lane, first));
}

static void *thread_main(void *arg)
{
	run_lane(arg);
	return NULL;
}

/* Signals are the business of the program's own threads: workers are born with all blocked. */
static unsigned start_threads(struct lane *lanes, unsigned n)
{
	pthread_attr_t attr;
	sigset_t all, before;
	unsigned started = 1;

	if (pthread_attr_init(&attr))
		return started;
	/* If the size is refused, the default does. */
	(void)pthread_attr_setstacksize(&attr, STACK_SIZE);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	/* Fewer threads than asked for do the same work. */
	while (started < n &&
		!pthread_create(&lanes[started].thread, &attr, thread_main, &lanes[started]))
		started++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
	return started;
}

static int adopt_lowest(struct ctx *cx, const struct lane *lanes, unsigned n)
{
	const struct lane *lowest = &lanes[0];

	for (unsigned i = 1; i < n; i++)
		if (lanes[i].failed < lowest->failed)
			lowest = &lanes[i];
	return lowest->failed == SIZE_MAX ? 0 : ctx_adopt(cx, &lowest->cx);
}

static int run_threads(struct ctx *cx, struct pool *p, unsigned n)
{
	AUTO(mem) struct lane *lanes = mem_array(n, sizeof(*lanes));
	unsigned started;

	if (!lanes)
		return fail_nomem(cx);
	for (unsigned i = 0; i < n; i++) {
		lanes[i].pool = p;
		lanes[i].number = i;
		lanes[i].failed = SIZE_MAX;
		ctx_child(cx, &lanes[i].cx);
	}
	started = start_threads(lanes, n);
	run_lane(&lanes[0]);
	for (unsigned i = 1; i < started; i++)
		pthread_join(lanes[i].thread, NULL);
	return adopt_lowest(cx, lanes, n);
}

static int run_in_order(struct ctx *cx, const struct pool *p)
{
	for (size_t item = 0; item < p->count; item++) {
		int r = run_item(p, cx, 0, item);

		if (r < 0)
			return r;
	}
	return 0;
}

int pool_run(struct ctx *cx, unsigned threads, size_t count, size_t chunk, pool_fn *fn, void *user)
{
	struct pool p = {
		.fn = fn,
		.user = user,
		.count = count,
		.chunk = chunk ? chunk : 1,
		.failed = SIZE_MAX,
	};
	size_t chunks = count / p.chunk + (count % p.chunk != 0);

	if (threads > chunks)
		threads = (unsigned)chunks;
	return threads > 1 ? run_threads(cx, &p, threads) : run_in_order(cx, &p);
}
