/* SPDX-License-Identifier: Apache-2.0 */
/* codec/elf.c: program headers, dynamic section, strings and undefined symbols; no section headers.
 */
#include "codec/elf.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "codec/stream.h"

enum {
	HEAD_MAX = 1024, /* the header and the program headers of nearly every file */
	PHDRS_EXTENDED = 0xffff,
	DYNAMIC_MAX = 65536,
	STRING_MAX = 4096,
	STRTAB_MAX = 64 << 20,
	NAMES_MAX = 1 << 20, /* bytes of all DT_NEEDED: many may point at one long string */
	SYMBOLS_MAX = 4 << 20,
	SYMBOLS_AT_ONCE = 512,
	NOTES_MAX = 256 << 10, /* bytes of all segments of notes */
	DLOPEN_NOTES_MAX = 16,
};
enum { CLASS_32 = 1, CLASS_64 = 2, DATA_LITTLE = 1, DATA_BIG = 2 };
enum { TYPE_EXEC = 2, TYPE_DYN = 3 };
enum { PT_LOAD = 1, PT_DYNAMIC = 2, PT_INTERP = 3, PT_NOTE = 4 };
enum { NOTE_DLOPEN = 0x407c0c0a };
enum { MACHINE_S390 = 22, MACHINE_ALPHA = 0x9026 };
enum { FLAG_1_NODEFLIB = 0x800 };

/* Entries of the dynamic section that are looked at. */
enum tag {
	TAG_NEEDED,
	TAG_HASH,
	TAG_STRTAB,
	TAG_SYMTAB,
	TAG_STRSZ,
	TAG_SYMENT,
	TAG_SONAME,
	TAG_RPATH,
	TAG_RUNPATH,
	TAG_FLAGS_1,
	TAG_GNU_HASH,
	TAG_COUNT
};

static const struct {
	uint64_t number;
	bool address; /* the value is one, so it may bound a table before it */
	enum tag tag;
} tags[] = {
	{ 1, false, TAG_NEEDED }, { 4, true, TAG_HASH }, { 5, true, TAG_STRTAB },
	{ 6, true, TAG_SYMTAB }, { 7, true, TAG_COUNT }, /* DT_RELA */
	{ 10, false, TAG_STRSZ }, { 11, false, TAG_SYMENT }, { 14, false, TAG_SONAME },
	{ 15, false, TAG_RPATH }, { 17, true, TAG_COUNT }, /* DT_REL */
	{ 23, true, TAG_COUNT },                           /* DT_JMPREL */
	{ 29, false, TAG_RUNPATH }, { 0x6ffffef5, true, TAG_GNU_HASH },
	{ 0x6ffffff0, true, TAG_COUNT },                                     /* DT_VERSYM */
	{ 0x6ffffffb, false, TAG_FLAGS_1 }, { 0x6ffffffc, true, TAG_COUNT }, /* DT_VERDEF */
	{ 0x6ffffffe, true, TAG_COUNT },                                     /* DT_VERNEED */
};

struct segment {
	uint32_t type;
	uint64_t offset, address, size; /* in the file */
	uint64_t align;
};

struct view {
	struct ctx *cx;
	struct ranged *r;
	struct arena *a;
	bool wide, big;
	uint8_t *headers; /* the program headers as they lie in the file */
	size_t header_size;
	size_t n_headers;
	uint8_t *dynamic;
	size_t n_dynamic;
	bool has[TAG_COUNT];
	uint64_t value[TAG_COUNT]; /* of the last one, as in the loader */
	uint64_t symbols_end;      /* address of the next table behind the symbols */
	char *strings;             /* NUL behind the last byte */
	size_t strings_len;
};

static void auto_view(struct view *v)
{
	mem_free(v->headers);
	mem_free(v->dynamic);
	mem_free(v->strings);
}

static uint64_t get(const struct view *v, const uint8_t *p, size_t width)
{
	uint64_t n = 0;

	for (size_t i = 0; i < width; i++)
		n = n << 8 | p[v->big ? i : width - 1 - i];
	return n;
}

/* The size of an address in the file. */
static size_t word(const struct view *v)
{
	return v->wide ? 8 : 4;
}

