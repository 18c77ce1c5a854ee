/* SPDX-License-Identifier: Apache-2.0 */
/* os/listing.h: the names in directories, as a stack: memory is reused from one directory to the
 * next. */
#ifndef OS_LISTING_H
#define OS_LISTING_H

#include <stddef.h>

struct ctx;

struct listed {
	size_t name;        /* offset in names */
	unsigned char type; /* DT_... */
};

struct listing {
	char *names; /* NUL-terminated, one after the other; moves when a directory is added */
	size_t len, cap;
	struct listed *entries;
	size_t count, cap_entries;
	void *raw; /* what the kernel writes into */
};

/* The state before a directory was added, to go back to. */
struct listing_mark {
	size_t len, count;
};

void listing_done(struct listing *l);
/* Take the memory for a usual directory now, so that listing it later cannot fail for want of it.
 */
int listing_reserve(struct ctx *cx, struct listing *l);
struct listing_mark listing_mark(const struct listing *l);
void listing_reset(struct listing *l, struct listing_mark mark);
/*
 * Add the entries of fd, sorted by bytes, behind those that are there. name is the directory's, for
 * messages.
 */
int listing_add(struct ctx *cx, struct listing *l, int fd, const char *name);
/* Borrowed until the next listing_add(). */
const char *listing_name(const struct listing *l, size_t entry);

static inline void auto_listing(struct listing *l)
{
	listing_done(l);
}

#endif
