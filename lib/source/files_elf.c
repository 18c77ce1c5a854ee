/* SPDX-License-Identifier: Apache-2.0 */
/* source/files_elf.c: the interpreter and all libraries of one program, breadth first, as its
 * loader finds them. */
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "codec/dlopen_note.h"
#include "source/files.h"

enum { LOADS_MAX = 65536, CHAIN_MAX = 8, CHAIN_BYTES_MAX = 2048 };
enum { TYPE_EXEC = 2, TYPE_DYN = 3 };

static const char libgcc[] = "libgcc_s.so.1", libc[] = "libc.so.6";

static void auto_search(struct search *s)
{
	mem_free(s->loads);
	map_done(&s->names);
	arena_done(&s->arena);
}

static struct spot *spot_of(const struct search *s, uint32_t load)
{
	return &s->fs->spots[s->loads[load].spot];
}

/* The node that needs things on behalf of a load. */
static uint32_t node_of(const struct search *s, uint32_t load)
{
	return spot_of(s, load)->node;
}

static int add_name(struct ctx *cx, struct search *s, const char *name, uint32_t load)
{
	uint32_t old;

	if (!name || map_find(&s->names, name, strlen(name), &old))
		return 0;
	return map_put(&s->names, name, strlen(name), load) < 0 ? fail_nomem(cx) : 0;
}

static int add_load(struct ctx *cx, struct search *s, const struct load *def, uint32_t *ret)
{
	if (s->n_loads >= LOADS_MAX)
		return fail(cx, OCIT_E_LIMIT, "%zu libraries of one program", s->n_loads);
	if (mem_grow(&s->loads, &s->cap_loads, s->n_loads + 1, sizeof(*def)) < 0)
		return fail_nomem(cx);
	*ret = (uint32_t)s->n_loads;
	s->loads[s->n_loads++] = *def;
	return 0;
}

/* The program's own directory is the real one, as the kernel tells it. */
static int add_program(struct ctx *cx, struct search *s, uint32_t spot)
{
	const struct spot *at = &s->fs->spots[spot];
	struct load load = {
		.path = at->path,
		.origin = path_parent(&s->arena, at->path),
		.elf = &at->object->elf,
		.spot = spot,
		.first = at->node,
	};
	uint32_t i;
	int r = load.origin ? add_load(cx, s, &load, &i) : fail_nomem(cx);

	return r < 0 ? r : add_name(cx, s, load.elf->soname, i);
}

/* A library's directory is the one it was found in; a link there may lead to another. */
static int describe(
	struct ctx *cx, struct search *s, const struct hit *hit, uint32_t by, struct load *ret)
{
	const char *slash = strrchr(hit->path, '/');
	const struct trail *t = &hit->trail;
	struct load load = {
		.path = hit->path,
		.origin = arena_copy(&s->arena, hit->path, (size_t)(slash - hit->path)),
		.spot = FILES_NONE,
		.first = GRAPH_NONE,
		.loader = by,
	};

	if (!load.origin)
		return fail_nomem(cx);
	if (t->end == TRAIL_FILE) {
		load.spot = t->spot;
		load.elf = &s->fs->spots[t->spot].object->elf;
		load.first = s->fs->spots[t->spot].node;
		for (size_t i = t->n_links; i-- > 0;)
			if (!t->links[i].on_way)
				load.first = s->fs->spots[t->links[i].spot].node;
	}
	*ret = load;
	return 0;
}

static int push_hit(struct ctx *cx, struct search *s, const struct hit *hit, const struct want *why)
{
	const struct trail *t = &hit->trail;
	bool dropped = false;
	struct want next;
	uint32_t node;
	int r = 0;

	if (t->end == TRAIL_FILE)
		r = packages_drops(cx, s->fs, s->f, t->spot, why, &dropped);
	if (r < 0 || dropped)
		return r;
	r = files_push_links(cx, s->fs, s->f, t, why, &next);

	if (r == 0 && t->end == TRAIL_ELSEWHERE) {
		next.path = t->at;
		return facts_want(cx, s->f, &next);
	}
	if (r == 0)
		r = files_push_spot(cx, s->fs, s->f, t->spot, &node);
	if (r == 0)
		r = facts_edge(cx, s->f, next.from, node, next.rule, next.detail);
	return r < 0 ? r : packages_reach(cx, s->fs, s->f, t->spot, why);
}

