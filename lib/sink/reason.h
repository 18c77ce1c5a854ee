/* SPDX-License-Identifier: Apache-2.0 */
/* sink/reason.h: why something is in the output, for records and reports. */
#ifndef SINK_REASON_H
#define SINK_REASON_H

#include <stddef.h>
#include <stdint.h>

#include "model/plan.h"

struct buf;
struct json_out;

struct reason {
	const char *rule;   /* name of the rule, or of the origin where no node stands for it */
	const char *before; /* the phrase around from */
	const char *after;
	const char *detail; /* or NULL */
	const char *from;   /* path of what needs it; NULL: the command line, or nobody */
};

/* The edge that explains a node. rule is "unknown" when nothing does. */
struct reason reason_of_node(const struct graph *g, uint32_t node);
struct reason reason_of_entry(const struct plan *plan, const struct entry *e);
/* The node that explains this one, or GRAPH_NONE at the start of the chain. */
uint32_t reason_parent(const struct graph *g, uint32_t node);
/* "/usr/bin/git needs it (libz.so.1)". */
void reason_phrase(struct buf *out, const struct reason *r);
/* The members rule, detail and from, in the object that is open. */
void reason_members(struct json_out *o, const struct reason *r);
/* A member "reason" with them. */
void reason_json(struct json_out *o, const struct reason *r);

#endif
