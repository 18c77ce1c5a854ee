/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/fuzz_shebang.c: what is read of a first line, written as a line, is read again the
 * same. */
#include "base/mem.h"
#include "codec/shebang.h"
#include "fuzz/fuzz.h"

enum { LINE_MAX_BYTES = 256 };

static void check_parts(const struct shebang *s)
{
	FUZZ_CHECK(*s->interpreter && !strpbrk(s->interpreter, " \t\n"));
	FUZZ_CHECK(!s->argument || (*s->argument && !strchr(" \t", *s->argument)));
	FUZZ_CHECK(!s->argument || !strchr(s->argument, '\n'));
	FUZZ_CHECK(s->argument || (!s->program && !s->path));
	FUZZ_CHECK(!s->program || strlen(s->program) <= strlen(s->argument));
	FUZZ_CHECK(!s->path || strlen(s->path) + 5 <= strlen(s->argument));
}

/* Can the line of these parts be written with other blanks, and a newline behind it? */
static bool is_free(const struct shebang *s)
{
	size_t len = strlen(s->interpreter), more = s->argument ? strlen(s->argument) : 0;

	/* As the kernel does, a blank is kept where the file ends, or a NUL follows. */
	if (more && strchr(" \t", s->argument[more - 1]))
		return false;
	return len + more + strlen("#! \t \n") <= LINE_MAX_BYTES;
}

/* With other bytes behind the line, which nobody may look at. */
static void check_round(const struct shebang *s)
{
	AUTO(arena) struct arena a;
	char line[2 * LINE_MAX_BYTES];
	struct shebang again = { 0 };
	struct ctx cx;
	int n = snprintf(line, sizeof(line), "#! %s\t%s \nexit", s->interpreter,
		s->argument ? s->argument : "");

	arena_init(&a);
	fuzz_ctx(&cx);
	FUZZ_CHECK(shebang_read(&cx, line, (size_t)n, &a, &again) == 0);
	FUZZ_CHECK(fuzz_same(s->interpreter, again.interpreter));
	FUZZ_CHECK(fuzz_same(s->argument, again.argument));
	FUZZ_CHECK(fuzz_same(s->program, again.program));
	FUZZ_CHECK(fuzz_same(s->path, again.path));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	AUTO(arena) struct arena a;
	struct shebang s = { 0 };
	struct ctx cx;
	int r;

	arena_init(&a);
	fuzz_ctx(&cx);
	r = shebang_read(&cx, bytes, len, &a, &s);
	fuzz_judge(&cx, r);
	FUZZ_CHECK(a.used <= 64 << 10);
	if (r == 0) {
		FUZZ_CHECK(shebang_is(bytes, len));
		check_parts(&s);
		if (is_free(&s))
			check_round(&s);
	}
	return 0;
}
