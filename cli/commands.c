/* SPDX-License-Identifier: Apache-2.0 */
/* cli/commands.c: the table of commands. */
#include <string.h>

#include "command.h"
#include "text.h"

const struct command *const command_table[] = {
	&command_build,
	&command_run,
	&command_explain,
	&command_check,
	&command_diff,
	&command_cache,
	&command_completion,
	&command_help,
	&command_version,
	NULL,
};

const struct command *command_find(const char *name)
{
	for (size_t i = 0; command_table[i]; i++)
		if (!strcmp(command_table[i]->name, name))
			return command_table[i];
	return NULL;
}

/* Words that people try because something else of this name has them, and what to do instead. */
static const char *advice_for(const char *name)
{
	static const struct {
		const char *name, *advice;
	} known[] = {
		{ "generate",
			"'ocitools build' writes config.json and everything the command needs" },
		{ "validate", "'ocitools build' writes only bundles that are valid" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp(known[i].name, name))
			return known[i].advice;
	return NULL;
}

int command_unknown(struct ui *ui, const char *name)
{
	size_t distance = SIZE_MAX;
	const char *near = NULL;
	char hint[128] = "'ocitools help' lists the commands";

	if (advice_for(name))
		return ui_fail(ui, OCIT_E_USAGE, NULL,
			"'%s' belongs to the older opencontainers/ocitools: %s", name,
			advice_for(name));
	for (size_t i = 0; command_table[i]; i++)
		text_nearest(name, command_table[i]->name, &distance, &near);
	if (near)
		snprintf(hint, sizeof(hint), "did you mean '%s'?", near);
	return ui_fail(ui, OCIT_E_USAGE, hint, "command '%s': unknown", name);
}
