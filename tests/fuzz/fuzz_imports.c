/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/fuzz_imports.c: a program, its language in the first byte; what is told has its form
 * and stands in the text, and a module, asked for in a text of its own, is told again the same. */
#include "codec/imports.h"
#include "fuzz/fuzz.h"

enum { ROUNDS_MAX = 256 }; /* every round reads a text of its own */

struct language {
	int (*read)(const char *text, size_t len, import_fn *fn, void *data);
	const char *before, *behind;
	bool kinds[IMPORT_LAST_DIR + 1];
	unsigned level_max;
};

static const struct language languages[] = {
	{ imports_python, "__import__('", "')",
		{ [IMPORT_MODULE] = true,
			[IMPORT_MEMBER] = true,
			[IMPORT_TYPELIB] = true,
			[IMPORT_DIR] = true,
			[IMPORT_LAST_DIR] = true },
		1u << 20 },
	{ imports_perl, "use ", ";",
		{ [IMPORT_MODULE] = true, [IMPORT_FILE] = true, [IMPORT_DIR] = true }, 1 },
	{ imports_perl_option, "", "", { [IMPORT_MODULE] = true, [IMPORT_DIR] = true }, 0 },
	{ imports_ruby, "require '", "'",
		{ [IMPORT_MODULE] = true,
			[IMPORT_FILE] = true,
			[IMPORT_GEM] = true,
			[IMPORT_DIR] = true,
			[IMPORT_LAST_DIR] = true },
		1 },
};

struct told {
	const struct language *language;
	const char *text; /* with the length of the fuzzer's */
	size_t len, n;
	const char *name; /* to look for */
	bool found;
};

static int look(void *data, const struct import *i)
{
	struct told *t = data;

	t->found |= i->kind == IMPORT_MODULE && !i->level && !strcmp(i->name, t->name);
	return 0;
}

static void check_again(const struct language *l, const char *name)
{
	struct told again = { .language = l, .name = name };
	char text[2 * IMPORT_NAME_MAX];
	int n = snprintf(text, sizeof(text), "%s%s%s", l->before, name, l->behind);

	FUZZ_CHECK(l->read(text, (size_t)n, look, &again) == 0);
	FUZZ_CHECK(again.found);
}

/* Python's names may have blanks in them, and Ruby's be put together; where they begin is in the
 * text. */
static bool is_literal(const struct language *l, const struct import *i)
{
	return l->read != imports_python && (l->read != imports_ruby || !i->level);
}

static int tell(void *data, const struct import *i)
{
	struct told *t = data;
	size_t n = strlen(i->name);

	FUZZ_CHECK(n > 0 && n <= IMPORT_NAME_MAX);
	FUZZ_CHECK(t->language->kinds[i->kind] && i->level <= t->language->level_max);
	FUZZ_CHECK(i->at < t->len);
	if (is_literal(t->language, i))
		FUZZ_CHECK(n <= t->len - i->at && !memcmp(t->text + i->at, i->name, n));
	for (const char *p = i->name; *p; p++)
		FUZZ_CHECK((unsigned char)*p >= ' ' && *p != 127);
	if (i->kind == IMPORT_MODULE && !i->level && !strchr(i->name, '\'') && t->n++ < ROUNDS_MAX)
		check_again(t->language, i->name);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct told t = { .text = (const char *)bytes + 1, .len = len - 1 };

	if (!len)
		return 0;
	t.language = &languages[bytes[0] % 4];
	FUZZ_CHECK(t.language->read(t.text, t.len, tell, &t) == 0);
	return 0;
}
