/* SPDX-License-Identifier: Apache-2.0 */
/* cli/cmd_help.c: help on standard output. */
#include <stdio.h>

#include "command.h"
#include "help.h"
#include "opt.h"

static int help(struct cli *cli, const struct opt_list *list)
{
	const struct command *command;

	if (!list->rest[0]) {
		help_overview(stdout);
		return STATUS_OK;
	}
	if (list->rest[1])
		return ui_fail(&cli->ui, OCIT_E_USAGE, NULL, "argument '%s': one command is taken",
			list->rest[1]);
	command = command_find(list->rest[0]);
	if (!command)
		return command_unknown(&cli->ui, list->rest[0]);
	help_command(stdout, command);
	return STATUS_OK;
}

const struct command command_help = {
	.name = "help",
	.summary = "explain a command and its options",
	.synopsis = "[COMMAND]",
	.text = "List the commands, or explain one of them.",
	.words = "build run explain check diff cache completion help version",
	.page = "ocitools(1)",
	.run = help,
};
