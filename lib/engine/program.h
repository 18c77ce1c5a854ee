/* SPDX-License-Identifier: Apache-2.0 */
/* engine/program.h: find the file that args[0] names, as the container will. */
#ifndef ENGINE_PROGRAM_H
#define ENGINE_PROGRAM_H

#include <stdbool.h>

struct arena;
struct ctx;
struct facts;
struct spec;

struct program {
	const char *path; /* absolute and clean, links not followed */
	bool relative;    /* args[0] is relative to base */
};

/*
 * Without a slash: along the PATH of the container; with one: as it is, relative to base (NULL:
 * "/"). What does not exist is OCIT_E_NOT_FOUND; a directory, something that cannot be executed or
 * a loop of links is OCIT_E_FORMAT.
 */
int program_find(struct ctx *cx, const struct spec *spec, const struct facts *f, struct arena *a,
	const char *base, struct program *ret);

#endif
