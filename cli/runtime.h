/* SPDX-License-Identifier: Apache-2.0 */
/* cli/runtime.h: the one program that is started: runc, crun or what --runtime names. */
#ifndef CLI_RUNTIME_H
#define CLI_RUNTIME_H

struct cli;

enum { RUNTIME_ID_MAX = 32 };

struct runtime {
	char *path;              /* of the program */
	char *state;             /* its state directory; NULL: its own default */
	char *log;               /* where it says what went wrong */
	char id[RUNTIME_ID_MAX]; /* of the container */
};

/* Find name, or runc, or crun. Returns an exit status, with the error told. */
int runtime_find(struct cli *cli, const char *name, struct runtime *ret);
/*
 * Start the bundle and wait; INT, TERM and HUP are passed on. dir is private and takes the log.
 * Returns the program's status, 128 + N when a signal ended it, or 125 with the error told.
 */
int runtime_run(struct cli *cli, struct runtime *rt, const char *bundle, const char *dir);
void runtime_done(struct runtime *rt);

#endif
