/* SPDX-License-Identifier: Apache-2.0 */
/* source/files_imports.c: what a text imports, and what the texts of these modules do. */
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "source/dpkg_db.h"
#include "source/files_imports.h"

enum { TEXT_MAX = 4 << 20, LOOKS_MAX = 1000000, LOOK_NEW = 5, SCOPE_MAX = 1 << 20 };

static const uint64_t bytes_max = UINT64_C(1) << 30;

/* Places are bounded: names times directories is a product that a small file can make very large.
 * One that was looked at before costs no call of the system and no memory. */
static int count_look(struct imports *im, const char *path, bool is_new)
{
	im->fs->looked += is_new ? LOOK_NEW : 1;
	if (im->fs->looked <= LOOKS_MAX)
		return 0;
	return facts_note(im->cx, im->f,
		"'%s' and others: modules are not looked for any more, after %d places", path,
		LOOKS_MAX / LOOK_NEW);
}

static int probe_elsewhere(struct imports *im, enum look *ret)
{
	struct source *owner = facts_claimant(im->f, im->trail.at);
	struct probe p = { .kind = PROBE_ABSENT };
	int r = owner ? owner->ops->probe(im->cx, owner, im->trail.at, &p) : 0;

	mem_free(p.elsewhere);
	if (p.kind == PROBE_REGULAR)
		*ret = LOOK_FILE;
	else if (p.kind == PROBE_DIR)
		*ret = LOOK_DIR;
	return r;
}

int imports_look(struct imports *im, const char *path, enum look *ret)
{
	struct files *fs = im->fs;
	size_t before = fs->n_spots;
	int r;

	*ret = LOOK_NONE;
	if (fs->looked > LOOKS_MAX || strlen(path) > FILES_PATH_MAX)
		return 0;
	r = modules_walk(im->cx, fs, im->f, path, &im->trail);
	if (r == 0)
		r = count_look(im, path, fs->n_spots > before);
	if (r < 0 || im->trail.end == TRAIL_ELSEWHERE)
		return r < 0 ? r : probe_elsewhere(im, ret);
	if (im->trail.end == TRAIL_FILE)
		*ret = LOOK_FILE;
	else if (im->trail.end == TRAIL_DIR)
		*ret = LOOK_DIR;
	return 0;
}

int imports_is_unowned(struct imports *im, bool *ret)
{
	uint32_t owner = DPKG_NONE;
	int r = 0;

	if (im->fs->db && im->trail.end == TRAIL_FILE)
		r = dpkg_db_owner(im->cx, im->fs->db, im->fs->spots[im->trail.spot].path, &owner);
	*ret = owner == DPKG_NONE;
	return r;
}

/* What a text imports depends on where it is looked for, and on nothing else. */
static int find_scope(struct imports *im)
{
	AUTO(buf) struct buf text;
	struct map *scopes = &im->fs->scopes;
	uint32_t number = (uint32_t)scopes->count;
	int r;

	buf_init(&text, SCOPE_MAX);
	buf_str(&text, language_name(im->in->language));
	for (size_t i = 0; i < im->dirs.n; i++)
		buf_printf(&text, ":%s", im->dirs.list[i]);
	r = buf_check(im->cx, &text);
	if (r < 0)
		return r;
	if (!map_find(scopes, text.data, text.len, &number)) {
		const char *key = arena_copy(&im->fs->arena, text.data, text.len);

		if (!key || map_put(scopes, key, text.len, number) < 0)
			return fail_nomem(im->cx);
	}
	im->scope = arena_printf(&im->arena, "%u", number);
	return im->scope ? 0 : fail_nomem(im->cx);
}

/* Was the text at a real path read already? From now on it counts as read. */
static int is_read(struct imports *im, const char *path, bool *ret)
{
	struct files *fs = im->fs;
	int r = im->scope ? 0 : find_scope(im);
	const char *key = r == 0 ? arena_printf(&fs->arena, "%s%s", im->scope, path) : NULL;
	uint32_t unused;

	if (!key)
		return r < 0 ? r : fail_nomem(im->cx);
	*ret = map_find(&fs->modules, key, strlen(key), &unused);
	return *ret || map_put(&fs->modules, key, strlen(key), 0) == 0 ? 0 : fail_nomem(im->cx);
}

/* Its text is read once; that of a package's module never, for packages say what they need. */
static int add_module(struct imports *im, const char *path)
{
	struct module m = { .spot = im->trail.spot, .here = path_parent(&im->arena, path) };
	bool unowned = false, read = false;
	int r = m.here ? imports_is_unowned(im, &unowned) : fail_nomem(im->cx);

	if (r == 0 && unowned)
		r = is_read(im, im->fs->spots[m.spot].path, &read);
	if (r < 0 || !unowned || read)
		return r;
	if (mem_grow(&im->modules, &im->cap_modules, im->n_modules + 1, sizeof(m)) < 0)
		return fail_nomem(im->cx);
	im->modules[im->n_modules++] = m;
	return 0;
}