/* The same file under two names is loaded once. */
static bool find_same(const struct search *s, const struct load *load, uint32_t *ret)
{
	for (size_t i = 0; i < s->n_loads; i++) {
		const struct load *l = &s->loads[i];

		if (load->spot != FILES_NONE
				? l->spot == load->spot
				: l->spot == FILES_NONE && !strcmp(l->path, load->path)) {
			*ret = (uint32_t)i;
			return true;
		}
	}
	return false;
}

/* One thing that was found for a name. */
static int take_hit(struct ctx *cx, struct search *s, const struct hit *hit, uint32_t by,
	const struct want *why, uint32_t *ret)
{
	struct load load;
	int r = push_hit(cx, s, hit, why);

	if (r == 0)
		r = describe(cx, s, hit, by, &load);
	if (r < 0 || find_same(s, &load, ret))
		return r;
	return add_load(cx, s, &load, ret);
}

static void add_chain(const struct search *s, uint32_t by, struct buf *ret)
{
	for (int i = 0; i < CHAIN_MAX; i++) {
		buf_printf(ret, "%s '%s'", i ? ", needed by" : "", s->loads[by].path);
		if (!by)
			return;
		by = s->loads[by].loader;
	}
	buf_str(ret, " ...");
}

/* What is opened at run time finds the libraries of its program loaded already. */
static bool program_has(const struct search *s, const char *name)
{
	uint32_t ignored;

	return !s->loads[0].elf->interp && map_find(&s->fs->loaded, name, strlen(name), &ignored);
}

static int note_missing(struct ctx *cx, struct search *s, uint32_t by, const char *name)
{
	AUTO(buf) struct buf chain;

	buf_init(&chain, CHAIN_BYTES_MAX);
	if (program_has(s, name))
		return 0;
	add_chain(s, by, &chain);
	return facts_missing(cx, s->f, "library '%s' is not found: needed by%s", name,
		chain.data ? chain.data : "");
}

/* Without the cache the loader of the container would not find it. */
static int want_cache(struct ctx *cx, struct search *s, const char *name)
{
	const struct want want = {
		.path = "/etc/ld.so.cache",
		.from = node_of(s, 0),
		.rule = RULE_FEATURE,
		.detail = name,
		.optional = true,
	};

	return facts_want(cx, s->f, &want);
}

static int search_name(
	struct ctx *cx, struct search *s, uint32_t by, const struct want *why, const char *name)
{
	struct hits hits;
	uint32_t load = 0;
	int r = files_search(cx, s, by, name, &hits);

	for (size_t i = 0; i < hits.n && r == 0; i++)
		r = take_hit(cx, s, &hits.hit[i], by, why, &load);
	if (r < 0)
		return r;
	if (!hits.found)
		return note_missing(cx, s, by, name);
	r = add_name(cx, s, name, load);
	if (r == 0 && s->loads[load].spot != FILES_NONE)
		r = files_hint_library(cx, s->fs, s->f, name, node_of(s, load));
	if (r == 0 && s->loads[load].elf)
		r = add_name(cx, s, s->loads[load].elf->soname, load);
	return r == 0 && hits.cache_only ? want_cache(cx, s, name) : r;
}

/* musl's loader is all of these libraries itself. */
static bool is_in_musl(const char *name)
{
	static const char *const names[] = { "c", "pthread", "rt", "m", "dl", "util", "xnet" };
	size_t n;

	if (!text_starts(name, "lib"))
		return false;
	n = strcspn(name + 3, ".");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (name[3 + n] && strlen(names[i]) == n && !strncmp(name + 3, names[i], n))
			return true;
	return false;
}

