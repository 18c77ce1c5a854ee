/* SPDX-License-Identifier: Apache-2.0 */
/* source/files_find_module.c: from the name of a module of Perl or Ruby to its files. */
#include <string.h>

#include "base/text.h"
#include "source/files_imports.h"
#include "source/host_tables.h"

enum { NAME_ROOM = IMPORT_NAME_MAX + 32 };

/* Without the file that names its directory a module would not be found. */
static int take_namer(struct imports *im, const char *dir, const char *detail)
{
	for (size_t i = 0; i < im->in->n_added; i++)
		if (path_within(dir, im->in->added[i].dir))
			return imports_take(im, im->in->added[i].file, detail);
	return 0;
}

int module_take_file(
	struct imports *im, const char *dir, const char *name, const char *detail, bool *ret_there)
{
	const char *path = arena_printf(&im->names, "%s/%s", dir, name);
	enum look look;
	int r = path ? imports_look(im, path, &look) : fail_nomem(im->cx);

	*ret_there = r == 0 && look == LOOK_FILE;
	if (*ret_there)
		r = imports_take(im, path, detail);
	return r == 0 && *ret_there ? take_namer(im, dir, detail) : r;
}

int module_take_first(struct imports *im, const struct paths *dirs, const char *name,
	const char *detail, const char **ret)
{
	bool there = false;
	int r = 0;

	*ret = NULL;
	for (size_t i = 0; i < dirs->n && r == 0 && !there; i++) {
		r = module_take_file(im, dirs->list[i], name, detail, &there);
		if (there)
			*ret = dirs->list[i];
	}
	return r;
}

/* A path as a program writes it. *ret is NULL when it depends on what is not known. */
static int absolute(struct imports *im, const char *base, const char *path, const char **ret)
{
	*ret = NULL;
	if (path[0] != '/' && !base)
		return 0;
	if ((path[0] == '/' ? 0 : strlen(base)) + strlen(path) >= FILES_PATH_MAX)
		return 0;
	*ret = path_resolve(&im->names, base ? base : "/", path);
	return *ret ? 0 : fail_nomem(im->cx);
}

/* Perl. */

/* "A/B" of "A::B", in a buffer of NAME_ROOM bytes. */
static void slashes(const char *name, char *ret)
{
	size_t len = 0;

	for (const char *s = name; *s && len + 1 < NAME_ROOM; s++) {
		bool colons = s[0] == ':' && s[1] == ':';

		ret[len++] = colons ? '/' : *s;
		s += colons;
	}
	ret[len] = '\0';
}

/* Functions of a module that are loaded one by one lie in a directory with an index. */
static int take_functions(struct imports *im, const char *base, const char *detail)
{
	enum look look;
	int r = 0;

	for (size_t i = 0; i < im->dirs.n && r == 0; i++) {
		const char *dir = arena_printf(&im->names, "%s/auto/%s", im->dirs.list[i], base);
		const char *index = dir ? arena_printf(&im->names, "%s/autosplit.ix", dir) : NULL;

		r = index ? imports_look(im, index, &look) : fail_nomem(im->cx);
		if (r == 0 && look == LOOK_FILE)
			return imports_take(im, dir, detail);
	}
	return r;
}

/* What XSLoader and AutoLoader take for a module. */
static int take_auto(struct imports *im, const char *base, const char *detail)
{
	const char *last = strrchr(base, '/'), *dir;
	const char *file = arena_printf(&im->names, "auto/%s/%s.so", base, last ? last + 1 : base);
	int r = file ? module_take_first(im, &im->dirs, file, detail, &dir) : fail_nomem(im->cx);

	return r < 0 ? r : take_functions(im, base, detail);
}

static int find_perl_module(struct imports *im, const char *name)
{
	char base[NAME_ROOM];
	const char *file, *dir;
	int r;

	slashes(name, base);
	file = arena_printf(&im->names, "%s.pm", base);
	r = file ? module_take_first(im, &im->dirs, file, name, &dir) : fail_nomem(im->cx);
	return r < 0 || !dir ? r : take_auto(im, base, name);
}

int module_add_dir(struct imports *im, const struct import *i, const char *own)
{
	const char *dir = NULL;
	int r = absolute(im, i->level ? own : im->cwd, i->name, &dir);

	if (r < 0 || !dir || im->dirs.n >= OWN_DIRS_MAX)
		return r;
	dir = arena_str(&im->arena, dir);
	r = dir ? paths_add(im->cx, &im->dirs, dir) : fail_nomem(im->cx);
	if (r < 0)
		return r;
	im->scope = NULL;
	if (i->kind == IMPORT_LAST_DIR)
		return 0;
	memmove(im->dirs.list + 1, im->dirs.list, (im->dirs.n - 1) * sizeof(*im->dirs.list));
	im->dirs.list[0] = dir;
	return 0;
}

/* Only a name that says it is a program: what else a text opens may be a secret. */
static bool is_program(const struct imports *im, const char *name)
{
	static const char *const perl[] = { ".pl", ".pm", ".ph", ".al" };

	if (im->in->language == LANGUAGE_RUBY)
		return text_ends(name, ".rb");
	for (size_t i = 0; i < sizeof(perl) / sizeof(perl[0]); i++)
		if (text_ends(name, perl[i]))
			return true;
	return false;
}

static bool is_path(const char *name)
{
	return name[0] == '/' || text_starts(name, "./") || text_starts(name, "../");
}

/* base: what a path that is not absolute is relative to, or NULL. */
static int take_path(struct imports *im, const char *base, const char *name)
{
	const char *path = NULL;
	enum look look = LOOK_NONE;
	int r = absolute(im, base, name, &path);

	if (r == 0 && path)
		r = imports_look(im, path, &look);
	return r == 0 && look == LOOK_FILE ? imports_take(im, path, name) : r;
}

