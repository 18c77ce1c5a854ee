/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/fuzz_nar.c: the bytes steer a walk; the archive's hash and size are those of one that
 * is put together word by word. */
#include "base/buf.h"
#include "codec/nar.h"
#include "fuzz/fuzz.h"

enum { DEPTH_MAX = 24, TEXT_MAX = 1 << 20 };

struct walk {
	const uint8_t *bytes;
	size_t len;
	struct nar nar;
	struct buf text; /* the archive */
	int depth;       /* open directories */
	bool done;       /* the root is complete */
};

/* A length, the bytes, zeros up to eight. */
static void put(struct buf *b, const void *bytes, size_t len)
{
	for (int i = 0; i < 8; i++)
		buf_char(b, (char)((uint64_t)len >> (8 * i)));
	buf_add(b, bytes, len);
	while (b->len % 8)
		buf_char(b, 0);
}

static void put_words(struct buf *b, const char *const *words)
{
	for (; *words; words++)
		put(b, *words, strlen(*words));
}

#define WORDS(b, ...) put_words(b, (const char *const[]){ __VA_ARGS__, NULL })

static unsigned take_byte(struct walk *w)
{
	if (!w->len)
		return 0;
	w->len--;
	return *w->bytes++;
}

/* Up to 255 bytes of the input. */
static size_t take_bytes(struct walk *w, char ret[256])
{
	size_t n = take_byte(w);

	if (n > w->len)
		n = w->len;
	memcpy(ret, w->bytes, n);
	ret[n] = '\0';
	w->bytes += n;
	w->len -= n;
	return n;
}

/* Contents in two pieces. */
static void walk_file(struct walk *w, bool executable)
{
	char content[256];
	size_t n = take_bytes(w, content), half = n / 3;

	WORDS(&w->text, "(", "type", "regular");
	if (executable)
		WORDS(&w->text, "executable", "");
	WORDS(&w->text, "contents");
	put(&w->text, content, n);
	WORDS(&w->text, ")");
	nar_file(&w->nar, executable, n);
	nar_data(&w->nar, content, half);
	nar_data(&w->nar, content + half, n - half);
	nar_file_end(&w->nar);
}

static void walk_leaf(struct walk *w, unsigned op)
{
	char target[256];

	if (op % 4 != 1) {
		walk_file(w, op & 4);
		return;
	}
	take_bytes(w, target);
	WORDS(&w->text, "(", "type", "symlink", "target", target, ")");
	nar_link(&w->nar, target);
}

static void leave(struct walk *w)
{
	if (w->depth) {
		WORDS(&w->text, ")");
		nar_leave(&w->nar);
	} else {
		w->done = true;
	}
}

static void walk_up(struct walk *w)
{
	nar_dir_end(&w->nar);
	WORDS(&w->text, ")");
	w->depth--;
	leave(w);
}

static void walk_node(struct walk *w, unsigned op)
{
	char name[256];

	if (w->depth) {
		take_bytes(w, name);
		WORDS(&w->text, "entry", "(", "name", name, "node");
		nar_enter(&w->nar, name);
	}
	if (op % 4 == 0 && w->depth < DEPTH_MAX) {
		WORDS(&w->text, "(", "type", "directory");
		nar_dir(&w->nar);
		w->depth++;
		return;
	}
	walk_leaf(w, op);
	leave(w);
}

static void check_same(struct walk *w)
{
	struct digest ours, theirs;
	struct hasher h;
	uint64_t size = 0;

	nar_end(&w->nar, &ours, &size);
	hasher_init(&h, DIGEST_SHA256);
	hasher_add(&h, w->text.data, w->text.len);
	hasher_end(&h, &theirs);
	FUZZ_CHECK(size == w->text.len && digest_equal(&ours, &theirs));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct walk w = { .bytes = bytes, .len = len };

	buf_init(&w.text, TEXT_MAX);
	WORDS(&w.text, "nix-archive-1");
	nar_begin(&w.nar);
	while (!w.done) {
		unsigned op = take_byte(&w);

		if (w.depth && (op % 4 == 3 || !w.len))
			walk_up(&w);
		else
			walk_node(&w, op);
	}
	if (!w.text.error)
		check_same(&w);
	buf_done(&w.text);
	return 0;
}
