/* SPDX-License-Identifier: Apache-2.0 */
/* cli/signals.c: the handler only asks; the work stops, cleans up and returns in normal flow. */
#include "signals.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

static const int caught_signals[] = { SIGINT, SIGTERM, SIGHUP };

/* A handler is given no object, so what it looks at lies here. */
static _Atomic(ocit_ctx *) watched;
static atomic_int child_pid;
static atomic_int caught;
static atomic_int settled;

static void die_of(int number)
{
	sigset_t set;

	signal(number, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(number);
}

static void handle(int number, siginfo_t *info, void *context)
{
	int saved = errno;
	pid_t child = atomic_load(&child_pid);
	ocit_ctx *ctx = atomic_load(&watched);

	(void)context;
	if (child > 0) {
		/* What the terminal sends has reached the child too, it is in our group. */
		if (info->si_code != SI_KERNEL)
			kill(child, number);
	} else if (atomic_exchange(&caught, number)) {
		die_of(number); /* asked twice: somebody does not want to wait */
	} else if (ctx) {
		ocit_ctx_cancel(ctx);
	}
	errno = saved;
}

void signals_init(void)
{
	struct sigaction action = { .sa_sigaction = handle, .sa_flags = SA_SIGINFO };
	struct sigaction old;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(caught_signals) / sizeof(caught_signals[0]); i++) {
		int number = caught_signals[i];

		if (sigaction(number, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(number, &action, NULL);
	}
}

void signals_watch(ocit_ctx *ctx)
{
	atomic_store(&watched, ctx);
	if (ctx && atomic_load(&caught))
		ocit_ctx_cancel(ctx);
}

void signals_forward(pid_t child)
{
	atomic_store(&child_pid, child);
}

int signals_caught(void)
{
	return atomic_load(&caught);
}

/* One more is let pass; who asks twice does not want to wait for the results to be printed. */
void signals_settle(void)
{
	atomic_store(&watched, NULL);
	atomic_store(&settled, 1);
	atomic_store(&caught, 0);
}

void signals_die(void)
{
	int number = atomic_load(&caught);

	if (number && !atomic_load(&settled))
		die_of(number);
}
