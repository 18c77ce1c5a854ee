/* SPDX-License-Identifier: Apache-2.0 */
/* cli/opt.c: option tables become what getopt_long wants, and its answers rows of the tables again.
 */
#include "opt.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "text.h"
#include "ui.h"

enum { OPTIONS_MAX = 128, LONG_FIRST = 256 };

static const struct opt common_rows[] = {
	{ "quiet", 'q', NULL, "print no notes and no status line", OPT_UI, UI_QUIET },
	{ "verbose", 0, NULL, "add code and errno to errors, and print every note", OPT_UI,
		UI_VERBOSE },
	{ "progress", 0, "auto|plain|json|none", "how to show what is going on, on standard error",
		OPT_UI, UI_PROGRESS },
	{ "color", 0, "auto|always|never", "colour errors; NO_COLOR is honoured", OPT_UI,
		UI_COLOR },
	{ "help", 'h', NULL, "print this help", OPT_UI, UI_HELP },
	{ 0 },
};
const struct opt_group opt_common = { "Common options", common_rows };

/* The rows of a command in the forms that getopt_long takes. */
struct parser {
	struct ui *ui;
	const struct command *command;
	const struct opt *rows[OPTIONS_MAX];
	struct option longs[OPTIONS_MAX + 1];
	char shorts[2 + 3 * OPTIONS_MAX + 1];
	int count;
};

static bool is_optional(const struct opt *opt)
{
	return opt->arg && opt->arg[0] == '[';
}

static void add_row(struct parser *p, const struct opt *opt)
{
	size_t n = strlen(p->shorts);
	int takes = !opt->arg          ? no_argument
		    : is_optional(opt) ? optional_argument
				       : required_argument;

	p->rows[p->count] = opt;
	p->longs[p->count] = (struct option){
		.name = opt->name, .has_arg = takes, .val = LONG_FIRST + p->count
	};
	p->count++;
	if (opt->letter)
		snprintf(p->shorts + n, sizeof(p->shorts) - n, "%c%s", opt->letter,
			takes == required_argument ? ":" : "");
}

static void add_group(struct parser *p, const struct opt_group *group)
{
	for (const struct opt *row = group->rows; row->name && p->count < OPTIONS_MAX; row++)
		add_row(p, row);
}

static void parser_init(struct parser *p, struct ui *ui, const struct command *command)
{
	*p = (struct parser){ .ui = ui, .command = command };
	/* "+": stop at the first operand; ":": tell a missing value from an unknown option. */
	memcpy(p->shorts, "+:", 3);
	for (size_t i = 0; command->options && command->options[i]; i++)
		add_group(p, command->options[i]);
	add_group(p, &opt_common);
}

static const struct opt *find_row(const struct parser *p, int c)
{
	if (c >= LONG_FIRST)
		return c < LONG_FIRST + p->count ? p->rows[c - LONG_FIRST] : NULL;
	for (int i = 0; i < p->count; i++)
		if (p->rows[i]->letter && p->rows[i]->letter == c)
			return p->rows[i];
	return NULL;
}

/* How the user wrote it: "--name" without its value, or "-x". */
static void spell(char *to, size_t room, const char *word, int letter)
{
	if (word && word[0] == '-' && word[1] == '-')
		snprintf(to, room, "%.*s", (int)strcspn(word, "="), word);
	else
		snprintf(to, room, "-%c", letter);
}

static int fail_unknown(struct parser *p, const char *word, int letter)
{
	char spelled[256], hint[128];
	const char *near = NULL;
	size_t distance = SIZE_MAX;

	spell(spelled, sizeof(spelled), word, letter);
	if (spelled[1] == '-')
		for (int i = 0; i < p->count; i++)
			if (p->rows[i]->text && p->rows[i]->kind != OPT_REFUSED)
				text_nearest(spelled + 2, p->rows[i]->name, &distance, &near);
	if (near)
		snprintf(hint, sizeof(hint), "did you mean '--%s'?", near);
	else
		snprintf(hint, sizeof(hint), "'ocitools %s --help' lists the options",
			p->command->name);
	return ui_fail(p->ui, OCIT_E_USAGE, hint, "option '%s': unknown", spelled);
}

/* getopt_long also takes the beginning of a name: such a script breaks when an option is added. */
static bool is_whole(const struct opt *opt, const char *word)
{
	size_t len;

	if (!word || word[0] != '-' || word[1] != '-')
		return true;
	len = strcspn(word + 2, "=");
	return strlen(opt->name) == len && !strncmp(opt->name, word + 2, len);
}

