/* SPDX-License-Identifier: Apache-2.0 */
/* engine/roots.c: the closure starts with what the description names. */
#include "engine/roots.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "base/text.h"
#include "engine/cwd.h"
#include "engine/probe.h"
#include "engine/program.h"
#include "model/spec.h"
#include "source/source.h"

enum { PATH_BYTES_MAX = 4095, NAME_BYTES_MAX = 255, DETAIL_MAX = 300 };

struct roots {
	const struct spec *spec;
	struct facts *f;
	struct arena *a; /* the graph's */
	const char *base;
};

static int push(struct ctx *cx, struct roots *w, const char *path, enum rule rule, size_t i)
{
	char detail[DETAIL_MAX];
	const struct want want = {
		.path = path, .from = GRAPH_ROOT, .rule = rule, .detail = detail
	};

	snprintf(detail, sizeof(detail), rule == RULE_INCLUDE ? "include[%zu]" : "args[%zu]", i);
	return facts_want(cx, w->f, &want);
}

/* Text in which a source may find names of its own, wherever they stand. */
static int scan_args(struct ctx *cx, struct roots *w)
{
	for (size_t i = 0; i < w->spec->n_args; i++) {
		char detail[DETAIL_MAX];
		const struct want why = {
			.from = GRAPH_ROOT, .rule = RULE_ARGUMENT, .detail = detail
		};
		const char *arg = w->spec->args[i];
		int r = poll_cancel(cx);

		snprintf(detail, sizeof(detail), "args[%zu]", i);
		if (r == 0)
			r = facts_scan(cx, w->f, arg, strlen(arg), &why);
		if (r < 0)
			return within(cx, r, "args[%zu]", i);
	}
	return 0;
}

static int scan_env(struct ctx *cx, struct roots *w)
{
	for (size_t i = 0; i < w->spec->n_env; i++) {
		char detail[DETAIL_MAX];
		const struct want why = {
			.from = GRAPH_ROOT, .rule = RULE_ENVIRONMENT, .detail = detail
		};
		const char *name = w->spec->env[i];
		size_t len = strcspn(name, "=");
		const char *value = name + len + (name[len] == '=');
		int r = poll_cancel(cx);

		snprintf(detail, sizeof(detail), "env '%.*s'", len < 200 ? (int)len : 200, name);
		if (r == 0)
			r = facts_scan(cx, w->f, value, strlen(value), &why);
		if (r < 0)
			return within(cx, r, "%s", detail);
	}
	return 0;
}

/* Could the element be the name of a file? Long ones are texts; asking the disk would only fail. */
static bool may_name_file(const struct roots *w, const char *arg)
{
	size_t len = strlen(arg);

	if (!len || strchr(arg, '\n') || (arg[0] != '/' && !w->base))
		return false;
	if (len + 1 + (w->base ? strlen(w->base) : 0) > PATH_BYTES_MAX)
		return false;
	for (const char *s = arg; *s; s += strspn(s, "/")) {
		size_t n = strcspn(s, "/");

		if (n > NAME_BYTES_MAX)
			return false;
		s += n;
	}
	return true;
}

/* A word that happens to be the name of a directory is no reason to say anything. */
static bool means_directory(const char *arg)
{
	return strchr(arg, '/') || !strcmp(arg, ".") || !strcmp(arg, "..");
}

/* Is path at or below text? One that is too long is refused where it belongs. */
static int is_below(
	struct ctx *cx, const struct roots *w, const char *path, const char *text, bool *ret)
{
	const char *base = w->spec->directory ? w->spec->directory : "/";
	const char *dir;

	if (strlen(base) + 1 + strlen(text) > PATH_BYTES_MAX)
		return 0;
	dir = path_resolve(w->a, base, text);
	if (!dir)
		return fail_nomem(cx);
	*ret |= path_within(path, dir);
	return 0;
}

/* Does the description bring content there in another way? */
static int is_provided(struct ctx *cx, const struct roots *w, const char *path, bool *ret)
{
	bool provided = !path[1];
	int r = 0;

	for (size_t i = 0; i < w->spec->n_mounts && r == 0; i++)
		r = is_below(cx, w, path, w->spec->mounts[i].destination, &provided);
	for (size_t i = 0; i < w->spec->n_includes && r == 0; i++) {
		const struct include *include = &w->spec->includes[i];

		r = is_below(cx, w, path, include->path, &provided);
		if (r == 0 && include->destination)
			r = is_below(cx, w, path, include->destination, &provided);
	}
	if (r == 0)
		*ret = provided;
	return r;
}

static int note_directory(
	struct ctx *cx, struct roots *w, size_t i, const char *path, const struct probed *p)
{
	bool provided = false;
	int r;

