/* SPDX-License-Identifier: Apache-2.0 */
/* inspect/complete.c: the engine that built the bundle is asked again, inside it. */
#include "inspect/complete.h"

#include <stdio.h>
#include <string.h>

#include "base/ctx.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/elf.h"
#include "engine/engine.h"
#include "inspect/bundle.h"
#include "inspect/fields.h"
#include "model/graph.h"
#include "model/report.h"
#include "model/spec.h"
#include "os/file.h"

enum { ROOT_MAX = 32 };

/* What went wrong in the bundle is a finding; what went wrong here is a failure. */
static bool is_about_input(int code)
{
	return code == OCIT_E_NOT_FOUND || code == OCIT_E_FORMAT || code == OCIT_E_INTEGRITY ||
	       code == OCIT_E_UNSUPPORTED || code == OCIT_E_LIMIT || code == OCIT_E_USAGE;
}

static int finding_from_error(struct ctx *cx, int code, struct report *report)
{
	char text[CTX_MESSAGE_MAX];

	if (!is_about_input(code))
		return code;
	snprintf(text, sizeof(text), "%s", ctx_message(cx));
	ctx_clear(cx);
	return report_error(cx, report, "complete", "process.args", "%s", text);
}

static int set(struct ctx *cx, struct spec *s, const char *option, const char *value)
{
	return value ? spec_option(cx, s, option, value) : 0;
}

/* Only PATH says where things are; other values name nothing that a loader reads. */
static int set_path(struct ctx *cx, struct spec *s, const struct json_value *process)
{
	const struct json_value *env = field_array(process, "env");

	for (size_t i = 0; i < field_count(env); i++) {
		const char *pair = field_string_at(env, i);

		if (pair && text_starts(pair, "PATH="))
			return set(cx, s, "env", pair);
	}
	return 0;
}

static int describe(struct ctx *cx, const struct bundle *b, struct spec *s)
{
	const struct json_value *process = field_object(json_root(b->config), "process");
	const struct json_value *args = field_array(process, "args");
	char root[ROOT_MAX];
	int r;

	/* The descriptor is the root, whatever its name leads to by now. */
	snprintf(root, sizeof(root), "/proc/self/fd/%d", b->rootfs);
	r = set(cx, s, "root", root);
	if (!r)
		r = set(cx, s, "source", "files");
	if (!r)
		r = set(cx, s, "directory", field_string(process, "cwd"));
	if (!r)
		r = set_path(cx, s, process);
	for (size_t i = 0; !r && i < field_count(args); i++)
		r = set(cx, s, "arg", field_string_at(args, i));
	return r;
}

/* Files of /etc that a program with certain symbols looks for. */
static const struct {
	unsigned feature;
	const char *path, *why;
} etc_files[] = {
	{ ELF_WANTS_NSS, "etc/passwd", "users" },
	{ ELF_WANTS_NSS, "etc/group", "groups" },
	{ ELF_WANTS_NSS, "etc/nsswitch.conf", "names" },
	{ ELF_WANTS_NSS, "etc/hosts", "hosts" },
};

static int check_etc(struct ctx *cx, const struct bundle *b, const struct node *n,
	unsigned features, unsigned *told, struct report *report)
{
	for (size_t i = 0; i < sizeof(etc_files) / sizeof(etc_files[0]); i++) {
		struct file_info info;
		int r;

		if (!(features & etc_files[i].feature) || (*told & 1u << i))
			continue;
		r = file_look(cx, b->rootfs, etc_files[i].path, FILE_IN_ROOT, &info);
		if (!r)
			continue;
		if (r != OCIT_E_NOT_FOUND)
			return finding_from_error(cx, r, report);
		ctx_clear(cx);
		*told |= 1u << i;
		r = report_error(cx, report, "complete", n->path, "looks up %s, and /%s is missing",
			etc_files[i].why, etc_files[i].path);
		if (r < 0)
			return r;
	}
	return 0;
}

/* 0 and no features for what is no ELF file, or a broken one that only looks like it. */
static int read_features(struct ctx *cx, const struct graph *g, const struct node *n, unsigned *ret)
{
	const struct place *place = &g->places[n->place];
	AUTO(arena) struct arena a;
	AUTO(fd) int fd = -1;
	struct file_info info;
	struct ranged_fd ranged;
	struct elf elf;
	char head[4];
	size_t len = 0;
	int r;

	*ret = 0;
	arena_init(&a);
	r = file_open(cx, place->dirfd, n->where, FILE_BENEATH, &fd, &info);
	if (!r)
		r = file_head(cx, fd, n->path, head, sizeof(head), &len);
	if (r < 0 || !elf_is(head, len))
		return r;
	ranged_fd_init(&ranged, fd, info.size, n->path);
	if (elf_read(cx, &ranged.ranged, &a, &elf) < 0)
		ctx_clear(cx);
	else
		*ret = elf.features;
	return 0;
}

static int check_features(
	struct ctx *cx, const struct bundle *b, const struct graph *g, struct report *report)
{
	unsigned told = 0;

	for (size_t i = 0; i < g->n_nodes; i++) {
		const struct node *n = &g->nodes[i];
		unsigned features;
		int r;

		/* Whoever has libc needs no more than its users do: it defines these symbols. */
		if (n->kind != NODE_FILE || !n->where)
			continue;
		r = read_features(cx, g, n, &features);
		if (!r)
			r = check_etc(cx, b, n, features, &told, report);
		if (r < 0)
			return r;
	}
	return 0;
}

