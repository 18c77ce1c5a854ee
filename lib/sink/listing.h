/* SPDX-License-Identifier: Apache-2.0 */
/* sink/listing.h: what the formats of a listing are written from; private to listing*.c and why.c.
 */
#ifndef SINK_LISTING_H
#define SINK_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "model/plan.h"
#include "sink/sink.h"
#include "sink/units.h"

struct buf;
struct listing;

/* One path, also inside a store path. */
struct listed {
	const char *path;
	enum node_kind kind;
	uint64_t size;
	const struct entry *entry;
};

struct listing_format {
	const char *name;
	int (*write)(struct ctx *cx, const struct listing *l, struct buf *out);
};

struct listing {
	struct sink sink;
	const struct plan *plan;
	const struct listing_format *format;
	const char *why; /* explain this path only; NULL: everything */
	bool files;      /* list paths too */
	bool no_notes;   /* in text */
	int fd;
	bool staged;        /* fd is ours, else the caller's */
	struct arena arena; /* paths inside trees */
	struct listed *items;
	size_t n_items, cap_items;
	struct unit_view *views; /* by unit; when it is written */
	const struct outcome *outcome;
};

extern const struct listing_format listing_text;
extern const struct listing_format listing_json;
extern const struct listing_format listing_dot;

/* why.c: a path and how it came in, from the root down. */
struct chain {
	const struct entry *entry; /* of the path, or of the store path it lies in */
	uint32_t *nodes;           /* NULL when no node stands for the entry */
	size_t count;
};
/* Links on the way to path are followed inside the plan. OCIT_E_NOT_FOUND when it is not in it. */
int why_find(struct ctx *cx, const struct plan *plan, const char *path, struct chain *ret);
void why_done(struct chain *c);

static inline void auto_chain(struct chain *c)
{
	why_done(c);
}

#endif
