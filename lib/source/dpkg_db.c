/* SPDX-License-Identifier: Apache-2.0 */
/* source/dpkg_db.c: the files of the database, and whose the files of the tree are. */
#include "source/dpkg_db.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/ctx.h"
#include "base/text.h"
#include "os/file.h"
#include "source/dpkg_cache.h"
#include "source/dpkg_status.h"

static const char status_file[] = "var/lib/dpkg/status";
static const char diversions_file[] = "var/lib/dpkg/diversions";
static const char info_dir[] = "var/lib/dpkg/info";

enum { STATUS_MAX = 256 << 20, LIST_MAX = 1 << 30, NAME_BYTES_MAX = 512 };

void dpkg_db_close(struct dpkg_db *db)
{
	if (!db)
		return;
	mem_free(db->notes);
	dpkg_index_done(&db->index);
	buf_done(&db->status);
	dpkg_tables_done(&db->t);
	mem_free(db);
}

/* Of what is not there it is all zeros. */
static int look_at(
	struct ctx *cx, const struct dpkg_db *db, const char *name, struct file_info *ret)
{
	int r = file_look(cx, db->rootfd, name, FILE_IN_ROOT, ret);

	if (r != OCIT_E_NOT_FOUND)
		return r;
	ctx_clear(cx);
	*ret = (struct file_info){ 0 };
	return 0;
}

static int look(struct ctx *cx, const struct dpkg_db *db, struct dpkg_stamp *ret)
{
	int r = look_at(cx, db, status_file, &ret->status);

	if (r == 0)
		r = look_at(cx, db, info_dir, &ret->info_dir);
	return r < 0 ? r : look_at(cx, db, diversions_file, &ret->diversions);
}

static bool is_same_file(const struct file_info *a, const struct file_info *b)
{
	return a->ino == b->ino && a->size == b->size && a->mtime == b->mtime &&
	       a->mtime_ns == b->mtime_ns;
}

/* dpkg replaces its files while it works: what is read must be of one moment. */
static int check_moment(struct ctx *cx, const struct dpkg_db *db)
{
	struct dpkg_stamp now;
	int r = look(cx, db, &now);

	if (r < 0 || (is_same_file(&db->stamp.status, &now.status) &&
			     is_same_file(&db->stamp.info_dir, &now.info_dir) &&
			     is_same_file(&db->stamp.diversions, &now.diversions)))
		return r;
	return advise(cx, fail(cx, OCIT_E_BUSY, "the database of dpkg changed while it was read"),
		"try again when no package is being installed");
}

static int read_status(struct ctx *cx, struct dpkg_db *db)
{
	const struct buf *text = &db->status;
	int r = file_read(cx, db->rootfd, status_file, FILE_IN_ROOT, &db->status);

	if (r < 0)
		return r;
	return within(cx, dpkg_status_read(cx, &db->t, text->data ? text->data : "", text->len),
		"'/%s'", status_file);
}

static int read_diversions(struct ctx *cx, struct dpkg_db *db)
{
	AUTO(buf) struct buf text;
	int r;

	buf_init(&text, STATUS_MAX);
	r = file_read(cx, db->rootfd, diversions_file, FILE_IN_ROOT, &text);
	if (r == OCIT_E_NOT_FOUND) {
		ctx_clear(cx);
		return 0;
	}
	if (r < 0)
		return r;
	return within(cx, dpkg_diversions_read(cx, &db->t, text.data ? text.data : "", text.len),
		"'/%s'", diversions_file);
}

/* Lists say /bin/sed where /bin is a link to usr/bin, and the file lies there. */
static int find_aliases(struct ctx *cx, struct dpkg_db *db)
{
	static const char *const tops[] = { "bin", "lib", "lib32", "lib64", "libx32", "sbin" };

	for (size_t i = 0; i < sizeof(tops) / sizeof(tops[0]); i++) {
		char wanted[16], *target = NULL;
		int r = file_readlink(cx, db->rootfd, tops[i], FILE_IN_ROOT, &db->t.arena, &target);

		snprintf(wanted, sizeof(wanted), "usr/%s", tops[i]);
		if (r < 0)
			ctx_clear(cx); /* none, or a directory of its own */
		else if (!strcmp(target + (target[0] == '/'), wanted))
			db->aliases[db->n_aliases++] = tops[i];
	}
	return 0;
}

int dpkg_db_look(struct ctx *cx, int rootfd)
{
	struct file_info info;

	return file_look(cx, rootfd, status_file, FILE_IN_ROOT, &info);
}

int dpkg_db_open(struct ctx *cx, int rootfd, struct dpkg_db **ret)
{
	AUTO(dpkg_db) struct dpkg_db *db = mem_alloc(sizeof(*db));
	int r;

	if (!db)
		return fail_nomem(cx);
	db->rootfd = rootfd;
	dpkg_tables_init(&db->t);
	buf_init(&db->status, STATUS_MAX);
	r = look(cx, db, &db->stamp);
	if (r == 0)
		r = read_status(cx, db);
	if (r == 0)
		r = read_diversions(cx, db);
	if (r == 0)
		r = find_aliases(cx, db);
	if (r == 0)
		*ret = take(&db);
	return r;
}

