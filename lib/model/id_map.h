/* SPDX-License-Identifier: Apache-2.0 */
/* model/id_map.h: ids of a user namespace and what they are outside, as in runtime-spec's
 * uidMappings. */
#ifndef MODEL_ID_MAP_H
#define MODEL_ID_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct id_map {
	uint32_t container, host;
	uint32_t size; /* at least 1 */
};

struct id_maps {
	struct id_map *list;
	size_t n; /* 0: no namespace, ids are the same on both sides */
};

/* Does the container know this id? */
bool id_is_mapped(const struct id_maps *maps, uint32_t id);
/* Who an id of the container is outside; one that it does not know is its root there. */
uint32_t id_outside(const struct id_maps *maps, uint32_t id);

#endif
