/* SPDX-License-Identifier: Apache-2.0 */
/* base/map.h: a hash map from strings to numbers (usually indices into an array). */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map_slot;

struct map {
	struct map_slot *slots;
	size_t cap; /* power of two, or 0 */
	size_t count;
};

void map_init(struct map *m);
void map_done(struct map *m);
/* Is key there? *ret is untouched when it is not. */
bool map_find(const struct map *m, const char *key, size_t len, uint32_t *ret);
/* Add or overwrite. The key is borrowed: it must outlive the map. 0 or OCIT_E_NOMEM. */
int map_put(struct map *m, const char *key, size_t len, uint32_t value);
/* Every value v becomes values[v]. */
void map_renumber(struct map *m, const uint32_t *values);

static inline void auto_map(struct map *m)
{
	map_done(m);
}

#endif
