/* SPDX-License-Identifier: Apache-2.0 */
/* source/files_programs.c: programs in Python, Perl and Ruby: scripts, and what command lines say.
 */
#include <string.h>

#include "base/text.h"
#include "source/dpkg_db.h"
#include "source/files_imports.h"

enum { WORDS_MAX = 32 };

static int no_option(void *data, char letter, const char *value)
{
	(void)data;
	(void)letter;
	(void)value;
	return 0;
}

/* An absolute path of a program, or NULL: it is not known. */
static int locate(struct ctx *cx, struct files *fs, const struct facts *f, const char *dirs,
	const char *name, const char **ret)
{
	*ret = NULL;
	if (!strchr(name, '/'))
		return files_search_program(cx, fs, f, dirs, name, ret);
	if (name[0] == '/' || (fs->base && fs->base[0] == '/'))
		*ret = path_resolve(&fs->arena, fs->base ? fs->base : "/", name);
	return 0;
}

/* The interpreter that an argument names; the first one may be a link to it. */
static int interpreter_of_argument(struct ctx *cx, struct files *fs, const struct facts *f,
	size_t i, enum language *ret, const char **ret_path)
{
	int r;

	*ret = language_of(fs->args[i]);
	*ret_path = NULL;
	if (i && !*ret)
		return 0;
	r = locate(cx, fs, f, fs->search_path, fs->args[i], ret_path);
	if (r < 0 || *ret || !*ret_path)
		return r;
	return language_of_program(cx, fs, f, *ret_path, ret);
}

/* Programs among the arguments, by the real path, and which argument is the interpreter. */
static int add_script(struct ctx *cx, struct files *fs, const struct facts *f, const char *name,
	size_t interpreter)
{
	const char *path = name;
	struct trail t;
	int r = 0;

	if (name[0] != '/')
		path = fs->base && fs->base[0] == '/' ? path_resolve(&fs->arena, fs->base, name)
						      : NULL;
	if (!path)
		return 0;
	r = modules_walk(cx, fs, f, path, &t);
	if (r < 0 || t.end != TRAIL_FILE)
		return r;
	path = fs->spots[t.spot].path;
	return map_put(&fs->scripts, path, strlen(path), (uint32_t)interpreter) < 0 ? fail_nomem(cx)
										    : 0;
}

static int read_scripts(struct ctx *cx, struct files *fs, const struct facts *f)
{
	int r = 0;

	if (fs->scripts_read)
		return 0;
	fs->scripts_read = true;
	for (size_t i = 0; i < fs->n_args && r == 0; i++) {
		struct line_end end;
		enum language language;
		const char *path;
		size_t at = i;

		r = interpreter_of_argument(cx, fs, f, i, &language, &path);
		if (r < 0 || !language)
			continue;
		interpreter_options(
			language, fs->args + i + 1, fs->n_args - i - 1, no_option, NULL, &end);
		i += end.next;
		if (end.script)
			r = add_script(cx, fs, f, fs->args[at + 1 + end.next], at);
	}
	return r;
}

/* The words of a first line, in the arena of fs. */
static int split(struct ctx *cx, struct files *fs, const char *line, struct import_start *s)
{
	const char **words = arena_array(&fs->arena, WORDS_MAX, sizeof(*words));

	if (!words)
		return fail_nomem(cx);
	s->words = words;
	while (line && s->n < WORDS_MAX) {
		size_t len;

		line += strspn(line, " \t");
		len = strcspn(line, " \t");
		if (!len)
			break;
		words[s->n] = arena_copy(&fs->arena, line, len);
		if (!words[s->n++])
			return fail_nomem(cx);
		line += len;
	}
	return 0;
}

static int start_of_line(struct ctx *cx, struct files *fs, const struct facts *f,
	const struct shebang *line, struct import_start *ret)
{
	const char *name = line->program ? line->program : line->interpreter;
	int r = locate(
		cx, fs, f, line->path ? line->path : fs->search_path, name, &ret->interpreter);

	ret->language = language_of(name);
	if (r == 0 && !ret->language && ret->interpreter)
		r = language_of_program(cx, fs, f, ret->interpreter, &ret->language);
	if (r < 0 || !ret->language || line->program)
		return r;
	return split(cx, fs, line->argument, ret);
}

/* Who interprets a file: an argument before it, or its first line. */
static int find_start(struct ctx *cx, struct files *fs, const struct facts *f, uint32_t spot,
	struct import_start *ret)
{
	const char *path = fs->spots[spot].path;
	const struct object *o = fs->spots[spot].object;
	uint32_t i;
	int r = read_scripts(cx, fs, f);

	if (r == 0 && map_find(&fs->scripts, path, strlen(path), &i)) {
		ret->words = fs->args + i + 1;
		ret->n = fs->n_args - i - 1;
		return interpreter_of_argument(cx, fs, f, i, &ret->language, &ret->interpreter);
	}
	return r < 0 || o->kind != OBJECT_SCRIPT ? r : start_of_line(cx, fs, f, &o->shebang, ret);
}

