/* SPDX-License-Identifier: Apache-2.0 */
/* codec/stream.h: where bytes come from and go to, without knowing what lies behind. */
#ifndef CODEC_STREAM_H
#define CODEC_STREAM_H

#include <stddef.h>
#include <stdint.h>

struct ctx;

/* A push stream. Embed it first in the struct that implements it. */
struct out {
	/* Take all len bytes, or fail with the reason recorded. */
	int (*write)(struct ctx *cx, struct out *out, const void *bytes, size_t len);
};

static inline int out_write(struct ctx *cx, struct out *out, const void *bytes, size_t len)
{
	return out->write(cx, out, bytes, len);
}

/* Random access to something of known size. Embed it first in the struct that implements it. */
struct ranged {
	uint64_t size; /* bytes */
	/* Read exactly len bytes at offset; a short source is OCIT_E_FORMAT. */
	int (*read_at)(struct ctx *cx, struct ranged *r, uint64_t offset, void *bytes, size_t len);
};

/* Bytes in memory as a ranged; the bytes are borrowed. */
struct ranged_mem {
	struct ranged ranged;
	const uint8_t *bytes;
};
void ranged_mem_init(struct ranged_mem *r, const void *bytes, size_t len);

#endif
