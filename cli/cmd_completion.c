/* SPDX-License-Identifier: Apache-2.0 */
/* cli/cmd_completion.c: a completion script on standard output. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "completion.h"
#include "opt.h"

static const struct {
	const char *name;
	void (*print)(FILE *out);
} shells[] = {
	{ "bash", completion_bash },
	{ "zsh", completion_zsh },
	{ "fish", completion_fish },
};

static int completion(struct cli *cli, const struct opt_list *list)
{
	const char *name = list->rest[0];

	if (!name || list->rest[1])
		return ui_fail(&cli->ui, OCIT_E_USAGE, "ocitools completion bash|zsh|fish",
			"completion takes the name of one shell");
	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
		if (strcmp(shells[i].name, name) != 0)
			continue;
		shells[i].print(stdout);
		return STATUS_OK;
	}
	return ui_fail(&cli->ui, OCIT_E_USAGE, "bash, zsh and fish are",
		"argument '%s': no shell that is known", name);
}

const struct command command_completion = {
	.name = "completion",
	.summary = "print a completion script for a shell",
	.synopsis = "bash|zsh|fish",
	.text = "Print the script that lets a shell complete commands, options and their values. "
		"For bash: source <(ocitools completion bash).",
	.page = "ocitools-completion(1)",
	.words = "bash zsh fish",
	.run = completion,
};
