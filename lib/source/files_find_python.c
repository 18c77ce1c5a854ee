/* SPDX-License-Identifier: Apache-2.0 */
/* source/files_find_python.c: from the name of a module of Python to its files. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "source/files_imports.h"

enum { SPACES_MAX = 32, NAME_ROOM = IMPORT_NAME_MAX + 32 };

enum part { PART_NONE, PART_SPACE, PART_MODULE, PART_PACKAGE };

/* One part of a dotted name. */
struct piece {
	const char *text;
	size_t len;
	const char *whole;
};

/* dir/NAME with one of the ends that modules have. */
static int take_forms(struct imports *im, const char *dir, struct piece piece, bool *ret_there)
{
	const char *const ends[] = { im->in->extension ? im->in->extension : ".so", ".abi3.so",
		".so", ".py", ".pyc" };
	int r = 0;

	*ret_there = false;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]) && r == 0 && !*ret_there; i++) {
		const char *file = arena_printf(
			&im->names, "%.*s%s", (int)piece.len, piece.text, ends[i]);

		r = file ? module_take_file(im, dir, file, piece.whole, ret_there)
			 : fail_nomem(im->cx);
	}
	return r;
}

/* A directory without __init__ may be a part of a package that lies in several. *ret_dir is the
 * directory. */
static int take_part(struct imports *im, const char *dir, struct piece piece, enum part *ret,
	const char **ret_dir)
{
	static const char init[] = "__init__";
	enum look look;
	bool there = false;
	int r;

	*ret = PART_NONE;
	*ret_dir = arena_printf(&im->names, "%s/%.*s", dir, (int)piece.len, piece.text);
	r = *ret_dir ? imports_look(im, *ret_dir, &look) : fail_nomem(im->cx);
	if (r == 0 && look == LOOK_DIR) {
		*ret = PART_SPACE;
		r = take_forms(
			im, *ret_dir, (struct piece){ init, strlen(init), piece.whole }, &there);
	}
	if (there)
		*ret = PART_PACKAGE;
	if (r < 0 || there)
		return r;
	r = take_forms(im, dir, piece, &there);
	if (there)
		*ret = PART_MODULE;
	return r;
}

/* Where the next part of a dotted name is looked for. */
struct spaces {
	const char *list[SPACES_MAX];
	size_t n;
};

/* One part of the name in all directories: the first package or module hides what is before it. */
static int step(struct imports *im, const struct paths *from, struct piece piece, struct spaces *to,
	enum part *ret)
{
	int r = 0;

	*ret = PART_NONE;
	to->n = 0;
	for (size_t i = 0; i < from->n && r == 0 && *ret < PART_MODULE; i++) {
		const char *dir;

		r = take_part(im, from->list[i], piece, ret, &dir);
		if (*ret >= PART_MODULE)
			to->n = 0;
		if ((*ret == PART_SPACE || *ret == PART_PACKAGE) && to->n < SPACES_MAX)
			to->list[to->n++] = dir;
	}
	return r;
}

/* *ret is what the last part was. */
static int find_dotted(
	struct imports *im, const struct paths *dirs, const char *name, enum part *ret)
{
	struct spaces spaces[2];
	struct paths from = *dirs;
	struct piece piece = { .text = name, .whole = name };

	for (unsigned turn = 0;; turn ^= 1) {
		struct spaces *to = &spaces[turn];
		int r;

		*ret = PART_NONE;
		piece.len = strcspn(piece.text, ".");
		if (!piece.len)
			return 0;
		r = step(im, &from, piece, to, ret);
		if (r < 0 || !piece.text[piece.len] || !to->n)
			return r;
		from = (struct paths){ .list = to->list, .n = to->n };
		piece.text += piece.len + 1;
	}
}

/* Libraries described for introspection; where several versions are, a text says which. */
static int find_typelib(struct imports *im, const char *name)
{
	size_t len = strcspn(name, "-");
	const char *file = arena_printf(&im->names, "%s.typelib", name), *dir;
	const char *key = arena_copy(&im->arena, name, len);

	if (!file || !key || map_put(&im->typelibs, key, len, 0) < 0)
		return fail_nomem(im->cx);
	return module_take_first(im, &im->in->typelibs, file, name, &dir);
}

/* The newest file whose name begins and ends so, in the first directory that has one. */
static int take_newest(struct imports *im, const struct paths *dirs, const char *begin,
	const char *end, const char *detail)
{
	const char *found = NULL;
	bool there = false;
	int r = 0;

	for (size_t i = 0; i < dirs->n && r == 0 && !there; i++) {
		r = modules_newest(im, dirs->list[i], begin, end, &found);
		if (r == 0 && found)
			r = module_take_file(im, dirs->list[i], found, detail, &there);
	}
	return r;
}

/* The version that no text says. */
static int find_newest_typelib(struct imports *im, const char *name)
{
	const char *begin = arena_printf(&im->names, "%s-", name);
	uint32_t unused;

	if (!begin)
		return fail_nomem(im->cx);
	if (map_find(&im->typelibs, name, strlen(name), &unused))
		return 0;
	return take_newest(im, &im->in->typelibs, begin, ".typelib", name);
}

/* "_sysconfigdata_*" */
static int find_beginning(struct imports *im, const char *name)
{
	const char *begin = arena_copy(&im->names, name, strlen(name) - 1);

	return begin ? take_newest(im, &im->in->dirs, begin, ".py", begin) : fail_nomem(im->cx);
}

/* The directory n - 1 above that of the text, or NULL. */
static const char *directory_of_level(struct imports *im, unsigned level)
{
	const char *dir = im->here;

	for (unsigned i = 1; i < level && dir && dir[1]; i++)
		dir = path_parent(&im->names, dir);
	return dir;
}

int module_find_python(struct imports *im, const struct import *i)
{
	static const char repository[] = "gi.repository.";
	const char *dir = directory_of_level(im, i->level);
	const struct paths one = { .list = &dir, .n = dir ? 1 : 0 };
	enum part part;
	int r;

	if (i->kind == IMPORT_TYPELIB)
		return find_typelib(im, i->name);
	if (i->kind == IMPORT_DIR || i->kind == IMPORT_LAST_DIR)
		return module_add_dir(im, i, dir);
	if (strchr(i->name, '/'))
		return 0;
	if (text_ends(i->name, "*"))
		return find_beginning(im, i->name);
	r = find_dotted(im, i->level ? &one : &im->dirs, i->name, &part);
	if (r == 0 && part == PART_NONE && text_starts(i->name, repository))
		r = find_newest_typelib(im, i->name + strlen(repository));
	return r;
}

int module_find_main(struct imports *im, const char *name)
{
	char text[NAME_ROOM];
	enum part part;
	int r;

	if (strchr(name, '/') || strlen(name) > IMPORT_NAME_MAX)
		return 0;
	r = find_dotted(im, &im->dirs, name, &part);
	if (r < 0 || part != PART_PACKAGE)
		return r;
	snprintf(text, sizeof(text), "%s.__main__", name);
	return find_dotted(im, &im->dirs, text, &part);
}
