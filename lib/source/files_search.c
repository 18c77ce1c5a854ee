/* SPDX-License-Identifier: Apache-2.0 */
/* source/files_search.c: where the loaders of glibc and musl look for a library. */
#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "source/files.h"

enum { CACHE_MAX = 16 << 20, MUSL_PATH_MAX = 4096, CLASS_64 = 2, LIB_FORMS = 2 };

/* What the loader of a machine was built with. */
struct platform {
	uint16_t machine;
	uint8_t elf_class;
	int8_t big;            /* -1: either */
	const char *triplet;   /* of Debian's directories */
	const char *lib;       /* of those of others */
	const char *platform;  /* $PLATFORM */
	const char *levels[5]; /* below glibc-hwcaps */
};

static const struct platform platforms[] = {
	{ 62, 2, 0, "x86_64-linux-gnu", "lib64", "x86_64",
		{ "x86-64-v4", "x86-64-v3", "x86-64-v2" } },
	{ 62, 1, 0, "x86_64-linux-gnux32", "libx32", "x86_64", { NULL } },
	{ 3, 1, 0, "i386-linux-gnu", "lib", "i686", { NULL } },
	{ 183, 2, 0, "aarch64-linux-gnu", "lib64", "aarch64", { NULL } },
	{ 40, 1, 0, "arm-linux-gnueabihf", "lib", "v7l", { NULL } },
	{ 40, 1, 0, "arm-linux-gnueabi", "lib", "v7l", { NULL } },
	{ 21, 2, 0, "powerpc64le-linux-gnu", "lib64", "power8", { "power10", "power9" } },
	{ 21, 2, 1, "powerpc64-linux-gnu", "lib64", "power7", { NULL } },
	{ 22, 2, 1, "s390x-linux-gnu", "lib64", "z13", { "z16", "z15", "z14", "z13" } },
	{ 243, 2, 0, "riscv64-linux-gnu", "lib64", "riscv", { NULL } },
	{ 258, 2, 0, "loongarch64-linux-gnu", "lib64", "loongarch", { NULL } },
	{ 0, 0, -1, NULL, "lib", NULL, { NULL } },
};

static bool fits_platform(const struct platform *p, const struct elf *elf)
{
	return !p->machine || (p->machine == elf->machine && p->elf_class == elf->elf_class &&
				      p->big == elf->big_endian);
}

/* The n-th that fits; machines with two calling conventions have two. NULL behind the last. */
static const struct platform *platform_of(const struct elf *elf, size_t n)
{
	for (size_t i = 0; i < sizeof(platforms) / sizeof(platforms[0]); i++)
		if (fits_platform(&platforms[i], elf) && !n--)
			return &platforms[i];
	return NULL;
}

static const struct elf *program(const struct search *s)
{
	return s->loads[0].elf;
}

static bool same_machine(const struct elf *a, const struct elf *b)
{
	return a->machine == b->machine && a->elf_class == b->elf_class &&
	       a->big_endian == b->big_endian;
}

/* Does a trail end at a library that this program can load? Others are passed over, as the loader
 * does. */
static int fits(struct ctx *cx, struct search *s, const struct trail *t, bool *ret)
{
	struct object *o;
	int r;

	*ret = false;
	if (t->end != TRAIL_FILE)
		return 0;
	r = files_object(cx, s->fs, t->spot, &o);
	if (r == 0)
		*ret = o->kind == OBJECT_ELF && !o->broken && same_machine(&o->elf, program(s));
	return r;
}

static int probe_elsewhere(struct ctx *cx, const struct search *s, const char *path, bool *ret)
{
	struct source *owner = facts_claimant(s->f, path);
	struct probe p = { .kind = PROBE_ABSENT };
	int r = owner ? owner->ops->probe(cx, owner, path, &p) : 0;

	mem_free(p.elsewhere);
	*ret = r == 0 && (p.kind == PROBE_REGULAR || p.kind == PROBE_ELSEWHERE);
	return r;
}

static int judge(struct ctx *cx, struct search *s, struct hit *hit, bool *ret_found)
{
	int r = files_walk(cx, s->fs, s->f, hit->path, 0, &hit->trail);

	if (r < 0)
		return r;
	if (hit->trail.end == TRAIL_ELSEWHERE)
		return probe_elsewhere(cx, s, hit->trail.at, ret_found);
	return fits(cx, s, &hit->trail, ret_found);
}

/* Add path to the hits if a fitting library is there. */
static int try_path(
	struct ctx *cx, struct search *s, const char *path, struct hits *hits, bool *ret_found)
{
	struct hit *hit = &hits->hit[hits->n];
	int r;

