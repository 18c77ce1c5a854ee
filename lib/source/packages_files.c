/* SPDX-License-Identifier: Apache-2.0 */
/* source/packages_files.c: which files of a package go in. */
#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "base/text.h"
#include "codec/shell_words.h"
#include "source/host_tables.h"
#include "source/packages.h"

/* Looked at first, for most patterns begin with a directory: fnmatch() is for the rest. */
static bool matches(const char *pattern, const char *path)
{
	size_t plain = strcspn(pattern, "*");

	return !strncmp(pattern, path, plain) && !fnmatch(pattern + plain, path + plain, 0);
}

/* "de" is de, de_AT and de.UTF-8. */
static bool is_kept_locale(const struct packages *p, const char *path)
{
	static const char dir[] = "/usr/share/locale/";

	if (!text_starts(path, dir))
		return false;
	for (size_t i = 0; i < p->n_locales; i++) {
		size_t len = strlen(p->locales[i]);
		const char *name = path + strlen(dir);

		if (!strncmp(name, p->locales[i], len) && strchr("/_.@", name[len]))
			return true;
	}
	return false;
}

static bool is_kept(const struct packages *p, const char *word, const char *path)
{
	for (size_t i = 0; i < KEEP_WORDS; i++)
		if (!strcmp(keep_words[i], word))
			return (p->keep & 1U << i) ||
			       (1U << i == KEEP_LOCALE && is_kept_locale(p, path));
	return false;
}

bool packages_is_trimmed(const struct packages *p, const char *path)
{
	for (size_t i = 0; i < host_trims_len; i++)
		if (matches(host_trims[i].pattern, path))
			return !is_kept(p, host_trims[i].word, path);
	return false;
}

static bool is_in(const char *path, const char *const *dirs, size_t n)
{
	const char *slash = strrchr(path, '/');

	for (size_t i = 0; i < n; i++)
		if (strlen(dirs[i]) == (size_t)(slash - path) &&
			!strncmp(dirs[i], path, strlen(dirs[i])))
			return true;
	return false;
}

static bool is_program_path(const char *path)
{
	static const char *const dirs[] = { "/usr/bin", "/usr/sbin", "/usr/games", "/bin",
		"/sbin" };

	return is_in(path, dirs, sizeof(dirs) / sizeof(dirs[0]));
}

/* Directly in a directory of the loader, and named like a library. */
static bool is_library_path(const char *path)
{
	static const char *const dirs[] = { "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libx32",
		"/lib", "/lib32", "/lib64", "/libx32" };
	const char *slash = strrchr(path, '/'), *lib = strstr(path, "/lib/");

	if (!strstr(slash, ".so"))
		return false;
	if (is_in(path, dirs, sizeof(dirs) / sizeof(dirs[0])))
		return true;
	/* /usr/lib/TRIPLET */
	return lib && (lib == path || !strncmp(path, "/usr", (size_t)(lib - path))) &&
	       strchr(lib + 5, '/') == slash && memmem(lib, (size_t)(slash - lib), "-linux-", 7);
}

struct judging {
	bool program, library;
};

static int judge_path(void *data, const char *path)
{
	struct judging *j = data;

	j->program |= is_program_path(path);
	j->library |= is_library_path(path);
	return 0;
}

int packages_judge(struct ctx *cx, struct files *fs, uint32_t package, bool *ret_library)
{
	struct package_state *s = &fs->packages->state[package];
	struct judging j = { .program = false };
	int r = 0;

	if (!(s->flags & PACKAGE_JUDGED))
		r = dpkg_db_files(cx, fs->db, package, judge_path, &j);
	if (r < 0)
		return r;
	if (!(s->flags & PACKAGE_JUDGED) && j.library && !j.program &&
		!dpkg_package_is_dev(packages_get(fs, package)))
		s->flags |= PACKAGE_LIBRARY;
	s->flags |= PACKAGE_JUDGED;
	*ret_library = s->flags & PACKAGE_LIBRARY && !(s->flags & PACKAGE_NAMED);
	return 0;
}

