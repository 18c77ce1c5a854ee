/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/codec/test_elf.c: crafted files in all four shapes, each field broken, and readelf as
 * judge. */
#include "support/test.h"

#include <elf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "codec/elf.h"
#include "codec/stream.h"

#define give_up(...) (print_error(__VA_ARGS__), print_error("\n"), _fail(__FILE__, __LINE__))

enum { BASE = 0x10000, FILE_MAX = 4096, ENTRIES_MAX = 24 };

/* Where the parts of a crafted file lie. */
struct craft {
	bool wide, big;
	uint8_t bytes[FILE_MAX];
	size_t len;
	size_t headers, interp, strings, strings_len, symbols, hash, gnu_hash, dynamic;
	size_t n_dynamic;
};

static void put(struct craft *c, size_t at, uint64_t v, size_t width)
{
	for (size_t i = 0; i < width; i++)
		c->bytes[at + (c->big ? width - 1 - i : i)] = (uint8_t)(v >> (8 * i));
	if (at + width > c->len)
		c->len = at + width;
}

static size_t word(const struct craft *c)
{
	return c->wide ? 8 : 4;
}

static size_t header_size(const struct craft *c)
{
	return c->wide ? 56 : 32;
}

static void put_segment(
	struct craft *c, size_t i, uint32_t type, uint64_t offset, uint64_t address, uint64_t size)
{
	size_t at = c->headers + i * header_size(c), w = word(c), first = c->wide ? 8 : 4;

	put(c, at, type, 4);
	put(c, at + first, offset, w);
	put(c, at + first + w, address, w);
	put(c, at + first + 3 * w, size, w);
}

static void put_entry(struct craft *c, uint64_t tag, uint64_t value)
{
	size_t at = c->dynamic + c->n_dynamic++ * 2 * word(c);

	put(c, at, tag, word(c));
	put(c, at + word(c), value, word(c));
}

static void put_bytes(struct craft *c, size_t at, const void *bytes, size_t len)
{
	memcpy(c->bytes + at, bytes, len);
	if (at + len > c->len)
		c->len = at + len;
}

static void put_symbol(struct craft *c, size_t i, uint32_t name, uint16_t section)
{
	size_t size = c->wide ? 24 : 16, at = c->symbols + i * size;

	put(c, at, name, 4);
	put(c, at + (c->wide ? 6 : 14), section, 2);
	if (at + size > c->len)
		c->len = at + size;
}

/* Offsets into strings: */
static const char strings[] =
	"\0libfoo.so.1\0/abs/libbar.so\0self.so\0$ORIGIN/../lib\0system\0iconv_open\0popen";
enum {
	S_FOO = 1,
	S_BAR = 13,
	S_SELF = 28,
	S_ORIGIN = 36,
	S_SYSTEM = 51,
	S_ICONV = 58,
	S_POPEN = 69
};

