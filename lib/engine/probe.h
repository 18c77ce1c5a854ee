/* SPDX-License-Identifier: Apache-2.0 */
/* engine/probe.h: ask the sources what is at a path, and go on where one hands over to another. */
#ifndef ENGINE_PROBE_H
#define ENGINE_PROBE_H

#include <stdbool.h>

#include "source/source.h"

struct arena;

struct probed {
	enum probe_kind kind; /* never PROBE_ELSEWHERE */
	bool executable;
	const char *at;       /* the last path asked about; in the arena or the one given */
	struct source *owner; /* whom was asked; NULL: no source claims it, kind is PROBE_ABSENT */
};

int probe_path(struct ctx *cx, const struct facts *f, struct arena *a, const char *path,
	struct probed *ret);

#endif
