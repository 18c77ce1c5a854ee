/* SPDX-License-Identifier: Apache-2.0 */
/* cli/cmd_build.c: a command and what it needs, written to every -o from one walk. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "describe.h"
#include "opt.h"
#include "output.h"
#include "signals.h"
#include "work.h"

static const struct opt build_rows[] = {
	{ "output", 'o', "OUT", "write OUT: bundle:DIR (or DIR), rootfs:DIR, tar:FILE, tar:-",
		OPT_OWN, ID_OUTPUT },
	{ "dry-run", 'n', NULL, "stop before writing and print what would be written", OPT_OWN,
		ID_DRY_RUN },
	{ "no-verify", 0, NULL, "do not hash what is copied", OPT_OWN, ID_NO_VERIFY },
	{ "replace", 0, NULL, "replace what is there: a file, a bundle or a root file system",
		OPT_OWN, ID_REPLACE },
	{ "sync", 0, NULL, "wait until it is on disk", OPT_OWN, ID_SYNC },
	{ "jobs", 0, "NUMBER", "copy with so many threads; default 2", OPT_OWN, ID_JOBS },
	{ "format", 0, "text|json", "form of results and errors", OPT_UI, UI_FORMAT },
	{ 0 },
};
static const struct opt_group build_group = { "Output options", build_rows };
static const struct opt_group *const build_options[] = {
	&build_group,
	&opt_process,
	&opt_files,
	&opt_sources,
	&opt_later,
	NULL,
};

/* The bundle does not depend on who calls; whether the caller can start it does. */
static void hint_rootless(struct cli *cli, const struct work *work, const struct outputs *outputs)
{
	ocit_summary summary = { .size = sizeof(summary) };

	ocit_plan_summary(work->plan, &summary);
	for (size_t i = 0; i < outputs->count && geteuid() != 0 && !summary.rootless; i++) {
		if (strcmp(outputs->targets[i].transport, "bundle") != 0)
			continue;
		ui_hint(&cli->ui, "only root can start this bundle; with --rootless it is yours");
		return;
	}
}

static int write_outputs(struct cli *cli, struct work *work, struct outputs *outputs)
{
	int status = work_emit(cli, work, outputs->targets, outputs->count);

	if (status != STATUS_OK)
		return status;
	signals_settle();
	work_notes(cli, work);
	outputs_print(cli, outputs);
	hint_rootless(cli, work, outputs);
	return STATUS_OK;
}

static int preview(struct cli *cli, struct work *work, const struct outputs *outputs)
{
	ocit_summary summary = { .size = sizeof(summary) };
	int status;

	status = work_check(cli, work, outputs->targets, outputs->count);
	if (status != STATUS_OK)
		return status;
	ocit_plan_summary(work->plan, &summary);
	work_notes(cli, work);
	outputs_preview(cli, outputs, &summary);
	return STATUS_OK;
}

static bool looks_like_output(const char *word)
{
	return !strncmp(word, "-o", 2) || !strncmp(word, "--output", strlen("--output"));
}

/* Where did the -o go that somebody may well have written? */
static int fail_no_output(struct cli *cli, const struct opt_list *list)
{
	char hint[256] = "-o DIR writes a bundle";

	for (size_t i = 0; list->rest[0] && list->rest[i]; i++)
		if (looks_like_output(list->rest[i]))
			snprintf(hint, sizeof(hint),
				"options end at CMD: '%.64s' behind '%.64s' is an argument of it",
				list->rest[i], list->rest[0]);
	for (size_t i = 0; i < list->count; i++)
		if (looks_like_output(list->values[i].value))
			snprintf(hint, sizeof(hint), "'%.64s' was taken as the value of '--%s'",
				list->values[i].value, list->values[i].opt->name);
	return ui_fail(&cli->ui, OCIT_E_USAGE, hint, "option '--output': is missing");
}

static int build(struct cli *cli, const struct opt_list *list)
{
	struct outputs outputs;
	struct work work;
	int status = outputs_parse(cli, list, &outputs);

	if (status != STATUS_OK)
		return status;
	if (!outputs.count && !opt_given(list, ID_DRY_RUN))
		status = fail_no_output(cli, list);
	else {
		status = work_plan(cli, list, &work);
		if (status == STATUS_OK)
			status = opt_given(list, ID_DRY_RUN) ? preview(cli, &work, &outputs)
							     : write_outputs(cli, &work, &outputs);
		work_done(&work);
	}
	outputs_done(&outputs);
	return status;
}

const struct command command_build = {
	.name = "build",
	.summary = "write a command and everything it needs",
	.synopsis = "[OPTION]... -o OUT [-o OUT]... [--] CMD [ARG]...",
	.text = "Find everything CMD needs and write it as a bundle that any OCI runtime starts, "
		"as "
		"a root file system or as a tar file. Several outputs come from one walk; all of "
		"them appear at the end, or none does. Options end at CMD: what follows is its "
		"own. A directory '.ocitools-*.partial' beside an output is one that was not "
		"finished: 'ocitools cache clean' removes those that no build is using.",
	.page = "ocitools-build(1)",
	.runs = true,
	.options = build_options,
	.run = build,
};
