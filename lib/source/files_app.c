/* SPDX-License-Identifier: Apache-2.0 */
/* source/files_app.c: applications that live in a directory of their own, beside which they find
 * plugins, modules and data by where they are. */
#include <string.h>

#include "base/text.h"
#include "source/files.h"

enum { LEVELS_MAX = 32 };

static const struct tree_limit limit = { .files = 20000, .bytes = UINT64_C(512) << 20 };

/* Directories of everybody. A home directory is one, too. */
static bool is_shared(const char *dir)
{
	static const char *const shared[] = { "/", "/bin", "/boot", "/etc", "/home", "/lib",
		"/lib64", "/media", "/mnt", "/opt", "/root", "/root/.local", "/run", "/sbin",
		"/srv", "/tmp", "/usr", "/usr/bin", "/usr/games", "/usr/lib", "/usr/lib64",
		"/usr/libexec", "/usr/local", "/usr/local/lib", "/usr/local/share", "/usr/sbin",
		"/usr/share", "/usr/src", "/var", "/var/cache", "/var/lib", "/var/tmp" };
	const char *user = text_starts(dir, "/home/") ? dir + strlen("/home/") : NULL;

	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++)
		if (!strcmp(shared[i], dir))
			return true;
	if (!user)
		return false;
	user += strcspn(user, "/");
	return !*user || !strcmp(user, "/.local");
}

static int has_entry(struct ctx *cx, struct files *fs, const char *dir, const char *name, bool *ret)
{
	const char *path = arena_printf(&fs->arena, "%s/%s", dir, name);
	uint32_t spot;
	int r = path ? files_spot(cx, fs, path, &spot) : fail_nomem(cx);

	if (r == 0)
		*ret = fs->spots[spot].kind != SPOT_ABSENT;
	return r;
}

static int is_marked(struct ctx *cx, struct files *fs, const char *dir, bool *ret)
{
	static const char *const markers[] = { "pyvenv.cfg", "node_modules", "package.json" };
	int r = 0;

	*ret = false;
	for (size_t i = 0; i < sizeof(markers) / sizeof(markers[0]) && r == 0 && !*ret; i++)
		r = has_entry(cx, fs, dir, markers[i], ret);
	return r;
}

/* A virtual environment or a module tree above the file, the nearest one. NULL: none. */
static int find_marked(struct ctx *cx, struct files *fs, const char *path, const char **ret)
{
	const char *dir = path_parent(&fs->arena, path);

	*ret = NULL;
	for (int i = 0; dir && i < LEVELS_MAX && !is_shared(dir); i++) {
		bool marked;
		int r = is_marked(cx, fs, dir, &marked);

		if (r < 0)
			return r;
		if (marked) {
			*ret = dir;
			return 0;
		}
		dir = path_parent(&fs->arena, dir);
	}
	return dir ? 0 : fail_nomem(cx);
}

static bool has_origin(const char *list)
{
	return list && (strstr(list, "$ORIGIN") || strstr(list, "${ORIGIN}"));
}

/* Does the program open what lies beside it? */
static bool looks_around(const struct object *o)
{
	if (o->kind != OBJECT_ELF || o->broken)
		return false;
	return o->elf.features & ELF_WANTS_DLOPEN || has_origin(o->elf.runpath) ||
	       has_origin(o->elf.rpath);
}

/* The directory above bin, sbin or libexec, else the one it is in. */
static const char *own_dir(struct files *fs, const char *path)
{
	static const char *const programs[] = { "bin", "sbin", "libexec" };
	const char *dir = path_parent(&fs->arena, path);

	for (size_t i = 0; dir && i < sizeof(programs) / sizeof(programs[0]); i++)
		if (!strcmp(path_base(dir), programs[i]))
			return path_parent(&fs->arena, dir);
	return dir;
}

static int push(struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot, const char *dir)
{
	struct want why = { .from = fs->spots[spot].node, .rule = RULE_APPLICATION };
	uint32_t top;
	int r = files_spot(cx, fs, dir, &top);

	if (r < 0 || fs->spots[top].roles & ROLE_WANTED)
		return r;
	r = files_push_limited(cx, fs, f, top, &why, &limit);
	if (r == OCIT_E_LIMIT)
		return advise(cx, r,
			"it is the directory of an application: name what is needed of it with "
			"--include, and start it from elsewhere");
	return r;
}

int files_expand_application(struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot)
{
	const struct spot *s = &fs->spots[spot];
	const char *dir = NULL;
	int r = 0;

	if (s->whole || !(s->roles & ROLE_ROOT))
		return 0;
	r = find_marked(cx, fs, s->path, &dir);
	if (r == 0 && !dir && looks_around(fs->spots[spot].object)) {
		dir = own_dir(fs, fs->spots[spot].path);
		if (!dir)
			return fail_nomem(cx);
	}
	if (r < 0 || !dir || is_shared(dir))
		return r;
	return push(cx, fs, f, spot, dir);
}
