/* SPDX-License-Identifier: Apache-2.0 */
/* cli/completion.c: what the scripts of all shells say about an option. */
#include "completion.h"

#include <ctype.h>
#include <string.h>

#include "command.h"
#include "opt.h"

/* The value without the marks of an optional one. */
static const char *value_of(const struct opt *opt)
{
	return opt->arg && opt->arg[0] == '[' ? opt->arg + 2 : opt->arg;
}

bool completion_is_optional(const struct opt *opt)
{
	return opt->arg && opt->arg[0] == '[';
}

const char *completion_word(const struct opt *opt, size_t i, size_t *ret_len)
{
	const char *at = value_of(opt);

	*ret_len = 0;
	if (!at || !strchr(at, '|'))
		return NULL;
	while (*at) {
		size_t n = strcspn(at, "|");
		bool word = n && !isupper((unsigned char)*at) && !memchr(at, ':', n) &&
			    !memchr(at, ']', n) && !memchr(at, '=', n) && !memchr(at, '[', n);

		if (word && !i--) {
			*ret_len = n;
			return at;
		}
		at += n + (at[n] == '|');
	}
	return NULL;
}

enum wanted completion_wanted(const struct opt *opt)
{
	static const char *const files[] = { "FILE", "DIR", "PATH", "OUT", "PROGRAM", "SRC" };
	const char *value = value_of(opt);
	size_t len;

	if (!value)
		return WANT_NOTHING;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		const char *at = strstr(value, files[i]);

		if (at && (at == value || at[-1] == '|'))
			return WANT_FILE;
	}
	return completion_word(opt, 0, &len) ? WANT_WORDS : WANT_TEXT;
}

static void group_options(const struct opt_group *group, const struct command *command,
	void (*each)(FILE *out, const struct command *command, const struct opt *opt), FILE *out)
{
	if (!group->title)
		return;
	for (const struct opt *row = group->rows; row->name; row++)
		if (row->text && row->kind != OPT_REFUSED)
			each(out, command, row);
}

void completion_options(const struct command *command,
	void (*each)(FILE *out, const struct command *command, const struct opt *opt), FILE *out)
{
	for (size_t i = 0; command->options && command->options[i]; i++)
		group_options(command->options[i], command, each, out);
	group_options(&opt_common, command, each, out);
}

void completion_quote(FILE *out, const char *text, bool colons)
{
	putc('\'', out);
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\'", out);
		else if (colons && strchr(":[]\\", *text))
			putc('\\', out);
		putc(*text, out);
	}
	putc('\'', out);
}
