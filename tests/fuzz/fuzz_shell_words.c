/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/fuzz_shell_words.c: commands that were told, each on a quoted line of its own, are
 * told again the same. */
#include "base/buf.h"
#include "base/mem.h"
#include "codec/shell_words.h"
#include "fuzz/fuzz.h"

struct told {
	struct buf commands; /* each with a newline behind it */
	struct buf script;   /* the same, quoted */
};

static void quote(struct buf *b, const char *word)
{
	buf_char(b, '\'');
	for (; *word; word++)
		if (*word == '\'')
			buf_str(b, "'\\''");
		else
			buf_char(b, *word);
	buf_str(b, "'\n");
}

static int tell(void *data, enum shell_word kind, const char *word)
{
	struct told *t = data;

	FUZZ_CHECK(*word && strlen(word) <= SHELL_WORD_MAX && !strchr(word, '\n'));
	FUZZ_CHECK(kind == SHELL_COMMAND || word[0] == '/');
	if (kind == SHELL_COMMAND) {
		buf_printf(&t->commands, "%s\n", word);
		quote(&t->script, word);
	}
	return 0;
}

static void told_init(struct told *t)
{
	buf_init(&t->commands, 64 << 20);
	buf_init(&t->script, 64 << 20);
}

static void auto_told(struct told *t)
{
	buf_done(&t->commands);
	buf_done(&t->script);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	AUTO(told) struct told once, again;

	told_init(&once);
	told_init(&again);
	FUZZ_CHECK(shell_words((const char *)bytes, len, tell, &once) == 0);
	FUZZ_CHECK(shell_words(once.script.data ? once.script.data : "", once.script.len, tell,
			   &again) == 0);
	FUZZ_CHECK(once.commands.len == again.commands.len);
	FUZZ_CHECK(!once.commands.len ||
		   !memcmp(once.commands.data, again.commands.data, once.commands.len));
	return 0;
}