static int read_at(struct view *v, const char *what, uint64_t offset, void *bytes, size_t len)
{
	return within(v->cx, v->r->read_at(v->cx, v->r, offset, bytes, len), "%s", what);
}

/* Allocate and read; *ret has a NUL behind the last byte. */
static int read_new(struct view *v, const char *what, uint64_t offset, uint64_t len, void *ret)
{
	AUTO(mem) uint8_t *bytes = NULL;
	int r;

	if (offset > v->r->size || len > v->r->size - offset)
		return fail(v->cx, OCIT_E_FORMAT,
			"%s: %" PRIu64 " bytes at %" PRIu64 " in a file of %" PRIu64, what, len,
			offset, v->r->size);
	if (len >= SIZE_MAX)
		return fail_nomem(v->cx);
	bytes = mem_alloc((size_t)len + 1);
	if (!bytes)
		return fail_nomem(v->cx);
	r = read_at(v, what, offset, bytes, (size_t)len);
	if (r < 0)
		return r;
	*(uint8_t **)ret = take(&bytes);
	return 0;
}

bool elf_is(const void *bytes, size_t len)
{
	return len >= 4 && !memcmp(bytes, "\177ELF", 4);
}

static int read_ident(struct view *v, const uint8_t *head, size_t len, struct elf *elf)
{
	if (!elf_is(head, len))
		return fail(v->cx, OCIT_E_FORMAT, "not an ELF file");
	if (len < 16)
		return fail(v->cx, OCIT_E_FORMAT, "ELF header of %zu bytes", len);
	if (head[4] != CLASS_32 && head[4] != CLASS_64)
		return fail(v->cx, OCIT_E_FORMAT, "ELF class %u is unknown", head[4]);
	if (head[5] != DATA_LITTLE && head[5] != DATA_BIG)
		return fail(v->cx, OCIT_E_FORMAT, "ELF byte order %u is unknown", head[5]);
	if (head[6] != 1)
		return fail(v->cx, OCIT_E_FORMAT, "ELF version %u, not 1", head[6]);
	elf->elf_class = head[4];
	elf->big_endian = v->big = head[5] == DATA_BIG;
	v->wide = head[4] == CLASS_64;
	return 0;
}

/* Take the program headers from the head where they are in it. */
static int read_headers(struct view *v, const uint8_t *head, size_t len)
{
	size_t base = v->wide ? 52 : 40; /* of e_ehsize */
	uint64_t offset = get(v, head + (v->wide ? 32 : 28), word(v));
	size_t entry = (size_t)get(v, head + base + 2, 2);
	size_t n = (size_t)get(v, head + base + 4, 2);
	size_t want = v->wide ? 56 : 32;
	void *bytes;
	int r;

	if (!n)
		return 0;
	if (n == PHDRS_EXTENDED)
		return fail(
			v->cx, OCIT_E_LIMIT, "more than %d program headers", PHDRS_EXTENDED - 1);
	if (entry != want)
		return fail(
			v->cx, OCIT_E_FORMAT, "program headers of %zu bytes, not %zu", entry, want);
	v->header_size = want;
	if (offset <= len && n * want <= len - offset) {
		v->headers = mem_alloc(n * want);
		if (!v->headers)
			return fail_nomem(v->cx);
		memcpy(v->headers, head + offset, n * want);
	} else {
		r = read_new(v, "program headers", offset, n * want, &bytes);
		if (r < 0)
			return r;
		v->headers = bytes;
	}
	v->n_headers = n;
	return 0;
}

static struct segment segment_at(const struct view *v, size_t i)
{
	const uint8_t *p = v->headers + i * v->header_size;
	size_t w = word(v), first = v->wide ? 8 : 4;

	/* type [flags] offset vaddr paddr filesz ...: the flags stand elsewhere in 32 bits. */
	return (struct segment){
		.type = (uint32_t)get(v, p, 4),
		.offset = get(v, p + first, w),
		.address = get(v, p + first + w, w),
		.size = get(v, p + first + 3 * w, w),
		.align = get(v, p + v->header_size - w, w),
	};
}

