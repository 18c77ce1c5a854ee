/* SPDX-License-Identifier: Apache-2.0 */
/* source/dpkg_index.c: a sorted array. */
#include "source/dpkg_index.h"

#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"

void dpkg_index_done(struct dpkg_index *index)
{
	mem_free(index->memory ? index->memory : index->entries);
	*index = (struct dpkg_index){ 0 };
}

void dpkg_index_take(
	struct dpkg_index *index, void *memory, struct dpkg_entry *entries, size_t count)
{
	*index = (struct dpkg_index){ entries, count, count, memory };
}

static uint64_t mix(uint64_t h, uint64_t word, uint64_t factor)
{
	h = (h ^ word) * factor;
	return h ^ h >> 32;
}

/* Two hashes in one pass, a word at a time. */
struct dpkg_hash dpkg_hash(const void *bytes, size_t len)
{
	const char *at = bytes;
	const uint64_t a = UINT64_C(0x9e3779b97f4a7c15), b = UINT64_C(0xc2b2ae3d27d4eb4f);
	uint64_t h = len, more = ~(uint64_t)len, word;

	for (; len >= sizeof(word); at += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		h = mix(h, word, a);
		more = mix(more, word, b);
	}
	word = 0;
	memcpy(&word, at, len);
	h = mix(mix(h, word, a), 0, b);
	more = mix(mix(more, word, b), 0, a);
	return (struct dpkg_hash){ h, (uint32_t)more };
}

int dpkg_index_add(
	struct ctx *cx, struct dpkg_index *index, const char *path, size_t len, uint32_t package)
{
	struct dpkg_hash h = dpkg_hash(path, len);

	if (mem_grow(&index->entries, &index->cap, index->count + 1, sizeof(*index->entries)) < 0)
		return fail_nomem(cx);
	index->entries[index->count++] = (struct dpkg_entry){ h.hash, h.more, package };
	return 0;
}

static int compare(const struct dpkg_entry *a, const struct dpkg_hash *h)
{
	if (a->hash != h->hash)
		return a->hash < h->hash ? -1 : 1;
	return a->more < h->more ? -1 : a->more > h->more;
}

/* Hashes are spread evenly: behind their first bits there is little left to sort. */
static unsigned top_bits(size_t count)
{
	unsigned bits = 1;

	while (bits < 24 && (size_t)1 << bits < count)
		bits++;
	return bits;
}

/* Each entry into the part of its first bits, in the order in which they came. */
static void spread(
	const struct dpkg_index *index, unsigned shift, uint32_t *starts, struct dpkg_entry *to)
{
	for (size_t i = 0; i < index->count; i++)
		to[starts[index->entries[i].hash >> shift]++] = index->entries[i];
}

/* One that is there twice is there once. */
static size_t settle(struct dpkg_entry *entries, size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		struct dpkg_entry e = entries[i];
		size_t at = n;

		while (at && compare(&entries[at - 1], &(struct dpkg_hash){ e.hash, e.more }) > 0)
			at--;
		if (at && !memcmp(&entries[at - 1], &e, sizeof(e)))
			continue;
		memmove(entries + at + 1, entries + at, (n - at) * sizeof(e));
		entries[at] = e;
		n++;
	}
	return n;
}

int dpkg_index_sort(struct ctx *cx, struct dpkg_index *index)
{
	unsigned bits = top_bits(index->count), shift = 64 - bits;
	AUTO(mem) uint32_t *starts = mem_array(((size_t)1 << bits) + 1, sizeof(*starts));
	struct dpkg_entry *to = mem_array(index->count, sizeof(*to));

	if (!starts || !to) {
		mem_free(to);
		return fail_nomem(cx);
	}
	for (size_t i = 0; i < index->count; i++)
		starts[(index->entries[i].hash >> shift) + 1]++;
	for (size_t i = 1; i <= (size_t)1 << bits; i++)
		starts[i] += starts[i - 1];
	spread(index, shift, starts, to);
	mem_free(index->entries);
	index->entries = to;
	index->cap = index->count;
	index->count = settle(to, index->count);
	return 0;
}

const struct dpkg_entry *dpkg_index_find(
	const struct dpkg_index *index, const char *path, size_t len, size_t *ret_count)
{
	const struct dpkg_hash h = dpkg_hash(path, len);
	size_t low = 0, high = index->count, end;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (compare(&index->entries[mid], &h) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (end = low; end < index->count && compare(&index->entries[end], &h) == 0;)
		end++;
	*ret_count = end - low;
	return index->entries + low;
}
