/* SPDX-License-Identifier: Apache-2.0 */
/* source/files_modules.c: where an interpreter looks for modules: data/host/modules.table. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "os/listing.h"
#include "source/files_imports.h"
#include "source/host_tables.h"

enum { PREFIXES_MAX = 8 };

struct finding {
	struct ctx *cx;
	struct files *fs;
	const struct facts *f;
	struct interpreter *in;
	const char *prefixes[PREFIXES_MAX];
	size_t n_prefixes;
	struct paths *out; /* what patterns are expanded into */
};

int paths_add(struct ctx *cx, struct paths *p, const char *path)
{
	if (!path || mem_grow(&p->list, &p->cap, p->n + 1, sizeof(*p->list)) < 0)
		return fail_nomem(cx);
	p->list[p->n++] = path;
	return 0;
}

int modules_pass_over(struct ctx *cx, int r)
{
	if (r != OCIT_E_NOT_FOUND &&
		(r != OCIT_E_SYSTEM || (cx->sys != EACCES && cx->sys != EPERM)))
		return r;
	ctx_clear(cx);
	return 0;
}

int modules_walk(struct ctx *cx, struct files *fs, const struct facts *f, const char *path,
	struct trail *ret)
{
	int r = files_walk(cx, fs, f, path, 0, ret);

	if (r < 0)
		ret->end = TRAIL_ABSENT;
	return r < 0 ? modules_pass_over(cx, r) : 0;
}

/* *ret is where it really is; NULL: no directory. */
static int find_dir(
	struct ctx *cx, struct files *fs, const struct facts *f, const char *path, const char **ret)
{
	struct trail t;
	int r = modules_walk(cx, fs, f, path, &t);

	*ret = r == 0 && t.end == TRAIL_DIR ? fs->spots[t.spot].path : NULL;
	return r;
}

/* Nothing, if it is no directory. */
static int list_dir(struct ctx *cx, struct files *fs, const struct facts *f, const char *path,
	struct listing *l)
{
	const char *real = NULL;
	int r = find_dir(cx, fs, f, path, &real);

	return r < 0 || !real ? r : files_list(cx, fs, real, l);
}

/* Numbers in names are numbers, and the larger is first; where all is the same, the shorter: it may
 * be a link to the other, and that is the name by which things are looked for. */
static int newest_first(const void *a, const void *b)
{
	const char *x = *(const char *const *)a, *y = *(const char *const *)b;

	while (*x && *y) {
		size_t n = strspn(x, "0123456789"), m = strspn(y, "0123456789");
		int r = n && n == m ? memcmp(x, y, n) : (n > m) - (n < m);

		if (!n || !m)
			r = (unsigned char)*x - (unsigned char)*y;
		if (r)
			return -r;
		x += n ? n : 1;
		y += n ? n : 1;
	}
	return (*x != '\0') - (*y != '\0');
}

/* One may be said more exactly than the other. */
static bool fits(const char *a, const char *b)
{
	size_t n = strlen(a) < strlen(b) ? strlen(a) : strlen(b);

	return !n || (!memcmp(a, b, n) && (!a[n] || a[n] == '.') && (!b[n] || b[n] == '.'));
}

/* The word of a pattern that ends with "/" or the pattern. */
static bool is_word(const char *pattern, const char *word)
{
	size_t n = strlen(word);

	return !strncmp(pattern, word, n) && (pattern[n] == '/' || !pattern[n]);
}

static bool matches(const struct interpreter *in, const char *pattern, const char *name)
{
	const char *language = language_name(in->language);

	if (name[0] == '.')
		return false;
	if (is_word(pattern, "$NAME"))
		return text_starts(name, language) && strchr(name, '.') &&
		       fits(name + strlen(language), in->version);
	if (is_word(pattern, "$VERSION"))
		return name[0] >= '0' && name[0] <= '9' && fits(name, in->version);
	return is_word(pattern, "*") || strstr(name, "-linux");
}

static int expand(struct finding *p, const char *dir, const char *rest);

/* The names in dir that a variable stands for, the newest first; rest is behind it. */
static int expand_variable(
	struct finding *p, const char *dir, const char *pattern, const char *rest)
{
	struct listing l = { 0 };
	struct paths names = { 0 };
	int r = list_dir(p->cx, p->fs, p->f, *dir ? dir : "/", &l);

