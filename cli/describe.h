/* SPDX-License-Identifier: Apache-2.0 */
/* cli/describe.h: the options that describe a container, and the description they add up to. */
#ifndef CLI_DESCRIBE_H
#define CLI_DESCRIBE_H

#include <ocitools.h>

struct cli;
struct opt_group;
struct opt_list;

/* Shared by build, run and explain. */
extern const struct opt_group opt_process, opt_files, opt_sources, opt_later;

/*
 * Read --spec, then the options in the order given, then the operands as arguments. Returns an exit
 * status, with the error told.
 */
int describe(struct cli *cli, ocit_ctx *ctx, const struct opt_list *list, ocit_spec **ret);

#endif
