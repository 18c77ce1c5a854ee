/* SPDX-License-Identifier: Apache-2.0 */
/* cli/output.h: what -o names, and the line that reports it. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include <ocitools.h>

struct cli;
struct opt_list;

struct outputs {
	ocit_target *targets; /* in the order given */
	size_t count;
	bool to_stdout; /* one of them is standard output: result lines go elsewhere */
};

/*
 * Read every -o: TRANSPORT:WHERE, or a directory for a bundle. Two that are the same, unknown
 * transports and archives onto a terminal are usage errors. Returns an exit status, with the error
 * told.
 */
int outputs_parse(struct cli *cli, const struct opt_list *list, struct outputs *ret);
void outputs_done(struct outputs *outputs);
/* One line an output with its digest, or "-" where there is none; with --format json a document. */
void outputs_print(const struct cli *cli, const struct outputs *outputs);
/* The same for a plan that is not carried out. */
void outputs_preview(
	const struct cli *cli, const struct outputs *outputs, const ocit_summary *summary);

#endif