static int record(struct imports *im, const char *path, const char *detail)
{
	struct taken t = { .path = NULL };

	if (path)
		t = (struct taken){ arena_str(&im->arena, path), arena_str(&im->arena, detail) };
	if ((path && (!t.path || !t.detail)) ||
		mem_grow(&im->taken, &im->cap_taken, im->n_taken + 1, sizeof(t)) < 0)
		return fail_nomem(im->cx);
	im->taken[im->n_taken++] = t;
	return 0;
}

int imports_take(struct imports *im, const char *path, const char *detail)
{
	const struct want want = {
		.path = path,
		.from = im->from,
		.rule = RULE_IMPORT,
		.detail = detail,
		.optional = true,
	};
	int r = modules_walk(im->cx, im->fs, im->f, path, &im->trail);

	if (r == 0 && im->recording)
		r = record(im, path, detail);
	/* A directory goes in as a whole, once. */
	if (r == 0 && im->trail.end == TRAIL_DIR && im->fs->spots[im->trail.spot].whole)
		return 0;
	if (r == 0)
		r = files_resolve(im->cx, im->fs, im->f, &want);
	return r == 0 && im->trail.end == TRAIL_FILE ? add_module(im, path) : r;
}

/* Where is asked for does not change what an interpreter finds, so it is looked for once. */
static int find_known(struct imports *im, const struct import *i, const char *key)
{
	uint32_t at = (uint32_t)im->n_taken;
	const char *kept;
	int r;

	if (map_find(&im->known, key, strlen(key), &at)) {
		for (r = 0; r == 0 && im->taken[at].path; at++)
			r = imports_take(im, im->taken[at].path, im->taken[at].detail);
		return r;
	}
	im->recording = true;
	r = module_find(im, i);
	if (r == 0 && i->kind == IMPORT_MODULE)
		r = module_find_loads(im, i->name);
	im->recording = false;
	if (r == 0)
		r = record(im, NULL, NULL);
	kept = arena_str(&im->arena, key);
	if (!kept || map_put(&im->known, kept, strlen(kept), at) < 0)
		return fail_nomem(im->cx);
	return r;
}

int imports_one(void *data, const struct import *i)
{
	struct imports *im = data;
	const char *key = arena_printf(&im->names, "%d %s", i->kind, i->name);
	uint32_t level;
	int r = poll_cancel(im->cx);

	if (r < 0)
		return r;
	if (!key)
		return fail_nomem(im->cx);
	if (map_find(&im->told, key, strlen(key), &level) && level == i->level)
		return 0;
	if (map_put(&im->told, key, strlen(key), i->level) < 0)
		return fail_nomem(im->cx);
	if (i->kind == IMPORT_DIR || i->kind == IMPORT_LAST_DIR) {
		map_done(&im->known);
		map_init(&im->known);
		return module_find(im, i);
	}
	return i->level ? module_find(im, i) : find_known(im, i, key);
}

/* Begin with another text. */
static void turn_to(struct imports *im, uint32_t from, const char *here)
{
	im->from = from;
	im->here = here;
	map_done(&im->told);
	map_init(&im->told);
	arena_done(&im->names);
	arena_init(&im->names);
}

int imports_text(struct imports *im, uint32_t from, const char *here, const char *text, size_t len)
{
	turn_to(im, from, here);
	switch (im->in->language) {
	case LANGUAGE_PYTHON:
		return imports_python(text, len, imports_one, im);
	case LANGUAGE_PERL:
		return imports_perl(text, len, imports_one, im);
	case LANGUAGE_RUBY:
		return imports_ruby(text, len, imports_one, im);
	case LANGUAGE_NONE:
		break;
	}
	return 0;
}

static int note_unread(struct imports *im, const struct spot *s)
{
	if (s->info.size > TEXT_MAX)
		return facts_note(im->cx, im->f,
			"'%s' is not searched for imports: %llu bytes, limit %d", s->path,
			(unsigned long long)s->info.size, TEXT_MAX);
	if (im->fs->read > bytes_max)
		return 0;
	im->fs->read = bytes_max + 1;
	return facts_note(im->cx, im->f,
		"'%s' and others are not searched for imports: more than %llu bytes", s->path,
		(unsigned long long)bytes_max);
}

