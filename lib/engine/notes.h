/* SPDX-License-Identifier: Apache-2.0 */
/* engine/notes.h: what a plan has to say: the notes it collects, and those about a description that
 * is legal and probably not what was meant. */
#ifndef ENGINE_NOTES_H
#define ENGINE_NOTES_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct ctx;
struct graph;
struct plan;
struct spec;

/* A file that not everybody can read. */
struct private_file {
	uint32_t node;
	uint32_t from;    /* the included directory that brings it; GRAPH_NONE: something else */
	const char *text; /* the note about it alone */
};

/* All zero is empty. The texts lie in somebody's arena. */
struct notes {
	const char **list;
	size_t n, cap;
	struct private_file *private;
	size_t n_private, cap_private;
};

/* text: NULL when memory was out. */
int notes_add(struct ctx *cx, struct notes *notes, const char *text);
void notes_done(struct notes *notes);

/* What only some may read on this host may be a secret, and an output is made to be given away. */
int notes_private(
	struct ctx *cx, const struct graph *g, uint32_t node, struct arena *a, struct notes *ret);
/* Capabilities that a user other than root loses at once. */
int notes_capabilities(
	struct ctx *cx, const struct spec *spec, uint32_t uid, struct arena *a, struct notes *ret);
/* Devices that give the host away: its disks and its memory. */
int notes_devices(struct ctx *cx, const struct spec *spec, struct arena *a, struct notes *ret);
/* Mounts that give the host away: its root, its kernel's file systems, the socket of a daemon that
 * starts containers. Sources are judged by their names. */
int notes_mounts(struct ctx *cx, const struct spec *spec, struct arena *a, struct notes *ret);

/* Give the plan its notes, with those of its graph: each, sorted, and for people with more than
 * three private files of one included directory in one note. */
int notes_freeze(struct ctx *cx, struct notes *notes, struct plan *plan);

#endif
