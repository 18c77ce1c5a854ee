/* SPDX-License-Identifier: Apache-2.0 */
/* codec/shebang.h: the first line of a script as Linux and env(1) read it. */
#ifndef CODEC_SHEBANG_H
#define CODEC_SHEBANG_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct ctx;

struct shebang {
	const char *interpreter; /* absolute or relative path as written */
	const char *argument;    /* the rest of the line, or NULL */
	const char *program; /* when interpreter is env: the program it will start, by name or path;
				else NULL */
	const char *path;    /* a PATH=... assignment on an env line, or NULL */
};

/* Do these bytes start with "#!"? */
bool shebang_is(const void *bytes, size_t len);
/*
 * Read the line the kernel reads: at most 255 bytes, cut there; blanks around; one optional
 * argument. What "env" will start is program: the first word behind -S that is neither option nor
 * assignment, with env's quotes and escapes; without -S the argument is one word, as in reality,
 * unless it begins with an option or an assignment. No name, or one that is cut, is OCIT_E_FORMAT.
 * Strings lie in a.
 */
int shebang_read(
	struct ctx *cx, const void *bytes, size_t len, struct arena *a, struct shebang *ret);

#endif
