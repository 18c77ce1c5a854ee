/* SPDX-License-Identifier: Apache-2.0 */
/* cli/context.c: how many work, who listens, and where the cache is. */
#include "context.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "opt.h"
#include "text.h"

enum { JOBS_MAX = 64 };

static char *join(const char *dir, const char *name)
{
	size_t size = strlen(dir) + strlen(name) + 1;
	char *path = malloc(size);

	if (path)
		snprintf(path, size, "%s%s", dir, name);
	return path;
}

/* Of the XDG base directories; one that is not absolute counts as not set. */
static char *usual_dir(void)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (cache && cache[0] == '/')
		return join(cache, "/ocitools");
	return home && home[0] == '/' ? join(home, "/.cache/ocitools") : NULL;
}

static int find_cache(struct cli *cli, const struct opt_list *list, char **ret)
{
	const char *given = opt_value(list, ID_CACHE_DIR);

	if (given && !*given)
		return ui_fail(&cli->ui, OCIT_E_USAGE, "--no-cache keeps nothing",
			"option '--cache-dir': the name is empty");
	if (!opt_is_true(list, ID_NO_CACHE))
		*ret = given ? join(given, "") : usual_dir();
	return STATUS_OK;
}

int context_open(struct cli *cli, const struct opt_list *list, struct context *ret)
{
	ocit_config config = OCIT_CONFIG_INIT;
	const char *jobs = opt_value(list, ID_JOBS);
	int code, status;

	*ret = (struct context){ 0 };
	if (jobs && !text_number(jobs, JOBS_MAX, &config.threads))
		return ui_fail(&cli->ui, OCIT_E_USAGE, NULL,
			"option '--jobs': expected a number from 1 to %d, found '%s'", JOBS_MAX,
			jobs);
	status = find_cache(cli, list, &ret->cache_dir);
	if (status != STATUS_OK)
		return status;
	config.cache_dir = ret->cache_dir;
	config.on_event = ui_event;
	config.user = &cli->ui;
	code = ocit_ctx_new(&ret->ctx, &config);
	if (code < 0)
		return ui_fail(&cli->ui, code, NULL, "cannot start: %s", ocit_code_name(code));
	return STATUS_OK;
}

void context_close(struct context *c)
{
	ocit_ctx_free(c->ctx);
	free(c->cache_dir);
	*c = (struct context){ 0 };
}
