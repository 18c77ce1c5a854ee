/* SPDX-License-Identifier: Apache-2.0 */
/* codec/shell_words.h: the programs that the text of a shell script names. */
#ifndef CODEC_SHELL_WORDS_H
#define CODEC_SHELL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum { SHELL_WORD_MAX = 255, SHELL_DEPTH_MAX = 24, SHELL_FUNCTIONS_MAX = 512 };

enum shell_word {
	SHELL_COMMAND, /* the first word of a simple command: a name, or a path */
	SHELL_PATH,    /* any other word that is an absolute path */
	SHELL_BARE     /* any other that could be the name of a program, also in quoted text */
};

/*
 * word ends with NUL and is good until the next call; at is where that begins in the text in which
 * it stands. Anything but 0 ends the scan.
 */
typedef int shell_word_fn(void *data, enum shell_word kind, const char *word, size_t at);

/*
 * Is it a shell's script whose words can be told, by the name of its interpreter ("/bin/sh",
 * "bash")?
 */
bool shell_is_known(const char *interpreter);
/*
 * Tell the words of POSIX shell and bash that stand there literally, quotes taken off: those with
 * expansions or patterns are nobody's to know. Not told are keywords, builtins, functions of the
 * same text, the targets of redirections, here-documents, patterns of case and comments. Behind
 * words such as exec, env, nohup, xargs, timeout and "-exec" another command is expected, and where
 * the shell is not asked a builtin's name is a program's. Text in quotes may be a script for
 * somebody else, and what is assigned a command for later: their paths and names are told one by
 * one. Text of any shape is taken: what a shell would refuse is told as far as it goes. The time is
 * linear. Words longer than SHELL_WORD_MAX are passed over; nesting deeper than SHELL_DEPTH_MAX
 * ends the scan. Returns what fn returned.
 */
int shell_words(const char *text, size_t len, shell_word_fn *fn, void *data);

#endif
