/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/fuzz_elf.c: an ELF file is read inside its bounds, with work and memory in proportion
 * to its size. */
#include "base/mem.h"
#include "codec/elf.h"
#include "codec/stream.h"
#include "fuzz/fuzz.h"

enum { STRING_MAX = 4096, NAMES_MAX = 1 << 20 };

/* Counts what is read, and sees every read outside. */
struct counted {
	struct ranged ranged;
	const uint8_t *bytes;
	uint64_t total;
};

static int counted_read(struct ctx *cx, struct ranged *r, uint64_t offset, void *bytes, size_t len)
{
	struct counted *c = (struct counted *)r;

	if (offset > r->size || len > r->size - offset)
		return fail(cx, OCIT_E_FORMAT, "it ends too early");
	memcpy(bytes, c->bytes + offset, len);
	c->total += len;
	return 0;
}

static void check_string(const char *s)
{
	FUZZ_CHECK(!s || strlen(s) < STRING_MAX);
}

static void check_strings(const struct elf *e)
{
	size_t names = 0;

	check_string(e->soname);
	check_string(e->rpath);
	check_string(e->runpath);
	FUZZ_CHECK(!e->rpath || !e->runpath);
	FUZZ_CHECK(!e->interp || (*e->interp && strlen(e->interp) < STRING_MAX));
	for (size_t i = 0; i < e->n_needed; i++) {
		check_string(e->needed[i]);
		FUZZ_CHECK(*e->needed[i]);
		names += strlen(e->needed[i]);
	}
	FUZZ_CHECK(names <= NAMES_MAX);
	FUZZ_CHECK(e->dynamic || (!e->n_needed && !e->soname && !e->features));
}

/* All of them together are in proportion, however often segments name the same bytes. */
static void check_notes(const struct elf *a, const struct elf *b, size_t len)
{
	size_t bytes = 0;

	FUZZ_CHECK(a->n_dlopen_notes == b->n_dlopen_notes && a->n_dlopen_notes <= 16);
	for (size_t i = 0; i < a->n_dlopen_notes; i++) {
		const struct elf_note *n = &a->dlopen_notes[i];

		FUZZ_CHECK(n->len == b->dlopen_notes[i].len);
		FUZZ_CHECK(!memcmp(n->bytes, b->dlopen_notes[i].bytes, n->len));
		bytes += n->len;
	}
	FUZZ_CHECK(bytes <= len && bytes <= 256 << 10);
}

static void check_same(const struct elf *a, const struct elf *b)
{
	FUZZ_CHECK(fuzz_same(a->interp, b->interp) && fuzz_same(a->soname, b->soname));
	FUZZ_CHECK(fuzz_same(a->rpath, b->rpath) && fuzz_same(a->runpath, b->runpath));
	FUZZ_CHECK(a->n_needed == b->n_needed && a->features == b->features);
	for (size_t i = 0; i < a->n_needed; i++)
		FUZZ_CHECK(!strcmp(a->needed[i], b->needed[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	AUTO(arena) struct arena a;
	struct counted c = { .ranged = { .size = len, .read_at = counted_read }, .bytes = bytes };
	struct ranged_mem mem;
	struct elf e = { 0 }, again = { 0 };
	struct ctx cx;
	int r;

	arena_init(&a);
	fuzz_ctx(&cx);
	r = elf_read(&cx, &c.ranged, &a, &e);
	fuzz_judge(&cx, r);
	FUZZ_CHECK(c.total <= 4096 + 4 * (uint64_t)len);
	FUZZ_CHECK(a.used <= 65536 + 4 * (uint64_t)len + NAMES_MAX);
	ctx_clear(&cx);
	ranged_mem_init(&mem, bytes, len);
	FUZZ_CHECK(elf_read(&cx, &mem.ranged, &a, &again) == r);
	if (r == 0) {
		FUZZ_CHECK(elf_is(bytes, len));
		check_strings(&e);
		check_same(&e, &again);
		check_notes(&e, &again, len);
	}
	return 0;
}
