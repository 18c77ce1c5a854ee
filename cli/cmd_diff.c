/* SPDX-License-Identifier: Apache-2.0 */
/* cli/cmd_diff.c: what distinguishes two bundles. */
#include <fcntl.h>

#include "command.h"
#include "findings.h"
#include "opt.h"
#include "signals.h"
#include "text.h"

static const struct opt diff_rows[] = {
	{ "format", 0, "text|json", "form of the findings", OPT_UI, UI_FORMAT },
	{ 0 },
};
static const struct opt_group diff_group = { "Options", diff_rows };
static const struct opt_group *const diff_options[] = { &diff_group, NULL };

static int diff_bundles(struct cli *cli, ocit_ctx *ctx, char *const *names)
{
	const char *first = text_after(names[0], "bundle:");
	const char *second = text_after(names[1], "bundle:");
	ocit_report *report;
	int status;

	if (ocit_diff(ctx, AT_FDCWD, first, second, &report) < 0)
		return ui_fail_ctx(&cli->ui, ctx, NULL);
	status = findings_print(cli, report);
	ocit_report_free(report);
	return status;
}

static int diff(struct cli *cli, const struct opt_list *list)
{
	ocit_ctx *ctx;
	int status;

	if (!list->rest[0] || !list->rest[1])
		return ui_fail(&cli->ui, OCIT_E_USAGE, NULL, "two bundles are compared");
	if (!*list->rest[0] || !*list->rest[1])
		return ui_fail(&cli->ui, OCIT_E_USAGE, NULL, "the name of a bundle is empty");
	if (list->rest[2])
		return ui_fail(&cli->ui, OCIT_E_USAGE, NULL, "argument '%s': two bundles are taken",
			list->rest[2]);
	if (cli->no_stdout)
		return ui_fail(&cli->ui, OCIT_E_SYSTEM, NULL, "standard output: is closed");
	if (ocit_ctx_new(&ctx, NULL) < 0)
		return ui_fail(&cli->ui, OCIT_E_NOMEM, NULL, "out of memory");
	signals_watch(ctx);
	status = diff_bundles(cli, ctx, list->rest);
	signals_watch(NULL);
	ocit_ctx_free(ctx);
	return status;
}

const struct command command_diff = {
	.name = "diff",
	.summary = "show what distinguishes two bundles",
	.synopsis = "[OPTION]... [bundle:]DIR [bundle:]DIR",
	.text = "Compare two bundles by their records: units, files and config.json. Each "
		"difference "
		"is a line; the status is 1 when there is one.",
	.page = "ocitools-diff(1)",
	.options = diff_options,
	.run = diff,
};