/* One package on its way in. */
struct filing {
	struct ctx *cx;
	struct files *fs;
	struct facts *f;
	uint32_t package;
	bool library; /* its libraries go in where they are loaded */
};

static struct package_state *state_of(const struct filing *g)
{
	return &g->fs->packages->state[g->package];
}

/* The first of its files explains the others. */
static struct want reason_of(const struct filing *g, enum rule rule)
{
	const struct package_cause *c = &state_of(g)->cause;
	const char *name = packages_get(g->fs, g->package)->name;

	if (c->entry != GRAPH_NONE)
		return (struct want){ .from = c->entry, .rule = rule, .detail = name };
	return (struct want){ .from = c->from, .rule = c->rule, .detail = name };
}

static bool is_listed_readable(const char *path)
{
	for (size_t i = 0; i < host_readables_len; i++)
		if (matches(host_readables[i].pattern, path))
			return true;
	return false;
}

/*
 * What not everybody may read is no part of a program: keys, passwords, what others wrote. What is
 * in already was asked for by name.
 */
static int withhold(const struct filing *g, const struct spot *s, bool *ret)
{
	bool closed = s->kind == SPOT_FILE && s->node == GRAPH_NONE && !(s->info.mode & 0004);

	*ret = closed && !is_listed_readable(s->path) &&
	       (!(s->info.mode & 0111) || !process_is_root());
	if (!*ret)
		return 0;
	return facts_note(g->cx, g->f,
		"'%s' of package '%s' is left out: not everybody may read it (mode %04o)", s->path,
		packages_get(g->fs, g->package)->name, s->info.mode);
}

static int add_script(const struct filing *g, const char *path, uint32_t spot)
{
	struct packages *p = g->fs->packages;

	if (mem_grow(&p->scripts, &p->cap_scripts, p->n_scripts + 1, sizeof(*p->scripts)) < 0)
		return fail_nomem(g->cx);
	p->scripts[p->n_scripts++] = (struct package_script){
		.package = g->package, .path = path, .spot = spot
	};
	return 0;
}

static int find_interpreter(struct ctx *cx, struct files *fs, const struct facts *f,
	const struct shebang *line, struct trail *ret)
{
	const char *path = line->interpreter;
	int r = 0;

	ret->end = TRAIL_ABSENT;
	if (line->program && line->program[0] != '/')
		r = files_search_program(cx, fs, f, fs->search_path, line->program, &path);
	else if (line->program)
		path = line->program;
	return r < 0 || !path || path[0] != '/' ? r : files_walk(cx, fs, f, path, 0, ret);
}

static int has_interpreter(
	struct ctx *cx, struct files *fs, const struct facts *f, uint32_t spot, bool *ret)
{
	const struct shebang *line = &fs->spots[spot].object->shebang;
	struct trail t;
	int r = find_interpreter(cx, fs, f, line, &t);

	*ret = r == 0 && (t.end == TRAIL_ELSEWHERE ||
				 (t.end == TRAIL_FILE && fs->spots[t.spot].node != GRAPH_NONE));
	return r;
}

/*
 * Packages have scripts in languages that their programs do not need: a script of a package that
 * is not the command's waits until its interpreter is there for another reason.
 */
static int postpone(const struct filing *g, const char *path, uint32_t spot, bool *ret)
{
	const struct spot *s = &g->fs->spots[spot];
	struct object *o;
	int r;

	*ret = false;
	if (s->kind != SPOT_FILE || !(s->info.mode & 0111) || s->node != GRAPH_NONE ||
		state_of(g)->flags & (PACKAGE_ROOT | PACKAGE_NAMED))
		return 0;
	r = files_object(g->cx, g->fs, spot, &o);
	if (r < 0 || o->kind != OBJECT_SCRIPT || o->broken ||
		shell_is_known(o->shebang.program ? o->shebang.program : o->shebang.interpreter))
		return r;
	r = has_interpreter(g->cx, g->fs, g->f, spot, ret);
	*ret = r == 0 && !*ret;
	return *ret ? add_script(g, path, spot) : r;
}