/* *ret_found is false when there is none; two are an error. */
static int find_segment(
	struct view *v, uint32_t type, const char *name, struct segment *ret, bool *ret_found)
{
	bool found = false;

	for (size_t i = 0; i < v->n_headers; i++) {
		struct segment s = segment_at(v, i);

		if (s.type != type)
			continue;
		if (found)
			return fail(v->cx, OCIT_E_FORMAT, "two program headers %s", name);
		found = true;
		*ret = s;
	}
	*ret_found = found;
	return 0;
}

/* Where in the file is what will be at address? *ret_room: how many bytes from there on. */
static bool find_address(const struct view *v, uint64_t address, uint64_t *ret, uint64_t *ret_room)
{
	for (size_t i = 0; i < v->n_headers; i++) {
		struct segment s = segment_at(v, i);

		if (s.type != PT_LOAD || address < s.address || address - s.address >= s.size)
			continue;
		if (s.offset > v->r->size || s.size > v->r->size - s.offset)
			return false;
		*ret = s.offset + (address - s.address);
		*ret_room = s.size - (address - s.address);
		return true;
	}
	return false;
}

static int read_interpreter(struct view *v, struct elf *elf)
{
	struct segment s;
	char text[STRING_MAX + 1];
	bool found;
	int r = find_segment(v, PT_INTERP, "PT_INTERP", &s, &found);

	if (r < 0 || !found)
		return r;
	if (s.size > STRING_MAX)
		return fail(v->cx, OCIT_E_LIMIT, "PT_INTERP of %" PRIu64 " bytes, limit %d", s.size,
			STRING_MAX);
	if (s.size < 2)
		return fail(v->cx, OCIT_E_FORMAT, "PT_INTERP is empty");
	r = read_at(v, "PT_INTERP", s.offset, text, (size_t)s.size);
	if (r < 0)
		return r;
	if (text[s.size - 1])
		return fail(v->cx, OCIT_E_FORMAT, "PT_INTERP has no NUL at its end");
	if (!text[0])
		return fail(v->cx, OCIT_E_FORMAT, "PT_INTERP is empty");
	elf->interp = arena_str(v->a, text);
	return elf->interp ? 0 : fail_nomem(v->cx);
}

static void take_entry(struct view *v, uint64_t number, uint64_t value)
{
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		if (tags[i].number != number)
			continue;
		if (tags[i].tag == TAG_COUNT)
			return;
		v->has[tags[i].tag] = true;
		v->value[tags[i].tag] = value;
		return;
	}
}

/* Tables follow each other, so the next address is a bound for the symbols, whose number nobody
 * wrote down. */
static void bound_symbols(struct view *v)
{
	size_t w = word(v);

	v->symbols_end = UINT64_MAX;
	for (size_t i = 0; i < v->n_dynamic; i++) {
		uint64_t number = get(v, v->dynamic + i * 2 * w, w);
		uint64_t value = get(v, v->dynamic + i * 2 * w + w, w);

		for (size_t k = 0; k < sizeof(tags) / sizeof(tags[0]); k++)
			if (tags[k].address && tags[k].number == number &&
				value > v->value[TAG_SYMTAB] && value < v->symbols_end)
				v->symbols_end = value;
	}
}

static int read_dynamic(struct view *v, struct elf *elf)
{
	size_t w = word(v), n;
	struct segment s;
	int r = find_segment(v, PT_DYNAMIC, "PT_DYNAMIC", &s, &elf->dynamic);

	if (r < 0 || !elf->dynamic)
		return r;
	if (s.size % (2 * w))
		return fail(v->cx, OCIT_E_FORMAT,
			"dynamic section of %" PRIu64 " bytes is no multiple of %zu", s.size,
			2 * w);
	if (s.size / (2 * w) > DYNAMIC_MAX)
		return fail(v->cx, OCIT_E_LIMIT, "%" PRIu64 " dynamic entries, limit %d",
			s.size / (2 * w), DYNAMIC_MAX);
	r = read_new(v, "dynamic section", s.offset, s.size, &v->dynamic);
	if (r < 0)
		return r;
	n = (size_t)(s.size / (2 * w));
	while (v->n_dynamic < n && get(v, v->dynamic + v->n_dynamic * 2 * w, w)) {
		const uint8_t *p = v->dynamic + v->n_dynamic++ * 2 * w;

		take_entry(v, get(v, p, w), get(v, p + w, w));
	}
	if (v->n_dynamic == n)
		return fail(v->cx, OCIT_E_FORMAT, "dynamic section has no end");
	bound_symbols(v);
	return 0;
}