/* A shared object with an interpreter, two libraries and four symbols. */
static void craft(struct craft *c, bool wide, bool big)
{
	*c = (struct craft){ .wide = wide, .big = big };
	put_bytes(c, 0, "\177ELF", 4);
	c->bytes[4] = wide ? 2 : 1;
	c->bytes[5] = big ? 2 : 1;
	c->bytes[6] = 1;
	put(c, 16, ET_DYN, 2);
	put(c, 18, wide ? EM_X86_64 : EM_MIPS, 2);
	c->headers = wide ? 64 : 52;
	put(c, wide ? 32 : 28, c->headers, word(c));
	put(c, wide ? 54 : 42, header_size(c), 2);
	put(c, wide ? 56 : 44, 3, 2);
	c->interp = 256;
	put_bytes(c, c->interp, "/lib/ld.so", 11);
	c->gnu_hash = 288;
	put(c, c->gnu_hash, 1, 4);
	put(c, c->gnu_hash + 4, 4, 4);
	put(c, c->gnu_hash + 8, 1, 4);
	c->hash = 320;
	put(c, c->hash, 1, 4);
	put(c, c->hash + 4, 5, 4);
	c->symbols = 352;
	put_symbol(c, 1, S_SYSTEM, 0);
	put_symbol(c, 2, S_ICONV, 7); /* defined here */
	put_symbol(c, 3, S_FOO, 0);
	put_symbol(c, 4, S_POPEN, 9);
	c->strings = 512;
	c->strings_len = sizeof(strings);
	put_bytes(c, c->strings, strings, sizeof(strings));
	c->dynamic = 640;
	put_entry(c, DT_NEEDED, S_FOO);
	put_entry(c, DT_NEEDED, S_BAR);
	put_entry(c, DT_SONAME, S_SELF);
	put_entry(c, DT_RUNPATH, S_ORIGIN);
	put_entry(c, DT_STRTAB, BASE + c->strings);
	put_entry(c, DT_STRSZ, c->strings_len);
	put_entry(c, DT_SYMTAB, BASE + c->symbols);
	put_entry(c, DT_GNU_HASH, BASE + c->gnu_hash);
	put_entry(c, DT_FLAGS_1, DF_1_NODEFLIB);
	put_entry(c, DT_NULL, 0);
	put_segment(c, 1, PT_INTERP, c->interp, BASE + c->interp, 11);
	put_segment(c, 2, PT_DYNAMIC, c->dynamic, BASE + c->dynamic, c->n_dynamic * 2 * word(c));
	put_segment(c, 0, PT_LOAD, 0, BASE, c->len);
}

static int read_bytes(struct ctx *cx, const void *bytes, size_t len, struct arena *a, struct elf *e)
{
	struct ranged_mem r;

	assert_int_equal(ctx_init(cx, NULL), 0);
	ranged_mem_init(&r, bytes, len);
	return elf_read(cx, &r.ranged, a, e);
}

/* Read what was crafted from an allocation of exactly its size: sanitizers see every step beyond.
 */
static int read_craft(struct ctx *cx, const struct craft *c, struct arena *a, struct elf *e)
{
	uint8_t *copy = malloc(c->len);
	int r;

	assert_non_null(copy);
	memcpy(copy, c->bytes, c->len);
	r = read_bytes(cx, copy, c->len, a, e);
	free(copy);
	return r;
}

static void all_four_shapes_are_read(void **state)
{
	(void)state;
	for (int shape = 0; shape < 4; shape++) {
		AUTO(arena) struct arena a;
		struct ctx cx;
		struct craft c;
		struct elf e;

		arena_init(&a);
		craft(&c, shape & 1, shape & 2);
		assert_int_equal(read_craft(&cx, &c, &a, &e), 0);
		assert_int_equal(e.elf_class, shape & 1 ? 2 : 1);
		assert_int_equal(e.big_endian, (shape & 2) != 0);
		assert_int_equal(e.machine, shape & 1 ? EM_X86_64 : EM_MIPS);
		assert_int_equal(e.type, ET_DYN);
		assert_true(e.dynamic);
		assert_string_equal(e.interp, "/lib/ld.so");
		assert_string_equal(e.soname, "self.so");
		assert_string_equal(e.runpath, "$ORIGIN/../lib");
		assert_null(e.rpath);
		assert_int_equal(e.n_needed, 2);
		assert_string_equal(e.needed[0], "libfoo.so.1");
		assert_string_equal(e.needed[1], "/abs/libbar.so");
		assert_true(e.nodeflib);
		assert_int_equal(e.features, ELF_WANTS_SHELL);
	}
}

/* Replace the value of the first entry with tag. */
static void set_entry(struct craft *c, uint64_t tag, uint64_t new_tag, uint64_t value)
{
	for (size_t i = 0; i < c->n_dynamic; i++) {
		size_t at = c->dynamic + i * 2 * word(c);
		uint64_t now = 0;

		for (size_t k = 0; k < word(c); k++)
			now = now << 8 | c->bytes[at + (c->big ? k : word(c) - 1 - k)];
		if (now != tag)
			continue;
		put(c, at, new_tag, word(c));
		put(c, at + word(c), value, word(c));
		return;
	}
	give_up("no such entry");
}

