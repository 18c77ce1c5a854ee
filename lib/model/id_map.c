/* SPDX-License-Identifier: Apache-2.0 */
/* model/id_map.c: a few ranges at most, so they are looked at one by one. */
#include "model/id_map.h"

static const struct id_map *find(const struct id_maps *maps, uint32_t id)
{
	for (size_t i = 0; i < maps->n; i++)
		if (id >= maps->list[i].container &&
			id - maps->list[i].container < maps->list[i].size)
			return &maps->list[i];
	return NULL;
}

bool id_is_mapped(const struct id_maps *maps, uint32_t id)
{
	return find(maps, id) != NULL;
}

uint32_t id_outside(const struct id_maps *maps, uint32_t id)
{
	const struct id_map *map = find(maps, id);
	const struct id_map *root = map ? NULL : find(maps, 0);

	if (!maps->n)
		return id;
	if (map)
		return map->host + (id - map->container);
	return root ? root->host - root->container : 0;
}
