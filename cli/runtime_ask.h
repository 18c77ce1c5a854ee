/* SPDX-License-Identifier: Apache-2.0 */
/* cli/runtime_ask.h: where a runtime is, and what it says of itself. */
#ifndef CLI_RUNTIME_ASK_H
#define CLI_RUNTIME_ASK_H

/* The program of this name, or this path; the caller frees it. NULL means "there is none". */
char *runtime_program(const char *name);
/*
 * What "PROGRAM WORD" prints, at most 1 MiB and within ten seconds; the caller frees it. NULL when
 * program is NULL, or does not tell: old versions know fewer words.
 */
char *runtime_ask(const char *program, const char *word);

#endif
