/* SPDX-License-Identifier: Apache-2.0 */
/* cli/cmd_version.c: which program this is. */
#include <stdio.h>

#include "command.h"
#include "opt.h"

static const struct opt version_rows[] = {
	{ "format", 0, "text|json", "form of the answer", OPT_UI, UI_FORMAT },
	{ 0 },
};
static const struct opt_group version_group = { "Options", version_rows };
static const struct opt_group *const version_options[] = { &version_group, NULL };

static const char outputs[] = "bundle rootfs tar";
static const char sources[] = "nix files";

static void print_words(const char *words)
{
	putchar('"');
	for (; *words; words++) {
		if (*words == ' ')
			fputs("\",\"", stdout);
		else
			putchar(*words);
	}
	putchar('"');
}

static int version(struct cli *cli, const struct opt_list *list)
{
	if (list->rest[0])
		return ui_fail(&cli->ui, OCIT_E_USAGE, NULL, "argument '%s': none is taken",
			list->rest[0]);
	if (ui_is_json(&cli->ui)) {
		printf("{\"schemaVersion\":1,\"name\":\"ocitools\",\"version\":\"%s\","
		       "\"library\":\"%s\",\"runtimeSpec\":\"1.1.0\",\"outputs\":[",
			OCITOOLS_VERSION, ocit_version());
		print_words(outputs);
		fputs("],\"sources\":[", stdout);
		print_words(sources);
		puts("]}");
		return STATUS_OK;
	}
	printf("ocitools %s\n", OCITOOLS_VERSION);
	if (cli->ui.verbose)
		printf("library %s\nruntime-spec 1.1.0\noutputs %s\nsources %s\n", ocit_version(),
			outputs, sources);
	return STATUS_OK;
}

const struct command command_version = {
	.name = "version",
	.summary = "print the version",
	.synopsis = "[OPTION]...",
	.text = "Print the version of the program; with --verbose also what it is made of.",
	.options = version_options,
	.page = "ocitools(1)",
	.run = version,
};