static void rpath_counts_only_without_runpath(void **state)
{
	AUTO(arena) struct arena a;
	struct ctx cx;
	struct craft c;
	struct elf e;

	(void)state;
	arena_init(&a);
	craft(&c, true, false);
	set_entry(&c, DT_SONAME, DT_RPATH, S_SELF);
	assert_int_equal(read_craft(&cx, &c, &a, &e), 0);
	assert_null(e.rpath);
	assert_string_equal(e.runpath, "$ORIGIN/../lib");
	craft(&c, true, false);
	set_entry(&c, DT_RUNPATH, DT_RPATH, S_ORIGIN);
	assert_int_equal(read_craft(&cx, &c, &a, &e), 0);
	assert_string_equal(e.rpath, "$ORIGIN/../lib");
	assert_null(e.runpath);
}

/* Symbols behind the first defined one count where the hash table does not say "defined". */
static void symbols_are_counted_by_whatever_table_knows(void **state)
{
	AUTO(arena) struct arena a;
	struct ctx cx;
	struct craft c;
	struct elf e;

	(void)state;
	arena_init(&a);
	/* Only DT_HASH. */
	craft(&c, true, false);
	put_symbol(&c, 4, S_POPEN, 0);
	put_symbol(&c, 1, 0, 0);
	set_entry(&c, DT_GNU_HASH, DT_HASH, BASE + c.hash);
	assert_int_equal(read_craft(&cx, &c, &a, &e), 0);
	assert_int_equal(e.features, ELF_WANTS_SHELL);
	put(&c, c.hash + 4, 4, 4);
	assert_int_equal(read_craft(&cx, &c, &a, &e), 0);
	assert_int_equal(e.features, 0);
	/* A GNU table of an object that defines nothing says 1: the next table is the bound. */
	craft(&c, true, false);
	put_symbol(&c, 1, 0, 0);
	put_symbol(&c, 4, S_ICONV, 0);
	put(&c, c.gnu_hash + 4, 1, 4);
	assert_int_equal(read_craft(&cx, &c, &a, &e), 0);
	assert_int_equal(e.features, ELF_WANTS_ICONV);
	/* So it does when there is no table at all. */
	set_entry(&c, DT_GNU_HASH, DT_DEBUG, 0);
	assert_int_equal(read_craft(&cx, &c, &a, &e), 0);
	assert_int_equal(e.features, ELF_WANTS_ICONV);
	/* In an executable an undefined symbol may stand among the defined ones. */
	craft(&c, true, false);
	put(&c, 16, ET_EXEC, 2);
	put_symbol(&c, 4, S_ICONV, 0);
	assert_int_equal(read_craft(&cx, &c, &a, &e), 0);
	assert_int_equal(e.features, ELF_WANTS_ICONV | ELF_WANTS_SHELL);
}

static size_t put_note(struct craft *c, size_t at, const char *name, const char *text, size_t align)
{
	size_t n = strlen(name) + 1, m = strlen(text) + 1;
	size_t payload = (at + 12 + n + align - 1) / align * align;

	put(c, at, n, 4);
	put(c, at + 4, m, 4);
	put(c, at + 8, 0x407c0c0a, 4);
	put_bytes(c, at + 12, name, n);
	put_bytes(c, payload, text, m);
	return (payload + m + align - 1) / align * align;
}

