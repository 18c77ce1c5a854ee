/* SPDX-License-Identifier: Apache-2.0 */
/* source/dpkg_cache.c: a header and the entries as they are in memory: the file is of this machine
 * and this user. */
#include "source/dpkg_cache.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/mem.h"
#include "os/cache.h"

enum { FILE_MAX = 1 << 30 };

/* Another layout, byte order or version has another first line. */
struct header {
	char magic[24];
	uint64_t order; /* of the bytes */
	uint64_t count;
	uint8_t made_from[32];
	uint64_t content[2]; /* hash of the entries: damage is to be noticed, not an enemy */
};

static const char magic[24] = "ocitools dpkg index 1\n";
static const uint64_t order = UINT64_C(0x0102030405060708);

static bool is_of_key(const struct header *h, const struct dpkg_cache_key *key)
{
	return !memcmp(h->magic, magic, sizeof(magic)) && h->order == order &&
	       !memcmp(h->made_from, key->made_from.bytes, sizeof(h->made_from));
}

static bool has_content(const struct header *h, struct dpkg_hash hash)
{
	return h->content[0] == hash.hash && h->content[1] == hash.more;
}

static bool are_packages(const struct dpkg_entry *entries, size_t count, size_t n_packages)
{
	for (size_t i = 0; i < count; i++)
		if (entries[i].package >= n_packages)
			return false;
	return true;
}

/* The entries of a file that can be trusted, or NULL. */
static struct dpkg_entry *check(
	const struct buf *file, const struct dpkg_cache_key *key, size_t *ret_count)
{
	struct dpkg_entry *entries;
	struct header h;
	size_t len;

	if (file->len < sizeof(h))
		return NULL;
	memcpy(&h, file->data, sizeof(h));
	len = file->len - sizeof(h);
	if (!is_of_key(&h, key) || len % sizeof(*entries) || h.count != len / sizeof(*entries))
		return NULL;
	entries = (void *)(file->data + sizeof(h));
	if (!has_content(&h, dpkg_hash(entries, len)) ||
		!are_packages(entries, h.count, key->n_packages))
		return NULL;
	*ret_count = h.count;
	return entries;
}

int dpkg_cache_load(
	struct ctx *cx, const struct dpkg_cache_key *key, struct dpkg_index *index, bool *ret)
{
	AUTO(buf) struct buf file;
	struct dpkg_entry *entries;
	size_t count;
	int r;

	*ret = false;
	buf_init(&file, FILE_MAX);
	r = cache_read(cx, cx->cache_dir, key->name, &file);
	entries = r == 0 ? check(&file, key, &count) : NULL;
	if (!entries)
		return r;
	dpkg_index_take(index, take(&file.data), entries, count);
	*ret = true;
	return 0;
}

void dpkg_cache_save(
	struct ctx *cx, const struct dpkg_cache_key *key, const struct dpkg_index *index)
{
	size_t len = index->count * sizeof(*index->entries);
	AUTO(buf) struct buf file;
	struct header h = { .order = order, .count = index->count };
	struct dpkg_hash hash;

	memcpy(h.magic, magic, sizeof(magic));
	memcpy(h.made_from, key->made_from.bytes, sizeof(h.made_from));
	hash = dpkg_hash(index->entries, len);
	h.content[0] = hash.hash;
	h.content[1] = hash.more;
	buf_init(&file, FILE_MAX);
	buf_add(&file, &h, sizeof(h));
	buf_add(&file, index->entries, len);
	if (!file.error)
		cache_write(cx, cx->cache_dir, key->name, file.data, file.len);
}
