/* SPDX-License-Identifier: Apache-2.0 */
/* cli/completion_bash.c: a function for bash; "--option=value" comes as three words. */
#include "command.h"
#include "completion.h"
#include "opt.h"

static const char begin[] =
	"# ocitools completion bash: from the tables of this program's options\n"
	"_ocitools() {\n"
	"	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= i\n"
	"	COMPREPLY=()\n"
	"	if [[ $cur == '=' ]]; then\n"
	"		cur=\n"
	"	elif [[ $prev == '=' ]]; then\n"
	"		prev=${COMP_WORDS[COMP_CWORD-2]}\n"
	"	fi\n"
	"	[[ $COMP_CWORD -gt 1 ]] && command=${COMP_WORDS[1]}\n"
	"	for ((i = 2; i < COMP_CWORD; i++)); do\n"
	"		# Behind '--' options are the command's own.\n"
	"		[[ ${COMP_WORDS[i]} == -- ]] || continue\n"
	"		(( i == COMP_CWORD - 1 )) && COMPREPLY=($(compgen -c -f -- \"$cur\"))\n"
	"		return\n"
	"	done\n"
	"	case $command in\n";
static const char end[] = "	esac\n"
			  "}\n"
			  "complete -o bashdefault -o default -F _ocitools ocitools\n";

static void print_words(FILE *out, const struct opt *opt)
{
	size_t len;
	const char *word = completion_word(opt, 0, &len);

	for (size_t i = 1; len; word = completion_word(opt, i++, &len))
		fprintf(out, "%s%.*s", i > 1 ? " " : "", (int)len, word);
}

static void print_value(FILE *out, const struct command *command, const struct opt *opt)
{
	(void)command;
	if (!opt->arg)
		return;
	fprintf(out, "		--%s", opt->name);
	if (opt->letter && !completion_is_optional(opt))
		fprintf(out, " | -%c", opt->letter);
	fputs(")\n", out);
	switch (completion_wanted(opt)) {
	case WANT_WORDS:
		fputs("			COMPREPLY=($(compgen -W '", out);
		print_words(out, opt);
		fputs("' -- \"$cur\"))\n", out);
		break;
	case WANT_FILE:
		fputs("			COMPREPLY=($(compgen -W '", out);
		print_words(out, opt);
		fputs("' -f -- \"$cur\"))\n", out);
		break;
	default:
		break;
	}
	/* A value that may be left out does not come as a word of its own. */
	if (completion_is_optional(opt))
		fputs("			[[ ${COMP_WORDS[COMP_CWORD-1]} != '=' && "
		      "${COMP_WORDS[COMP_CWORD]} != '=' ]] || return ;;\n",
			out);
	else
		fputs("			return ;;\n", out);
}

static void print_name(FILE *out, const struct command *command, const struct opt *opt)
{
	(void)command;
	fprintf(out, " --%s", opt->name);
	if (opt->letter)
		fprintf(out, " -%c", opt->letter);
}

static void print_command(FILE *out, const struct command *command)
{
	fprintf(out, "	%s)\n		case $prev in\n", command->name);
	completion_options(command, print_value, out);
	fputs("		esac\n		if [[ $cur == -* ]]; then\n			"
	      "COMPREPLY=($(compgen -W '",
		out);
	completion_options(command, print_name, out);
	fputs("' -- \"$cur\"))\n", out);
	if (command->words)
		fprintf(out,
			"		else\n			COMPREPLY=($(compgen -W '%s' -- "
			"\"$cur\"))\n",
			command->words);
	else if (command->runs)
		fputs("		else\n			COMPREPLY=($(compgen -c -f -- "
		      "\"$cur\"))\n",
			out);
	fputs("		fi ;;\n", out);
}

void completion_bash(FILE *out)
{
	fputs(begin, out);
	fputs("	'')\n		COMPREPLY=($(compgen -W '", out);
	for (size_t i = 0; command_table[i]; i++)
		fprintf(out, "%s ", command_table[i]->name);
	fputs("--help --version' -- \"$cur\")) ;;\n", out);
	for (size_t i = 0; command_table[i]; i++)
		print_command(out, command_table[i]);
	fputs(end, out);
}