static void notes_on_dlopen_are_handed_out(void **state)
{
	(void)state;
	for (int shape = 0; shape < 8; shape++) {
		/* Behind the head of a file, or in it. */
		size_t begin = shape & 4 ? 2048 : 904, align = shape & 4 ? 8 : 4, end;
		AUTO(arena) struct arena a;
		struct ctx cx;
		struct craft c;
		struct elf e;

		arena_init(&a);
		craft(&c, shape & 1, shape & 2);
		end = put_note(&c, begin, "GNU", "not", align);
		end = put_note(&c, end, "FDO", "[1]", align);
		end = put_note(&c, end, "FDO", "[2, 3]", align);
		put_segment(&c, 1, PT_NOTE, begin, 0, end - begin);
		put(&c, c.headers + 2 * header_size(&c) - word(&c), align, word(&c));
		put(&c, end - 1, 0, 1);
		assert_int_equal(read_craft(&cx, &c, &a, &e), 0);
		assert_int_equal(e.n_dlopen_notes, 2);
		assert_string_equal(e.dlopen_notes[0].bytes, "[1]");
		assert_int_equal(e.dlopen_notes[1].len, 7);
		assert_memory_equal(e.dlopen_notes[1].bytes, "[2, 3]", 7);
		/* What is behind the file's end or has broken sizes is passed over. */
		put(&c, begin, UINT32_MAX, 4);
		assert_int_equal(read_craft(&cx, &c, &a, &e), 0);
		assert_int_equal(e.n_dlopen_notes, 0);
		put_segment(&c, 1, PT_NOTE, end, 0, UINT32_MAX);
		assert_int_equal(read_craft(&cx, &c, &a, &e), 0);
		assert_int_equal(e.n_dlopen_notes, 0);
	}
}

static void what_is_not_loaded_has_no_dependencies(void **state)
{
	static const uint16_t types[] = { ET_NONE, ET_REL, ET_CORE, 0xfe00 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		AUTO(arena) struct arena a;
		struct ctx cx;
		struct craft c;
		struct elf e;

		arena_init(&a);
		craft(&c, true, false);
		put(&c, 16, types[i], 2);
		assert_int_equal(read_craft(&cx, &c, &a, &e), 0);
		assert_int_equal(e.type, types[i]);
		assert_int_equal(e.n_needed, 0);
		assert_null(e.interp);
	}
}

static void a_static_program_has_neither_interpreter_nor_dynamic_section(void **state)
{
	AUTO(arena) struct arena a;
	struct ctx cx;
	struct craft c;
	struct elf e;

	(void)state;
	arena_init(&a);
	craft(&c, true, false);
	put(&c, 16, ET_EXEC, 2);
	put(&c, 56, 1, 2); /* PT_LOAD alone */
	assert_int_equal(read_craft(&cx, &c, &a, &e), 0);
	assert_false(e.dynamic);
	assert_null(e.interp);
	assert_int_equal(e.n_needed, 0);
}