static int read_strings(struct view *v)
{
	uint64_t offset, room, size = v->value[TAG_STRSZ];
	int r;

	if (!v->has[TAG_STRTAB])
		return 0;
	if (size > STRTAB_MAX)
		return fail(
			v->cx, OCIT_E_LIMIT, "DT_STRSZ is %" PRIu64 ", limit %d", size, STRTAB_MAX);
	if (!find_address(v, v->value[TAG_STRTAB], &offset, &room))
		return fail(v->cx, OCIT_E_FORMAT, "DT_STRTAB 0x%" PRIx64 " is in no segment",
			v->value[TAG_STRTAB]);
	if (size > room)
		return fail(v->cx, OCIT_E_FORMAT,
			"DT_STRSZ is %" PRIu64 ", the segment has %" PRIu64 " bytes", size, room);
	r = read_new(v, "DT_STRTAB", offset, size, &v->strings);
	if (r == 0)
		v->strings_len = (size_t)size;
	return r;
}

static int check_string(struct view *v, const char *what, uint64_t at, size_t *ret_len)
{
	size_t room, len;

	if (at >= v->strings_len)
		return fail(v->cx, OCIT_E_FORMAT,
			"%s: offset %" PRIu64 " in a string table of %zu bytes", what, at,
			v->strings_len);
	room = v->strings_len - (size_t)at;
	len = strnlen(v->strings + at, room < STRING_MAX ? room : STRING_MAX);
	if (len == STRING_MAX)
		return fail(v->cx, OCIT_E_LIMIT, "%s of %d bytes or more", what, STRING_MAX);
	if (len == room)
		return fail(v->cx, OCIT_E_FORMAT, "%s has no NUL at its end", what);
	*ret_len = len;
	return 0;
}

static int copy_string(struct view *v, const char *what, uint64_t at, const char **ret)
{
	size_t len;
	int r = check_string(v, what, at, &len);

	if (r < 0)
		return r;
	*ret = arena_copy(v->a, v->strings + at, len);
	return *ret ? 0 : fail_nomem(v->cx);
}

static int read_tagged(struct view *v, enum tag tag, const char *what, const char **ret)
{
	return v->has[tag] ? copy_string(v, what, v->value[tag], ret) : 0;
}

static int read_needed(struct view *v, struct elf *elf)
{
	size_t w = word(v), n = 0, bytes = 0;

	for (size_t i = 0; i < v->n_dynamic; i++)
		n += get(v, v->dynamic + i * 2 * w, w) == 1;
	elf->needed = arena_array(v->a, n, sizeof(*elf->needed));
	if (!elf->needed)
		return fail_nomem(v->cx);
	for (size_t i = 0; i < v->n_dynamic; i++) {
		const uint8_t *p = v->dynamic + i * 2 * w;
		const char **name = &elf->needed[elf->n_needed];
		int r;

		if (get(v, p, w) != 1)
			continue;
		r = copy_string(v, "DT_NEEDED", get(v, p + w, w), name);
		if (r < 0)
			return r;
		if (!**name)
			return fail(v->cx, OCIT_E_FORMAT, "DT_NEEDED is empty");
		bytes += strlen(*name);
		if (bytes > NAMES_MAX)
			return fail(v->cx, OCIT_E_LIMIT, "DT_NEEDED: names of more than %d bytes",
				NAMES_MAX);
		elf->n_needed++;
	}
	return 0;
}

static int read_names(struct view *v, struct elf *elf)
{
	int r = read_needed(v, elf);

	if (r == 0)
		r = read_tagged(v, TAG_SONAME, "DT_SONAME", &elf->soname);
	if (r == 0)
		r = read_tagged(v, TAG_RUNPATH, "DT_RUNPATH", &elf->runpath);
	if (r == 0 && !elf->runpath)
		r = read_tagged(v, TAG_RPATH, "DT_RPATH", &elf->rpath);
	elf->nodeflib = v->value[TAG_FLAGS_1] & FLAG_1_NODEFLIB;
	return r;
}

