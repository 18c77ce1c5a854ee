/* SPDX-License-Identifier: Apache-2.0 */
/* cli/input.h: small files that the command line names. */
#ifndef CLI_INPUT_H
#define CLI_INPUT_H

#include <stddef.h>

struct cli;

/* Larger descriptions are refused by the library too. */
enum { INPUT_MAX = 16 << 20 };

/*
 * Read the whole regular file that an option names, or standard input for "-", at most INPUT_MAX
 * bytes; a NUL follows. The caller frees it. Returns an exit status, with the error told.
 */
int input_read(struct cli *cli, const char *option, const char *path, char **ret, size_t *ret_len);

#endif