static void break_magic(struct craft *c)
{
	c->bytes[1] = 'F';
}
static void break_class(struct craft *c)
{
	c->bytes[4] = 3;
}
static void break_order(struct craft *c)
{
	c->bytes[5] = 0;
}
static void break_version(struct craft *c)
{
	c->bytes[6] = 0;
}
static void break_phentsize(struct craft *c)
{
	put(c, c->wide ? 54 : 42, 33, 2);
}
static void break_phoff(struct craft *c)
{
	put(c, c->wide ? 32 : 28, UINT64_MAX - 8, word(c));
}
static void break_phnum(struct craft *c)
{
	put(c, c->wide ? 56 : 44, 0xfffe, 2);
}
static void break_phnum_extended(struct craft *c)
{
	put(c, c->wide ? 56 : 44, 0xffff, 2);
}
static void break_interp_end(struct craft *c)
{
	put_segment(c, 1, PT_INTERP, c->interp, 0, 10);
}
static void break_interp_empty(struct craft *c)
{
	put_segment(c, 1, PT_INTERP, c->interp, 0, 0);
}
static void break_interp_nul(struct craft *c)
{
	put_segment(c, 1, PT_INTERP, c->interp + 10, 0, 2);
}
static void break_interp_long(struct craft *c)
{
	put_segment(c, 1, PT_INTERP, c->interp, 0, 65536);
}
static void break_interp_outside(struct craft *c)
{
	put_segment(c, 1, PT_INTERP, UINT64_MAX - 3, 0, 8);
}
static void break_interp_twice(struct craft *c)
{
	put_segment(c, 0, PT_INTERP, c->interp, 0, 11);
}
static void break_dynamic_outside(struct craft *c)
{
	put_segment(c, 2, PT_DYNAMIC, c->len, 0, 2 * word(c));
}
static void break_dynamic_wraps(struct craft *c)
{
	put_segment(c, 2, PT_DYNAMIC, UINT64_MAX - 2 * word(c) + 1, 0, 2 * word(c));
}
static void break_dynamic_end(struct craft *c)
{
	put_segment(c, 2, PT_DYNAMIC, c->dynamic, 0, (c->n_dynamic - 1) * 2 * word(c));
}
static void break_dynamic_empty(struct craft *c)
{
	put_segment(c, 2, PT_DYNAMIC, c->dynamic, 0, 0);
}
static void break_dynamic_multiple(struct craft *c)
{
	put_segment(c, 2, PT_DYNAMIC, c->dynamic, 0, c->n_dynamic * 2 * word(c) - 1);
}
static void break_dynamic_twice(struct craft *c)
{
	put_segment(c, 0, PT_DYNAMIC, c->dynamic, 0, c->n_dynamic * 2 * word(c));
}
static void break_dynamic_huge(struct craft *c)
{
	put_segment(c, 2, PT_DYNAMIC, c->dynamic, 0, 65537 * 2 * word(c));
}
static void break_strtab(struct craft *c)
{
	set_entry(c, DT_STRTAB, DT_STRTAB, 0x42);
}
static void break_strtab_missing(struct craft *c)
{
	set_entry(c, DT_STRTAB, DT_DEBUG, 0);
}
static void break_strsz_zero(struct craft *c)
{
	set_entry(c, DT_STRSZ, DT_STRSZ, 0);
}
static void break_strsz_beyond(struct craft *c)
{
	set_entry(c, DT_STRSZ, DT_STRSZ, FILE_MAX);
}
static void break_strsz_huge(struct craft *c)
{
	set_entry(c, DT_STRSZ, DT_STRSZ, (64 << 20) + 1);
}
static void break_needed_beyond(struct craft *c)
{
	set_entry(c, DT_NEEDED, DT_NEEDED, c->strings_len);
}
static void break_needed_end(struct craft *c)
{
	set_entry(c, DT_STRSZ, DT_STRSZ, S_BAR + 3);
}
static void break_needed_empty(struct craft *c)
{
	set_entry(c, DT_NEEDED, DT_NEEDED, 0);
}
static void break_soname(struct craft *c)
{
	set_entry(c, DT_SONAME, DT_SONAME, UINT64_MAX);
}
static void break_runpath(struct craft *c)
{
	set_entry(c, DT_RUNPATH, DT_RUNPATH, c->strings_len + 1);
}
static void break_symtab(struct craft *c)
{
	set_entry(c, DT_SYMTAB, DT_SYMTAB, 7);
}
static void break_syment(struct craft *c)
{
	set_entry(c, DT_FLAGS_1, DT_SYMENT, 8);
}
static void break_load(struct craft *c)
{
	put_segment(c, 0, PT_LOAD, UINT64_MAX - 64, BASE, 4096);
}

