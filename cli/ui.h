/* SPDX-License-Identifier: Apache-2.0 */
/* cli/ui.h: everything a person or a script is told: errors, notes, progress; the one file that
 * knows terminals. */
#ifndef CLI_UI_H
#define CLI_UI_H

#include <stdbool.h>

#include <ocitools.h>

#define PRINTF(f, a) __attribute__((format(printf, f, a)))

/* What the program's exit status means. */
enum {
	STATUS_OK = 0,
	STATUS_FOUND = 1, /* check or diff found something */
	STATUS_USAGE = 2,
	STATUS_INPUT = 3,
	STATUS_VERIFY = 4,
	STATUS_SYSTEM = 5,
	STATUS_CONFLICT = 6,
	STATUS_RUN_FAILED = 125,
	STATUS_RUN_NOT_EXECUTABLE = 126,
	STATUS_RUN_NOT_FOUND = 127,
	STATUS_SIGNAL = 128, /* plus its number */
};

enum ui_progress { UI_NONE, UI_LINE, UI_PLAIN, UI_JSON };

/* Options that every command has. */
enum ui_option { UI_HELP, UI_QUIET, UI_VERBOSE, UI_FORMAT, UI_PROGRESS, UI_COLOR };

struct ui {
	bool quiet;
	bool verbose;
	bool color;    /* of standard error */
	bool terminal; /* standard error is one */
	bool notes;    /* print notes about this machine */
	bool line;     /* a status line is on the screen */
	bool strict;   /* what would be a note is an error */
	bool running;  /* statuses are those of run: what is small belongs to the program */
	int program;   /* running: the status while it is the program that cannot be used, else 0 */
	int refused;   /* the status of a note that strict refused while the library worked */
	enum ui_progress progress;
	const char *format; /* "text", "json", ... */
};

void ui_init(struct ui *ui);
/* Take one of the options that every command has; value is one of its words, or "". */
void ui_option(struct ui *ui, enum ui_option option, const char *value);
/* --format json was asked for. */
bool ui_is_json(const struct ui *ui);

/* Tell an error in the shape that was asked for. Returns its exit status. */
int ui_report(struct ui *ui, const ocit_error *error);
/* Tell an error of our own; hint may be NULL. Returns the exit status of code. */
int ui_fail(struct ui *ui, int code, const char *hint, const char *format, ...) PRINTF(4, 5);
/* The same with the errno of a failed call behind the message. */
int ui_fail_errno(struct ui *ui, const char *format, ...) PRINTF(2, 3);
/* Tell the error of the last call on ctx; what, unless NULL, says where it comes from. */
int ui_fail_ctx(struct ui *ui, const ocit_ctx *ctx, const char *what);
/* "note: ..." on standard error, unless quiet; an error when strict. Returns an exit status. */
int ui_note(struct ui *ui, const char *text);
/* "hint: ..." on standard error, unless quiet: what may be done next, never what went wrong. */
void ui_hint(struct ui *ui, const char *text);
/* Draw no status line from now on: the screen belongs to somebody else. */
void ui_line_off(struct ui *ui);
/* Tell no progress in any form from now on. */
void ui_progress_off(struct ui *ui);
/* Flush standard output: what could not be written is an error. Returns status, or that error's. */
int ui_finish(struct ui *ui, int status);
/* An ocit_event_fn; user is a struct ui. */
int ui_event(const ocit_event *event, void *user);

#endif
