/* SPDX-License-Identifier: Apache-2.0 */
/* source/dpkg_cache.h: the index of dpkg's lists between two runs. */
#ifndef SOURCE_DPKG_CACHE_H
#define SOURCE_DPKG_CACHE_H

#include <stdbool.h>

#include "codec/digest.h"
#include "source/dpkg_index.h"

struct ctx;

/* Which database an index is of, and all that it was made from. */
struct dpkg_cache_key {
	char name[48]; /* of the file in the cache directory */
	struct digest made_from;
	size_t n_packages;
};

/* *ret: the index was there, whole, and of this key; else index is empty. */
int dpkg_cache_load(
	struct ctx *cx, const struct dpkg_cache_key *key, struct dpkg_index *index, bool *ret);
/* Keep a sorted index, if there is a place for it. */
void dpkg_cache_save(
	struct ctx *cx, const struct dpkg_cache_key *key, const struct dpkg_index *index);

#endif