static int tell_missing(struct ctx *cx, const struct graph *g, struct report *report)
{
	int r = 0;

	for (size_t i = 0; !r && i < g->n_missing; i++)
		r = report_error(cx, report, "complete", "process.args", "%s", g->missing[i]);
	return r;
}

static const char *mount_over(const struct bundle *b, const char *path)
{
	const struct json_value *mounts = field_array(json_root(b->config), "mounts");

	for (size_t i = 0; path && i < field_count(mounts); i++) {
		const char *at = field_string(json_at(mounts, i), "destination");

		if (at && path_is_clean(at) && path_within(path, at))
			return at;
	}
	return NULL;
}

static int find_closure(struct ctx *cx, const struct spec *s, const struct source_ops *const *table,
	size_t table_len, struct graph **ret)
{
	int r = spec_check(cx, s);

	return r < 0 ? r : closure_find(cx, s, table, table_len, ret);
}

int complete_check(struct ctx *cx, const struct bundle *b, const struct source_ops *const *table,
	size_t table_len, struct report *report)
{
	const struct json_value *process = field_object(json_root(b->config), "process");
	const char *program = field_string_at(field_array(process, "args"), 0);
	const char *mount = mount_over(b, program);
	AUTO(spec) struct spec *s = NULL;
	AUTO(graph) struct graph *g = NULL;
	int r;

	if (!program || b->rootfs < 0)
		return 0;
	if (mount)
		return report_info(cx, report, "complete", program,
			"lies in the mount '%s': what it needs cannot be judged", mount);
	r = spec_new(cx, &s);
	if (!r)
		r = describe(cx, b, s);
	if (!r)
		r = find_closure(cx, s, table, table_len, &g);
	if (r < 0)
		return finding_from_error(cx, r, report);
	r = tell_missing(cx, g, report);
	return r < 0 ? r : check_features(cx, b, g, report);
}

/* What the runtime mounts first hides what lies below. */
static bool is_below_mount(const struct map *earlier, const char *at)
{
	uint32_t unused;

	for (size_t len = strlen(at); len; len--)
		if ((!at[len] || at[len] == '/') && map_find(earlier, at, len, &unused))
			return true;
	return map_find(earlier, "/", 1, &unused);
}

static bool is_bind(const struct json_value *m)
{
	const struct json_value *options = field_array(m, "options");
	const char *type = field_string(m, "type");

	return (type && !strcmp(type, "bind")) || field_has_string(options, "bind") ||
	       field_has_string(options, "rbind");
}

/* *ret_file: the source is there, and no directory. */
static int look_at_source(struct ctx *cx, const struct json_value *m, const char *at,
	struct report *report, bool *ret_file)
{
	const char *source = field_string(m, "source");
	struct file_info info;
	int r;

	*ret_file = false;
	if (!is_bind(m) || !source || source[0] != '/')
		return 0;
	r = file_look_through(cx, source, &info);
	if (r == OCIT_E_NOT_FOUND) {
		ctx_clear(cx);
		return report_info(cx, report, "mount", at,
			"its source '%s' is missing on this machine", source);
	}
	if (r < 0) {
		ctx_clear(cx);
		return report_info(cx, report, "mount", at,
			"its source '%s' cannot be looked at here", source);
	}
	*ret_file = info.kind != FILE_DIR;
	return 0;
}

static int check_point(struct ctx *cx, const struct bundle *b, const struct json_value *m,
	const char *at, struct report *report)
{
	struct file_info info;
	bool file;
	int r = look_at_source(cx, m, at, report, &file);

	if (r < 0)
		return r;
	r = file_look(cx, b->rootfs, at + 1, FILE_BENEATH, &info);
	if (r == OCIT_E_NOT_FOUND) {
		ctx_clear(cx);
		return report_error(cx, report, "mount", at,
			"does not exist: the runtime would have to make it");
	}
	if (r == OCIT_E_FORMAT || (!r && info.kind == FILE_SYMLINK)) {
		ctx_clear(cx);
		return report_error(cx, report, "mount", at, "is or lies below a symlink");
	}
	if (r < 0)
		return r;
	if ((info.kind == FILE_DIR) == file && (file || info.kind != FILE_DIR))
		return report_error(cx, report, "mount", at,
			file ? "is a directory, its source is not"
			     : "is a file, a directory is mounted there");
	return 0;
}

int complete_mounts(struct ctx *cx, const struct bundle *b, struct report *report)
{
	const struct json_value *mounts = field_array(json_root(b->config), "mounts");
	AUTO(map) struct map earlier;
	int r = 0;

	map_init(&earlier);
	for (size_t i = 0; !r && b->rootfs >= 0 && i < field_count(mounts); i++) {
		const char *at = field_string(json_at(mounts, i), "destination");

		r = poll_cancel(cx);
		if (r < 0 || !at || !path_is_clean(at))
			continue;
		if (strcmp(at, "/") != 0 && !is_below_mount(&earlier, at))
			r = check_point(cx, b, json_at(mounts, i), at, report);
		if (!r && map_put(&earlier, at, strlen(at), 0) < 0)
			r = fail_nomem(cx);
	}
	return r;
}
