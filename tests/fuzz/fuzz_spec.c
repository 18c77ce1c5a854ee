/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/fuzz_spec.c: an accepted description is accepted again in our own words, and gives a
 * valid config.json. */
#include "fuzz/spec_round.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	AUTO(spec) struct spec *s = NULL;
	struct ctx cx;
	int r;

	fuzz_ctx(&cx);
	FUZZ_CHECK(spec_new(&cx, &s) == 0);
	r = spec_load(&cx, s, bytes, len, "spec.json");
	fuzz_judge(&cx, r);
	FUZZ_CHECK(s->arena.used <= (64 << 10) + 64 * len);
	if (!r)
		round_spec(&cx, s);
	return 0;
}
