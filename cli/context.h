/* SPDX-License-Identifier: Apache-2.0 */
/* cli/context.h: the library's context as the command line configures it. */
#ifndef CLI_CONTEXT_H
#define CLI_CONTEXT_H

#include <ocitools.h>

struct cli;
struct opt_list;

struct context {
	ocit_ctx *ctx;
	char *cache_dir; /* NULL: none */
};

/* Returns an exit status, with the error told; context_close() in any case. */
int context_open(struct cli *cli, const struct opt_list *list, struct context *ret);
void context_close(struct context *c);

#endif