/* Sorted by name. */
static const struct {
	const char *name;
	uint32_t features;
} symbols[] = {
	{ "backtrace", ELF_WANTS_LIBGCC },
	{ "dlmopen", ELF_WANTS_DLOPEN },
	{ "dlopen", ELF_WANTS_DLOPEN },
	{ "getaddrinfo", ELF_WANTS_NSS | ELF_WANTS_SERVICES },
	{ "getgrgid", ELF_WANTS_NSS },
	{ "getgrgid_r", ELF_WANTS_NSS },
	{ "getgrnam", ELF_WANTS_NSS },
	{ "getgrnam_r", ELF_WANTS_NSS },
	{ "getgrouplist", ELF_WANTS_NSS },
	{ "gethostbyaddr", ELF_WANTS_NSS },
	{ "gethostbyaddr_r", ELF_WANTS_NSS },
	{ "gethostbyname", ELF_WANTS_NSS },
	{ "gethostbyname2", ELF_WANTS_NSS },
	{ "gethostbyname2_r", ELF_WANTS_NSS },
	{ "gethostbyname_r", ELF_WANTS_NSS },
	{ "getnameinfo", ELF_WANTS_NSS | ELF_WANTS_SERVICES },
	{ "getprotobyname", ELF_WANTS_PROTOCOLS },
	{ "getprotobyname_r", ELF_WANTS_PROTOCOLS },
	{ "getprotobynumber", ELF_WANTS_PROTOCOLS },
	{ "getprotobynumber_r", ELF_WANTS_PROTOCOLS },
	{ "getprotoent", ELF_WANTS_PROTOCOLS },
	{ "getprotoent_r", ELF_WANTS_PROTOCOLS },
	{ "getpwnam", ELF_WANTS_NSS },
	{ "getpwnam_r", ELF_WANTS_NSS },
	{ "getpwuid", ELF_WANTS_NSS },
	{ "getpwuid_r", ELF_WANTS_NSS },
	{ "getservbyname", ELF_WANTS_SERVICES },
	{ "getservbyname_r", ELF_WANTS_SERVICES },
	{ "getservbyport", ELF_WANTS_SERVICES },
	{ "getservbyport_r", ELF_WANTS_SERVICES },
	{ "getservent", ELF_WANTS_SERVICES },
	{ "getservent_r", ELF_WANTS_SERVICES },
	{ "iconv_open", ELF_WANTS_ICONV },
	{ "initgroups", ELF_WANTS_NSS },
	{ "localtime", ELF_WANTS_TZ },
	{ "localtime_r", ELF_WANTS_TZ },
	{ "mktime", ELF_WANTS_TZ },
	{ "newlocale", ELF_WANTS_LOCALE },
	{ "popen", ELF_WANTS_SHELL },
	{ "pthread_cancel", ELF_WANTS_LIBGCC },
	{ "pthread_exit", ELF_WANTS_LIBGCC },
	{ "setlocale", ELF_WANTS_LOCALE },
	{ "strftime", ELF_WANTS_TZ },
	{ "system", ELF_WANTS_SHELL },
	{ "tzset", ELF_WANTS_TZ },
	{ "wordexp", ELF_WANTS_SHELL },
};

