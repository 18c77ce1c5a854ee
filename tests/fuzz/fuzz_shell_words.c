/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/fuzz_shell_words.c: what is told stands inside its limits, and a command that was
 * told, quoted on a line of its own, is told again the same. */
#include "base/buf.h"
#include "base/mem.h"
#include "codec/shell_words.h"
#include "fuzz/fuzz.h"

struct told {
	const char *text;
	size_t len, n;
	bool found;       /* the word below was told */
	const char *word; /* to look for; NULL: this is the text of the fuzzer */
	struct buf lines;
};

enum { ROUNDS_MAX = 256 }; /* every round reads a text of its own */

static void quote(struct buf *b, const char *before, const char *word)
{
	buf_clear(b);
	buf_str(b, before);
	buf_char(b, '\'');
	for (; *word; word++)
		if (*word == '\'')
			buf_str(b, "'\\''");
		else
			buf_char(b, *word);
	buf_str(b, "'\n");
}

static int look(void *data, enum shell_word kind, const char *word, size_t at)
{
	struct told *t = data;

	(void)at;
	t->found |= kind == SHELL_COMMAND && !strcmp(word, t->word);
	return 0;
}

/* A builtin's name is a command behind exec alone. */
static void check_again(struct told *t, const char *word)
{
	static const char *const before[] = { "", "exec " };
	struct told again = { .word = word };

	for (size_t i = 0; i < 2 && !again.found; i++) {
		quote(&t->lines, before[i], word);
		FUZZ_CHECK(shell_words(t->lines.data, t->lines.len, look, &again) == 0);
	}
	FUZZ_CHECK(again.found);
}

static int tell(void *data, enum shell_word kind, const char *word, size_t at)
{
	struct told *t = data;

	FUZZ_CHECK(*word && strlen(word) <= SHELL_WORD_MAX && !strchr(word, '\n'));
	FUZZ_CHECK(at < t->len);
	FUZZ_CHECK(kind != SHELL_PATH || word[0] == '/');
	FUZZ_CHECK(kind != SHELL_BARE || (!strchr(word, '/') && word[0] != '-'));
	if (kind == SHELL_COMMAND && t->n++ < ROUNDS_MAX)
		check_again(t, word);
	return 0;
}

static void auto_told(struct told *t)
{
	buf_done(&t->lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	AUTO(told) struct told t = { .text = (const char *)bytes, .len = len };

	buf_init(&t.lines, 1 << 20);
	FUZZ_CHECK(shell_words(t.text, len, tell, &t) == 0);
	return 0;
}
