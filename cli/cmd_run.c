/* SPDX-License-Identifier: Apache-2.0 */
/* cli/cmd_run.c: a bundle for one run: built in a private place, started, removed. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "describe.h"
#include "opt.h"
#include "output.h"
#include "runtime.h"
#include "signals.h"
#include "work.h"

static const struct opt run_rows[] = {
	{ "output", 'o', "OUT", "keep the bundle as OUT: bundle:DIR (or DIR)", OPT_OWN, ID_OUTPUT },
	{ "runtime", 0, "PROGRAM", "start it with PROGRAM; default runc, else crun", OPT_OWN,
		ID_RUNTIME },
	{ "no-verify", 0, NULL, "do not hash what is copied", OPT_OWN, ID_NO_VERIFY },
	{ "replace", 0, NULL, "replace the bundle or root file system that is OUT", OPT_OWN,
		ID_REPLACE },
	{ "jobs", 0, "NUMBER", "copy with so many threads; default 2", OPT_OWN, ID_JOBS },
	{ "format", 0, "text|json", "form of errors", OPT_UI, UI_FORMAT },
	{ 0 },
};
static const struct opt_group run_group = { "Run options", run_rows };
static const struct opt_group *const run_options[] = {
	&run_group,
	&opt_process,
	&opt_files,
	&opt_sources,
	&opt_later,
	NULL,
};

/* Only the directory of a session or of temporary files, and only if it is a whole path. */
static const char *private_place(void)
{
	static const char *const names[] = { "XDG_RUNTIME_DIR", "TMPDIR" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *dir = getenv(names[i]);

		if (dir && dir[0] == '/' && access(dir, W_OK | X_OK) == 0)
			return dir;
	}
	return "/tmp";
}

static int make_private(struct cli *cli, char **ret)
{
	char *dir;

	if (asprintf(&dir, "%s/ocitools-run-XXXXXX", private_place()) < 0)
		return ui_fail(&cli->ui, OCIT_E_NOMEM, NULL, "out of memory");
	if (!mkdtemp(dir)) {
		int status = ui_fail_errno(&cli->ui, "directory '%s'", dir);

		free(dir);
		return status;
	}
	*ret = dir;
	return STATUS_OK;
}

/* A context of its own: the one that was cancelled would refuse. */
static void remove_private(struct cli *cli, const char *dir)
{
	ocit_ctx *ctx;

	if (ocit_ctx_new(&ctx, NULL) < 0)
		return;
	if (ocit_remove(ctx, AT_FDCWD, dir) < 0)
		ui_fail_ctx(&cli->ui, ctx, NULL);
	ocit_ctx_free(ctx);
}

/* subject: what asks for a terminal. The runtimes take whichever of the three is one. */
static int need_terminal(struct cli *cli, const char *subject, const char *hint)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (isatty(fd) == 1)
			return STATUS_OK;
	return ui_fail(&cli->ui, OCIT_E_USAGE, hint,
		"%s: needs a terminal: neither standard input, output nor error is one", subject);
}

static int check_terminal(struct cli *cli, const struct opt_list *list)
{
	if (!opt_is_true(list, ID_TTY))
		return STATUS_OK;
	return need_terminal(cli, "option '--tty'", "without --tty the command gets what is here");
}

/* A document may ask for one, too. */
static int check_plan(struct cli *cli, const struct work *work)
{
	ocit_summary summary = { .size = sizeof(summary) };

	ocit_plan_summary(work->plan, &summary);
	if (!summary.terminal)
		return STATUS_OK;
	return need_terminal(cli, "'terminal'", "without 'terminal' the command gets what is here");
}

/* Root of a user namespace is somebody else, who has to get to the bundle. */
static int open_way(struct cli *cli, const struct work *work, const char *dir)
{
	ocit_summary summary = { .size = sizeof(summary) };

	ocit_plan_summary(work->plan, &summary);
	if (geteuid() != 0 || !summary.rootless || chmod(dir, 0711) == 0)
		return STATUS_OK;
	return ui_fail_errno(&cli->ui, "directory '%s'", dir);
}

static int build_bundle(
	struct cli *cli, const struct opt_list *list, ocit_target *target, const char *dir)
{
	struct work work;
	int status = work_plan(cli, list, &work);