static uint32_t symbol_features(const char *name)
{
	size_t low = 0, high = sizeof(symbols) / sizeof(symbols[0]);

	while (low < high) {
		size_t middle = (low + high) / 2;
		int c = strcmp(name, symbols[middle].name);

		if (!c)
			return symbols[middle].features;
		if (c < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return 0;
}

/* One number of a hash table's header; 0 when there is no such table. */
static int read_count(
	struct view *v, enum tag tag, const char *what, size_t at, size_t width, uint64_t *ret)
{
	uint64_t offset, room;
	uint8_t bytes[8];
	int r;

	*ret = 0;
	if (!v->has[tag] || !find_address(v, v->value[tag], &offset, &room) || room < at + width)
		return 0;
	r = read_at(v, what, offset + at, bytes, width);
	if (r == 0)
		*ret = get(v, bytes, width);
	return r;
}

/*
 * DT_HASH has the number of symbols. DT_GNU_HASH has the number of those before the first defined
 * one, and of a shared object no other can be undefined; but linkers write 1 when nothing is
 * defined. 0: not known.
 */
static int count_symbols(struct view *v, const struct elf *elf, uint64_t *ret)
{
	bool wide = v->wide && (elf->machine == MACHINE_S390 || elf->machine == MACHINE_ALPHA);
	size_t w = wide ? 8 : 4;
	uint64_t n = 0;
	int r = 0;

	if (elf->type == TYPE_DYN)
		r = read_count(v, TAG_GNU_HASH, "DT_GNU_HASH", 4, 4, &n);
	if (r == 0 && n <= 1)
		r = read_count(v, TAG_HASH, "DT_HASH", w, w, &n);
	if (r == 0)
		*ret = n > 1 ? n : 0;
	return r;
}

static void scan_symbols(
	const struct view *v, const uint8_t *p, size_t n, size_t size, struct elf *elf)
{
	for (size_t i = 0; i < n; i++, p += size) {
		uint64_t name = get(v, p, 4);

		/* A bound may be too wide, and then this is no symbol: never an error. */
		if (!get(v, p + (v->wide ? 6 : 14), 2) && name && name < v->strings_len)
			elf->features |= symbol_features(v->strings + name);
	}
}

/* Where the symbols lie in the file, and how many of them may be undefined. */
static int find_symbols(
	struct view *v, const struct elf *elf, size_t size, uint64_t *ret_offset, uint64_t *ret_n)
{
	uint64_t offset, room, n;
	int r;

	if (v->has[TAG_SYMENT] && v->value[TAG_SYMENT] != size)
		return fail(v->cx, OCIT_E_FORMAT, "DT_SYMENT is %" PRIu64 ", not %zu",
			v->value[TAG_SYMENT], size);
	if (!find_address(v, v->value[TAG_SYMTAB], &offset, &room))
		return fail(v->cx, OCIT_E_FORMAT, "DT_SYMTAB 0x%" PRIx64 " is in no segment",
			v->value[TAG_SYMTAB]);
	r = count_symbols(v, elf, &n);
	if (r < 0)
		return r;
	if (room > v->symbols_end - v->value[TAG_SYMTAB])
		room = v->symbols_end - v->value[TAG_SYMTAB];
	if (!n || n > room / size)
		n = room / size;
	if (n > SYMBOLS_MAX)
		return fail(v->cx, OCIT_E_LIMIT, "%" PRIu64 " dynamic symbols, limit %d", n,
			SYMBOLS_MAX);
	*ret_offset = offset;
	*ret_n = n;
	return 0;
}

/* What the file does not define itself says what it will look for. */
static int read_symbols(struct view *v, struct elf *elf)
{
	size_t size = v->wide ? 24 : 16;
	uint8_t bytes[SYMBOLS_AT_ONCE * 24];
	uint64_t offset = 0, n = 0;
	int r = 0;

	if (v->has[TAG_SYMTAB] && v->strings_len)
		r = find_symbols(v, elf, size, &offset, &n);
	while (n && r == 0) {
		size_t some = n < SYMBOLS_AT_ONCE ? (size_t)n : SYMBOLS_AT_ONCE;

		r = read_at(v, "DT_SYMTAB", offset, bytes, some * size);
		if (r == 0)
			scan_symbols(v, bytes, some, size, elf);
		offset += some * size;
		n -= some;
	}
	return r;
}

static int add_dlopen_note(struct view *v, const uint8_t *bytes, size_t len, struct elf *elf)
{
	struct elf_note *note;

	if (!elf->dlopen_notes)
		elf->dlopen_notes = arena_array(v->a, DLOPEN_NOTES_MAX, sizeof(*note));
	if (!elf->dlopen_notes)
		return fail_nomem(v->cx);
	if (elf->n_dlopen_notes == DLOPEN_NOTES_MAX)
		return 0;
	note = &elf->dlopen_notes[elf->n_dlopen_notes];
	note->bytes = arena_copy(v->a, (const char *)bytes, len);
	note->len = len;
	elf->n_dlopen_notes += note->bytes != NULL;
	return note->bytes ? 0 : fail_nomem(v->cx);
}

/* Sizes of name and payload, type, then both, each filled up to a multiple of align. */
static int scan_notes(struct view *v, const uint8_t *p, size_t len, size_t align, struct elf *elf)
{
	int r = 0;

	while (len >= 12 && r == 0) {
		uint64_t name = get(v, p, 4), payload = get(v, p + 4, 4);
		uint64_t behind_name = (12 + name + align - 1) / align * align;
		uint64_t behind = (behind_name + payload + align - 1) / align * align;

		if (behind_name > len || payload > len - behind_name)
			return 0;
		if (get(v, p + 8, 4) == NOTE_DLOPEN && name == 4 && !memcmp(p + 12, "FDO", 4))
			r = add_dlopen_note(v, p + behind_name, (size_t)payload, elf);
		/* The last one may not be filled up. */
		if (behind > len)
			behind = len;
		p += behind;
		len -= (size_t)behind;
	}
	return r;
}

/* Most files have them in their head. */
static int read_notes(struct view *v, const uint8_t *head, size_t len, struct elf *elf)
{
	uint64_t left = v->r->size < NOTES_MAX ? v->r->size : NOTES_MAX;
	int r = 0;

	for (size_t i = 0; i < v->n_headers && r == 0; i++) {
		struct segment s = segment_at(v, i);
		size_t align = s.align == 8 ? 8 : 4;
		AUTO(mem) uint8_t *bytes = NULL;

		if (s.type != PT_NOTE || s.offset > v->r->size || s.size > v->r->size - s.offset ||
			s.size > left)
			continue;
		left -= s.size;
		if (s.offset <= len && s.size <= len - s.offset) {
			r = scan_notes(v, head + s.offset, (size_t)s.size, align, elf);
			continue;
		}
		r = read_new(v, "PT_NOTE", s.offset, s.size, &bytes);
		if (r == 0)
			r = scan_notes(v, bytes, (size_t)s.size, align, elf);
	}
	return r;
}

static int read_segments(struct view *v, const uint8_t *head, size_t len, struct elf *elf)
{
	int r = read_headers(v, head, len);

	if (r == 0)
		r = read_interpreter(v, elf);
	return r == 0 ? read_notes(v, head, len, elf) : r;
}

static int read_all(struct view *v, const uint8_t *head, size_t len, struct elf *elf)
{
	int r = read_ident(v, head, len, elf);

	if (r < 0)
		return r;
	if (len < (v->wide ? 64 : 52))
		return fail(v->cx, OCIT_E_FORMAT, "ELF header of %zu bytes", len);
	elf->type = (uint16_t)get(v, head + 16, 2);
	elf->machine = (uint16_t)get(v, head + 18, 2);
	elf->e_flags = (uint32_t)get(v, head + (v->wide ? 48 : 36), 4);
	/* Objects, modules and cores are never loaded. */
	if (elf->type != TYPE_EXEC && elf->type != TYPE_DYN)
		return 0;
	r = read_segments(v, head, len, elf);
	if (r == 0)
		r = read_dynamic(v, elf);
	if (r == 0)
		r = read_strings(v);
	if (r == 0)
		r = read_names(v, elf);
	return r == 0 ? read_symbols(v, elf) : r;
}

int elf_read(struct ctx *cx, struct ranged *r, struct arena *a, struct elf *ret)
{
	AUTO(view) struct view v = { .cx = cx, .r = r, .a = a };
	size_t len = r->size < HEAD_MAX ? (size_t)r->size : HEAD_MAX;
	uint8_t head[HEAD_MAX];
	struct elf elf = { 0 };
	int ret_code = read_at(&v, "ELF header", 0, head, len);

	if (ret_code == 0)
		ret_code = read_all(&v, head, len, &elf);
	if (ret_code == 0)
		*ret = elf;
	return ret_code;
}