static int add_note(struct ctx *cx, struct dpkg_db *db, const char *text)
{
	if (!text || mem_grow(&db->notes, &db->cap_notes, db->n_notes + 1, sizeof(*db->notes)) < 0)
		return fail_nomem(cx);
	db->notes[db->n_notes++] = text;
	return 0;
}

/* The list of a package, which may have the architecture in its name. Without one it is empty. */
static int read_list(struct ctx *cx, struct dpkg_db *db, uint32_t package, struct buf *list)
{
	const struct dpkg_package *p = &db->t.packages[package];
	const char *const names[] = { p->same ? p->id : p->name, p->same ? p->name : p->id };

	buf_clear(list);
	for (size_t i = 0; i < 2; i++) {
		char path[NAME_BYTES_MAX];
		int r;

		if ((size_t)snprintf(path, sizeof(path), "%s/%s.list", info_dir, names[i]) >=
			sizeof(path))
			return fail(cx, OCIT_E_LIMIT, "package '%.200s': its name is too long",
				p->name);
		r = file_read(cx, db->rootfd, path, FILE_IN_ROOT, list);
		if (r != OCIT_E_NOT_FOUND)
			return within(cx, r, "package '%s'", p->id);
		ctx_clear(cx);
	}
	if (db->lists_read) /* and said */
		return 0;
	return add_note(cx, db,
		arena_printf(&db->t.arena, "package '%s' has no list of files in '/%s'", p->id,
			info_dir));
}

static int fail_line(struct ctx *cx, const struct dpkg_package *p, const char *path, size_t len)
{
	return fail(cx, OCIT_E_FORMAT,
		"package '%s': its list of files has '%.*s', which is no path", p->id,
		(int)(len < 200 ? len : 200), path);
}

int dpkg_db_canonical(struct ctx *cx, struct dpkg_db *db, const struct dpkg_package *p,
	const char **path, size_t *len)
{
	uint32_t at;

	if (map_find(&db->t.diverted, *path, *len, &at)) {
		const struct dpkg_diversion *d = &db->t.diversions[at];

		if (!d->by || strcmp(d->by, p->name) != 0) {
			*path = d->to;
			*len = strlen(d->to);
		}
	}
	/* Nearly all of them lie below /usr. */
	for (size_t i = 0; (*path)[1] != 'u' && i < db->n_aliases; i++) {
		size_t n = strlen(db->aliases[i]);

		if (*len <= n + 1 || memcmp(*path + 1, db->aliases[i], n) != 0 ||
			(*path)[n + 1] != '/')
			continue;
		*path = arena_printf(&db->t.arena, "/usr%.*s", (int)*len, *path);
		*len += strlen("/usr");
		return *path ? 0 : fail_nomem(cx);
	}
	return 0;
}

static bool is_end(const char *name, size_t left, size_t at)
{
	return at == left || name[at] == '/';
}

/* Absolute, no empty name, no "." and "..". */
static bool is_path(const char *line, size_t len)
{
	if (len < 2 || len > 4095 || memchr(line, '\0', len) || memchr(line, '\r', len))
		return false;
	for (const char *slash = line; slash;) {
		const char *name = slash + 1;
		size_t left = len - (size_t)(name - line);

		if (*slash != '/' || is_end(name, left, 0))
			return false;
		if (*name == '.' &&
			(is_end(name, left, 1) || (name[1] == '.' && is_end(name, left, 2))))
			return false;
		slash = memchr(name, '/', left);
	}
	return true;
}

/* A line of a list; *len 0: nothing to tell, it is the root that every list has. */
static int read_line(struct ctx *cx, struct dpkg_db *db, const struct dpkg_package *p,
	const char **line, size_t *len)
{
	if (*len == 2 && !memcmp(*line, "/.", 2)) {
		*len = 0;
		return 0;
	}
	if (!is_path(*line, *len))
		return fail_line(cx, p, *line, *len);
	return dpkg_db_canonical(cx, db, p, line, len);
}

typedef int line_fn(void *data, const char *path, size_t len);

static int read_lines(struct ctx *cx, struct dpkg_db *db, uint32_t package, const struct buf *list,
	line_fn *fn, void *data)
{
	size_t at = 0;
	int r = 0;

	while (at < list->len && r == 0) {
		const char *line = list->data + at;
		const char *stop = memchr(line, '\n', list->len - at);
		size_t len = stop ? (size_t)(stop - line) : list->len - at;

		at += len + (stop != NULL);
		r = read_line(cx, db, &db->t.packages[package], &line, &len);
		if (r == 0 && len)
			r = fn(data, line, len);
	}
	return r;
}