static int need(struct ctx *cx, struct search *s, uint32_t by, const char *name, enum rule rule)
{
	const struct want why = { .from = node_of(s, by), .rule = rule, .detail = name };
	uint32_t load;
	struct want again = why;

	if (s->musl && is_in_musl(name))
		return 0;
	if (!map_find(&s->names, name, strlen(name), &load))
		return search_name(cx, s, by, &why, name);
	if (s->loads[load].first != GRAPH_NONE)
		return facts_edge(cx, s->f, why.from, s->loads[load].first, rule, name);
	again.path = path_resolve(&s->arena, "/", s->loads[load].path);
	return again.path ? facts_want(cx, s->f, &again) : fail_nomem(cx);
}

static int load_needs(struct ctx *cx, struct search *s, uint32_t i)
{
	const struct elf *elf = s->loads[i].elf;
	int r = poll_cancel(cx);

	if (!elf)
		return r;
	for (size_t k = 0; k < elf->n_needed && r == 0; k++)
		r = need(cx, s, i, elf->needed[k], RULE_NEEDED);
	/* glibc opens it by name when a thread ends, and aborts when it is not there. */
	if (r == 0 && elf->features & ELF_WANTS_LIBGCC && !s->musl)
		r = need(cx, s, i, libgcc, RULE_FEATURE);
	return r;
}

/* What one object says of what it opens at run time. */
struct opening {
	struct ctx *cx;
	struct search *s;
	uint32_t by;
};

static int can_find(struct ctx *cx, struct search *s, uint32_t by, const char *name, bool *ret)
{
	struct hits hits;
	uint32_t load;
	int r = 0;

	*ret = map_find(&s->names, name, strlen(name), &load);
	if (*ret)
		return 0;
	r = files_search(cx, s, by, name, &hits);
	*ret = r == 0 && hits.found;
	return r;
}

/* Names are kept by what is found for them, and those of a note go away with it. */
static int on_opened(void *data, const struct dlopen_want *want)
{
	const struct opening *o = data;

	if (want->priority == DLOPEN_SUGGESTED)
		return 0;
	for (size_t i = 0; i < want->n_sonames; i++) {
		const char *name = arena_str(&o->s->fs->arena, want->sonames[i]);
		bool found = false;
		int r = name ? can_find(o->cx, o->s, o->by, name, &found) : fail_nomem(o->cx);

		if (r < 0 || found)
			return r < 0 ? r : need(o->cx, o->s, o->by, name, RULE_DLOPEN);
	}
	return want->priority == DLOPEN_REQUIRED
		       ? note_missing(o->cx, o->s, o->by, want->sonames[0])
		       : 0;
}

static int load_opens(struct ctx *cx, struct search *s, uint32_t i)
{
	struct opening o = { cx, s, i };
	const struct elf *elf = s->loads[i].elf;
	int r = 0;

	for (size_t k = 0; elf && k < elf->n_dlopen_notes && r == 0; k++) {
		const struct elf_note *note = &elf->dlopen_notes[k];

		r = dlopen_note_read(cx, note->bytes, note->len, on_opened, &o);
		if (r != OCIT_E_FORMAT && r != OCIT_E_LIMIT)
			continue;
		r = facts_note(cx, s->f, "'%s': what it opens at run time is not known: %s",
			s->loads[i].path, ctx_message(cx));
		ctx_clear(cx);
	}
	return r;
}

/* Where libc is, whatever its name leads to. NULL: it is none of the libraries, or not of here. */
static const struct load *find_libc(const struct search *s)
{
	uint32_t load;

	if (!map_find(&s->names, libc, strlen(libc), &load) || s->loads[load].spot == FILES_NONE)
		return NULL;
	return &s->loads[load];
}