static int read_text(struct imports *im, uint32_t spot, const char *here)
{
	struct files *fs = im->fs;
	const struct spot *s;
	struct object *o;
	AUTO(buf) struct buf text;
	int r = files_object(im->cx, fs, spot, &o);

	buf_init(&text, TEXT_MAX + 1);
	if (r < 0 || !o->text)
		return r;
	s = &fs->spots[spot];
	if (s->info.size > TEXT_MAX || fs->read + s->info.size > bytes_max)
		return note_unread(im, s);
	fs->read += s->info.size;
	r = file_read(im->cx, files_root_fd(fs), s->path + 1, FILE_IN_ROOT, &text);
	return r < 0 ? r : imports_text(im, s->node, here, text.data, text.len);
}

int imports_modules(struct imports *im)
{
	int r = 0;

	for (size_t i = 0; i < im->n_modules && r == 0; i++) {
		struct module m = im->modules[i];

		r = read_text(im, m.spot, m.here);
	}
	return r;
}

/* Directories with ":" between them; relative ones count only where it is known to what. */
static int add_dirs(struct imports *im, const char *list, const char *base)
{
	int r = 0;

	while (*list && r == 0 && im->dirs.n < OWN_DIRS_MAX) {
		size_t len = strcspn(list, ":");
		const char *dir = arena_copy(&im->arena, list, len);

		if (!dir)
			return fail_nomem(im->cx);
		if (len && (dir[0] == '/' || base)) {
			dir = path_resolve(&im->arena, base ? base : "/", dir);
			r = dir ? paths_add(im->cx, &im->dirs, dir) : 0;
		}
		list += len + (list[len] == ':');
	}
	return r;
}

static int on_directory(void *data, char letter, const char *value)
{
	struct imports *im = data;

	if (letter != 'I' || im->in->language == LANGUAGE_PYTHON)
		return 0;
	return add_dirs(im, value, im->cwd);
}

static int add_environment(struct imports *im)
{
	static const char *const names[] = { [LANGUAGE_PYTHON] = "PYTHONPATH=",
		[LANGUAGE_PERL] = "PERL5LIB=",
		[LANGUAGE_RUBY] = "RUBYLIB=" };
	const char *name = names[im->in->language];
	int r = 0;

	for (size_t i = 0; i < im->fs->n_env && r == 0; i++)
		if (text_starts(im->fs->env[i], name))
			r = add_dirs(im, im->fs->env[i] + strlen(name), NULL);
	return r;
}

/* In the order in which interpreters look. */
static int add_all_dirs(struct imports *im, const struct import_start *s)
{
	struct line_end unused;
	int r = 0;

	if (im->own && im->in->language == LANGUAGE_PYTHON)
		r = paths_add(im->cx, &im->dirs, im->own);
	if (r == 0)
		r = interpreter_options(
			im->in->language, s->words, s->n, on_directory, im, &unused);
	if (r == 0)
		r = add_environment(im);
	for (size_t i = 0; i < im->in->dirs.n && r == 0; i++)
		r = paths_add(im->cx, &im->dirs, im->in->dirs.list[i]);
	for (size_t i = 0; i < im->in->n_added && r == 0; i++)
		r = paths_add(im->cx, &im->dirs, im->in->added[i].dir);
	return r;
}

static const char *working_directory(const struct files *fs, const struct facts *f)
{
	bool known = fs->base_is_cwd || f->graph->relative_args;

	return known && fs->base && fs->base[0] == '/' ? fs->base : NULL;
}

/* Once in a run. */
static int note_finder(struct imports *im)
{
	const char *file = im->in->finder;
	struct map *told = &im->fs->hinted;
	uint32_t unused;

	if (!file || map_find(told, file, strlen(file), &unused))
		return 0;
	if (map_put(told, file, strlen(file), 0) < 0)
		return fail_nomem(im->cx);
	return facts_note(
		im->cx, im->f, "'%s': where its program finds modules is not known", file);
}

int imports_begin(struct imports *im, const struct import_start *s)
{
	int r = interpreter_find(im->cx, im->fs, im->f, s->language, s->interpreter, &im->in);

	arena_init(&im->arena);
	arena_init(&im->names);
	map_init(&im->told);
	map_init(&im->known);
	map_init(&im->typelibs);
	im->cwd = working_directory(im->fs, im->f);
	im->own = s->own ? s->own : im->cwd;
	im->from = s->from;
	if (r == 0)
		r = add_all_dirs(im, s);
	if (r == 0)
		r = note_finder(im);
	if (r < 0 || !im->in->venv)
		return r;
	return imports_take(im, im->in->venv, path_base(im->in->venv));
}

int imports_file(struct imports *im, uint32_t spot, const char *here)
{
	bool read;
	int r = is_read(im, im->fs->spots[spot].path, &read);

	return r < 0 || read ? r : read_text(im, spot, here);
}
