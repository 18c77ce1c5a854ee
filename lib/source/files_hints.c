/* SPDX-License-Identifier: Apache-2.0 */
/* source/files_hints.c: files that libraries open by names of their own: data/host/hints.table. */
#include <string.h>

#include "base/text.h"
#include "source/files.h"
#include "source/host_tables.h"

static const char libc_variable[] = "$LIBC";

/* The path of a hint on this host. NULL in *ret: it has none here. */
static int hint_path(struct ctx *cx, struct files *fs, const struct host_hint *hint,
	const char *libc_dir, const char **ret)
{
	*ret = hint->path;
	if (!text_starts(hint->path, libc_variable))
		return 0;
	*ret = NULL;
	if (!libc_dir)
		return 0;
	*ret = arena_printf(&fs->arena, "%s%s", libc_dir, hint->path + strlen(libc_variable));
	return *ret ? 0 : fail_nomem(cx);
}

static int want_hint(struct ctx *cx, struct facts *f, const char *path, uint32_t from)
{
	const struct want want = {
		.path = path,
		.from = from,
		.rule = RULE_HINT,
		.optional = true,
	};

	return facts_want(cx, f, &want);
}

/* Every hint of one kind, once in a run: the first that needs it is the reason. */
static int want_all(struct ctx *cx, struct files *fs, struct facts *f, const char *libc_dir,
	const char *kind, uint32_t from)
{
	uint32_t unused;
	int r = 0;

	if (map_find(&fs->hinted, kind, strlen(kind), &unused))
		return 0;
	if (map_put(&fs->hinted, kind, strlen(kind), 0) < 0)
		return fail_nomem(cx);
	for (size_t i = 0; i < host_hints_len && r == 0; i++) {
		const char *path = NULL;

		if (strcmp(host_hints[i].when, kind) != 0)
			continue;
		r = hint_path(cx, fs, &host_hints[i], libc_dir, &path);
		if (r == 0 && path)
			r = want_hint(cx, f, path, from);
	}
	return r;
}

int files_hint_library(
	struct ctx *cx, struct files *fs, struct facts *f, const char *soname, uint32_t node)
{
	const char *last = NULL;
	int r = 0;

	for (size_t i = 0; i < host_hints_len && r == 0; i++) {
		const char *when = host_hints[i].when;

		if ((last && !strcmp(last, when)) || when[0] == '@' || !text_starts(soname, when))
			continue;
		last = when;
		r = want_all(cx, fs, f, NULL, when, node);
	}
	return r;
}

int files_hint_features(
	struct ctx *cx, struct files *fs, struct facts *f, uint32_t features, uint32_t node)
{
	static const struct {
		uint32_t feature;
		const char *kind;
	} kinds[] = {
		{ ELF_WANTS_SERVICES, "@services" },
		{ ELF_WANTS_PROTOCOLS, "@protocols" },
	};
	int r = 0;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && r == 0; i++)
		if (features & kinds[i].feature)
			r = want_all(cx, fs, f, NULL, kinds[i].kind, node);
	return r;
}

int files_hint_iconv(struct ctx *cx, struct files *fs, struct facts *f, const char *libc_dir,
	bool all, uint32_t node)
{
	const char *dir;

	if (fs->gconv == GCONV_NONE || !libc_dir)
		return 0;
	if (!all && fs->gconv != GCONV_ALL)
		return want_all(cx, fs, f, libc_dir, "@iconv", node);
	dir = arena_printf(&fs->arena, "%s/gconv", libc_dir);
	return dir ? want_hint(cx, f, dir, node) : fail_nomem(cx);
}

/* "Europe/Paris", perhaps behind a colon. What is no such name is a rule of POSIX or a path. */
static int want_zone(
	struct ctx *cx, struct files *fs, struct facts *f, const char *zone, uint32_t node)
{
	const struct want want = {
		.path = arena_printf(&fs->arena, "/usr/share/zoneinfo/%s", zone + (zone[0] == ':')),
		.from = node,
		.rule = RULE_HINT,
		.detail = "TZ",
		.optional = true,
	};

	if (!want.path)
		return fail_nomem(cx);
	return path_is_clean(want.path) ? facts_want(cx, f, &want) : 0;
}

int files_hint_zone(struct ctx *cx, struct files *fs, struct facts *f, uint32_t node)
{
	static const char variable[] = "TZ=";
	int r = 0;

	for (size_t i = 0; i < fs->n_env && r == 0; i++)
		if (text_starts(fs->env[i], variable))
			r = want_zone(cx, fs, f, fs->env[i] + strlen(variable), node);
	for (size_t i = 0; i < fs->n_args && r == 0; i++)
		if (text_starts(fs->args[i], variable))
			r = want_zone(cx, fs, f, fs->args[i] + strlen(variable), node);
	return r;
}
