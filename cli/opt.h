/* SPDX-License-Identifier: Apache-2.0 */
/* cli/opt.h: option tables: one row says how an option is written, explained and served. */
#ifndef CLI_OPT_H
#define CLI_OPT_H

#include <stdbool.h>
#include <stddef.h>

struct command;
struct ui;

enum opt_kind {
	OPT_SPEC,    /* goes into the description under its long name */
	OPT_OWN,     /* the command looks for its id */
	OPT_UI,      /* every command has it; id is an enum ui_option */
	OPT_LATER,   /* promised by the manual of a later version: known, and refused */
	OPT_REFUSED, /* never ours: text is the hint */
};

/* What commands ask opt_value() and opt_given() for. */
enum opt_id {
	ID_NONE,
	ID_CACHE_DIR,
	ID_CONFIG_MERGE,
	ID_REPLACE,
	ID_SYNC,
	ID_SECCOMP,
	ID_DRY_RUN,
	ID_ENV,
	ID_ENV_FILE,
	ID_FILES,
	ID_JOBS,
	ID_NO_CACHE,
	ID_NO_VERIFY,
	ID_OUTPUT,
	ID_ROOT,
	ID_RUNTIME,
	ID_SCHEMA,
	ID_SPEC,
	ID_STRICT,
	ID_TIMESTAMP,
	ID_TTY,
	ID_WHY,
};

struct opt {
	const char *name; /* long */
	char letter;      /* short, or 0 */
	const char
		*arg; /* what its value is called; "a|b": one of these words, "a|B": or any other;
			 "[=A]": may be left out; NULL: takes none */
	const char *text; /* one sentence for --help; NULL: not listed */
	enum opt_kind kind;
	int id;
};

struct opt_group {
	const char *title;
	const struct opt *rows; /* ends with a row without a name */
};

struct opt_value {
	const struct opt *opt;
	const char *value; /* borrowed from argv; "true" for a flag */
};

/* A parsed command line: options in the order given, then the operands. */
struct opt_list {
	struct opt_value *values;
	size_t count;
	char **rest; /* operands, ends with NULL */
	bool help;   /* --help was among them */
};

extern const struct opt_group opt_common; /* of every command */

/*
 * Read options up to the first operand or "--", so that the flags of a command that follows are its
 * own. Options of kind OPT_UI take effect at once. Returns an exit status, with the error told.
 */
int opt_parse(struct ui *ui, const struct command *command, char **argv, struct opt_list *ret);
void opt_done(struct opt_list *list);
/* The last value of an option, or NULL. */
const char *opt_value(const struct opt_list *list, int id);
bool opt_given(const struct opt_list *list, int id);
/* The last value is "true", which a flag without a value has, too. */
bool opt_is_true(const struct opt_list *list, int id);

#endif
