/* SPDX-License-Identifier: Apache-2.0 */
/* cli/cmd_check.c: is a bundle whole, right and able to start? Or: is a document what it should be?
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "findings.h"
#include "input.h"
#include "opt.h"
#include "runtime_ask.h"
#include "signals.h"
#include "text.h"

static const struct opt check_rows[] = {
	{ "schema", 0, "config|descriptor|index|layout|manifest|image-config",
		"compare the JSON document FILE with its specification", OPT_OWN, ID_SCHEMA },
	{ "runtime", 0, "runc|crun|youki|systemd-nspawn",
		"say instead what this runtime would make of the bundle", OPT_OWN, ID_RUNTIME },
	{ "no-verify", 0, NULL, "do not read and compare the files", OPT_OWN, ID_NO_VERIFY },
	{ "format", 0, "text|json", "form of the findings", OPT_UI, UI_FORMAT },
	{ 0 },
};
static const struct opt_group check_group = { "Options", check_rows };
static const struct opt_group *const check_options[] = { &check_group, NULL };

/* r is what the library returned for report. */
static int tell(struct cli *cli, ocit_ctx *ctx, int r, ocit_report *report)
{
	int status;

	if (r < 0)
		return ui_fail_ctx(&cli->ui, ctx, NULL);
	status = findings_print(cli, report);
	ocit_report_free(report);
	return status;
}

static int check_bundle(struct cli *cli, ocit_ctx *ctx, const struct opt_list *list)
{
	unsigned flags = opt_given(list, ID_NO_VERIFY) ? OCIT_CHECK_NO_HASHES : 0;
	const char *name = text_after(list->rest[0], "bundle:");
	ocit_report *report = NULL;
	int r = ocit_check(ctx, AT_FDCWD, name, flags, &report);

	return tell(cli, ctx, r, report);
}

/* The runtime is asked what it can do, if it is here; nothing of the bundle is started. */
static int check_runtime(struct cli *cli, ocit_ctx *ctx, const struct opt_list *list)
{
	ocit_runtime runtime = OCIT_RUNTIME_INIT;
	const char *name = opt_value(list, ID_RUNTIME);
	char *program = runtime_program(name);
	char *version = runtime_ask(program, "--version");
	/* systemd-nspawn would take the word for a command to start. */
	bool asked = strcmp(name, "systemd-nspawn") != 0;
	char *features = asked ? runtime_ask(program, "features") : NULL;
	ocit_report *report = NULL;
	int r, status;

	runtime.name = name;
	runtime.version = version;
	runtime.features = features;
	r = ocit_check_runtime(
		ctx, AT_FDCWD, text_after(list->rest[0], "bundle:"), &runtime, &report);
	status = tell(cli, ctx, r, report);
	free(features);
	free(version);
	free(program);
	return status;
}

static int check_document(struct cli *cli, ocit_ctx *ctx, const struct opt_list *list)
{
	const char *path = list->rest[0];
	ocit_report *report = NULL;
	char *text = NULL;
	size_t len;
	int r, status = input_read(cli, "schema", path, &text, &len);

	if (status != STATUS_OK)
		return status;
	r = ocit_schema_check(ctx, opt_value(list, ID_SCHEMA), text, len,
		strcmp(path, "-") == 0 ? "standard input" : path, &report);
	status = tell(cli, ctx, r, report);
	free(text);
	return status;
}

static int check_usage(struct cli *cli, const struct opt_list *list)
{
	const char *what = opt_given(list, ID_SCHEMA) ? "document" : "bundle";

	if (!list->rest[0])
		return ui_fail(&cli->ui, OCIT_E_USAGE, NULL, "no %s was named", what);
	if (!*list->rest[0])
		return ui_fail(&cli->ui, OCIT_E_USAGE, NULL, "the name of the %s is empty", what);
	if (list->rest[1])
		return ui_fail(&cli->ui, OCIT_E_USAGE, NULL, "argument '%s': one %s is taken",
			list->rest[1], what);
	if (opt_given(list, ID_SCHEMA) && opt_given(list, ID_RUNTIME))
		return ui_fail(&cli->ui, OCIT_E_USAGE, NULL,
			"option '--runtime': a runtime takes bundles, not documents");
	if (opt_given(list, ID_RUNTIME) && opt_given(list, ID_NO_VERIFY))
		return ui_fail(&cli->ui, OCIT_E_USAGE, NULL,
			"option '--no-verify': has no effect with --runtime");
	if (opt_given(list, ID_SCHEMA) && opt_given(list, ID_NO_VERIFY))
		return ui_fail(&cli->ui, OCIT_E_USAGE, NULL,
			"option '--no-verify': has no effect with --schema");
	return STATUS_OK;
}

static int check(struct cli *cli, const struct opt_list *list)
{
	int status = check_usage(cli, list);
	ocit_ctx *ctx;

	if (status != STATUS_OK)
		return status;
	if (cli->no_stdout)
		return ui_fail(&cli->ui, OCIT_E_SYSTEM, NULL, "standard output: is closed");
	if (ocit_ctx_new(&ctx, NULL) < 0)
		return ui_fail(&cli->ui, OCIT_E_NOMEM, NULL, "out of memory");
	signals_watch(ctx);
	if (opt_given(list, ID_SCHEMA))
		status = check_document(cli, ctx, list);
	else
		status = opt_given(list, ID_RUNTIME) ? check_runtime(cli, ctx, list)
						     : check_bundle(cli, ctx, list);
	signals_watch(NULL);
	ocit_ctx_free(ctx);
	return status;
}

const struct command command_check = {
	.name = "check",
	.summary = "look for what is wrong with a bundle or a document",
	.synopsis = "[OPTION]... [bundle:]DIR | --schema KIND [OPTION]... FILE",
	.text = "Compare a bundle with the runtime specification, with what its command needs, and "
		"with its own record; or, with --schema, one JSON document with its specification. "
		"Nothing is started. Findings are printed one a line; the status is 1 when one of "
		"them is an error.",
	.page = "ocitools-check(1)",
	.options = check_options,
	.run = check,
};