/* libc offers to convert texts and to look up names; who asks for it is somebody else. */
static int want_data(struct ctx *cx, struct search *s)
{
	const struct load *from = s->musl ? NULL : find_libc(s);
	const char *dir = from ? from->origin : NULL;
	bool all = !strcmp(path_base(s->loads[0].path), "iconv") &&
		   spot_of(s, 0)->roles & ROLE_COMMAND;
	int r = 0;

	for (uint32_t i = 0; i < s->n_loads && r == 0; i++) {
		const struct elf *elf = s->loads[i].elf;

		if (!elf || (elf->soname && !strcmp(elf->soname, libc)))
			continue;
		r = files_hint_features(cx, s->fs, s->f, elf->features, node_of(s, i));
		if (r == 0 && dir && elf->features & ELF_WANTS_ICONV)
			r = files_hint_iconv(cx, s->fs, s->f, dir, all, node_of(s, i));
	}
	return r;
}

/* What libc looks names up with. */
static int want_modules(struct ctx *cx, struct search *s)
{
	const struct load *l = s->musl ? NULL : find_libc(s);

	return l ? files_hint_nss(cx, s->fs, s->f, l->origin, s->fs->spots[l->spot].node) : 0;
}

/* So that what is opened later may rely on it. */
static int remember_names(struct ctx *cx, struct search *s)
{
	for (size_t i = 0; i < s->n_loads; i++) {
		const struct elf *elf = s->loads[i].elf;

		for (size_t k = 0; elf && k < elf->n_needed; k++)
			if (map_put(&s->fs->loaded, elf->needed[k], strlen(elf->needed[k]), 0) < 0)
				return fail_nomem(cx);
	}
	return 0;
}

/* Of the command everything must be right. */
static int fatal_code(const struct search *s)
{
	return spot_of(s, 0)->roles & ROLE_PROGRAM ? OCIT_E_FORMAT : 0;
}

/* The loader is in memory before any library is looked for. */
static int add_interpreter(struct ctx *cx, struct search *s, const struct hit *hit)
{
	const struct trail *t = &hit->trail;
	struct object *o;
	struct load load;
	uint32_t i;
	int r;

	if (t->end == TRAIL_ELSEWHERE) {
		const char *dir = path_parent(&s->arena, t->at);

		s->only_dir = dir;
		return dir ? 0 : fail_nomem(cx);
	}
	r = files_object(cx, s->fs, t->spot, &o);
	if (r < 0)
		return r;
	if (o->kind != OBJECT_ELF || o->broken || o->elf.machine != s->loads[0].elf->machine ||
		o->elf.elf_class != s->loads[0].elf->elf_class)
		return files_complain(cx, s->f, fatal_code(s), s->loads[0].path,
			"interpreter '%s' is not for the same machine", hit->path);
	r = describe(cx, s, hit, 0, &load);
	if (r == 0)
		r = add_load(cx, s, &load, &i);
	if (r == 0)
		r = add_name(cx, s, path_base(hit->path), i);
	return r < 0 ? r : add_name(cx, s, load.elf->soname, i);
}

/* *ret_there false: without it there is no point in going on. */
static int find_interpreter(struct ctx *cx, struct search *s, bool *ret_there)
{
	const struct elf *elf = s->loads[0].elf;
	struct hit hit;
	struct want want = { .from = node_of(s, 0), .rule = RULE_INTERPRETER };
	int r;

	*ret_there = true;
	if (!elf->interp)
		return 0;
	if (elf->interp[0] != '/') {
		*ret_there = false;
		return files_complain(cx, s->f, fatal_code(s), s->loads[0].path,
			"interpreter '%s' is not absolute", elf->interp);
	}
	want.path = hit.path = path_resolve(&s->arena, "/", elf->interp);
	if (!want.path)
		return fail_nomem(cx);
	s->musl = text_starts(path_base(hit.path), "ld-musl-");
	r = files_need_interpreter(cx, s->fs, s->f, &want, fatal_code(s) != 0, ret_there);
	if (r < 0 || !*ret_there)
		return r;
	r = files_walk(cx, s->fs, s->f, hit.path, 0, &hit.trail);
	return r < 0 ? r : add_interpreter(cx, s, &hit);
}

