/* SPDX-License-Identifier: Apache-2.0 */
/* base/map.c: open addressing with linear probing; nothing is ever removed. */
#include "base/map.h"

#include <string.h>

#include "base/mem.h"
#include <ocitools.h>

struct map_slot {
	const char *key; /* NULL: free */
	uint32_t len;
	uint32_t hash;
	uint32_t value;
};

void map_init(struct map *m)
{
	*m = (struct map){ 0 };
}

void map_done(struct map *m)
{
	mem_free(m->slots);
	*m = (struct map){ 0 };
}

static uint64_t mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 32;
}

/* Keys are paths with long common prefixes: a word at a time, each of them in every bit. */
static uint32_t hash_bytes(const char *key, size_t len)
{
	uint64_t h = len, word;

	for (; len >= sizeof(word); key += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, key, sizeof(word));
		h = mix(h, word);
	}
	word = 0;
	memcpy(&word, key, len);
	return (uint32_t)mix(mix(h, word), 0);
}

static struct map_slot *slot_find(const struct map *m, const char *key, size_t len, uint32_t hash)
{
	size_t mask = m->cap - 1;

	for (size_t i = hash & mask;; i = (i + 1) & mask) {
		struct map_slot *s = &m->slots[i];

		if (!s->key)
			return s;
		if (s->hash == hash && s->len == len && !memcmp(s->key, key, len))
			return s;
	}
}

bool map_find(const struct map *m, const char *key, size_t len, uint32_t *ret)
{
	const struct map_slot *s;

	if (!m->cap || len > UINT32_MAX)
		return false;
	s = slot_find(m, key, len, hash_bytes(key, len));
	if (!s->key)
		return false;
	*ret = s->value;
	return true;
}

static int map_resize(struct map *m, size_t cap)
{
	struct map_slot *old = m->slots;
	size_t old_cap = m->cap;
	struct map_slot *slots = mem_array(cap, sizeof(*slots));

	if (!slots)
		return OCIT_E_NOMEM;
	m->slots = slots;
	m->cap = cap;
	for (size_t i = 0; i < old_cap; i++)
		if (old[i].key)
			*slot_find(m, old[i].key, old[i].len, old[i].hash) = old[i];
	mem_free(old);
	return 0;
}

int map_put(struct map *m, const char *key, size_t len, uint32_t value)
{
	uint32_t hash = hash_bytes(key, len);
	struct map_slot *s;

	if (len > UINT32_MAX)
		return OCIT_E_NOMEM;
	/* At most two thirds full: probes stay short. */
	if ((m->count + 1) * 3 > m->cap * 2 && map_resize(m, m->cap ? m->cap * 2 : 16) < 0)
		return OCIT_E_NOMEM;
	s = slot_find(m, key, len, hash);
	if (!s->key)
		m->count++;
	*s = (struct map_slot){ .key = key, .len = (uint32_t)len, .hash = hash, .value = value };
	return 0;
}

void map_renumber(struct map *m, const uint32_t *values)
{
	for (size_t i = 0; i < m->cap; i++)
		if (m->slots[i].key)
			m->slots[i].value = values[m->slots[i].value];
}
