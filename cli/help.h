/* SPDX-License-Identifier: Apache-2.0 */
/* cli/help.h: usage and help, made from the tables. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include <stdio.h>

struct command;

/* Everything about one command, at most 80 columns wide. */
void help_command(FILE *out, const struct command *command);
/* What the program is for, and its commands. */
void help_overview(FILE *out);

#endif