static void case_117_to_123_a_broken_field_is_named(void **state)
{
	static const struct {
		void (*break_it)(struct craft *c);
		int code;
		const char *says;
	} rows[] = {
		{ break_magic, OCIT_E_FORMAT, "not an ELF file" },
		{ break_class, OCIT_E_FORMAT, "class 3" },
		{ break_order, OCIT_E_FORMAT, "byte order 0" },
		{ break_version, OCIT_E_FORMAT, "version 0" },
		{ break_phentsize, OCIT_E_FORMAT, "program headers of 33 bytes" },
		{ break_phoff, OCIT_E_FORMAT, "program headers" },
		{ break_phnum, OCIT_E_FORMAT, "program headers" },
		{ break_phnum_extended, OCIT_E_LIMIT, "65534 program headers" },
		{ break_interp_end, OCIT_E_FORMAT, "PT_INTERP has no NUL" },
		{ break_interp_empty, OCIT_E_FORMAT, "PT_INTERP is empty" },
		{ break_interp_nul, OCIT_E_FORMAT, "PT_INTERP is empty" },
		{ break_interp_long, OCIT_E_LIMIT, "65536 bytes, limit 4096" },
		{ break_interp_outside, OCIT_E_FORMAT, "PT_INTERP" },
		{ break_interp_twice, OCIT_E_FORMAT, "two program headers PT_INTERP" },
		{ break_dynamic_outside, OCIT_E_FORMAT, "dynamic section" },
		{ break_dynamic_wraps, OCIT_E_FORMAT, "dynamic section" },
		{ break_dynamic_end, OCIT_E_FORMAT, "no end" },
		{ break_dynamic_empty, OCIT_E_FORMAT, "no end" },
		{ break_dynamic_multiple, OCIT_E_FORMAT, "no multiple" },
		{ break_dynamic_twice, OCIT_E_FORMAT, "two program headers PT_DYNAMIC" },
		{ break_dynamic_huge, OCIT_E_LIMIT, "65537 dynamic entries" },
		{ break_strtab, OCIT_E_FORMAT, "DT_STRTAB" },
		{ break_strtab_missing, OCIT_E_FORMAT, "DT_NEEDED" },
		{ break_strsz_zero, OCIT_E_FORMAT, "DT_NEEDED" },
		{ break_strsz_beyond, OCIT_E_FORMAT, "DT_STRSZ is 4096" },
		{ break_strsz_huge, OCIT_E_LIMIT, "DT_STRSZ" },
		{ break_needed_beyond, OCIT_E_FORMAT, "DT_NEEDED" },
		{ break_needed_end, OCIT_E_FORMAT, "DT_NEEDED has no NUL" },
		{ break_needed_empty, OCIT_E_FORMAT, "DT_NEEDED is empty" },
		{ break_soname, OCIT_E_FORMAT, "DT_SONAME" },
		{ break_runpath, OCIT_E_FORMAT, "DT_RUNPATH" },
		{ break_symtab, OCIT_E_FORMAT, "DT_SYMTAB" },
		{ break_syment, OCIT_E_FORMAT, "DT_SYMENT is 8" },
		{ break_load, OCIT_E_FORMAT, "DT_STRTAB" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows) * 4; i++) {
		AUTO(arena) struct arena a;
		struct ctx cx;
		struct craft c;
		struct elf e = { .machine = 77 };
		int r;

		arena_init(&a);
		craft(&c, i & 1, i & 2);
		rows[i / 4].break_it(&c);
		r = read_craft(&cx, &c, &a, &e);
		if (r != rows[i / 4].code || !strstr(ctx_message(&cx), rows[i / 4].says))
			give_up("row %zu, shape %zu: %d '%s'", i / 4, i % 4, r, ctx_message(&cx));
		assert_int_equal(e.machine, 77);
	}
}

static void many_names_of_one_long_string_do_not_multiply(void **state)
{
	enum { N = 1000, LONG = 4000, SIZE = 32768 };
	AUTO(arena) struct arena a;
	struct ctx cx;
	struct craft c;
	struct elf e;
	uint8_t *big = calloc(1, SIZE);

	(void)state;
	assert_non_null(big);
	arena_init(&a);
	craft(&c, true, false);
	put_segment(&c, 0, PT_LOAD, 0, BASE, SIZE);
	put_segment(&c, 2, PT_DYNAMIC, 8192, BASE + 8192, (N + 3) * 16);
	memcpy(big, c.bytes, c.len);
	memset(big + 4096, 'a', LONG);
	for (size_t i = 0; i < N + 2; i++) {
		uint64_t entry[2] = { DT_NEEDED, 0 };

		if (i == N) {
			entry[0] = DT_STRTAB;
			entry[1] = BASE + 4096;
		} else if (i == N + 1) {
			entry[0] = DT_STRSZ;
			entry[1] = 4096;
		}
		memcpy(big + 8192 + i * 16, entry, 16);
	}
	assert_int_equal(read_bytes(&cx, big, SIZE, &a, &e), OCIT_E_LIMIT);
	assert_non_null(strstr(ctx_message(&cx), "DT_NEEDED"));
	assert_true(a.used < 4 << 20);
	free(big);
}

