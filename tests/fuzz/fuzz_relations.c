/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/fuzz_relations.c: names of packages, written again, are told again the same. */
#include "base/buf.h"
#include "base/mem.h"
#include "codec/relations.h"
#include "fuzz/fuzz.h"

struct told {
	const char *text;
	size_t len, last;
	struct buf out;
};

static int tell(void *data, const struct relation *r)
{
	struct told *t = data;
	size_t at = (size_t)(r->name - t->text);

	FUZZ_CHECK(r->name_len && at >= t->last && at + r->name_len <= t->len);
	FUZZ_CHECK(!r->alternative || t->out.len);
	t->last = at + r->name_len;
	buf_printf(&t->out, "%s%.*s",
		!t->out.len      ? ""
		: r->alternative ? " | "
				 : ", ",
		(int)r->name_len, r->name);
	if (r->arch_len)
		buf_printf(&t->out, ":%.*s", (int)r->arch_len, r->arch);
	return 0;
}

static void read_all(struct told *t, const char *text, size_t len)
{
	*t = (struct told){ .text = text, .len = len };
	buf_init(&t->out, 64 << 20);
	FUZZ_CHECK(relations_read(text, len, tell, t) == 0);
	FUZZ_CHECK(t->out.len <= 3 * len);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct told once, again;

	read_all(&once, (const char *)bytes, len);
	read_all(&again, once.out.data ? once.out.data : "", once.out.len);
	FUZZ_CHECK(once.out.len == again.out.len);
	FUZZ_CHECK(!once.out.len || !memcmp(once.out.data, again.out.data, once.out.len));
	buf_done(&once.out);
	buf_done(&again.out);
	return 0;
}