	/* Sources that read text found their own directories there. */
	if (!means_directory(w->spec->args[i]) || p->owner->ops->scan)
		return 0;
	r = is_provided(cx, w, path, &provided);
	if (r < 0 || provided)
		return r;
	return facts_note(cx, w->f,
		"directory '%s' is named by args[%zu] but directories are not included: use "
		"--include or -v",
		path, i);
}

/* An element that only looks like a path must not stop everything. */
static int note_unreadable(struct ctx *cx, struct roots *w, size_t i, int r)
{
	if (r != OCIT_E_SYSTEM || (cx->sys != EACCES && cx->sys != EPERM))
		return within(cx, r, "args[%zu]", i);
	r = facts_note(cx, w->f, "args[%zu] was not looked up: %s", i, ctx_message(cx));
	if (r == 0)
		ctx_clear(cx);
	return r;
}

static int push_argument(struct ctx *cx, struct roots *w, size_t i)
{
	const char *arg = w->spec->args[i];
	const char *path;
	struct probed p;
	int r = poll_cancel(cx);

	if (r < 0 || !may_name_file(w, arg))
		return r;
	path = path_resolve(w->a, w->base ? w->base : "/", arg);
	if (!path)
		return fail_nomem(cx);
	if (cwd_kernel_dir(path))
		return 0;
	r = probe_path(cx, w->f, w->a, path, &p);
	if (r < 0)
		return note_unreadable(cx, w, i, r);
	if (p.kind == PROBE_DIR)
		return note_directory(cx, w, i, path, &p);
	if (p.kind != PROBE_REGULAR)
		return 0;
	if (arg[0] != '/' && !w->spec->cwd)
		w->f->graph->relative_args = true;
	return push(cx, w, path, RULE_ARGUMENT, i);
}

static int push_include(struct ctx *cx, struct roots *w, size_t i)
{
	const char *text = w->spec->includes[i].path;
	const char *base = w->spec->directory;
	const char *path;

	if (text[0] != '/' && !base)
		return fail(cx, OCIT_E_USAGE, "include '%s' is not absolute", text);
	if (strlen(text) + 1 + (base ? strlen(base) : 0) > PATH_BYTES_MAX)
		return fail(cx, OCIT_E_FORMAT, "include of %zu bytes is no path, limit %d",
			strlen(text), PATH_BYTES_MAX);
	path = path_resolve(w->a, base ? base : "/", text);
	if (!path)
		return fail_nomem(cx);
	if (!path_is_clean(path))
		return fail(cx, OCIT_E_FORMAT, "include '%s' has a newline", text);
	if (cwd_kernel_dir(path))
		return fail(cx, OCIT_E_FORMAT,
			"include '%s' lies in '%s', which belongs to the kernel", text,
			cwd_kernel_dir(path));
	return push(cx, w, path, RULE_INCLUDE, i);
}

/* The plan may start the command inside a store path only if there is a directory. */
static int look_at_cwd(struct ctx *cx, const struct roots *w)
{
	struct graph *g = w->f->graph;
	const char *cwd;
	struct probed p;
	int r = cwd_decide(cx, w->spec, g, w->a, &cwd);

	if (r < 0 || !cwd[1])
		return r;
	r = probe_path(cx, w->f, w->a, cwd, &p);
	if (r < 0)
		return cwd_within(cx, r, w->spec, cwd);
	g->cwd_is_dir = p.kind == PROBE_DIR;
	return 0;
}

static int push_all(struct ctx *cx, struct roots *w, const struct program *program)
{
	int r = push(cx, w, program->path, RULE_PROGRAM, 0);

	for (size_t i = 1; i < w->spec->n_args && r == 0; i++)
		r = push_argument(cx, w, i);
	for (size_t i = 0; i < w->spec->n_includes && r == 0; i++)
		r = push_include(cx, w, i);
	if (r == 0)
		r = scan_args(cx, w);
	if (r == 0)
		r = scan_env(cx, w);
	return r;
}

int roots_push(struct ctx *cx, const struct spec *spec, struct facts *f, const char **ret_program)
{
	struct roots w = { .spec = spec, .f = f, .a = &f->graph->arena };
	struct program program = { .path = NULL };
	int r = cwd_base(cx, spec, w.a, &w.base);

	if (r == 0)
		r = program_find(cx, spec, f, w.a, w.base, &program);
	if (r < 0)
		return r;
	f->graph->relative_args = program.relative && w.base && !spec->cwd;
	r = push_all(cx, &w, &program);
	if (r == 0)
		r = look_at_cwd(cx, &w);
	if (r == 0)
		*ret_program = program.path;
	return r;
}
