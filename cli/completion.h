/* SPDX-License-Identifier: Apache-2.0 */
/* cli/completion.h: scripts for shells that complete a command line, made from the option tables.
 */
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct command;
struct opt;

/* What may stand where a value is wanted. */
enum wanted {
	WANT_NOTHING, /* no value */
	WANT_WORDS,   /* one of a few words; completion_word() tells them */
	WANT_FILE,    /* a file or directory, perhaps besides words */
	WANT_TEXT,    /* something that nobody can guess */
};

enum wanted completion_wanted(const struct opt *opt);
/* Can the value be left out? Then it is given with '=' only. */
bool completion_is_optional(const struct opt *opt);
/* The i-th word of the value's choice; *ret_len is 0 behind the last. */
const char *completion_word(const struct opt *opt, size_t i, size_t *ret_len);
/* Call each for every option that help lists. */
void completion_options(const struct command *command,
	void (*each)(FILE *out, const struct command *command, const struct opt *opt), FILE *out);
/* Text within single quotes; colons: escape what zsh's _arguments takes for a separator. */
void completion_quote(FILE *out, const char *text, bool colons);

void completion_bash(FILE *out);
void completion_zsh(FILE *out);
void completion_fish(FILE *out);

#endif