	*ret_found = false;
	if (hits->n == HITS_MAX)
		return 0;
	/* Names times directories is a product that a small file can make very large. */
	if (++s->lookups > LOOKUPS_MAX)
		return fail(cx, OCIT_E_LIMIT, "more than %d places to look for its libraries in",
			LOOKUPS_MAX);
	hit->path = path;
	r = judge(cx, s, hit, ret_found);
	if (r == OCIT_E_SYSTEM && cx->sys == EACCES) {
		ctx_clear(cx);
		return 0;
	}
	hits->n += r == 0 && *ret_found;
	return r;
}

static int try_file(struct ctx *cx, struct search *s, const char *dir, const char *between,
	struct hits *hits, bool *ret_found)
{
	const char *path = arena_printf(&s->arena, "%s/%s%s", dir, between, hits->name);

	if (!path)
		return fail_nomem(cx);
	if (strlen(path) > FILES_PATH_MAX) {
		*ret_found = false;
		return 0;
	}
	return try_path(cx, s, path, hits, ret_found);
}

/* A directory with what it has for newer processors: which one runs it is not known here. */
static int try_dir(struct ctx *cx, struct search *s, const char *dir, struct hits *hits)
{
	const struct platform *p = platform_of(program(s), 0);
	bool found;
	int r = 0;

	for (size_t i = 0; !s->musl && p->levels[i] && r == 0; i++) {
		const char *between = arena_printf(&s->arena, "glibc-hwcaps/%s/", p->levels[i]);

		r = between ? try_file(cx, s, dir, between, hits, &found) : fail_nomem(cx);
	}
	return r < 0 ? r : try_file(cx, s, dir, "", hits, &hits->found);
}

static bool is_word(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z');
}

/* The length of $NAME or ${NAME} at text, or 0. */
static size_t token(const char *text, const char *name)
{
	size_t n = strlen(name);

	if (text[1] == '{')
		return !strncmp(text + 2, name, n) && text[2 + n] == '}' ? n + 3 : 0;
	return !strncmp(text + 1, name, n) && !is_word(text[1 + n]) ? n + 1 : 0;
}

/* form chooses among what $LIB may have been on the distribution. NULL: no value is known. */
static const char *lib_value(struct search *s, const struct platform *p, unsigned form)
{
	if (form)
		return p->lib;
	return p->triplet ? arena_printf(&s->arena, "lib/%s", p->triplet) : NULL;
}

/* What a "$" at text stands for; *ret_len is 0 when it is just a "$". */
static const char *token_value(
	struct search *s, const struct load *by, const char *text, unsigned form, size_t *ret_len)
{
	const struct platform *p = platform_of(program(s), 0);

	if ((*ret_len = token(text, "ORIGIN")))
		return by->origin;
	if (s->musl)
		return NULL;
	if ((*ret_len = token(text, "LIB")))
		return lib_value(s, p, form);
	if ((*ret_len = token(text, "PLATFORM")))
		return p->platform;
	return NULL;
}

/* A text with tokens in it. */
struct piece {
	const char *text;
	size_t len;
	unsigned form; /* of $LIB */
};

/* *ret is NULL when something in the text has no value. */
static int substitute(struct ctx *cx, struct search *s, const struct load *by, struct piece piece,
	const char **ret)
{
	AUTO(buf) struct buf out;
	int r;

	buf_init(&out, FILES_PATH_MAX);
	*ret = NULL;
	while (piece.len) {
		size_t n = 0;
		const char *value = NULL;

		if (*piece.text == '$')
			value = token_value(s, by, piece.text, piece.form, &n);
		if (n && !value)
			return 0;
		if (n)
			buf_str(&out, value);
		else
			buf_char(&out, *piece.text);
		n = n ? n : 1;
		piece.text += n;
		piece.len -= n < piece.len ? n : piece.len;
	}
	if (out.error == OCIT_E_LIMIT)
		return 0;
	r = buf_check(cx, &out);
	if (r < 0 || !out.len)
		return r;
	*ret = arena_copy(&s->arena, out.data, out.len);
	return *ret ? 0 : fail_nomem(cx);
}

/* One element of a RPATH or RUNPATH of the object by. */
static int try_element(struct ctx *cx, struct search *s, const struct load *by, struct piece piece,
	struct hits *hits)
{
	unsigned forms = memmem(piece.text, piece.len, "LIB", 3) ? LIB_FORMS : 1;

	for (; piece.form < forms && !hits->found; piece.form++) {
		const char *dir;
		int r = substitute(cx, s, by, piece, &dir);

		/* What is relative depends on where the program is started. */
		if (r == 0 && dir && dir[0] == '/')
			r = try_dir(cx, s, dir, hits);
		if (r < 0)
			return r;
	}
	return 0;
}