	for (size_t i = 0; i < l.count && r == 0; i++)
		if (matches(p->in, pattern, listing_name(&l, i)))
			r = paths_add(p->cx, &names, listing_name(&l, i));
	if (r == 0 && names.n)
		qsort(names.list, names.n, sizeof(*names.list), newest_first);
	for (size_t i = 0; i < names.n && r == 0; i++) {
		const char *path = arena_printf(&p->fs->arena, "%s/%s", dir, names.list[i]);

		r = path ? expand(p, path, rest) : fail_nomem(p->cx);
	}
	listing_done(&l);
	mem_free(names.list);
	return r;
}

static int add_dir(struct finding *p, const char *dir)
{
	const char *real = NULL;
	int r = find_dir(p->cx, p->fs, p->f, dir, &real);

	if (r < 0 || !real)
		return r;
	for (size_t i = 0; i < p->out->n; i++)
		if (!strcmp(p->out->list[i], dir))
			return 0;
	return paths_add(p->cx, p->out, dir);
}

/* All directories that a pattern stands for; each rest begins with "/". */
static int expand(struct finding *p, const char *dir, const char *rest)
{
	while (*rest) {
		size_t n = 1 + strcspn(rest + 1, "/");

		if (rest[1] == '$' || rest[1] == '*')
			return expand_variable(p, dir, rest + 1, rest + n);
		dir = arena_printf(&p->fs->arena, "%s%.*s", dir, (int)n, rest);
		if (!dir)
			return fail_nomem(p->cx);
		rest += n;
	}
	return add_dir(p, dir);
}

static int expand_row(struct finding *p, const char *pattern)
{
	static const char prefix[] = "$PREFIX";
	int r = 0;

	if (!text_starts(pattern, prefix))
		return expand(p, "", pattern);
	for (size_t i = 0; i < p->n_prefixes && r == 0; i++)
		r = expand(p, p->prefixes[i], pattern + strlen(prefix));
	return r;
}

/* The rows of a kind, in the arena of fs. */
static int expand_kind(struct finding *p, const char *kind, struct paths *ret)
{
	AUTO(paths) struct paths found = { 0 };
	int r = 0;

	p->out = &found;
	for (size_t i = 0; i < host_modules_len && r == 0; i++)
		if (!strcmp(host_modules[i].kind, kind))
			r = expand_row(p, host_modules[i].pattern);
	p->out = NULL;
	if (r < 0 || !found.n)
		return r;
	ret->list = arena_array(&p->fs->arena, found.n, sizeof(*ret->list));
	if (!ret->list)
		return fail_nomem(p->cx);
	memcpy(ret->list, found.list, found.n * sizeof(*ret->list));
	ret->n = found.n;
	return 0;
}

static int add_prefix(struct finding *p, const char *dir)
{
	const char *prefix = path_parent(&p->fs->arena, dir);

	if (!prefix)
		return fail_nomem(p->cx);
	if (!prefix[1])
		prefix = "";
	for (size_t i = 0; i < p->n_prefixes; i++)
		if (!strcmp(p->prefixes[i], prefix))
			return 0;
	if (p->n_prefixes < PREFIXES_MAX)
		p->prefixes[p->n_prefixes++] = prefix;
	return 0;
}

/* One of the names under which the interpreter is known. */
static int learn_name(struct finding *p, const char *path)
{
	const char *base = path_base(path), *dir = path_parent(&p->fs->arena, path);
	struct interpreter *in = p->in;

	if (!dir)
		return fail_nomem(p->cx);
	if (language_of(base) == in->language) {
		const char *version = base + strlen(language_name(in->language));

		if (strlen(version) > strlen(in->version))
			in->version = version;
	}
	return text_ends(path_base(dir), "bin") ? add_prefix(p, dir) : 0;
}

/* Its names and directories: as it was called, those of links, and the file's own. */
static int learn_names(struct finding *p, const char *path)
{
	struct trail t;
	int r = modules_walk(p->cx, p->fs, p->f, path, &t);

	if (r == 0)
		r = learn_name(p, path);
	for (size_t i = 0; i < t.n_links && r == 0; i++)
		if (!t.links[i].on_way)
			r = learn_name(p, p->fs->spots[t.links[i].spot].path);
	return r == 0 && t.end == TRAIL_FILE ? learn_name(p, p->fs->spots[t.spot].path) : r;
}

