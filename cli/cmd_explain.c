/* SPDX-License-Identifier: Apache-2.0 */
/* cli/cmd_explain.c: what a command needs, why, and what each part costs. */
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "describe.h"
#include "opt.h"
#include "work.h"

static const struct opt explain_rows[] = {
	{ "files", 0, NULL, "list every file with its reason, not only units", OPT_OWN, ID_FILES },
	{ "why", 0, "PATH", "show the chain of reasons for PATH alone", OPT_OWN, ID_WHY },
	{ "format", 0, "text|json|dot", "form of the report; errors follow json", OPT_UI,
		UI_FORMAT },
	{ 0 },
};
static const struct opt_group explain_group = { "Report options", explain_rows };
static const struct opt_group *const explain_options[] = {
	&explain_group,
	&opt_process,
	&opt_files,
	&opt_sources,
	&opt_later,
	NULL,
};

/* What would be ignored is refused. */
static int check_report(struct cli *cli, const struct opt_list *list)
{
	if (!opt_given(list, ID_FILES))
		return STATUS_OK;
	if (opt_given(list, ID_WHY))
		return ui_fail(&cli->ui, OCIT_E_USAGE, "--why explains one path alone",
			"option '--files': cannot be given beside '--why'");
	if (!strcmp(cli->ui.format, "dot"))
		return ui_fail(&cli->ui, OCIT_E_USAGE, "the formats text and json list files",
			"option '--files': cannot be given with format 'dot'");
	return STATUS_OK;
}

static int explain(struct cli *cli, const struct opt_list *list)
{
	ocit_target target = OCIT_TARGET_INIT;
	struct work work;
	int status;

	if (cli->no_stdout)
		return ui_fail(&cli->ui, OCIT_E_SYSTEM, NULL, "standard output: is closed");
	status = check_report(cli, list);
	if (status != STATUS_OK)
		return status;
	status = work_plan(cli, list, &work);
	if (status == STATUS_OK) {
		target.transport = "listing";
		target.fd = STDOUT_FILENO;
		target.format = cli->ui.format;
		target.why = opt_value(list, ID_WHY);
		target.flags = opt_given(list, ID_FILES) ? OCIT_TARGET_FILES : 0;
		target.flags |= cli->ui.quiet ? OCIT_TARGET_NO_NOTES : 0;
		/* The report is no output: nothing is written or published. */
		ui_progress_off(&cli->ui);
		status = work_emit(cli, &work, &target, 1);
	}
	work_done(&work);
	return status;
}

const struct command command_explain = {
	.name = "explain",
	.summary = "show what a command needs, why, and what it costs",
	.synopsis = "[OPTION]... [--] CMD [ARG]...",
	.text = "Print what a bundle of CMD would hold: each unit with its own size and with what "
		"would go if it went, or each file with the reason why it is there. Nothing is "
		"written.",
	.page = "ocitools-explain(1)",
	.runs = true,
	.options = explain_options,
	.run = explain,
};
