/* SPDX-License-Identifier: Apache-2.0 */
/* source/files_script.c: who interprets a script, as the kernel and env(1) find out. */
#include <string.h>

#include "base/text.h"
#include "source/files.h"

enum { SCRIPTS_MAX = 5 }; /* that the kernel passes through before it gives up */

struct script {
	struct files *fs;
	struct facts *f;
	uint32_t spot;
	uint32_t node;
	const char *path;
	const struct shebang *line;
	bool fatal; /* the command needs it */
};

/* An interpreter may be a script itself, and so on. */
static int check_chain(struct ctx *cx, const struct script *s, bool *ret_ok)
{
	const struct shebang *line = s->line;
	struct object *o;
	struct trail t;
	int r;

	for (int scripts = 1; scripts <= SCRIPTS_MAX; scripts++) {
		*ret_ok = true;
		r = files_walk(cx, s->fs, s->f, line->interpreter, 0, &t);
		if (r < 0 || t.end != TRAIL_FILE)
			return r;
		r = files_object(cx, s->fs, t.spot, &o);
		if (r < 0 || o->kind != OBJECT_SCRIPT || o->broken)
			return r;
		line = &o->shebang;
		if (line->interpreter[0] != '/')
			return 0;
	}
	*ret_ok = false;
	return files_complain(cx, s->f, s->fatal ? OCIT_E_FORMAT : 0, s->path,
		"more than %d scripts interpret each other, up to '%s'", SCRIPTS_MAX,
		line->interpreter);
}

static int want_program(struct ctx *cx, const struct script *s, const char *path)
{
	const struct want want = {
		.path = path,
		.from = s->node,
		.rule = RULE_SHEBANG,
		.detail = s->line->program,
		.optional = !s->fatal,
	};

	return facts_want(cx, s->f, &want);
}

/* Directories that are not absolute depend on where the script is started. */
int files_search_program(struct ctx *cx, struct files *fs, const struct facts *f, const char *dirs,
	const char *name, const char **ret)
{
	*ret = NULL;
	for (const char *dir = dirs; *dir;) {
		size_t len = strcspn(dir, ":");
		const char *text, *path;
		bool found = false;
		int r;

		if (dir[0] == '/') {
			text = arena_printf(&fs->arena, "%.*s/%s", (int)len, dir, name);
			path = text ? path_resolve(&fs->arena, "/", text) : NULL;
			if (!path)
				return fail_nomem(cx);
			r = files_find_program(cx, fs, f, path, &found);
			if (r < 0)
				return r;
			if (found) {
				*ret = path;
				return 0;
			}
		}
		dir += len + (dir[len] == ':');
	}
	return 0;
}

/* "#!/usr/bin/env NAME": env is one interpreter, the program it starts is the other. */
static int find_env_program(struct ctx *cx, const struct script *s)
{
	const char *name = s->line->program;
	const char *dirs = s->line->path ? s->line->path : s->fs->search_path;
	const char *found = NULL;
	int r = 0;

	if (name[0] == '/')
		found = path_resolve(&s->fs->arena, "/", name);
	else if (strchr(name, '/'))
		return files_complain(cx, s->f, s->fatal ? OCIT_E_FORMAT : 0, s->path,
			"program '%s' depends on the working directory", name);
	else
		r = files_search_program(cx, s->fs, s->f, dirs, name, &found);
	if (r < 0 || found)
		return r < 0 ? r : want_program(cx, s, found);
	r = files_complain(cx, s->f, s->fatal ? OCIT_E_NOT_FOUND : 0, s->path,
		"program '%s' of '%s' is not in PATH '%s'", name, s->line->interpreter, dirs);
	if (r < 0 && strpbrk(name, " \t"))
		return advise(cx, r, "'env -S' splits a line into words");
	return r;
}

static int expand(struct ctx *cx, const struct script *s)
{
	struct want want = {
		.path = path_resolve(&s->fs->arena, "/", s->line->interpreter),
		.from = s->node,
		.rule = RULE_SHEBANG,
	};
	bool ok = false, there = false;
	int r;

	if (s->line->interpreter[0] != '/')
		return files_complain(cx, s->f, s->fatal ? OCIT_E_FORMAT : 0, s->path,
			"interpreter '%s' is not absolute", s->line->interpreter);
	if (!want.path)
		return fail_nomem(cx);
	r = check_chain(cx, s, &ok);
	if (r == 0 && ok)
		r = files_need_interpreter(cx, s->fs, s->f, &want, s->fatal, &there);
	if (r == 0 && there && s->line->program)
		r = find_env_program(cx, s);
	return r;
}

int files_expand_script(struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot)
{
	const struct spot *at = &fs->spots[spot];
	const struct script s = {
		.fs = fs,
		.f = f,
		.spot = spot,
		.node = at->node,
		.path = at->path,
		.line = &at->object->shebang,
		.fatal = at->roles & ROLE_PROGRAM,
	};

	return expand(cx, &s);
}
