/* SPDX-License-Identifier: Apache-2.0 */
/* cli/help.c: the same rows that parse options explain them. */
#include "help.h"

#include <string.h>

#include "command.h"
#include "opt.h"

enum { WIDTH = 79, COLUMN = 30 };

/* Break text at spaces; lines after the first start at indent, and so does the first if at is less.
 */
static void print_wrapped(FILE *out, const char *text, size_t at, size_t indent)
{
	bool first = true;

	if (at < indent)
		at += (size_t)fprintf(out, "%*s", (int)(indent - at), "");
	while (*text) {
		size_t n = strcspn(text, " ");

		if (!first && at + 1 + n > WIDTH) {
			fprintf(out, "\n%*s", (int)indent, "");
			at = indent;
		} else if (!first) {
			putc(' ', out);
			at++;
		}
		fprintf(out, "%.*s", (int)n, text);
		at += n;
		first = false;
		text += n + (text[n] == ' ');
	}
	putc('\n', out);
}

static void print_option(FILE *out, const struct opt *opt)
{
	char left[128];
	const char *arg = opt->arg ? opt->arg : "";
	const char *between = !opt->arg || arg[0] == '[' ? "" : " ";
	size_t n;

	if (opt->letter)
		snprintf(left, sizeof(left), "  -%c, --%s%s%s", opt->letter, opt->name, between,
			arg);
	else
		snprintf(left, sizeof(left), "      --%s%s%s", opt->name, between, arg);
	n = strlen(left);
	fputs(left, out);
	if (n + 2 > COLUMN) {
		putc('\n', out);
		n = 0;
	}
	print_wrapped(out, opt->text, n, COLUMN);
}

static void print_group(FILE *out, const struct opt_group *group)
{
	if (!group->title)
		return;
	fprintf(out, "\n%s:\n", group->title);
	for (const struct opt *row = group->rows; row->name; row++)
		if (row->text && row->kind != OPT_REFUSED)
			print_option(out, row);
}

void help_command(FILE *out, const struct command *command)
{
	fprintf(out, "Usage: ocitools %s %s\n\n", command->name, command->synopsis);
	print_wrapped(out, command->text, 0, 0);
	for (size_t i = 0; command->options && command->options[i]; i++)
		print_group(out, command->options[i]);
	print_group(out, &opt_common);
	fprintf(out, "\nThe manual page %s says more.\n", command->page);
}

void help_overview(FILE *out)
{
	fputs("Usage: ocitools COMMAND [OPTION]... [ARGUMENT]...\n\n", out);
	print_wrapped(out,
		"Turn one command into an OCI container that holds exactly what the command needs.",
		0, 0);
	fputs("\nCommands:\n", out);
	for (size_t i = 0; command_table[i]; i++)
		fprintf(out, "  %-10s %s\n", command_table[i]->name, command_table[i]->summary);
	fputs("\n'ocitools COMMAND --help' lists the options of a command.\n", out);
}