int files_scan_imports(struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot)
{
	AUTO(imports) struct imports im = { .cx = cx, .fs = fs, .f = f };
	struct import_start s = { .from = fs->spots[spot].node };
	const char *path = fs->spots[spot].path;
	int r;

	if (!(fs->spots[spot].roles & (ROLE_ROOT | ROLE_NAMED | ROLE_PROGRAM)))
		return 0;
	r = find_start(cx, fs, f, spot, &s);
	if (r < 0 || !s.language)
		return r;
	s.own = path_parent(&fs->arena, path);
	if (!s.own)
		return fail_nomem(cx);
	r = imports_begin(&im, &s);
	if (r == 0)
		r = imports_file(&im, spot, s.own);
	return r < 0 ? r : imports_modules(&im);
}

/* Command lines. */

static int load_python(struct imports *im, char letter, const char *value)
{
	int r;

	if (letter == 'c')
		return imports_text(im, im->from, im->cwd, value, strlen(value));
	if (letter != 'm')
		return 0;
	r = module_find_main(im, value);
	return r < 0 ? r : module_find_loads(im, "@module");
}

static int load_perl(struct imports *im, char letter, const char *value)
{
	int r = 0;

	if (letter == 'M' || letter == 'm')
		return imports_perl_option(value, strlen(value), imports_one, im);
	if (letter == 'E')
		r = module_find_loads(im, "@features");
	if (r < 0 || (letter != 'e' && letter != 'E'))
		return r;
	return imports_text(im, im->from, im->cwd, value, strlen(value));
}

static int load_ruby(struct imports *im, char letter, const char *value)
{
	const struct import import = { .kind = IMPORT_MODULE, .name = value };

	if (letter == 'e')
		return imports_text(im, im->from, im->cwd, value, strlen(value));
	if (letter != 'r' || !*value || strlen(value) > IMPORT_NAME_MAX)
		return 0;
	return imports_one(im, &import);
}

static int on_load(void *data, char letter, const char *value)
{
	struct imports *im = data;

	switch (im->in->language) {
	case LANGUAGE_PYTHON:
		return load_python(im, letter, value);
	case LANGUAGE_PERL:
		return load_perl(im, letter, value);
	case LANGUAGE_RUBY:
		return load_ruby(im, letter, value);
	case LANGUAGE_NONE:
		break;
	}
	return 0;
}

/* "env python3 -c ...": who starts it may be anybody. */
static int want_interpreter(
	struct ctx *cx, struct facts *f, const struct import_start *s, const char *name)
{
	const struct want want = {
		.path = s->interpreter,
		.from = s->from,
		.rule = RULE_TEXT,
		.detail = name,
		.optional = true,
	};

	return strchr(name, '/') || !s->interpreter ? 0 : facts_want(cx, f, &want);
}

static int scan_line(struct ctx *cx, struct files *fs, struct facts *f,
	const struct import_start *s, struct line_end *ret)
{
	AUTO(imports) struct imports im = { .cx = cx, .fs = fs, .f = f };
	int r = imports_begin(&im, s);

	if (r == 0)
		r = interpreter_options(s->language, s->words, s->n, on_load, &im, ret);
	return r < 0 ? r : imports_modules(&im);
}

int files_scan_import_options(struct ctx *cx, struct files *fs, struct facts *f, uint32_t node)
{
	int r = 0;

	for (size_t i = 0; i < fs->n_args && r == 0; i++) {
		struct line_end end = { .next = 0 };
		size_t at = i;
		struct import_start s = {
			.words = fs->args + i + 1,
			.n = fs->n_args - i - 1,
			.from = node,
		};

		r = interpreter_of_argument(cx, fs, f, i, &s.language, &s.interpreter);
		if (r < 0 || !s.language)
			continue;
		r = scan_line(cx, fs, f, &s, &end);
		if (r < 0)
			return r;
		i += end.next;
		if (at && (end.text || end.script))
			r = want_interpreter(cx, f, &s, fs->args[at]);
	}
	return r;
}

int files_expand_interpreter(struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot)
{
	AUTO(imports) struct imports im = { .cx = cx, .fs = fs, .f = f };
	const struct spot *at = &fs->spots[spot];
	const struct import_start s = {
		.language = language_of(at->path),
		.interpreter = at->path,
		.from = at->node,
	};
	uint32_t owner = DPKG_NONE;
	int r = 0;

	if (!s.language)
		return 0;
	if (fs->db)
		r = dpkg_db_owner(cx, fs->db, at->path, &owner);
	if (r < 0 || owner != DPKG_NONE)
		return r;
	r = imports_begin(&im, &s);
	if (r == 0)
		r = module_find_loads(&im, "@start");
	return r < 0 ? r : imports_modules(&im);
}
