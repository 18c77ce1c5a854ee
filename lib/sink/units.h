/* SPDX-License-Identifier: Apache-2.0 */
/* sink/units.h: what the walk found out, summed up by unit. */
#ifndef SINK_UNITS_H
#define SINK_UNITS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/plan.h"

struct ctx;
struct json_out;
struct outcome;

struct unit_view {
	uint32_t node;             /* through which the unit came in, or GRAPH_NONE */
	uint64_t files;            /* regular files and links */
	bool counted;              /* files is known */
	bool moved;                /* its tree is elsewhere than its id says, or there, too */
	const struct digest *hash; /* of its tree as it was read, or NULL; borrowed from outcome */
};

/* One view for each unit of the plan's graph; free with mem_free(). */
int unit_views(struct ctx *cx, const struct plan *plan, const struct outcome *outcome,
	struct unit_view **ret);
/* The unit a node belongs to, or GRAPH_NONE. A directory that was on the way to something before it
 * came in as a whole is the top of its unit all the same. */
uint32_t unit_of_node(const struct graph *g, uint32_t node);
/* The unit an entry belongs to; NULL means "none". */
const struct unit *unit_of_entry(const struct plan *plan, const struct entry *e);
/* The members id, name, version, source and size of a unit, in the object that is open. */
void unit_members(struct json_out *o, const struct unit *u);

#endif