/* Who reads lists, and whose. */
struct list_reader {
	struct ctx *cx;
	struct dpkg_db *db;
	uint32_t package;
	dpkg_path_fn *fn; /* dpkg_db_files() */
	void *data;
};

static int index_line(void *data, const char *path, size_t len)
{
	const struct list_reader *l = data;

	return dpkg_index_add(l->cx, &l->db->index, path, len, l->package);
}

static int read_lists(struct ctx *cx, struct dpkg_db *db)
{
	AUTO(buf) struct buf list;
	int r = 0;

	buf_init(&list, LIST_MAX);
	for (size_t i = 0; i < db->t.n_packages && r == 0; i++) {
		struct list_reader l = { .cx = cx, .db = db, .package = (uint32_t)i };

		r = poll_cancel(cx);
		if (r == 0)
			r = read_list(cx, db, l.package, &list);
		if (r == 0)
			r = read_lines(cx, db, l.package, &list, index_line, &l);
	}
	if (r == 0)
		r = check_moment(cx, db);
	return r < 0 ? r : dpkg_index_sort(cx, &db->index);
}

static void hash_file(struct hasher *h, const struct file_info *info)
{
	const uint64_t numbers[] = { info->dev, info->ino, info->size, (uint64_t)info->mtime,
		info->mtime_ns };

	hasher_add(h, numbers, sizeof(numbers));
}

static void make_key(const struct dpkg_db *db, struct dpkg_cache_key *ret)
{
	const struct dpkg_stamp *s = &db->stamp;
	struct hasher h;

	snprintf(ret->name, sizeof(ret->name), "dpkg-%" PRIx64 "-%" PRIx64, s->info_dir.dev,
		s->info_dir.ino);
	hasher_init(&h, DIGEST_SHA256);
	hash_file(&h, &s->status);
	hash_file(&h, &s->info_dir);
	hash_file(&h, &s->diversions);
	for (size_t i = 0; i < db->n_aliases; i++)
		hasher_add(&h, db->aliases[i], strlen(db->aliases[i]) + 1);
	hasher_end(&h, &ret->made_from);
	ret->n_packages = db->t.n_packages;
}

/* What changed just now can change again without looking different. */
static bool has_rested(const struct dpkg_stamp *s)
{
	return file_has_rested(&s->status) && file_has_rested(&s->info_dir) &&
	       file_has_rested(&s->diversions);
}

static int need_lists(struct ctx *cx, struct dpkg_db *db)
{
	struct dpkg_cache_key key;
	int r;

	if (db->lists_read)
		return 0;
	make_key(db, &key);
	r = dpkg_cache_load(cx, &key, &db->index, &db->lists_read);
	if (r < 0 || db->lists_read)
		return r;
	r = read_lists(cx, db);
	db->lists_read = r == 0;
	/* Notes are about lists that nobody would read the next time. */
	if (r == 0 && !db->n_notes && has_rested(&db->stamp))
		dpkg_cache_save(cx, &key, &db->index);
	return r;
}

int dpkg_db_owners(struct ctx *cx, struct dpkg_db *db, const char *path,
	const struct dpkg_entry **ret, size_t *ret_count)
{
	int r = need_lists(cx, db);

	*ret_count = 0;
	if (r == 0)
		*ret = dpkg_index_find(&db->index, path, strlen(path), ret_count);
	return r;
}

int dpkg_db_owner(struct ctx *cx, struct dpkg_db *db, const char *path, uint32_t *ret)
{
	const struct dpkg_entry *owners;
	size_t count;
	int r = dpkg_db_owners(cx, db, path, &owners, &count);

	*ret = count ? owners[0].package : DPKG_NONE;
	return r;
}

static int tell_line(void *data, const char *path, size_t len)
{
	const struct list_reader *l = data;
	const char *text = arena_copy(&l->db->t.arena, path, len);

	return text ? l->fn(l->data, text) : fail_nomem(l->cx);
}

int dpkg_db_files(
	struct ctx *cx, struct dpkg_db *db, uint32_t package, dpkg_path_fn *fn, void *data)
{
	struct list_reader l = { cx, db, package, fn, data };
	AUTO(buf) struct buf list;
	int r = need_lists(cx, db);

	buf_init(&list, LIST_MAX);
	if (r == 0)
		r = read_list(cx, db, package, &list);
	if (r == 0)
		r = check_moment(cx, db);
	return r < 0 ? r : read_lines(cx, db, package, &list, tell_line, &l);
}

int dpkg_db_info(
	struct ctx *cx, struct dpkg_db *db, uint32_t package, const char *kind, const char **ret)
{
	const struct dpkg_package *p = &db->t.packages[package];

	*ret = arena_printf(&db->t.arena, "/%s/%s.%s", info_dir, p->same ? p->id : p->name, kind);
	return *ret ? 0 : fail_nomem(cx);
}