/* "A|B": the value is one of the words; a word in capitals stands for any value. */
static bool is_choice(const char *arg)
{
	return strchr(arg, '|') && !strpbrk(arg, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
}

static const char *find_word(const char *words, const char *value)
{
	size_t len = strlen(value);

	for (const char *at = words; *at;) {
		size_t n = strcspn(at, "|");

		if (n == len && !strncmp(at, value, n))
			return value;
		at += n + (at[n] == '|');
	}
	return NULL;
}

static int check_value(struct parser *p, const struct opt *opt, const char *value)
{
	if (opt->kind == OPT_LATER)
		return ui_fail(p->ui, OCIT_E_USAGE, NULL,
			"option '--%s': not served by this version yet", opt->name);
	if (opt->kind == OPT_REFUSED)
		return ui_fail(
			p->ui, OCIT_E_USAGE, opt->text, "option '-%c': not served", opt->letter);
	if (opt->kind != OPT_SPEC && opt->arg && is_choice(opt->arg) && !find_word(opt->arg, value))
		return ui_fail(p->ui, OCIT_E_USAGE, NULL, "option '--%s': '%s' is none of %s",
			opt->name, value, opt->arg);
	return STATUS_OK;
}

static int fail_getopt(struct parser *p, int c, const char *word)
{
	const struct opt *opt = find_row(p, optopt);
	bool is_long = word && word[0] == '-' && word[1] == '-';

	if (!opt || (is_long && !is_whole(opt, word)))
		return fail_unknown(p, word, optopt);
	if (c == ':')
		return ui_fail(p->ui, OCIT_E_USAGE, NULL, "option '%s%.*s': needs a value, %s",
			is_long ? "--" : "-", is_long ? 64 : 1, is_long ? opt->name : &opt->letter,
			opt->arg);
	if (is_long)
		return ui_fail(
			p->ui, OCIT_E_USAGE, NULL, "option '--%s': takes no value", opt->name);
	return fail_unknown(p, word, optopt);
}

static int list_add(
	struct parser *p, struct opt_list *list, const struct opt *opt, const char *value)
{
	bool full = !(list->count & (list->count - 1)); /* a power of two, or none */
	size_t room = list->count ? list->count * 2 : 1;

	if (full) {
		struct opt_value *grown = reallocarray(list->values, room, sizeof(*grown));

		if (!grown)
			return ui_fail(p->ui, OCIT_E_NOMEM, NULL, "out of memory");
		list->values = grown;
	}
	list->values[list->count++] = (struct opt_value){ opt, value };
	return STATUS_OK;
}

static int take_option(struct parser *p, int c, const char *word, struct opt_list *list)
{
	const struct opt *opt = find_row(p, c);
	const char *value = optarg ? optarg : "true";
	int status;

	if (c == '?' || c == ':' || !opt)
		return fail_getopt(p, c, word);
	if (!is_whole(opt, word))
		return fail_unknown(p, word, 0);
	status = check_value(p, opt, value);
	if (status != STATUS_OK)
		return status;
	if (opt->kind != OPT_UI)
		return list_add(p, list, opt, value);
	if (opt->id == UI_HELP)
		list->help = true;
	ui_option(p->ui, (enum ui_option)opt->id, value);
	return STATUS_OK;
}

/* Behind a command's own words there are no options, and nobody means a file called "--format". */
static int check_rest(struct parser *p, const struct command *command, char **argv)
{
	char *const *rest = argv + optind;
	const char *before = argv[optind - 1];

	if (command->runs || !rest[0] || (before && !strcmp(before, "--")))
		return STATUS_OK;
	for (size_t i = 1; rest[i]; i++)
		if (rest[i][0] == '-' && rest[i][1])
			return ui_fail(p->ui, OCIT_E_USAGE,
				"options stand before the first operand",
				"option '%s': stands behind '%s'", rest[i], rest[0]);
	return STATUS_OK;
}

int opt_parse(struct ui *ui, const struct command *command, char **argv, struct opt_list *ret)
{
	struct parser p;
	int argc = 0;
	int c;

	while (argv[argc])
		argc++;
	parser_init(&p, ui, command);
	*ret = (struct opt_list){ 0 };
	optind = 1;
	opterr = 0;
	for (const char *word = argv[1];
		!ret->help && (c = getopt_long(argc, argv, p.shorts, p.longs, NULL)) != -1;
		word = argv[optind]) {
		int status = take_option(&p, c, word, ret);

		if (status != STATUS_OK)
			return status;
	}
	ret->rest = argv + optind;
	return check_rest(&p, command, argv);
}

void opt_done(struct opt_list *list)
{
	free(list->values);
}

const char *opt_value(const struct opt_list *list, int id)
{
	for (size_t i = list->count; i > 0; i--)
		if (list->values[i - 1].opt->kind == OPT_OWN && list->values[i - 1].opt->id == id)
			return list->values[i - 1].value;
	return NULL;
}

bool opt_given(const struct opt_list *list, int id)
{
	return opt_value(list, id) != NULL;
}

bool opt_is_true(const struct opt_list *list, int id)
{
	const char *value = opt_value(list, id);

	return value && !strcmp(value, "true");
}