/* A file by its path, or among the modules. */
static int find_file(struct imports *im, const struct import *i)
{
	const char *dir = NULL;
	int r = 0;

	if (!is_program(im, i->name))
		return 0;
	if (i->level)
		return im->here ? take_path(im, im->here, i->name) : 0;
	if (!is_path(i->name))
		r = module_take_first(im, &im->dirs, i->name, i->name, &dir);
	return r < 0 || dir ? r : take_path(im, im->cwd, i->name);
}

static int find_perl(struct imports *im, const struct import *i)
{
	switch (i->kind) {
	case IMPORT_MODULE:
		return find_perl_module(im, i->name);
	case IMPORT_DIR:
		return module_add_dir(im, i, im->own);
	case IMPORT_FILE:
		return find_file(im, i);
	default:
		return 0;
	}
}

/* Ruby. */

/* A gem is found by its specification, and reads what lies in its directory. */
static int take_gem(struct imports *im, const char *gem, const char *detail)
{
	const char *name = path_base(gem), *gems = path_parent(&im->names, gem);
	const char *home = gems ? path_parent(&im->names, gems) : NULL, *file;
	bool there;
	int r = home ? imports_take(im, gem, detail) : fail_nomem(im->cx);

	for (size_t i = 0; i < im->in->extensions.n && r == 0; i++)
		if (!strcmp(path_base(im->in->extensions.list[i]), name))
			r = imports_take(im, im->in->extensions.list[i], detail);
	if (r < 0)
		return r;
	file = arena_printf(&im->names, "specifications/%s.gemspec", name);
	return file ? module_take_file(im, home, file, detail, &there) : fail_nomem(im->cx);
}

static int find_in_gems(struct imports *im, const char *file, const char *detail, bool *ret_there)
{
	bool unowned;
	int r = 0;

	for (size_t i = 0; i < im->in->gems.n && r == 0; i++) {
		const char *gem = im->in->gems.list[i];
		const char *dir = arena_printf(&im->names, "%s/lib", gem);

		r = dir ? module_take_file(im, dir, file, detail, ret_there) : fail_nomem(im->cx);
		if (r < 0 || !*ret_there)
			continue;
		r = imports_is_unowned(im, &unowned);
		return r == 0 && unowned ? take_gem(im, gem, detail) : r;
	}
	return r;
}

/* A name may say how it ends. */
static int find_ruby_file(
	struct imports *im, const char *name, const char *end, const char *detail, bool *ret_there)
{
	const char *file = arena_printf(&im->names, "%s%s", name, end), *dir = NULL;
	enum look look;
	int r = 0;

	*ret_there = false;
	if (!file)
		return fail_nomem(im->cx);
	if (is_path(name)) {
		r = absolute(im, im->cwd, file, &file);
		if (r == 0 && file)
			r = imports_look(im, file, &look);
		*ret_there = r == 0 && file && look == LOOK_FILE;
		return *ret_there ? imports_take(im, file, detail) : r;
	}
	r = module_take_first(im, &im->dirs, file, detail, &dir);
	*ret_there = dir != NULL;
	return r < 0 || dir ? r : find_in_gems(im, file, detail, ret_there);
}

static int find_required(struct imports *im, const char *name, const char *detail)
{
	static const char *const ends[] = { ".rb", ".so" };
	bool there = false;
	int r = 0;

	if (text_ends(name, ends[0]) || text_ends(name, ends[1]))
		return find_ruby_file(im, name, "", detail, &there);
	for (size_t i = 0; i < 2 && r == 0 && !there; i++)
		r = find_ruby_file(im, name, ends[i], detail, &there);
	return r;
}

static int find_gem(struct imports *im, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < im->in->gems.n; i++) {
		const char *base = path_base(im->in->gems.list[i]);

		if (text_starts(base, name) && base[len] == '-' && base[len + 1] >= '0' &&
			base[len + 1] <= '9')
			return take_gem(im, im->in->gems.list[i], name);
	}
	return 0;
}

static int find_ruby(struct imports *im, const struct import *i)
{
	const char *path;
	int r;

	switch (i->kind) {
	case IMPORT_GEM:
		return find_gem(im, i->name);
	case IMPORT_DIR:
	case IMPORT_LAST_DIR:
		return module_add_dir(im, i, im->here);
	case IMPORT_FILE:
		return find_file(im, i);
	case IMPORT_MODULE:
		if (!i->level)
			return find_required(im, i->name, i->name);
		if (!im->here)
			return 0;
		r = absolute(im, im->here, i->name, &path);
		return r < 0 || !path ? r : find_required(im, path, i->name);
	default:
		return 0;
	}
}

int module_find(struct imports *im, const struct import *i)
{
	switch (im->in->language) {
	case LANGUAGE_PYTHON:
		return module_find_python(im, i);
	case LANGUAGE_PERL:
		return find_perl(im, i);
	case LANGUAGE_RUBY:
		return find_ruby(im, i);
	case LANGUAGE_NONE:
		break;
	}
	return 0;
}

int module_find_loads(struct imports *im, const char *when)
{
	const char *language = language_name(im->in->language);
	int r = 0;

	for (size_t i = 0; i < host_loads_len && r == 0; i++) {
		const struct host_load *l = &host_loads[i];
		const struct import import = { .kind = IMPORT_MODULE, .name = l->name };

		if (!strcmp(l->language, language) && !strcmp(l->when, when))
			r = module_find(im, &import);
	}
	return r;
}