static void case_116_a_file_cut_anywhere_is_an_error_or_harmless(void **state)
{
	struct craft c;

	(void)state;
	for (int shape = 0; shape < 4; shape++) {
		craft(&c, shape & 1, shape & 2);
		for (size_t full = c.len; c.len-- > 0;) {
			AUTO(arena) struct arena a;
			struct ctx cx;
			struct elf e;
			int r;

			arena_init(&a);
			r = read_craft(&cx, &c, &a, &e);
			assert_true(r == OCIT_E_FORMAT);
			assert_true(ctx_message(&cx)[0]);
			assert_true(c.len < full);
		}
	}
}

static void any_byte_may_be_wrong(void **state)
{
	static const uint8_t masks[] = { 0x01, 0x80, 0xff };
	struct craft c;

	(void)state;
	for (int shape = 0; shape < 4; shape++) {
		craft(&c, shape & 1, shape & 2);
		for (size_t i = 0; i < c.len * ARRAY_LEN(masks); i++) {
			AUTO(arena) struct arena a;
			struct ctx cx;
			struct elf e;
			int r;

			arena_init(&a);
			c.bytes[i / ARRAY_LEN(masks)] ^= masks[i % ARRAY_LEN(masks)];
			r = read_craft(&cx, &c, &a, &e);
			assert_true(r == 0 || r == OCIT_E_FORMAT || r == OCIT_E_LIMIT);
			assert_true((r == 0) == !ctx_message(&cx)[0]);
			c.bytes[i / ARRAY_LEN(masks)] ^= masks[i % ARRAY_LEN(masks)];
		}
	}
}

/* Real files, and what readelf says about them. */
struct oracle {
	char needed[64][128];
	size_t n_needed;
	char soname[128], interp[128], machine[64];
	bool system;
};

static void take_bracket(const char *line, char *ret, size_t size)
{
	const char *open = strchr(line, '['), *close = strrchr(line, ']');

	if (!open || !close || close < open)
		return;
	snprintf(ret, size, "%.*s", (int)(close - open - 1), open + 1);
}

static void ask_readelf(const char *path, struct oracle *o)
{
	char command[512], line[1024];
	FILE *pipe;

	*o = (struct oracle){ 0 };
	snprintf(command, sizeof(command), "readelf -W -h -l -d --dyn-syms '%s' 2>/dev/null", path);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	while (fgets(line, sizeof(line), pipe)) {
		if (strstr(line, "(NEEDED)") && o->n_needed < ARRAY_LEN(o->needed))
			take_bracket(line, o->needed[o->n_needed++], sizeof(o->needed[0]));
		else if (strstr(line, "(SONAME)"))
			take_bracket(line, o->soname, sizeof(o->soname));
		else if (strstr(line, "interpreter: /"))
			sscanf(strstr(line, "interpreter: ") + 13, "%127[^]]", o->interp);
		else if (strstr(line, " UND system@") || strstr(line, " UND popen@") ||
			 strstr(line, " UND wordexp@"))
			o->system = true;
	}
	pclose(pipe);
}

static void *load(const char *path, size_t *ret_len)
{
	FILE *f = fopen(path, "rb");
	char *bytes;

	if (!f)
		return NULL;
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	*ret_len = (size_t)ftell(f);
	rewind(f);
	bytes = malloc(*ret_len + 1);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, *ret_len, f), *ret_len);
	fclose(f);
	return bytes;
}