static int try_list(struct ctx *cx, struct search *s, const struct load *by, const char *list,
	const char *separators, struct hits *hits)
{
	int r = 0;

	while (list && *list && !hits->found && r == 0) {
		size_t len = strcspn(list, separators);

		if (len)
			r = try_element(cx, s, by, (struct piece){ list, len, 0 }, hits);
		list += len + (list[len] != '\0');
	}
	return r;
}

/* The RPATHs of an object and of all that needed it; one with a RUNPATH has none. musl makes no
 * difference between the two. */
static int try_rpaths(struct ctx *cx, struct search *s, uint32_t by, struct hits *hits)
{
	for (uint32_t i = by;; i = s->loads[i].loader) {
		const struct load *l = &s->loads[i];
		const char *list = l->elf ? l->elf->rpath : NULL;
		int r;

		if (s->musl && l->elf && !list)
			list = l->elf->runpath;
		r = try_list(cx, s, l, list, ":", hits);
		if (r < 0 || hits->found || !i)
			return r;
	}
}

/* A cache that cannot be used is no cache, and then it is said. */
static int read_cache(struct ctx *cx, struct files *fs, struct facts *f)
{
	AUTO(buf) struct buf bytes;
	struct trail t;
	int r = files_walk(cx, fs, f, "/etc/ld.so.cache", 0, &t);

	buf_init(&bytes, CACHE_MAX);
	if (r < 0 || t.end != TRAIL_FILE)
		return r;
	r = file_read(cx, files_root_fd(fs), fs->spots[t.spot].path + 1, FILE_IN_ROOT, &bytes);
	if (r == 0)
		r = ldcache_read(cx, bytes.data, bytes.len, &fs->arena, &fs->cache);
	if (r == 0 || r == OCIT_E_NOMEM || r == OCIT_E_CANCELLED)
		return r;
	r = facts_note(cx, f, "'/etc/ld.so.cache' is not used: %s", ctx_message(cx));
	ctx_clear(cx);
	return r;
}

static int index_cache(struct ctx *cx, struct files *fs, struct facts *f)
{
	int r;

	if (fs->cache_read)
		return 0;
	fs->cache_read = true;
	r = read_cache(cx, fs, f);
	for (size_t i = fs->cache.count; i-- > 0 && r == 0;) {
		const char *name = fs->cache.entries[i].soname;

		r = map_put(&fs->cache_index, name, strlen(name), (uint32_t)i);
		if (r < 0)
			return fail_nomem(cx);
	}
	return r;
}

static int add_default(struct ctx *cx, struct search *s, const char *prefix, const char *word)
{
	const char *dir = arena_printf(&s->arena, "%s%s", prefix, word);

	if (!dir)
		return fail_nomem(cx);
	for (size_t i = 0; i < s->n_defaults; i++)
		if (!strcmp(s->defaults[i], dir))
			return 0;
	if (s->n_defaults < DEFAULTS_MAX)
		s->defaults[s->n_defaults++] = dir;
	return 0;
}

/* The directories that need no configuration: those of Debian, those of others, those of all. */
static int list_defaults(struct ctx *cx, struct search *s)
{
	const struct platform *p;
	int r = 0;

	if (s->n_defaults)
		return 0;
	for (size_t n = 0; (p = platform_of(program(s), n)) && r == 0; n++) {
		const char *words[] = { lib_value(s, p, 0), p->lib };

		for (size_t i = 0; i < 4 && r == 0; i++)
			if (words[i / 2])
				r = add_default(cx, s, i % 2 ? "/usr/" : "/", words[i / 2]);
	}
	return r;
}

static int try_defaults(struct ctx *cx, struct search *s, struct hits *hits)
{
	int r = list_defaults(cx, s);

	for (size_t i = 0; i < s->n_defaults && !hits->found && r == 0; i++)
		r = try_dir(cx, s, s->defaults[i], hits);
	return r;
}

/* Is a path directly in a default directory, or in what that has for newer processors? */
static int is_default(struct ctx *cx, struct search *s, const char *path, bool *ret)
{
	int r = list_defaults(cx, s);

	*ret = false;
	for (size_t i = 0; i < s->n_defaults && !*ret; i++) {
		size_t n = strlen(s->defaults[i]);

		*ret = !strncmp(path, s->defaults[i], n) && path[n] == '/' &&
		       (!strchr(path + n + 1, '/') || text_starts(path + n + 1, "glibc-hwcaps/"));
	}
	return r;
}

static int try_entry(struct ctx *cx, struct search *s, const struct ldcache_entry *e, bool nodeflib,
	struct hits *hits)
{
	bool inside = false, found = false;
	int r = is_default(cx, s, e->path, &inside);