static int push_file(
	const struct filing *g, const char *path, const struct trail *t, enum rule rule)
{
	const struct want why = reason_of(g, rule);
	struct want want = why;
	bool out, waits = false;
	int r = withhold(g, &g->fs->spots[t->spot], &out);

	if (r == 0 && !out)
		r = postpone(g, path, t->spot, &waits);
	if (r < 0 || out || waits)
		return r;
	want.path = path;
	want.optional = true;
	g->fs->spots[t->spot].roles |= ROLE_PACKAGED;
	r = files_resolve_trail(g->cx, g->fs, g->f, t, &want);
	if (r == 0 && state_of(g)->cause.entry == GRAPH_NONE)
		state_of(g)->cause.entry = g->fs->spots[t->spot].node;
	return r;
}

/* Where services keep what they write. */
static bool is_state(const char *path)
{
	static const char *const tops[] = { "/var/cache/", "/var/lib/", "/var/log/",
		"/var/spool/" };

	for (size_t i = 0; i < sizeof(tops) / sizeof(tops[0]); i++)
		if (text_starts(path, tops[i]) && strcmp(path, "/var/lib/dpkg") != 0)
			return true;
	return false;
}

/* The command's package may be one of several that are made from one source. */
static bool is_commands(const struct filing *g)
{
	const char *source = packages_get(g->fs, g->package)->source;

	for (size_t i = 0; i < g->fs->db->t.n_packages; i++)
		if (g->fs->packages->state[i].flags & PACKAGE_ROOT &&
			!strcmp(packages_get(g->fs, (uint32_t)i)->source, source))
			return true;
	return false;
}

static int push_empty_dir(const struct filing *g, uint32_t spot)
{
	const struct want why = reason_of(g, RULE_PACKAGE);
	uint32_t node;
	int r = files_push_spot(g->cx, g->fs, g->f, spot, &node);

	if (r == 0 && is_commands(g))
		facts_state(g->f, node);
	return r < 0 ? r : facts_edge(g->cx, g->f, why.from, node, why.rule, why.detail);
}

static int take_dir(const struct filing *g, const char *path, uint32_t spot)
{
	struct packages *p = g->fs->packages;

	if (mem_grow(&p->dirs, &p->cap_dirs, p->n_dirs + 1, sizeof(*p->dirs)) < 0)
		return fail_nomem(g->cx);
	p->dirs[p->n_dirs++] = (struct package_dir){ .path = path, .package = g->package };
	return is_state(path) ? push_empty_dir(g, spot) : 0;
}

static int take_trail(
	const struct filing *g, const char *path, const struct trail *t, enum rule rule)
{
	struct want why = reason_of(g, rule), next;

	switch (t->end) {
	case TRAIL_FILE:
		return push_file(g, path, t, rule);
	case TRAIL_DIR:
		if (!t->n_links || t->links[t->n_links - 1].on_way)
			return take_dir(g, g->fs->spots[t->spot].path, t->spot);
		break;
	case TRAIL_ELSEWHERE:
		why.path = path;
		why.optional = true;
		return files_resolve_trail(g->cx, g->fs, g->f, t, &why);
	case TRAIL_ABSENT:
		if (!t->n_links || t->links[t->n_links - 1].on_way)
			return packages_change(g->cx, g->fs->packages,
				&(struct package_change){ g->package, CHANGE_ABSENT, path });
		break;
	case TRAIL_KERNEL:
		break;
	case TRAIL_OTHER:
	case TRAIL_LOOP:
		return 0;
	}
	/* Links to directories and to nothing are what they are. */
	return t->n_links ? files_push_links(g->cx, g->fs, g->f, t, &why, &next) : 0;
}

