/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/fuzz_spec_option.c: options, one on each line as "NAME VALUE"; what they say can be
 * said by a document. */
#include "fuzz/spec_round.h"

enum { LINES_MAX = 64 };

static int set_option(struct ctx *cx, struct spec *s, char *line)
{
	char *value = strchrnul(line, ' ');

	if (*value)
		*value++ = '\0';
	return spec_option(cx, s, line, value);
}

/* Stops at the first that is refused, as the program does. */
static int set_options(struct ctx *cx, struct spec *s, char *text)
{
	int r = 0;

	for (int i = 0; text && !r && i < LINES_MAX; i++) {
		char *line = strsep(&text, "\n");

		if (*line)
			r = set_option(cx, s, line);
	}
	return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	AUTO(spec) struct spec *s = NULL;
	char *text = strndup((const char *)bytes, len);
	struct ctx cx;
	int r;

	fuzz_ctx(&cx);
	FUZZ_CHECK(text && spec_new(&cx, &s) == 0);
	r = set_options(&cx, s, text);
	fuzz_judge(&cx, r);
	if (!r)
		round_spec(&cx, s);
	free(text);
	return 0;
}
