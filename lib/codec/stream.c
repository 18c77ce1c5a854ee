/* SPDX-License-Identifier: Apache-2.0 */
/* codec/stream.c: the memory end of a ranged source. */
#include "codec/stream.h"

#include <inttypes.h>
#include <string.h>

#include "base/ctx.h"

static int mem_read_at(struct ctx *cx, struct ranged *r, uint64_t offset, void *bytes, size_t len)
{
	const struct ranged_mem *m = (const struct ranged_mem *)r;

	if (offset > r->size || len > r->size - offset)
		return fail(cx, OCIT_E_FORMAT,
			"%zu bytes at offset %" PRIu64 " reach beyond the end at %" PRIu64, len,
			offset, r->size);
	if (len)
		memcpy(bytes, m->bytes + offset, len);
	return 0;
}

void ranged_mem_init(struct ranged_mem *r, const void *bytes, size_t len)
{
	*r = (struct ranged_mem){
		.ranged = { .size = len, .read_at = mem_read_at },
		.bytes = bytes,
	};
}
