/* SPDX-License-Identifier: Apache-2.0 */
/* codec/nar.c: the frames of a Nix archive, straight into a hash. */
#include "codec/nar.h"

#include <assert.h>
#include <string.h>

enum { WORD = 8, SHORT_MAX = 120 };

static const uint8_t zeros[WORD];

static void put(struct nar *n, const void *bytes, size_t len)
{
	hasher_add(&n->hasher, bytes, len);
	n->size += len;
}

static void store_u64(uint8_t to[WORD], uint64_t v)
{
	for (int i = 0; i < WORD; i++)
		to[i] = (uint8_t)(v >> (8 * i));
}

static size_t padding_of(uint64_t len)
{
	return (size_t)(-len % WORD);
}

/* Nearly every string is short: one addition to the hash for length, text and padding. */
static void put_bytes(struct nar *n, const char *s, size_t len)
{
	uint8_t frame[WORD + SHORT_MAX] = { 0 };

	store_u64(frame, len);
	if (len <= SHORT_MAX) {
		memcpy(frame + WORD, s, len);
		put(n, frame, WORD + len + padding_of(len));
		return;
	}
	put(n, frame, WORD);
	put(n, s, len);
	put(n, zeros, padding_of(len));
}

static void put_string(struct nar *n, const char *s)
{
	put_bytes(n, s, strlen(s));
}

static void put_type(struct nar *n, const char *type)
{
	put_string(n, "(");
	put_string(n, "type");
	put_string(n, type);
}

void nar_begin(struct nar *n)
{
	*n = (struct nar){ 0 };
	hasher_init(&n->hasher, DIGEST_SHA256);
	put_string(n, "nix-archive-1");
}

void nar_enter(struct nar *n, const char *name)
{
	put_string(n, "entry");
	put_string(n, "(");
	put_string(n, "name");
	put_string(n, name);
	put_string(n, "node");
}

void nar_leave(struct nar *n)
{
	put_string(n, ")");
}

void nar_dir(struct nar *n)
{
	put_type(n, "directory");
}

void nar_dir_end(struct nar *n)
{
	put_string(n, ")");
}

void nar_link(struct nar *n, const char *target)
{
	put_type(n, "symlink");
	put_string(n, "target");
	put_string(n, target);
	put_string(n, ")");
}

void nar_file(struct nar *n, bool executable, uint64_t size)
{
	uint8_t length[WORD];

	put_type(n, "regular");
	if (executable) {
		put_string(n, "executable");
		put_string(n, "");
	}
	put_string(n, "contents");
	store_u64(length, size);
	put(n, length, WORD);
	n->file_size = size;
	n->file_left = size;
}

void nar_data(struct nar *n, const void *bytes, size_t len)
{
	assert(len <= n->file_left);
	n->file_left -= len;
	put(n, bytes, len);
}

void nar_file_end(struct nar *n)
{
	assert(n->file_left == 0);
	put(n, zeros, padding_of(n->file_size));
	put_string(n, ")");
}

void nar_end(struct nar *n, struct digest *ret, uint64_t *ret_size)
{
	hasher_end(&n->hasher, ret);
	*ret_size = n->size;
}