static int push_path(const struct filing *g, const char *path, enum rule rule)
{
	struct trail t;
	int r = files_walk(g->cx, g->fs, g->f, path, 0, &t);

	/* What this user cannot see others will not miss. */
	if (r == OCIT_E_SYSTEM && (g->cx->sys == EACCES || g->cx->sys == EPERM)) {
		r = facts_note(g->cx, g->f, "'%s' is left out: %s", path, ctx_message(g->cx));
		ctx_clear(g->cx);
		return r;
	}
	return r < 0 ? r : take_trail(g, path, &t, rule);
}

int packages_push(struct ctx *cx, struct files *fs, struct facts *f, uint32_t package,
	const char *path, enum rule rule)
{
	const struct filing g = { cx, fs, f, package, false };

	return packages_is_trimmed(fs->packages, path) ? 0 : push_path(&g, path, rule);
}

static int collect(void *data, const char *path)
{
	const struct filing *g = data;
	struct packages *p = g->fs->packages;

	if (packages_is_trimmed(p, path) || (g->library && is_library_path(path)))
		return 0;
	if (mem_grow(&p->paths, &p->cap_paths, p->n_paths + 1, sizeof(*p->paths)) < 0)
		return fail_nomem(g->cx);
	p->paths[p->n_paths++] = path;
	return 0;
}

/* A program says more about a package than its first file by name. */
static int push_entry(const struct filing *g)
{
	const struct packages *p = g->fs->packages;
	int r = 0;

	for (size_t i = 0; i < p->n_paths && r == 0 && state_of(g)->cause.entry == GRAPH_NONE; i++)
		if (is_program_path(p->paths[i]))
			r = push_path(g, p->paths[i], RULE_PACKAGE);
	return r;
}

/* Some programs read what stays out elsewhere. */
static void heed_reader(struct packages *p, const struct dpkg_package *package)
{
	for (size_t i = 0; i < host_packages_len; i++)
		for (size_t k = 0;
			k < KEEP_WORDS && !strcmp(host_packages[i].name, package->name) &&
			host_packages[i].word;
			k++)
			if (!strcmp(keep_words[k], host_packages[i].word))
				p->keep |= 1U << k;
}

int packages_file(struct ctx *cx, struct files *fs, struct facts *f, uint32_t package)
{
	struct filing g = { cx, fs, f, package, false };
	struct packages *p = fs->packages;
	int r = packages_judge(cx, fs, package, &g.library);

	p->n_paths = 0;
	if (state_of(&g)->flags & PACKAGE_ROOT)
		heed_reader(p, packages_get(fs, package));
	if (r == 0)
		r = dpkg_db_files(cx, fs->db, package, collect, &g);
	if (r == 0)
		r = push_entry(&g);
	for (size_t i = 0; i < p->n_paths && r == 0; i++)
		r = push_path(&g, p->paths[i], RULE_PACKAGE);
	/* A package of nothing but names of others. */
	if (r == 0 && state_of(&g)->cause.entry == GRAPH_NONE)
		state_of(&g)->cause.entry = state_of(&g)->cause.from;
	return r;
}

int packages_push_scripts(struct ctx *cx, struct files *fs, struct facts *f)
{
	struct packages *p = fs->packages;
	int r = 0;

	for (size_t i = 0; i < p->n_scripts && r == 0; i++) {
		struct package_script s = p->scripts[i];
		struct filing g = { cx, fs, f, s.package, false };
		bool there = false;

		if (s.done)
			continue;
		r = has_interpreter(cx, fs, f, s.spot, &there);
		if (r < 0 || !(there || state_of(&g)->flags & (PACKAGE_ROOT | PACKAGE_NAMED)))
			continue;
		p->scripts[i].done = true;
		r = push_path(&g, s.path, RULE_PACKAGE);
	}
	return r;
}
