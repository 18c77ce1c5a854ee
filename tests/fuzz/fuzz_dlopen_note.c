/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/fuzz_dlopen_note.c: what a note wants, written as a note, is read again the same. */
#include "base/buf.h"
#include "base/mem.h"
#include "codec/dlopen_note.h"
#include "fuzz/fuzz.h"

struct told {
	size_t n;
	struct buf note;
};

static void quote(struct buf *b, const char *before, const char *text)
{
	buf_printf(b, "%s\"", before);
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == '"' || *text == '\\')
			buf_printf(b, "\\u%04x", (unsigned)*text);
		else
			buf_char(b, *text);
	buf_char(b, '"');
}

static int tell(void *data, const struct dlopen_want *w)
{
	static const char *const priorities[] = { [DLOPEN_REQUIRED] = "required",
		[DLOPEN_RECOMMENDED] = "recommended",
		[DLOPEN_SUGGESTED] = "suggested" };
	struct told *t = data;

	FUZZ_CHECK(w->n_sonames && w->n_sonames <= DLOPEN_SONAMES_MAX);
	buf_str(&t->note, t->n++ ? ",{\"soname\":[" : "[{\"soname\":[");
	for (size_t i = 0; i < w->n_sonames; i++) {
		FUZZ_CHECK(*w->sonames[i]);
		quote(&t->note, i ? "," : "", w->sonames[i]);
	}
	buf_char(&t->note, ']');
	if (w->feature)
		quote(&t->note, ",\"feature\":", w->feature);
	if (w->description)
		quote(&t->note, ",\"description\":", w->description);
	quote(&t->note, ",\"priority\":", priorities[w->priority]);
	buf_char(&t->note, '}');
	return 0;
}

static void auto_told(struct told *t)
{
	buf_done(&t->note);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	AUTO(told) struct told once = { .n = 0 }, again = { .n = 0 };
	struct ctx cx;
	int r;

	buf_init(&once.note, 64 << 20);
	buf_init(&again.note, 64 << 20);
	fuzz_ctx(&cx);
	r = dlopen_note_read(&cx, bytes, len, tell, &once);
	fuzz_judge(&cx, r);
	FUZZ_CHECK(r == 0 || !once.n);
	if (!once.n || once.note.len >= DLOPEN_NOTE_MAX)
		return 0;
	buf_str(&once.note, "]");
	FUZZ_CHECK(dlopen_note_read(&cx, once.note.data, once.note.len, tell, &again) == 0);
	buf_str(&again.note, "]");
	FUZZ_CHECK(once.note.len == again.note.len);
	FUZZ_CHECK(!memcmp(once.note.data, again.note.data, once.note.len));
	return 0;
}