	if (status == STATUS_OK)
		status = check_plan(cli, &work);
	if (status == STATUS_OK)
		status = open_way(cli, &work, dir);
	if (status == STATUS_OK) {
		work_notes(cli, &work);
		status = work_emit(cli, &work, target, 1);
	}
	work_done(&work);
	return status;
}

static int build_and_run(struct cli *cli, const struct opt_list *list, struct runtime *rt,
	ocit_target *target, const char *dir)
{
	int status = build_bundle(cli, list, target, dir);

	if (status != STATUS_OK)
		return status;
	if (signals_caught())
		return STATUS_RUN_FAILED;
	ui_line_off(&cli->ui);
	return runtime_run(cli, rt, target->name, dir);
}

/* target without a name: the bundle lies in the private directory and goes with it. */
static int run_in_private(
	struct cli *cli, const struct opt_list *list, struct runtime *rt, ocit_target *target)
{
	char *dir = NULL, *bundle;
	int status = make_private(cli, &dir);

	if (status != STATUS_OK || !dir)
		return status;
	if (asprintf(&bundle, "%s/bundle", dir) < 0) {
		bundle = NULL;
		status = ui_fail(&cli->ui, OCIT_E_NOMEM, NULL, "out of memory");
	}
	if (bundle && !target->name)
		target->name = bundle;
	if (bundle)
		status = build_and_run(cli, list, rt, target, dir);
	remove_private(cli, dir);
	free(bundle);
	free(dir);
	return status;
}

/* At most one bundle. */
static int check_outputs(struct cli *cli, const struct outputs *outputs)
{
	if (outputs->count > 1)
		return ui_fail(
			&cli->ui, OCIT_E_USAGE, NULL, "option '--output': run takes one bundle");
	if (outputs->count && strcmp(outputs->targets[0].transport, "bundle") != 0)
		return ui_fail(&cli->ui, OCIT_E_USAGE, "'ocitools build' writes other outputs",
			"option '--output': run takes a bundle, not '%s'",
			outputs->targets[0].transport);
	return STATUS_OK;
}

/* What su and its like leave behind names a directory of somebody else: runtimes fail there. */
static void drop_runtime_dir(void)
{
	const char *dir = getenv("XDG_RUNTIME_DIR");

	if (dir && access(dir, W_OK | X_OK) < 0)
		unsetenv("XDG_RUNTIME_DIR");
}

static int run_with(struct cli *cli, const struct opt_list *list, const struct outputs *outputs)
{
	ocit_target target = OCIT_TARGET_INIT;
	struct runtime rt = { 0 };
	int status = check_outputs(cli, outputs);

	if (status == STATUS_OK)
		status = check_terminal(cli, list);
	if (status != STATUS_OK)
		return status;
	status = runtime_find(cli, opt_value(list, ID_RUNTIME), &rt);
	if (status != STATUS_OK)
		return status;
	drop_runtime_dir();
	target.transport = "bundle";
	target.name = outputs->count ? outputs->targets[0].name : NULL;
	target.flags = opt_given(list, ID_NO_VERIFY) ? OCIT_TARGET_NO_VERIFY : 0;
	target.flags |= outputs->count ? outputs->targets[0].flags : 0;
	status = run_in_private(cli, list, &rt, &target);
	runtime_done(&rt);
	return status;
}

static int run(struct cli *cli, const struct opt_list *list)
{
	struct outputs outputs;
	int status;

	cli->ui.notes = true;
	cli->ui.running = true;
	cli->rootless = geteuid() != 0;
	status = outputs_parse(cli, list, &outputs);
	if (status != STATUS_OK)
		return status;
	status = run_with(cli, list, &outputs);
	outputs_done(&outputs);
	return status;
}

const struct command command_run = {
	.name = "run",
	.summary = "build a bundle, start it with runc or crun, remove it",
	.synopsis = "[OPTION]... [--] CMD [ARG]...",
	.text = "Build a bundle of CMD in a private directory, start it, and remove it. The exit "
		"status is the program's own; 125 means that ocitools or the runtime failed, 126 "
		"that CMD cannot be executed, 127 that it was not found.",
	.page = "ocitools-run(1)",
	.runs = true,
	.options = run_options,
	.run = run,
};
