/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/fuzz.h: what every fuzz target needs: the entry, and a loud end when a promise is
 * broken. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"

/* The name is libFuzzer's: run the parser once over these bytes. Always returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* Unlike assert() it is there in every build. */
#define FUZZ_CHECK(what)                                                                           \
	do {                                                                                       \
		if (!(what)) {                                                                     \
			fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__, __LINE__, #what); \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

static inline void fuzz_ctx(struct ctx *cx)
{
	FUZZ_CHECK(ctx_init(cx, NULL) == 0);
}

/* Success leaves no error; a refusal has its code and one line of text about it. */
static inline void fuzz_judge(const struct ctx *cx, int r)
{
	const char *message = ctx_message(cx);

	FUZZ_CHECK(r <= 0 && r == cx->code);
	FUZZ_CHECK((r == 0) == (*message == '\0'));
	FUZZ_CHECK(r != OCIT_E_BUG && r != OCIT_E_NOMEM);
	for (const char *p = message; *p; p++)
		FUZZ_CHECK((unsigned char)*p >= ' ' && *p != 127);
}

/* Both NULL, or equal. */
static inline bool fuzz_same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

#endif
