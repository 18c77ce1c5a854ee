/* SPDX-License-Identifier: Apache-2.0 */
/* cli/work.h: the way from a command line to a plan, which build, run and explain share. */
#ifndef CLI_WORK_H
#define CLI_WORK_H

#include "context.h"

struct work {
	struct context context;
	ocit_ctx *ctx; /* its own */
	ocit_spec *spec;
	ocit_graph *graph;
	ocit_plan *plan;
};

/* Describe, find, plan. Returns an exit status, with the error told; work_done() in any case. */
int work_plan(struct cli *cli, const struct opt_list *list, struct work *ret);
/* The notes of the plan, on standard error. */
void work_notes(struct cli *cli, const struct work *work);
/* Would they be written? Returns an exit status, with the error told. */
int work_check(struct cli *cli, struct work *work, ocit_target *targets, size_t count);
/* Write the targets. Returns an exit status, with the error told. */
int work_emit(struct cli *cli, struct work *work, ocit_target *targets, size_t count);
void work_done(struct work *work);

#endif
