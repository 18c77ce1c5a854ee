/* SPDX-License-Identifier: Apache-2.0 */
/* source/packages_changed.c: files that are not as they were when their package was installed. They
 * go in as they are, and a note says so. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "os/copy.h"
#include "os/tree_hash.h"
#include "source/dpkg_sums.h"
#include "source/packages.h"

enum { SUMS_MAX = 64 << 20, TOGETHER_MIN = 4 };

/* A file that was written to after its package was installed. */
struct suspect {
	uint32_t package;
	const char *path;
};

struct comparing {
	struct ctx *cx;
	struct files *fs;
	struct facts *f;
	void *buffer;
	uint32_t package; /* whose lines are being read */
	struct suspect *suspects;
	size_t n, cap;
	struct map wanted; /* suspects of this package by path; then its directories */
};

static void auto_comparing(struct comparing *c)
{
	mem_free(c->buffer);
	mem_free(c->suspects);
	map_done(&c->wanted);
}

static void forget_paths(struct comparing *c, uint32_t package)
{
	map_done(&c->wanted);
	map_init(&c->wanted);
	c->package = package;
}

int packages_change(struct ctx *cx, struct packages *p, const struct package_change *change)
{
	if (mem_grow(&p->changes, &p->cap_changes, p->n_changes + 1, sizeof(*p->changes)) < 0)
		return fail_nomem(cx);
	p->changes[p->n_changes++] = *change;
	return 0;
}

/* Has the file other content than the package says? What cannot be read is for who copies it. */
static int differs(struct comparing *c, const char *path, const struct digest *md5, bool *ret)
{
	struct copy_source src = { .fd = -1, .name = path };
	AUTO(fd) int fd = -1;
	struct file_info info;
	struct digest now;
	int r;

	*ret = false;
	if (!c->buffer)
		c->buffer = mem_alloc(COPY_BUFFER);
	if (!c->buffer)
		return fail_nomem(c->cx);
	r = file_open(c->cx, files_root_fd(c->fs), path + 1, FILE_IN_ROOT, &fd, &info);
	if (r == OCIT_E_NOT_FOUND || (r == OCIT_E_SYSTEM && c->cx->sys == EACCES)) {
		ctx_clear(c->cx);
		return 0;
	}
	if (r < 0)
		return r;
	src.fd = fd;
	src.size = info.size;
	r = file_hash(c->cx, &src, DIGEST_MD5, c->buffer, &now);
	*ret = r == 0 && !digest_equal(&now, md5);
	return r;
}

/* Where the file of a line lies, in the arena of fs. */
static int place_of(const struct comparing *c, const struct dpkg_sum *sum, const char **ret)
{
	const char *path = arena_printf(
		&c->fs->arena, "%s%.*s", *sum->path == '/' ? "" : "/", (int)sum->len, sum->path);
	size_t len = path ? strlen(path) : 0;
	int r = path ? 0 : fail_nomem(c->cx);

	if (r == 0)
		r = dpkg_db_canonical(
			c->cx, c->fs->db, packages_get(c->fs, c->package), &path, &len);
	*ret = path;
	return r;
}

/* One that moved to another package is obsolete where it was. */
static int add_conffile(void *data, const struct dpkg_sum *sum)
{
	const struct comparing *c = data;
	struct packages *p = c->fs->packages;
	const struct package_conffile made = { c->package, sum->md5 };
	const char *path;
	uint32_t before;
	int r = place_of(c, sum, &path);

	if (r < 0 || (sum->obsolete && map_find(&p->conffile_index, path, strlen(path), &before)))
		return r;
	if (mem_grow(&p->conffiles, &p->cap_conffiles, p->n_conffiles + 1, sizeof(made)) < 0 ||
		map_put(&p->conffile_index, path, strlen(path), (uint32_t)p->n_conffiles) < 0)
		return fail_nomem(c->cx);
	p->conffiles[p->n_conffiles++] = made;
	return 0;
}

static int read_conffiles(struct comparing *c)
{
	const struct dpkg_db *db = c->fs->db;
	int r = 0;

	for (uint32_t i = 0; i < db->t.n_packages && r == 0; i++) {
		c->package = i;
		r = dpkg_conffiles_each(&db->t.packages[i].conffiles, add_conffile, c);
	}
	return r;
}

