/* SPDX-License-Identifier: Apache-2.0 */
/* codec/dlopen_note.h: the libraries that an ELF file says it will ask dlopen() for. */
#ifndef CODEC_DLOPEN_NOTE_H
#define CODEC_DLOPEN_NOTE_H

#include <stddef.h>

struct ctx;

enum { DLOPEN_NOTE_MAX = 65536, DLOPEN_SONAMES_MAX = 32 };

enum dlopen_priority {
	DLOPEN_REQUIRED,    /* without it the program is of no use */
	DLOPEN_RECOMMENDED, /* without it something important is missing; so when nothing is said */
	DLOPEN_SUGGESTED
};

/* Strings are good until the next call. */
struct dlopen_want {
	const char *const *sonames; /* any of them will do, the first one best; none is empty */
	size_t n_sonames;           /* at least 1 */
	const char *feature;        /* or NULL */
	const char *description;    /* or NULL */
	enum dlopen_priority priority;
};

/* Anything but 0 ends the reading. */
typedef int dlopen_fn(void *data, const struct dlopen_want *want);

/*
 * Read the payload of a note (elf.dlopen_notes): a JSON array of objects, NULs behind it. Members
 * that are not known are passed over, and a priority that is not known counts as none. What has
 * another shape is OCIT_E_FORMAT, more than DLOPEN_NOTE_MAX bytes or DLOPEN_SONAMES_MAX names are
 * OCIT_E_LIMIT; nothing is told of such a note. Else returns what fn returned.
 */
int dlopen_note_read(struct ctx *cx, const void *note, size_t len, dlopen_fn *fn, void *data);

#endif
