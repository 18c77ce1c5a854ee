/* SPDX-License-Identifier: Apache-2.0 */
/* engine/notes.h: what a plan has to say: the notes it collects, and those about a description that
 * is legal and probably not what was meant. */
#ifndef ENGINE_NOTES_H
#define ENGINE_NOTES_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct ctx;
struct spec;

/* All zero is empty. The texts lie in somebody's arena. */
struct notes {
	const char **list;
	size_t n, cap;
};

/* text: NULL when memory was out. */
int notes_add(struct ctx *cx, struct notes *notes, const char *text);
void notes_done(struct notes *notes);

/* Capabilities that a user other than root loses at once. */
int notes_capabilities(
	struct ctx *cx, const struct spec *spec, uint32_t uid, struct arena *a, struct notes *ret);
/* Mounts that give the host away: its root, its kernel's file systems, the socket of a daemon that
 * starts containers. Sources are judged by their names. */
int notes_mounts(struct ctx *cx, const struct spec *spec, struct arena *a, struct notes *ret);

#endif
