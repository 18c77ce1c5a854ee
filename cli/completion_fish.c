/* SPDX-License-Identifier: Apache-2.0 */
/* cli/completion_fish.c: a line for each option of each command. */
#include "command.h"
#include "completion.h"
#include "opt.h"

static void print_value(FILE *out, const struct opt *opt)
{
	enum wanted wanted = completion_wanted(opt);
	size_t len;
	const char *word = completion_word(opt, 0, &len);

	if (wanted == WANT_NOTHING)
		return;
	if (!completion_is_optional(opt))
		fputs(" -r", out);
	fputs(wanted == WANT_FILE ? " -F" : " -f", out);
	if (!len)
		return;
	fputs(" -a '", out);
	for (size_t i = 1; len; word = completion_word(opt, i++, &len))
		fprintf(out, "%s%.*s", i > 1 ? " " : "", (int)len, word);
	putc('\'', out);
}

static void print_option(FILE *out, const struct command *command, const struct opt *opt)
{
	fprintf(out, "complete -c ocitools -n '__fish_seen_subcommand_from %s' -l %s",
		command->name, opt->name);
	if (opt->letter)
		fprintf(out, " -s %c", opt->letter);
	print_value(out, opt);
	fputs(" -d ", out);
	completion_quote(out, opt->text, false);
	putc('\n', out);
}

static void print_command(FILE *out, const struct command *command)
{
	fprintf(out, "complete -c ocitools -n __fish_use_subcommand -f -a %s -d ", command->name);
	completion_quote(out, command->summary, false);
	putc('\n', out);
	if (command->words)
		fprintf(out,
			"complete -c ocitools -n '__fish_seen_subcommand_from %s' -f -a '%s'\n",
			command->name, command->words);
	else if (command->runs)
		fprintf(out,
			"complete -c ocitools -n '__fish_seen_subcommand_from %s' -a "
			"'(__fish_complete_subcommand --fcs-skip=2)'\n",
			command->name);
	completion_options(command, print_option, out);
}

void completion_fish(FILE *out)
{
	fputs("# ocitools completion fish: from the tables of this program's options\n", out);
	for (size_t i = 0; command_table[i]; i++)
		print_command(out, command_table[i]);
}
