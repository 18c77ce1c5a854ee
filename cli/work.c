/* SPDX-License-Identifier: Apache-2.0 */
/* cli/work.c: one context from the description to the outputs; signals cancel it. */
#include "work.h"

#include "command.h"
#include "describe.h"
#include "opt.h"
#include "signals.h"
#include "text.h"

/* What run calls the status of a program that cannot be used; 0: it is not the program's fault. */
static int program_status(const ocit_error *error)
{
	switch (error->program) {
	case OCIT_PROGRAM_NOT_FOUND:
		return STATUS_RUN_NOT_FOUND;
	case OCIT_PROGRAM_NOT_EXECUTABLE:
		return STATUS_RUN_NOT_EXECUTABLE;
	default:
		return 0;
	}
}

static int fail_step(struct cli *cli, struct work *work)
{
	ocit_error error = *ocit_ctx_error(work->ctx);

	if (cli->ui.refused)
		return cli->ui.refused;
	cli->ui.program = program_status(&error);
	/* Who asked for a report did not call it a listing. */
	error.message = text_after(error.message, "listing: ");
	return ui_report(&cli->ui, &error);
}

int work_plan(struct cli *cli, const struct opt_list *list, struct work *ret)
{
	int status;

	*ret = (struct work){ 0 };
	status = context_open(cli, list, &ret->context);
	if (status != STATUS_OK)
		return status;
	ret->ctx = ret->context.ctx;
	signals_watch(ret->ctx);
	status = describe(cli, ret->ctx, list, &ret->spec);
	if (status != STATUS_OK)
		return status;
	if (ocit_closure(ret->ctx, ret->spec, &ret->graph) < 0)
		return fail_step(cli, ret);
	if (ocit_plan_new(ret->ctx, ret->spec, ret->graph, &ret->plan) < 0)
		return fail_step(cli, ret);
	return STATUS_OK;
}

void work_notes(struct cli *cli, const struct work *work)
{
	const char *note;

	for (size_t i = 0; (note = ocit_plan_note(work->plan, i)); i++)
		(void)ui_note(&cli->ui, note); /* a strict plan has none */
}

int work_check(struct cli *cli, struct work *work, ocit_target *targets, size_t count)
{
	if (count && ocit_emit_check(work->ctx, work->plan, targets, count) < 0)
		return fail_step(cli, work);
	return STATUS_OK;
}

int work_emit(struct cli *cli, struct work *work, ocit_target *targets, size_t count)
{
	/* The library may write to standard output itself: what we have printed comes first. */
	int status = ui_finish(&cli->ui, STATUS_OK);

	if (status != STATUS_OK)
		return status;
	if (ocit_emit(work->ctx, work->plan, targets, count) < 0)
		return fail_step(cli, work);
	return STATUS_OK;
}

void work_done(struct work *work)
{
	signals_watch(NULL);
	ocit_plan_free(work->plan);
	ocit_graph_free(work->graph);
	ocit_spec_free(work->spec);
	context_close(&work->context);
	*work = (struct work){ 0 };
}