/* system() and its like start /bin/sh. */
static int want_shell(struct ctx *cx, struct search *s)
{
	const struct elf *elf = s->loads[0].elf;
	const struct want want = {
		.path = "/bin/sh",
		.from = node_of(s, 0),
		.rule = RULE_FEATURE,
		.detail = "system, popen or wordexp",
		.optional = true,
	};

	if (!elf->interp || !(elf->features & ELF_WANTS_SHELL))
		return 0;
	return facts_want(cx, s->f, &want);
}

static int check_type(struct ctx *cx, struct facts *f, const struct spot *s)
{
	const struct elf *elf = &s->object->elf;

	if (s->roles & ROLE_PROGRAM && elf->type != TYPE_EXEC && elf->type != TYPE_DYN)
		return fail(cx, OCIT_E_FORMAT, "an ELF file of type %u is no program", elf->type);
	if (s->roles & ROLE_PROGRAM && !f->graph->machine)
		f->graph->machine = elf->machine;
	return 0;
}

static const char *library_path(const struct load *l)
{
	return l->elf ? l->elf->runpath ? l->elf->runpath : l->elf->rpath : NULL;
}

/* The loader trusts no $ORIGIN in a program that gains privileges, unless it means a directory of
 * the system. */
static int note_set_id(struct ctx *cx, const struct search *s)
{
	const struct spec *spec = s->fs->spec;
	const char *list = library_path(&s->loads[0]);

	if (!spec->keep_setuid || spec->no_new_privileges ||
		!(s->fs->spots[s->loads[0].spot].info.mode & 06000) || !list ||
		!(strstr(list, "$ORIGIN") || strstr(list, "${ORIGIN}")))
		return 0;
	return facts_note(cx, s->f,
		"'%s' is a set-id program: the loader may ignore '$ORIGIN' in its library path",
		s->loads[0].path);
}

/* Elements of RPATH and RUNPATH that depend on the working directory are not searched. */
static int note_relative(struct ctx *cx, struct search *s, const struct load *l)
{
	const char *list = library_path(l);

	while (list && *list) {
		size_t len = strcspn(list, ":");

		if (len && list[0] != '/' && list[0] != '$')
			return facts_note(cx, s->f,
				"'%s': library directory '%.*s' is relative and not searched",
				l->path, (int)len, list);
		list += len + (list[len] != '\0');
	}
	return 0;
}

static int find_libraries(struct ctx *cx, struct search *s)
{
	int r = note_set_id(cx, s);

	/* The list grows while it is gone through. */
	for (uint32_t i = 0; i < s->n_loads && r == 0; i++) {
		r = note_relative(cx, s, &s->loads[i]);
		if (r == 0)
			r = load_needs(cx, s, i);
		if (r == 0)
			r = load_opens(cx, s, i);
	}
	return r == 0 && s->loads[0].elf->interp ? remember_names(cx, s) : r;
}

int files_expand_elf(struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot)
{
	AUTO(search) struct search s = { .fs = fs, .f = f };
	const struct elf *elf = &fs->spots[spot].object->elf;
	bool there = false;
	int r = check_type(cx, f, &fs->spots[spot]);

	arena_init(&s.arena);
	map_init(&s.names);
	if (r < 0 || !(elf->dynamic || elf->interp))
		return r;
	r = add_program(cx, &s, spot);
	if (r == 0)
		r = find_interpreter(cx, &s, &there);
	/* A library for musl that was named by itself says so by what it needs. */
	for (size_t i = 0; !elf->interp && i < elf->n_needed; i++)
		s.musl |= text_starts(elf->needed[i], "libc.musl-");
	if (r < 0 || !there)
		return r;
	r = find_libraries(cx, &s);
	if (r == 0)
		r = want_data(cx, &s);
	if (r == 0)
		r = want_modules(cx, &s);
	return r < 0 ? r : want_shell(cx, &s);
}
