/* SPDX-License-Identifier: Apache-2.0 */
/* cli/completion_zsh.c: a function for zsh: one _arguments for each command. */
#include "command.h"
#include "completion.h"
#include "opt.h"

/* "(word word)", "_files", or " " for what cannot be guessed. */
static void print_action(FILE *out, const struct opt *opt)
{
	enum wanted wanted = completion_wanted(opt);
	size_t len;
	const char *word = completion_word(opt, 0, &len);

	if (wanted == WANT_FILE) {
		fputs("_files", out);
		return;
	}
	fputs(wanted == WANT_WORDS ? "(" : " ", out);
	for (size_t i = 1; wanted == WANT_WORDS && len; word = completion_word(opt, i++, &len))
		fprintf(out, "%s%.*s", i > 1 ? " " : "", (int)len, word);
	if (wanted == WANT_WORDS)
		putc(')', out);
}

static void print_spec(FILE *out, const struct opt *opt, const char *name, const char *joint)
{
	fprintf(out, "			'*'%s%s'['", name, opt->arg ? joint : "");
	completion_quote(out, opt->text, true);
	fputs("']", out);
	if (opt->arg) {
		fprintf(out, ":%s:", completion_is_optional(opt) ? ":value" : "value");
		print_action(out, opt);
	}
	fputs("' \\\n", out);
}

static void print_option(FILE *out, const struct command *command, const struct opt *opt)
{
	char name[80];

	(void)command;
	snprintf(name, sizeof(name), "--%s", opt->name);
	print_spec(out, opt, name, completion_is_optional(opt) ? "=-" : "=");
	if (!opt->letter)
		return;
	snprintf(name, sizeof(name), "-%c", opt->letter);
	print_spec(out, opt, name, completion_is_optional(opt) ? "-" : "+");
}

static void print_command(FILE *out, const struct command *command)
{
	fprintf(out, "	%s)\n		_arguments -s -S -A '-*' \\\n", command->name);
	completion_options(command, print_option, out);
	if (command->words)
		fprintf(out, "			'*:argument:(%s)' ;;\n", command->words);
	else if (command->runs)
		fputs("			'1:command:_command_names -e' "
		      "'*::argument:_normal' ;;\n",
			out);
	else
		fputs("			'*:file:_files' ;;\n", out);
}

void completion_zsh(FILE *out)
{
	fputs("#compdef ocitools\n"
	      "# ocitools completion zsh: from the tables of this program's options\n"
	      "_ocitools() {\n"
	      "	local -a subcommands\n"
	      "	subcommands=(\n",
		out);
	for (size_t i = 0; command_table[i]; i++) {
		fprintf(out, "		%s:", command_table[i]->name);
		completion_quote(out, command_table[i]->summary, true);
		putc('\n', out);
	}
	fputs("	)\n"
	      "	if (( CURRENT == 2 )); then\n"
	      "		_describe command subcommands\n"
	      "		return\n"
	      "	fi\n"
	      "	shift words\n"
	      "	(( CURRENT-- ))\n"
	      "	# Behind '--' is the command.\n"
	      "	local -i dashes=${words[(i)--]}\n"
	      "	if (( dashes < CURRENT )) && [[ $words[1] == (build|explain|run) ]]; then\n"
	      "		shift $dashes words\n"
	      "		(( CURRENT -= dashes ))\n"
	      "		if (( CURRENT == 1 )); then\n"
	      "			_command_names -e\n"
	      "		else\n"
	      "			_normal\n"
	      "		fi\n"
	      "		return\n"
	      "	fi\n"
	      "	case $words[1] in\n",
		out);
	for (size_t i = 0; command_table[i]; i++)
		print_command(out, command_table[i]);
	fputs("	esac\n"
	      "}\n"
	      "if [ \"$funcstack[1]\" = _ocitools ]; then\n"
	      "	_ocitools \"$@\"\n"
	      "else\n"
	      "	compdef _ocitools ocitools\n"
	      "fi\n",
		out);
}