static int compare_conffile(
	struct comparing *c, const char *path, const struct package_conffile *conffile)
{
	bool changed;
	int r;

	if (c->fs->packages->conffiles_are_meant)
		return 0;
	r = differs(c, path, &conffile->md5, &changed);
	if (r < 0 || !changed)
		return r;
	return facts_note(c->cx, c->f, "changed conffile '%s' of package '%s': it goes in as it is",
		path, packages_get(c->fs, conffile->package)->name);
}

/* When dpkg wrote the list of a package: its files are older than that. */
static int find_installed(const struct comparing *c, uint32_t package, int64_t *ret)
{
	int64_t *known = &c->fs->packages->installed[package];
	struct file_info info = { .mtime = INT64_MAX };
	const char *path;
	int r = *known ? 0 : dpkg_db_info(c->cx, c->fs->db, package, "list", &path);

	if (r == 0 && !*known) {
		r = file_look(c->cx, files_root_fd(c->fs), path + 1, FILE_IN_ROOT, &info);
		if (r == OCIT_E_NOT_FOUND) {
			ctx_clear(c->cx);
			r = 0;
		}
		*known = info.mtime;
	}
	*ret = *known;
	return r;
}

static int suspect(struct comparing *c, const struct spot *s)
{
	uint32_t package;
	int64_t installed;
	int r = dpkg_db_owner(c->cx, c->fs->db, s->path, &package);

	if (r < 0 || package == DPKG_NONE)
		return r;
	r = find_installed(c, package, &installed);
	if (r < 0 || s->info.mtime <= installed)
		return r;
	if (mem_grow(&c->suspects, &c->cap, c->n + 1, sizeof(*c->suspects)) < 0)
		return fail_nomem(c->cx);
	c->suspects[c->n++] = (struct suspect){ package, s->path };
	return 0;
}

static int look_at(struct comparing *c, struct spot *s)
{
	const struct packages *p = c->fs->packages;
	uint32_t at;

	if (s->kind != SPOT_FILE || s->node == GRAPH_NONE || s->compared)
		return 0;
	s->compared = true;
	if (map_find(&p->conffile_index, s->path, strlen(s->path), &at))
		return compare_conffile(c, s->path, &p->conffiles[at]);
	return suspect(c, s);
}

static int on_sum(void *data, const struct dpkg_sum *sum)
{
	struct comparing *c = data;
	const char *path;
	uint32_t at;
	bool changed;
	int r = place_of(c, sum, &path);

	if (r < 0 || !map_find(&c->wanted, path, strlen(path), &at))
		return r;
	r = differs(c, path, &sum->md5, &changed);
	if (r < 0 || !changed)
		return r;
	return packages_change(c->cx, c->fs->packages,
		&(struct package_change){ c->package, CHANGE_CONTENT, c->suspects[at].path });
}

/* The sums of one package, for those of its files that are suspect. */
static int read_sums(struct comparing *c)
{
	AUTO(buf) struct buf text;
	const char *path;
	int r = dpkg_db_info(c->cx, c->fs->db, c->package, "md5sums", &path);

	buf_init(&text, SUMS_MAX);
	if (r == 0)
		r = file_read(c->cx, files_root_fd(c->fs), path + 1, FILE_IN_ROOT, &text);
	if (r == OCIT_E_NOT_FOUND) {
		ctx_clear(c->cx);
		return 0;
	}
	return r < 0 ? r : dpkg_sums_each(text.data ? text.data : "", text.len, on_sum, c);
}

static int compare_suspects(const void *a, const void *b)
{
	const struct suspect *x = a, *y = b;

	if (x->package != y->package)
		return x->package < y->package ? -1 : 1;
	return strcmp(x->path, y->path);
}

static int judge_suspects(struct comparing *c)
{
	int r = 0;

	if (c->n)
		qsort(c->suspects, c->n, sizeof(*c->suspects), compare_suspects);
	for (size_t i = 0; i < c->n && r == 0;) {
		forget_paths(c, c->suspects[i].package);
		for (; i < c->n && c->suspects[i].package == c->package; i++)
			if (map_put(&c->wanted, c->suspects[i].path, strlen(c->suspects[i].path),
				    (uint32_t)i) < 0)
				return fail_nomem(c->cx);
		r = poll_cancel(c->cx);
		if (r == 0)
			r = read_sums(c);
	}
	return r;
}

