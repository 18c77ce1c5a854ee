/* SPDX-License-Identifier: Apache-2.0 */
/* tests/race/threads.c: case 218: many threads, each with a context and outputs of its own; nothing
 * of the process changes. Prints TAP; the thread sanitizer watches. */
#include <ftw.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ocitools.h>

enum { THREADS = 4, ROUNDS = 3, DIGEST_MAX = 160 };

struct job {
	pthread_t thread;
	int number;
	const char *dir;
	char digest[DIGEST_MAX];
	char failure[256]; /* "": none */
};

/* All that a library could change behind its caller's back. */
struct process {
	mode_t mask;
	char cwd[4096];
	char locale[256];
	sigset_t blocked;
	struct sigaction actions[32];
};

static void look(struct process *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->mask = umask(0);
	umask(ret->mask);
	if (!getcwd(ret->cwd, sizeof(ret->cwd)))
		abort();
	snprintf(ret->locale, sizeof(ret->locale), "%s", setlocale(LC_ALL, NULL));
	pthread_sigmask(SIG_SETMASK, NULL, &ret->blocked);
	for (int i = 1; i < 32; i++)
		sigaction(i, NULL, &ret->actions[i]);
}

static bool is_same(const struct process *a, const struct process *b)
{
	for (int i = 1; i < 32; i++)
		if (a->actions[i].sa_handler != b->actions[i].sa_handler ||
			sigismember(&a->blocked, i) != sigismember(&b->blocked, i))
			return false;
	return a->mask == b->mask && !strcmp(a->cwd, b->cwd) && !strcmp(a->locale, b->locale);
}

static int build(ocit_ctx *ctx, ocit_spec *spec, ocit_target *target)
{
	ocit_graph *graph = NULL;
	ocit_plan *plan = NULL;
	int r = ocit_spec_option(ctx, spec, "arg", "/bin/sh");

	if (!r)
		r = ocit_closure(ctx, spec, &graph);
	if (!r)
		r = ocit_plan_new(ctx, spec, graph, &plan);
	if (!r)
		r = ocit_emit(ctx, plan, target, 1);
	ocit_plan_free(plan);
	ocit_graph_free(graph);
	return r;
}

/* A bundle, and an error in between: records of one context must not show in another. */
static void work(struct job *job, int round)
{
	ocit_target target = OCIT_TARGET_INIT;
	ocit_ctx *ctx = NULL;
	ocit_spec *spec = NULL;
	char name[512], expected[64];
	int r = ocit_ctx_new(&ctx, NULL);

	if (!r)
		r = ocit_spec_new(ctx, &spec);
	snprintf(name, sizeof(name), "%s/%d-%d", job->dir, job->number, round);
	snprintf(expected, sizeof(expected), "no-such-option-%d", job->number);
	if (!r && (ocit_spec_option(ctx, spec, expected, "x") == 0 ||
			  !strstr(ocit_ctx_error(ctx)->message, expected)))
		snprintf(job->failure, sizeof(job->failure), "the error of another");
	target.transport = "bundle";
	target.name = name;
	if (!r)
		r = build(ctx, spec, &target);
	if (r < 0)
		snprintf(job->failure, sizeof(job->failure), "%s",
			ctx ? ocit_ctx_error(ctx)->message : "no context");
	snprintf(job->digest, sizeof(job->digest), "%s", target.digest);
	ocit_spec_free(spec);
	ocit_ctx_free(ctx);
}

static void *run(void *data)
{
	struct job *job = data;

	for (int i = 0; i < ROUNDS && !*job->failure; i++)
		work(job, i);
	return NULL;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st, (void)kind, (void)where;
	return remove(path);
}

static void report(int number, const char *what, const char *failure)
{
	printf("%s %d - case 218: %s\n", *failure ? "not ok" : "ok", number, what);
	if (*failure)
		printf("# %s\n", failure);
}

int main(void)
{
	char dir[] = "/tmp/ocitools-threads-XXXXXX";
	static struct job jobs[THREADS];
	static struct process before, after;
	const char *failure = "";

	if (!mkdtemp(dir))
		return 1;
	umask(027);
	look(&before);
	for (int i = 0; i < THREADS; i++) {
		jobs[i].number = i;
		jobs[i].dir = dir;
		if (pthread_create(&jobs[i].thread, NULL, run, &jobs[i]))
			return 1;
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(jobs[i].thread, NULL);
	look(&after);

	printf("1..3\n");
	for (int i = 0; i < THREADS && !*failure; i++)
		failure = jobs[i].failure;
	report(1, "threads with contexts of their own", failure);
	failure = "";
	for (int i = 1; i < THREADS; i++)
		if (strcmp(jobs[i].digest, jobs[0].digest) != 0 || !*jobs[i].digest)
			failure = "digests differ";
	report(2, "all of them the same output", failure);
	report(3, "umask, directory, locale and signals are as before",
		is_same(&before, &after) ? "" : "something of the process changed");
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return 0;
}