	if (r == 0 && e->path[0] == '/' && !(nodeflib && inside))
		r = try_path(cx, s, e->path, hits, &found);
	hits->found = found && !e->hwcap;
	hits->cache_only = hits->found && !inside;
	return r;
}

/* Entries of one name follow each other: those for newer processors first. */
static int try_cache(struct ctx *cx, struct search *s, bool nodeflib, struct hits *hits)
{
	const struct ldcache *cache = &s->fs->cache;
	uint32_t first;
	int r = index_cache(cx, s->fs, s->f);

	if (r < 0 || !map_find(&s->fs->cache_index, hits->name, strlen(hits->name), &first))
		return r;
	for (size_t i = first; i < cache->count && !hits->found && r == 0; i++) {
		if (strcmp(cache->entries[i].soname, hits->name))
			break;
		r = try_entry(cx, s, &cache->entries[i], nodeflib, hits);
	}
	return r;
}

/* What the loader knows without being told by an object. */
static int try_system(struct ctx *cx, struct search *s, bool nodeflib, struct hits *hits)
{
	int r;

	if (s->only_dir)
		return try_dir(cx, s, s->only_dir, hits);
	r = try_cache(cx, s, nodeflib, hits);
	if (r == 0 && !hits->found && !nodeflib)
		r = try_defaults(cx, s, hits);
	return r;
}

static int search_glibc(struct ctx *cx, struct search *s, uint32_t by, struct hits *hits)
{
	const struct elf *elf = s->loads[by].elf;
	const char *runpath = elf ? elf->runpath : NULL;
	int r;

	if (runpath)
		r = try_list(cx, s, &s->loads[by], runpath, ":", hits);
	else
		r = try_rpaths(cx, s, by, hits);
	if (r == 0 && !hits->found)
		r = try_system(cx, s, elf && elf->nodeflib, hits);
	return r;
}

/* "/etc/ld-musl-x86_64.path" beside "/lib/ld-musl-x86_64.so.1". */
static int read_musl_path(struct ctx *cx, struct search *s)
{
	const char *name = path_base(program(s)->interp);
	const char *path = arena_printf(&s->arena, "/etc/%.*s.path", (int)strcspn(name, "."), name);
	AUTO(buf) struct buf bytes;
	struct trail t;
	int r;

	buf_init(&bytes, MUSL_PATH_MAX);
	s->musl_path = "/lib:/usr/local/lib:/usr/lib";
	if (!path)
		return fail_nomem(cx);
	r = files_walk(cx, s->fs, s->f, path, 0, &t);
	if (r < 0 || t.end != TRAIL_FILE)
		return r;
	r = file_read(
		cx, files_root_fd(s->fs), s->fs->spots[t.spot].path + 1, FILE_IN_ROOT, &bytes);
	if (r < 0)
		return r;
	s->musl_path = arena_copy(&s->arena, bytes.len ? bytes.data : "", bytes.len);
	if (!s->musl_path)
		return fail_nomem(cx);
	/* The loader reads it again in the container. */
	return files_resolve(cx, s->fs, s->f,
		&(struct want){ .path = path, .from = s->loads[0].first, .rule = RULE_FEATURE });
}

static int search_musl(struct ctx *cx, struct search *s, uint32_t by, struct hits *hits)
{
	int r = try_rpaths(cx, s, by, hits);

	if (r == 0 && !hits->found && s->only_dir)
		return try_dir(cx, s, s->only_dir, hits);
	if (r == 0 && !hits->found && !s->musl_path)
		r = read_musl_path(cx, s);
	if (r == 0 && !hits->found)
		r = try_list(cx, s, &s->loads[by], s->musl_path, ":\n", hits);
	return r;
}

/* A name with a "/" is a path. */
static int search_slash(struct ctx *cx, struct search *s, uint32_t by, struct hits *hits)
{
	for (unsigned form = 0; form < LIB_FORMS && !hits->found; form++) {
		const char *path;
		struct piece piece = { hits->name, strlen(hits->name), form };
		int r = substitute(cx, s, &s->loads[by], piece, &path);

		if (r == 0 && path && path[0] == '/')
			r = try_path(cx, s, path, hits, &hits->found);
		if (r < 0)
			return r;
	}
	return 0;
}

int files_search(struct ctx *cx, struct search *s, uint32_t by, const char *name, struct hits *ret)
{
	ret->name = name;
	ret->n = 0;
	ret->found = ret->cache_only = false;
	if (strchr(name, '/'))
		return search_slash(cx, s, by, ret);
	if (s->musl)
		return search_musl(cx, s, by, ret);
	return search_glibc(cx, s, by, ret);
}