/* What is nowhere may be in any of the usual places. */
static int learn_prefixes(struct finding *p)
{
	int r;

	if (p->n_prefixes)
		return 0;
	r = add_prefix(p, "/usr/local/bin");
	return r < 0 ? r : add_prefix(p, "/usr/bin");
}

/* "NAME.cpython-311-x86_64-linux-gnu.so": from the first dot on it is always the same. */
static int learn_extension(struct finding *p)
{
	static const char mark[] = ".cpython-";
	struct interpreter *in = p->in;
	int r = 0;

	for (size_t i = 0; i < in->dirs.n && r == 0 && !in->extension; i++) {
		struct listing l = { 0 };

		if (!text_ends(in->dirs.list[i], "/lib-dynload"))
			continue;
		r = list_dir(p->cx, p->fs, p->f, in->dirs.list[i], &l);
		for (size_t k = 0; k < l.count && r == 0 && !in->extension; k++) {
			const char *found = strstr(listing_name(&l, k), mark);

			if (!found || !text_ends(found, ".so"))
				continue;
			in->extension = arena_str(&p->fs->arena, found);
			r = in->extension ? 0 : fail_nomem(p->cx);
		}
		listing_done(&l);
	}
	return r;
}

static int learn_venv(struct finding *p)
{
	int r = 0;

	for (size_t i = 0; i < p->n_prefixes && r == 0 && !p->in->venv; i++) {
		struct trail t;
		const char *path = arena_printf(&p->fs->arena, "%s/pyvenv.cfg", p->prefixes[i]);

		r = path ? modules_walk(p->cx, p->fs, p->f, path, &t) : fail_nomem(p->cx);
		if (r == 0 && t.end == TRAIL_FILE)
			p->in->venv = path;
	}
	return r;
}

static int learn_python(struct finding *p)
{
	int r = expand_kind(p, "typelib", &p->in->typelibs);

	if (r == 0)
		r = learn_extension(p);
	if (r == 0)
		r = learn_venv(p);
	return r < 0 ? r : interpreter_read_pth(p->cx, p->fs, p->f, p->in);
}

static int learn_ruby(struct finding *p)
{
	int r = expand_kind(p, "gems", &p->in->gems);

	return r < 0 ? r : expand_kind(p, "extensions", &p->in->extensions);
}

static int learn(struct finding *p, const char *path)
{
	enum language language = p->in->language;
	int r = path ? learn_names(p, path) : 0;

	if (r == 0)
		r = learn_prefixes(p);
	if (r == 0)
		r = expand_kind(p, language_name(language), &p->in->dirs);
	if (r == 0 && language == LANGUAGE_PYTHON)
		r = learn_python(p);
	if (r == 0 && language == LANGUAGE_RUBY)
		r = learn_ruby(p);
	return r;
}

int interpreter_find(struct ctx *cx, struct files *fs, const struct facts *f,
	enum language language, const char *path, const struct interpreter **ret)
{
	struct finding p = { .cx = cx, .fs = fs, .f = f };
	const char *key = arena_printf(
		&fs->arena, "%s %s", language_name(language), path ? path : "");
	int r;

	if (!key)
		return fail_nomem(cx);
	for (struct interpreter *i = fs->interpreters; i; i = i->next) {
		if (strcmp(i->key, key) != 0)
			continue;
		*ret = i;
		return 0;
	}
	p.in = arena_alloc(&fs->arena, sizeof(*p.in));
	if (!p.in)
		return fail_nomem(cx);
	*p.in = (struct interpreter){ .language = language, .key = key, .version = "" };
	r = learn(&p, path);
	if (r < 0)
		return r;
	p.in->next = fs->interpreters;
	fs->interpreters = p.in;
	*ret = p.in;
	return 0;
}

int modules_newest(
	struct imports *im, const char *dir, const char *begin, const char *end, const char **ret)
{
	struct listing l = { 0 };
	const char *best = NULL;
	int r = list_dir(im->cx, im->fs, im->f, dir, &l);

	for (size_t i = 0; i < l.count && r == 0; i++) {
		const char *name = listing_name(&l, i);

		if (!text_starts(name, begin) || !text_ends(name, end))
			continue;
		if (!best || newest_first(&name, &best) < 0)
			best = name;
	}
	*ret = NULL;
	if (r == 0 && best) {
		*ret = arena_str(&im->arena, best);
		r = *ret ? 0 : fail_nomem(im->cx);
	}
	listing_done(&l);
	return r;
}
