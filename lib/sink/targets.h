/* SPDX-License-Identifier: Apache-2.0 */
/* sink/targets.h: what is asked of the targets before anything is written. */
#ifndef SINK_TARGETS_H
#define SINK_TARGETS_H

#include <stddef.h>

#include "sink/sink.h"

/* Flags of stage_open() for a target of this transport. */
unsigned target_stage_flags(const struct sink_ops *ops, const ocit_target *target);
/* Are its members good for this transport, and does it lie outside the store that is read? */
int target_check(struct ctx *cx, const struct plan *plan, const struct sink_ops *ops,
	const ocit_target *target);
/* Does no target lie in the directory that another one would replace? It would go with it. */
int targets_apart(struct ctx *cx, const ocit_target *targets, size_t count);

#endif
