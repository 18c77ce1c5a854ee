/* SPDX-License-Identifier: Apache-2.0 */
/* cli/cmd_cache.c: what earlier runs left on the disk: staging directories of killed builds, and
 * what can be made again. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "context.h"
#include "opt.h"
#include "signals.h"
#include "text.h"

static const struct opt cache_rows[] = {
	{ "cache-dir", 0, "DIR", "the cache", OPT_OWN, ID_CACHE_DIR },
	{ "no-cache", 0, "[=BOOL]", "look for staging directories only", OPT_OWN, ID_NO_CACHE },
	{ "format", 0, "text|json", "form of the list", OPT_UI, UI_FORMAT },
	{ 0 },
};
static const struct opt_group cache_group = { "Options", cache_rows };
static const struct opt_group *const cache_options[] = { &cache_group, NULL };

/* A list on its way to standard output. */
struct report {
	struct cli *cli;
	const char *dir;
	uint64_t bytes, count; /* of what is left, or was removed */
};

static const char *state_word(int state)
{
	static const char *const words[] = {
		[OCIT_STALE_LEFT] = "left",
		[OCIT_STALE_REMOVED] = "removed",
		[OCIT_STALE_LIVE] = "in-use",
		[OCIT_STALE_FOREIGN] = "not-ours",
		[OCIT_STALE_CACHED] = "cached",
	};

	return words[state];
}

static void print_json(const struct report *r, const ocit_stale *s)
{
	printf("%s{\"directory\":", r->count ? "," : "");
	text_json(stdout, r->dir);
	fputs(",\"name\":", stdout);
	text_json(stdout, s->name);
	printf(",\"state\":\"%s\",\"bytes\":%" PRIu64 ",\"files\":%" PRIu64 ",\"target\":",
		state_word(s->state), s->bytes, s->files);
	if (s->target)
		text_json(stdout, s->target);
	else
		fputs("null", stdout);
	putchar('}');
}

static void print_text(const struct report *r, const ocit_stale *s)
{
	printf("%-8s %12" PRIu64 " bytes %8" PRIu64 " files  ", state_word(s->state), s->bytes,
		s->files);
	text_print(stdout, r->dir);
	putchar('/');
	text_print(stdout, s->name);
	if (s->target) {
		fputs(" for ", stdout);
		text_print(stdout, s->target);
	}
	putchar('\n');
}

static int print_one(const ocit_stale *s, void *user)
{
	struct report *r = user;

	if (ui_is_json(&r->cli->ui))
		print_json(r, s);
	else
		print_text(r, s);
	r->count++;
	if (s->state == OCIT_STALE_LEFT || s->state == OCIT_STALE_REMOVED ||
		s->state == OCIT_STALE_CACHED)
		r->bytes += s->bytes;
	return 0;
}

static int visit_dirs(struct report *r, ocit_ctx *ctx, char *const *dirs, unsigned flags)
{
	char dot[] = ".";
	char *const here[] = { dot, NULL };
	int status = STATUS_OK;

	/* One that cannot be looked at is no reason to leave the others as they are. */
	for (dirs = dirs[0] ? dirs : here; *dirs && !signals_caught(); dirs++) {
		int one = STATUS_OK;

		r->dir = *dirs;
		if (!**dirs)
			one = ui_fail(
				&r->cli->ui, OCIT_E_USAGE, NULL, "a directory's name is empty");
		else if (ocit_clean(ctx, AT_FDCWD, *dirs, flags, print_one, r) < 0)
			one = ui_fail_ctx(&r->cli->ui, ctx, NULL);
		status = status ? status : one;
	}
	return status;
}

/* The files of the cache, behind the staging directories. */
static int visit_cache(struct report *r, const struct context *c, unsigned flags)
{
	if (ui_is_json(&r->cli->ui))
		fputs("],\"cache\":[", stdout);
	if (!c->cache_dir)
		return STATUS_OK;
	r->dir = c->cache_dir;
	r->count = 0;
	if (ocit_cache_clean(c->ctx, flags, print_one, r) < 0)
		return ui_fail_ctx(&r->cli->ui, c->ctx, NULL);
	return STATUS_OK;
}

static int list_in(struct report *r, const struct context *c, char *const *dirs, unsigned flags)
{
	int status, cached = STATUS_OK;

	signals_watch(c->ctx);
	if (ui_is_json(&r->cli->ui))
		fputs("{\"schemaVersion\":1,\"staging\":[", stdout);
	status = visit_dirs(r, c->ctx, dirs, flags);
	if (!signals_caught())
		cached = visit_cache(r, c, flags);
	if (ui_is_json(&r->cli->ui))
		printf("],\"bytes\":%" PRIu64 "}\n", r->bytes);
	else if (!r->cli->ui.quiet)
		printf("%" PRIu64 " bytes %s\n", r->bytes, flags ? "freed" : "could be freed");
	signals_watch(NULL);
	return status ? status : cached;
}

static int list_all(struct cli *cli, const struct opt_list *list, char *const *dirs, unsigned flags)
{
	struct report r = { .cli = cli };
	struct context c;
	int status = context_open(cli, list, &c);

	if (status == STATUS_OK)
		status = list_in(&r, &c, dirs, flags);
	context_close(&c);
	return status;
}

static int cache(struct cli *cli, const struct opt_list *list)
{
	const char *word = list->rest[0];

	if (!word)
		return ui_fail(&cli->ui, OCIT_E_USAGE, "'cache show' lists, 'cache clean' removes",
			"cache: neither 'show' nor 'clean' was given");
	if (cli->no_stdout)
		return ui_fail(&cli->ui, OCIT_E_SYSTEM, NULL, "standard output: is closed");
	if (!strcmp(word, "show"))
		return list_all(cli, list, list->rest + 1, 0);
	if (!strcmp(word, "clean"))
		return list_all(cli, list, list->rest + 1, OCIT_CLEAN_REMOVE);
	return ui_fail(&cli->ui, OCIT_E_USAGE, "'cache show' lists, 'cache clean' removes",
		"cache: '%s' is neither 'show' nor 'clean'", word);
}

const struct command command_cache = {
	.name = "cache",
	.summary = "list or remove what builds left behind",
	.synopsis = "[OPTION]... show|clean [DIR]...",
	.text = "List the staging directories in each DIR, by default the current directory, or "
		"remove those that no build is using. A build that ends, also by a signal or an "
		"error, leaves none; one that was killed or lost its machine leaves one beside its "
		"output. The files of the cache, which the next build makes again, come after "
		"them.",
	.words = "show clean",
	.page = "ocitools-cache(1)",
	.options = cache_options,
	.run = cache,
};
