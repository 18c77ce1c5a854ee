/* SPDX-License-Identifier: Apache-2.0 */
/* engine/roots.h: what the description itself names: the command, files among its arguments, text
 * that sources know how to read, and includes. */
#ifndef ENGINE_ROOTS_H
#define ENGINE_ROOTS_H

struct ctx;
struct facts;
struct spec;

/*
 * Find the command first, so that a mistyped one fails before anything else is read; then queue a
 * want for every root. *ret_program is the path of the command as the container will look it up;
 * it lies in the graph's arena. Also decides graph.relative_args and graph.cwd_is_dir.
 */
int roots_push(struct ctx *cx, const struct spec *spec, struct facts *f, const char **ret_program);

#endif
