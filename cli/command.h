/* SPDX-License-Identifier: Apache-2.0 */
/* cli/command.h: what a command is, and what it is given. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "ui.h"

struct opt_group;
struct opt_list;

/* What main() knows before any command. */
struct cli {
	struct ui ui;
	bool no_stdin;  /* was closed when we started */
	bool no_stdout; /* the same */
	bool rootless;  /* what describe() makes is rootless unless it says something about it */
};

struct command {
	const char *name;
	const char *summary;                    /* one line for the list of commands */
	const char *synopsis;                   /* what follows the name */
	const char *text;                       /* a paragraph for --help */
	const char *page;                       /* its manual page */
	const char *words;                      /* its operands, if they are a few words */
	bool runs;                              /* its operands are a command of its own */
	const struct opt_group *const *options; /* ends with NULL; opt_common comes on top */
	/* Do it; returns the exit status, with errors told. */
	int (*run)(struct cli *cli, const struct opt_list *list);
};

/* In the order of the list; ends with NULL. */
extern const struct command *const command_table[];
/* NULL means "none". */
const struct command *command_find(const char *name);
/* Tell that there is no such command, and which one may have been meant. */
int command_unknown(struct ui *ui, const char *name);

extern const struct command command_build, command_run, command_explain, command_check,
	command_cache, command_completion, command_help, command_version, command_diff;

#endif