static int compare_changes(const void *a, const void *b)
{
	const struct package_change *x = a, *y = b;

	if (x->package != y->package)
		return x->package < y->package ? -1 : 1;
	return x->what != y->what ? (int)x->what - (int)y->what : strcmp(x->path, y->path);
}

/* Sorted, and each of them once: a program is looked for before the other files are. */
static void sort_changes(struct packages *p)
{
	size_t n = 0;

	if (p->n_changes)
		qsort(p->changes, p->n_changes, sizeof(*p->changes), compare_changes);
	for (size_t i = 0; i < p->n_changes; i++)
		if (!n || compare_changes(&p->changes[n - 1], &p->changes[i]) != 0)
			p->changes[n++] = p->changes[i];
	p->n_changes = n;
}

static int add_dir(void *data, const char *path)
{
	struct comparing *c = data;
	size_t len = (size_t)(strrchr(path, '/') - path);

	return map_put(&c->wanted, path, len, 0) < 0 ? fail_nomem(c->cx) : 0;
}

/* Of what is absent only what has nothing below it in the list: the rest follows from that, or is
 * wanted by nobody. */
static int drop_dirs(struct comparing *c)
{
	struct packages *p = c->fs->packages;
	uint32_t ignored;
	size_t n = 0;
	int r = 0;

	c->package = DPKG_NONE;
	for (size_t i = 0; i < p->n_changes && r == 0; i++) {
		const struct package_change *change = &p->changes[i];
		bool absent = change->what == CHANGE_ABSENT;

		if (absent && c->package != change->package) {
			forget_paths(c, change->package);
			r = dpkg_db_files(c->cx, c->fs->db, change->package, add_dir, c);
		}
		if (!absent || !map_find(&c->wanted, change->path, strlen(change->path), &ignored))
			p->changes[n++] = *change;
	}
	p->n_changes = n;
	return r;
}

static int tell_group(const struct comparing *c, const struct package_change *list, size_t n)
{
	static const char *const says[][2] = {
		[CHANGE_CONTENT] = { "is not as it was installed",
			"are not as they were installed" },
		[CHANGE_ABSENT] = { "is in its list and not there",
			"are in its list and not there" },
	};
	const char *name = packages_get(c->fs, list->package)->name;
	int r = 0;

	if (n >= TOGETHER_MIN)
		return facts_note(c->cx, c->f,
			"%zu files of package '%s' %s: '%s', '%s', '%s' and %zu more", n, name,
			says[list->what][1], list[0].path, list[1].path, list[2].path, n - 3);
	for (size_t i = 0; i < n && r == 0; i++)
		r = facts_note(c->cx, c->f, "'%s' of package '%s' %s", list[i].path, name,
			says[list->what][0]);
	return r;
}

static int tell_changes(struct comparing *c)
{
	struct packages *p = c->fs->packages;
	size_t n;
	int r;

	sort_changes(p);
	r = drop_dirs(c);
	for (size_t i = 0; i < p->n_changes && r == 0; i += n) {
		for (n = 1; i + n < p->n_changes &&
			    p->changes[i + n].package == p->changes[i].package &&
			    p->changes[i + n].what == p->changes[i].what;)
			n++;
		r = tell_group(c, p->changes + i, n);
	}
	p->n_changes = 0;
	return r;
}

int packages_push_changed(struct ctx *cx, struct files *fs, struct facts *f)
{
	AUTO(comparing) struct comparing c = { .cx = cx, .fs = fs, .f = f };
	struct packages *p = fs->packages;
	int r = 0;

	map_init(&c.wanted);
	if (!p->installed) {
		p->installed = mem_array(fs->db->t.n_packages, sizeof(*p->installed));
		r = p->installed ? read_conffiles(&c) : fail_nomem(cx);
	}
	for (size_t i = 0; i < fs->n_spots && r == 0; i++)
		r = look_at(&c, &fs->spots[i]);
	if (r == 0)
		r = judge_suspects(&c);
	return r < 0 ? r : tell_changes(&c);
}
