/* SPDX-License-Identifier: Apache-2.0 */
/* source/dpkg_index.h: whose each path of dpkg's lists is. Paths are known by 96 bits of a hash:
 * two of a million share one once in 10^17 databases, and whoever writes a database can name what
 * he likes in it anyway. */
#ifndef SOURCE_DPKG_INDEX_H
#define SOURCE_DPKG_INDEX_H

#include <stddef.h>
#include <stdint.h>

struct ctx;

/* 96 bits of a hash that nobody tries to break. */
struct dpkg_hash {
	uint64_t hash;
	uint32_t more;
};
struct dpkg_hash dpkg_hash(const void *bytes, size_t len);

/* One path in the list of one package. */
struct dpkg_entry {
	uint64_t hash;
	uint32_t more; /* of the hash */
	uint32_t package;
};

struct dpkg_index {
	struct dpkg_entry *entries; /* once sorted: by hash, then by package */
	size_t count, cap;
	void *memory; /* what holds entries if they are no block of their own */
};

void dpkg_index_done(struct dpkg_index *index);
/* Packages come in ascending order. */
int dpkg_index_add(
	struct ctx *cx, struct dpkg_index *index, const char *path, size_t len, uint32_t package);
/* Entries of an empty index that lie, sorted, somewhere in a block of memory. It is the index's
 * now.
 */
void dpkg_index_take(
	struct dpkg_index *index, void *memory, struct dpkg_entry *entries, size_t count);
/* All of them are there. */
int dpkg_index_sort(struct ctx *cx, struct dpkg_index *index);
/* The entries of a path in a sorted index, by package; borrowed. *ret_count 0: nobody's. */
const struct dpkg_entry *dpkg_index_find(
	const struct dpkg_index *index, const char *path, size_t len, size_t *ret_count);

#endif
