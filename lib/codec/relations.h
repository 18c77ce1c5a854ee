/* SPDX-License-Identifier: Apache-2.0 */
/* codec/relations.h: fields that name packages: Depends, Recommends, Provides and their like
 * (Debian Policy 7.1). */
#ifndef CODEC_RELATIONS_H
#define CODEC_RELATIONS_H

#include <stdbool.h>
#include <stddef.h>

/* One name in such a field; texts point into it and are not ended by NUL. */
struct relation {
	const char *name; /* not empty */
	size_t name_len;
	const char *arch; /* behind a colon: "any", "native", an architecture; arch_len 0: none */
	size_t arch_len;
	bool alternative; /* behind a "|": it will do as well as the one before */
};

/* Anything but 0 ends the reading. */
typedef int relation_fn(void *data, const struct relation *relation);

/*
 * Tell the names of a field, in order. Versions, architectures in brackets and build profiles are
 * passed over: what is installed satisfies them. What has no name where one is due is passed over,
 * too. The time is linear, no memory is allocated. Returns what fn returned.
 */
int relations_read(const char *text, size_t len, relation_fn *fn, void *data);

#endif
