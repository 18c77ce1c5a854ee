/* SPDX-License-Identifier: Apache-2.0 */
/* tests/support/spec.h: descriptions for tests: from JSON, from options, and what their errors say.
 */
#ifndef TESTS_SUPPORT_SPEC_H
#define TESTS_SUPPORT_SPEC_H

#include <stdio.h>

#include "base/ctx.h"
#include "model/spec.h"
#include "support/test.h"

/* cmocka's fail_msg() needs its macro fail(), which had to go. */
#define test_fail(...)                                                                             \
	do {                                                                                       \
		print_error(__VA_ARGS__);                                                          \
		print_error("\n");                                                                 \
		_fail(__FILE__, __LINE__);                                                         \
	} while (0)

/* A document or an option that must fail. */
struct bad_spec {
	const char *option; /* NULL: text is a document */
	const char *text;
	int code;
	const char *message; /* a part of it */
	const char *hint;    /* a part of it; NULL: any */
};

static inline struct spec *spec_empty(struct ctx *cx)
{
	struct spec *s = NULL;

	assert_int_equal(ctx_init(cx, NULL), 0);
	assert_int_equal(spec_new(cx, &s), 0);
	return s;
}

static inline struct spec *spec_of(struct ctx *cx, const char *json)
{
	struct spec *s = spec_empty(cx);

	if (spec_load(cx, s, json, strlen(json), "spec.json") < 0)
		test_fail("%s: %s", json, ctx_message(cx));
	return s;
}

static inline void spec_set(struct ctx *cx, struct spec *s, const char *option, const char *value)
{
	if (spec_option(cx, s, option, value) < 0)
		test_fail("--%s %s: %s", option, value, ctx_message(cx));
}

static inline void assert_contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		test_fail("'%s' does not contain '%s'", text, part);
}

/* Read, check, and compare the refusal. */
static inline void spec_refused(const struct bad_spec *bad)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_empty(&cx);
	int r;

	if (bad->option)
		r = spec_option(&cx, s, bad->option, bad->text);
	else
		r = spec_load(&cx, s, bad->text, strlen(bad->text), "spec.json");
	if (!r && bad->option && strcmp(bad->option, "arg") != 0)
		spec_set(&cx, s, "arg", "/bin/true");
	if (!r)
		r = spec_check(&cx, s);
	if (r != bad->code)
		test_fail("'%s': %d (%s), expected %d", bad->text, r, ctx_message(&cx), bad->code);
	assert_contains(ctx_message(&cx), bad->message);
	if (bad->hint)
		assert_contains(cx.hint, bad->hint);
}

static inline void specs_refused(const struct bad_spec *bad, size_t n)
{
	for (size_t i = 0; i < n; i++)
		spec_refused(&bad[i]);
}

#endif
