/* SPDX-License-Identifier: Apache-2.0 */
/* cli/cmd_check.c: is a bundle whole, right and able to start? */
#include <fcntl.h>
#include <string.h>

#include "command.h"
#include "findings.h"
#include "opt.h"
#include "signals.h"
#include "text.h"

static const struct opt check_rows[] = {
	{ "no-verify", 0, NULL, "do not read and compare the files", OPT_OWN, ID_NO_VERIFY },
	{ "format", 0, "text|json", "form of the findings", OPT_UI, UI_FORMAT },
	{ 0 },
};
static const struct opt_group check_group = { "Options", check_rows };
static const struct opt_group *const check_options[] = { &check_group, NULL };

static int check_bundle(struct cli *cli, ocit_ctx *ctx, const char *name, unsigned flags)
{
	ocit_report *report;
	int status;

	if (ocit_check(ctx, AT_FDCWD, name, flags, &report) < 0)
		return ui_fail_ctx(&cli->ui, ctx, NULL);
	status = findings_print(cli, report);
	ocit_report_free(report);
	return status;
}

static int check(struct cli *cli, const struct opt_list *list)
{
	unsigned flags = opt_given(list, ID_NO_VERIFY) ? OCIT_CHECK_NO_HASHES : 0;
	ocit_ctx *ctx;
	int status;

	if (!list->rest[0])
		return ui_fail(&cli->ui, OCIT_E_USAGE, NULL, "no bundle was named");
	if (list->rest[1])
		return ui_fail(&cli->ui, OCIT_E_USAGE, NULL, "argument '%s': one bundle is taken",
			list->rest[1]);
	if (cli->no_stdout)
		return ui_fail(&cli->ui, OCIT_E_SYSTEM, NULL, "standard output: is closed");
	if (ocit_ctx_new(&ctx, NULL) < 0)
		return ui_fail(&cli->ui, OCIT_E_NOMEM, NULL, "out of memory");
	signals_watch(ctx);
	status = check_bundle(cli, ctx, text_after(list->rest[0], "bundle:"), flags);
	signals_watch(NULL);
	ocit_ctx_free(ctx);
	return status;
}

const struct command command_check = {
	.name = "check",
	.summary = "look for what is wrong with a bundle",
	.synopsis = "[OPTION]... [bundle:]DIR",
	.text = "Compare a bundle with the runtime specification, with what its command needs, and "
		"with its own record. Nothing is started. Findings are printed one a line; the "
		"status is 1 when one of them is an error.",
	.page = "ocitools-check(1)",
	.options = check_options,
	.run = check,
};