static void host_files_read_as_readelf_reads_them(void **state)
{
	static const char *const paths[] = { "/bin/sh", "/bin/bash", "/bin/ls", "/usr/bin/awk",
		"/usr/bin/env", "/usr/bin/git", "/usr/bin/python3", "/usr/bin/gcc", "/usr/bin/perl",
		"/usr/bin/make", "/usr/bin/tar", "/usr/bin/find", "/bin/busybox",
		"/lib/x86_64-linux-gnu/libc.so.6", "/lib/x86_64-linux-gnu/libm.so.6",
		"/usr/lib/x86_64-linux-gnu/libstdc++.so.6", "/usr/lib/x86_64-linux-gnu/libz.so.1",
		"/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1" };
	size_t compared = 0;

	(void)state;
	if (system("command -v readelf >/dev/null 2>&1")) {
		print_message("# skipped: no readelf here\n");
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		AUTO(arena) struct arena a;
		size_t len;
		char *bytes = load(paths[i], &len);
		struct oracle o;
		struct ctx cx;
		struct elf e;

		arena_init(&a);
		if (!bytes || !elf_is(bytes, len)) {
			free(bytes);
			continue;
		}
		ask_readelf(paths[i], &o);
		if (read_bytes(&cx, bytes, len, &a, &e) < 0)
			give_up("%s: %s", paths[i], ctx_message(&cx));
		assert_int_equal(e.n_needed, o.n_needed);
		for (size_t k = 0; k < e.n_needed; k++)
			assert_string_equal(e.needed[k], o.needed[k]);
		assert_string_equal(e.soname ? e.soname : "", o.soname);
		assert_string_equal(e.interp ? e.interp : "", o.interp);
		if (o.system != !!(e.features & ELF_WANTS_SHELL))
			give_up("%s: system() is %s", paths[i], o.system ? "missed" : "invented");
		compared++;
		free(bytes);
	}
	assert_true(compared >= 3);
}

/* A file that claims much and has little: what is read is what the headers name. */
struct sparse {
	struct ranged ranged;
	const struct craft *c;
	uint64_t read;
};

static int sparse_read_at(
	struct ctx *cx, struct ranged *r, uint64_t offset, void *bytes, size_t len)
{
	struct sparse *s = (struct sparse *)r;

	(void)cx;
	s->read += len;
	memset(bytes, 0, len);
	for (size_t i = 0; i < len && offset + i < s->c->len; i++)
		((uint8_t *)bytes)[i] = s->c->bytes[offset + i];
	return 0;
}

static void case_131_a_huge_sparse_file_is_not_read_whole(void **state)
{
	AUTO(arena) struct arena a;
	struct craft c;
	struct sparse s = { .ranged = { .size = 1ull << 40, .read_at = sparse_read_at }, .c = &c };
	struct ctx cx;
	struct elf e;

	(void)state;
	arena_init(&a);
	assert_int_equal(ctx_init(&cx, NULL), 0);
	craft(&c, true, false);
	assert_int_equal(elf_read(&cx, &s.ranged, &a, &e), 0);
	assert_true(s.read < 8192);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_four_shapes_are_read),
		cmocka_unit_test(rpath_counts_only_without_runpath),
		cmocka_unit_test(symbols_are_counted_by_whatever_table_knows),
		cmocka_unit_test(notes_on_dlopen_are_handed_out),
		cmocka_unit_test(what_is_not_loaded_has_no_dependencies),
		cmocka_unit_test(a_static_program_has_neither_interpreter_nor_dynamic_section),
		cmocka_unit_test(case_117_to_123_a_broken_field_is_named),
		cmocka_unit_test(many_names_of_one_long_string_do_not_multiply),
		cmocka_unit_test(case_116_a_file_cut_anywhere_is_an_error_or_harmless),
		cmocka_unit_test(any_byte_may_be_wrong),
		cmocka_unit_test(host_files_read_as_readelf_reads_them),
		cmocka_unit_test(case_131_a_huge_sparse_file_is_not_read_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
