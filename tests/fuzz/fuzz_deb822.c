/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/fuzz_deb822.c: what is read, written again, is read the same. */
#include "base/buf.h"
#include "base/mem.h"
#include "codec/deb822.h"
#include "fuzz/fuzz.h"

/* 0, or the code of what was refused. */
static int write_again(struct ctx *cx, const char *text, size_t len, struct buf *ret)
{
	struct deb822 d;

	deb822_init(&d, text, len);
	for (;;) {
		enum deb822_event event;
		struct deb822_field f;
		int r = deb822_next(cx, &d, &f, &event);

		if (r < 0 || event == DEB822_END)
			return r;
		if (event == DEB822_PARAGRAPH) {
			buf_char(ret, '\n');
			continue;
		}
		FUZZ_CHECK(f.name_len && !memchr(f.name, ':', f.name_len));
		FUZZ_CHECK(f.value >= f.name && f.value + f.len <= text + len);
		buf_add(ret, f.name, f.name_len);
		buf_str(ret, ": ");
		buf_add(ret, f.value, f.len);
		buf_char(ret, '\n');
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	AUTO(buf) struct buf once, again;
	struct ctx cx;
	int r;

	buf_init(&once, 64 << 20);
	buf_init(&again, 64 << 20);
	fuzz_ctx(&cx);
	r = write_again(&cx, (const char *)bytes, len, &once);
	fuzz_judge(&cx, r);
	if (r < 0 || !once.len)
		return 0;
	fuzz_ctx(&cx);
	FUZZ_CHECK(write_again(&cx, once.data, once.len, &again) == 0);
	FUZZ_CHECK(once.len == again.len && !memcmp(once.data, again.data, once.len));
	return 0;
}
