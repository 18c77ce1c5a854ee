/* SPDX-License-Identifier: Apache-2.0 */
/* source/files_pam.c: the rules that PAM reads for a program, and the modules that rules name. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "codec/pam.h"
#include "os/listing.h"
#include "source/files.h"

enum { RULES_MAX = 1 << 20 };

static const char rules_dir[] = "/etc/pam.d";
static const char libpam[] = "libpam.so.0";

struct rules {
	struct ctx *cx;
	struct files *fs;
	struct facts *f;
	uint32_t node;
	const char *dir; /* of the file */
};

static int want_path(
	struct ctx *cx, struct facts *f, uint32_t from, const char *path, const char *detail)
{
	const struct want want = {
		.path = path,
		.from = from,
		.rule = RULE_PAM,
		.detail = detail,
		.optional = true,
	};

	return facts_want(cx, f, &want);
}

/* A program of this name that is in, as far as it is one that people start; GRAPH_NONE: none. */
static uint32_t find_program(const struct files *fs, const char *name, size_t len)
{
	static const char *const dirs[] = { "/usr/bin", "/usr/sbin", "/bin", "/sbin" };
	char path[64 + 255];
	uint32_t spot;

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]) && len < 255; i++) {
		snprintf(path, sizeof(path), "%s/%.*s", dirs[i], (int)len, name);
		if (map_find(&fs->index, path, strlen(path), &spot) &&
			fs->spots[spot].node != GRAPH_NONE)
			return fs->spots[spot].node;
	}
	return GRAPH_NONE;
}

/* A program asks for the service of its own name, or for a variant of that: "su" and "su-l". */
static uint32_t find_asker(const struct files *fs, const char *service)
{
	uint32_t node = find_program(fs, service, strlen(service));

	for (const char *dash = strchr(service, '-'); dash && node == GRAPH_NONE;
		dash = strchr(dash + 1, '-'))
		node = find_program(fs, service, (size_t)(dash - service));
	return node;
}

static int want_rules(
	struct ctx *cx, struct files *fs, struct facts *f, const char *name, uint32_t node)
{
	const char *path = arena_printf(&fs->arena, "%s/%s", rules_dir, name);
	uint32_t spot;

	if (!path)
		return fail_nomem(cx);
	if (map_find(&fs->index, path, strlen(path), &spot) && fs->spots[spot].roles & ROLE_PAM)
		return 0;
	return want_path(cx, f, node, path, name);
}

static bool has_libpam(const struct graph *g)
{
	for (size_t i = 0; i < g->n_nodes; i++)
		if (!strcmp(path_base(g->nodes[i].path), libpam))
			return true;
	return false;
}

int files_push_services(struct ctx *cx, struct files *fs, struct facts *f)
{
	AUTO(listing) struct listing l = { 0 };
	uint32_t asker = GRAPH_NONE;
	int r = has_libpam(f->graph) ? files_list(cx, fs, rules_dir, &l) : 0;

	for (size_t i = 0; i < l.count && r == 0; i++) {
		uint32_t node = find_asker(fs, listing_name(&l, i));

		if (node == GRAPH_NONE)
			continue;
		asker = node;
		r = want_rules(cx, fs, f, listing_name(&l, i), node);
	}
	return r < 0 || asker == GRAPH_NONE ? r : want_rules(cx, fs, f, "other", asker);
}

/* A module in a directory, whichever links lead there. NULL in *ret: not there. */
static int look_for(const struct rules *p, const char *dir, const char *name, const char **ret)
{
	const char *path = arena_printf(&p->fs->arena, "%s/%s", dir, name);
	struct trail t;
	int r = path ? files_walk(p->cx, p->fs, p->f, path, 0, &t) : fail_nomem(p->cx);

	*ret = r == 0 && t.end == TRAIL_FILE ? path : NULL;
	return r;
}

/* Where the library is, modules lie in "security" beside it. */
static int find_beside(const struct rules *p, const char *name, const char **ret)
{
	const struct graph *g = p->f->graph;
	int r = 0;

	for (size_t i = 0; i < g->n_nodes && r == 0 && !*ret; i++) {
		const char *path = g->nodes[i].path;
		const char *dir;

		if (strcmp(path_base(path), libpam) != 0)
			continue;
		dir = arena_printf(
			&p->fs->arena, "%.*ssecurity", (int)(path_base(path) - path), path);
		r = dir ? look_for(p, dir, name, ret) : fail_nomem(p->cx);
	}
	return r;
}

static int find_module(const struct rules *p, const char *name, const char **ret)
{
	static const char *const dirs[] = { "/usr/lib/security", "/lib/security" };
	int r;

	*ret = NULL;
	r = find_beside(p, name, ret);
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]) && r == 0 && !*ret; i++)
		r = look_for(p, dirs[i], name, ret);
	return r;
}

static int want_module(const struct rules *p, const char *name)
{
	const char *path = name[0] == '/' ? path_resolve(&p->fs->arena, "/", name) : NULL;
	const char *kept = arena_str(&p->fs->arena, path_base(name));
	int r = kept ? 0 : fail_nomem(p->cx);

	if (r == 0 && !path && !strchr(name, '/'))
		r = find_module(p, name, &path);
	if (r < 0 || !path)
		return r;
	r = want_path(p->cx, p->f, p->node, path, kept);
	return r < 0 ? r : files_hint_library(p->cx, p->fs, p->f, kept, p->node);
}

static int on_rule(void *data, const struct pam_rule *rule)
{
	const struct rules *p = data;
	const char *path;

	if (rule->kind == PAM_MODULE)
		return want_module(p, rule->name);
	path = path_resolve(&p->fs->arena, p->dir, rule->name);
	if (!path || !path_is_clean(path))
		return 0;
	return want_path(p->cx, p->f, p->node, path, NULL);
}

int files_expand_pam(struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot)
{
	const struct spot *s = &fs->spots[spot];
	struct rules p = { cx, fs, f, s->node, path_parent(&fs->arena, s->path) };
	AUTO(buf) struct buf text;
	int r;

	buf_init(&text, RULES_MAX);
	if (!p.dir)
		return fail_nomem(cx);
	if (s->info.size > RULES_MAX)
		return facts_note(cx, f, "'%s' is not searched for modules: %llu bytes, limit %d",
			s->path, (unsigned long long)s->info.size, RULES_MAX);
	r = file_read(cx, files_root_fd(fs), s->path + 1, FILE_IN_ROOT, &text);
	return r < 0 || !text.len ? r : pam_read(text.data, text.len, on_rule, &p);
}
