/* SPDX-License-Identifier: Apache-2.0 */
/* source/packages_found.c: what belongs to packages and is in none of their lists: files that their
 * scripts generated, and the names that update-alternatives(1) gives. */
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "os/listing.h"
#include "source/packages.h"

enum { ALTERNATIVE_MAX = 1 << 20 };

static const char alternatives_dir[] = "var/lib/dpkg/alternatives";

/* A directory of several packages may have files for one that is not in. Nobody's directory is that
 * of whoever has the one above. */
static int is_all_live(struct ctx *cx, struct files *fs, const char *path, bool *ret)
{
	const struct dpkg_entry *owners;
	size_t count;
	int r = dpkg_db_owners(cx, fs->db, path, &owners, &count);

	*ret = r == 0;
	for (size_t i = 0; i < count; i++)
		if (!(fs->packages->state[owners[i].package].flags & PACKAGE_LIVE))
			*ret = false;
	return r;
}

static int push_found(struct ctx *cx, struct files *fs, struct facts *f, uint32_t package,
	const char *dir, const struct listing *l)
{
	int r = 0;

	for (size_t i = 0; i < l->count && r == 0; i++) {
		const char *path = arena_printf(&fs->arena, "%s/%s", dir, listing_name(l, i));
		uint32_t owner;

		if (!path)
			return fail_nomem(cx);
		if (!path_is_clean(path))
			continue;
		r = dpkg_db_owner(cx, fs->db, path, &owner);
		if (r == 0 && owner == DPKG_NONE)
			r = packages_push(cx, fs, f, package, path, RULE_GENERATED);
	}
	return r;
}

/* Below /var lies what services wrote: data, not programs. */
static bool may_be_generated(const char *path)
{
	return path_within(path, "/usr") || path_within(path, "/etc");
}

int packages_push_generated(struct ctx *cx, struct files *fs, struct facts *f)
{
	struct packages *p = fs->packages;
	AUTO(listing) struct listing l = { 0 };
	int r = 0;

	/* Directories that are found below these are added behind them. */
	for (size_t i = 0; i < p->n_dirs && r == 0; i++) {
		struct package_dir dir = p->dirs[i];
		bool live = false;

		if (dir.done || !may_be_generated(dir.path))
			continue;
		r = is_all_live(cx, fs, dir.path, &live);
		if (r < 0 || !live)
			continue;
		p->dirs[i].done = true;
		r = files_list(cx, fs, dir.path, &l);
		if (r == 0)
			r = push_found(cx, fs, f, dir.package, dir.path, &l);
	}
	return r;
}

/* A name that leads to what is in already goes in, too. */
static int push_name(struct ctx *cx, struct files *fs, struct facts *f, const char *path)
{
	struct want why = { .rule = RULE_ALTERNATIVE }, next;
	struct trail t;
	int r;

	/* Most of them are manual pages. */
	if (packages_is_trimmed(fs->packages, path))
		return 0;
	r = files_walk(cx, fs, f, path, 0, &t);
	if (r < 0 || t.end != TRAIL_FILE || !t.n_links || fs->spots[t.spot].node == GRAPH_NONE)
		return r;
	/* The first link is the name itself, unless a directory on its way is one. */
	for (size_t i = 0; i < t.n_links; i++)
		if (!t.links[i].on_way && fs->spots[t.links[i].spot].node != GRAPH_NONE &&
			!strcmp(fs->spots[t.links[i].spot].path, path))
			return 0;
	why.from = fs->spots[t.spot].node;
	return files_push_links(cx, fs, f, &t, &why, &next);
}

/*
 * The links of a file of the database: status, the link of the name, then for each further name a
 * line for it and one for its link, up to an empty line.
 */
static int push_names(
	struct ctx *cx, struct files *fs, struct facts *f, const char *text, size_t len)
{
	int r = 0;

	for (size_t line = 0; len && r == 0; line++) {
		const char *end = memchr(text, '\n', len);
		size_t n = end ? (size_t)(end - text) : len;

		if (!n)
			break;
		if (line % 2 == 1) {
			const char *path = arena_copy(&fs->arena, text, n);

			if (!path)
				return fail_nomem(cx);
			r = path_is_clean(path) ? push_name(cx, fs, f, path) : 0;
		}
		text += n + (end != NULL);
		len -= n + (end != NULL);
	}
	return r;
}

int packages_push_alternatives(struct ctx *cx, struct files *fs, struct facts *f)
{
	AUTO(listing) struct listing l = { 0 };
	AUTO(buf) struct buf text;
	const char *dir = arena_printf(&fs->arena, "/%s", alternatives_dir);
	int r = dir ? files_list(cx, fs, dir, &l) : fail_nomem(cx);

	buf_init(&text, ALTERNATIVE_MAX);
	for (size_t i = 0; i < l.count && r == 0; i++) {
		const char *path = arena_printf(
			&fs->arena, "%s/%s", alternatives_dir, listing_name(&l, i));

		if (!path)
			return fail_nomem(cx);
		buf_clear(&text);
		r = poll_cancel(cx);
		if (r == 0)
			r = file_read(cx, files_root_fd(fs), path, FILE_IN_ROOT, &text);
		if (r == 0)
			r = push_names(cx, fs, f, text.data ? text.data : "", text.len);
	}
	return r;
}
