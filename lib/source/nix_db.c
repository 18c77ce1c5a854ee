/* SPDX-License-Identifier: Apache-2.0 */
/* source/nix_db.c: store paths and their references, as the Nix database has them. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/ctx.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/spec.h"
#include "os/file.h"
#include "os/scratch.h"
#include "source/nix_path.h"
#include "source/nix_rows.h"
#include "source/nix_walk.h"
#include "source/source.h"

#define DB_DIR  "/nix/var/nix/db"
#define DB_NAME "db.sqlite"

enum { TRAILING_MAX = 4, SHOWN_MAX = 300, PAGE_MIN = 512 };

extern const struct source_ops source_nix_db;

struct nix_db {
	struct source source;
	struct arena arena;
	const char *store_dir; /* as names have it */
	const char *root;      /* tree that both of the following lie in; NULL: none */
	const char *store;     /* where the store directory really is */
	const char *db_dir, *db_name;
	const char *db;    /* the two together, for messages */
	bool db_named;     /* by the user: not in root */
	int store_fd;      /* -1: not yet opened */
	bool store_handed; /* the graph closes store_fd */
	bool has_place;
	uint32_t place;
	struct nix_rows rows; /* rows.file.dirfd is -1 until it is needed */
};

static struct nix_db *nix_of(struct source *s)
{
	return (struct nix_db *)s;
}

static void nix_close(struct source *s)
{
	struct nix_db *n = nix_of(s);

	nix_rows_done(&n->rows);
	fd_close(n->rows.file.dirfd);
	if (!n->store_handed)
		fd_close(n->store_fd);
	arena_done(&n->arena);
	mem_free(n);
}

static void auto_nix_db(struct nix_db **p)
{
	if (*p)
		nix_close(&(*p)->source);
}

/* The user's database file, apart from any tree. */
static void locate_named(struct nix_db *n, const char *db)
{
	const char *slash = strrchr(db, '/');

	n->db_named = true;
	n->db = arena_str(&n->arena, db);
	n->db_name = arena_str(&n->arena, slash ? slash + 1 : db);
	n->db_dir = slash ? arena_copy(&n->arena, db, (size_t)(slash - db) + 1) : ".";
}

/* The tree that stands for the machine. A store that was given does not lie in it. */
static const char *spec_tree(const struct spec *spec)
{
	return !spec->store && spec->root && strcmp(spec->root, "/") ? spec->root : NULL;
}

static const char *spec_base(const struct spec *spec)
{
	const char *tree = spec_tree(spec);

	if (tree)
		return tree;
	return spec->store ? spec->store : "";
}

/* Where the store and its database lie. Names of store paths stay what they are. */
static int nix_locate(struct ctx *cx, struct nix_db *n, const struct spec *spec)
{
	struct arena *a = &n->arena;
	const char *base = spec_base(spec);
	const char *store_dir = spec->store_dir ? spec->store_dir : "/nix/store";

	n->store_dir = arena_str(a, store_dir);
	n->root = spec_tree(spec) ? arena_str(a, base) : NULL;
	/* A chroot store has this layout whatever its paths are called. */
	n->store = spec->store ? arena_printf(a, "%s/nix/store", base) : n->store_dir;
	n->db_name = DB_NAME;
	n->db_dir = arena_printf(a, "%s" DB_DIR, n->root ? "" : base);
	n->db = arena_printf(a, "%s" DB_DIR "/" DB_NAME, base);
	if (spec->db)
		locate_named(n, spec->db);
	if (!n->store_dir || !n->root != !spec_tree(spec) || !n->store)
		return fail_nomem(cx);
	return n->db_dir && n->db_name && n->db ? 0 : fail_nomem(cx);
}

/* A directory of the machine, or of the tree that stands for it. "/." follows a link that stands
 * for the directory: relocated stores are made that way. */
static int dir_open(struct ctx *cx, const char *root, const char *name, int *ret)
{
	AUTO(fd) int root_fd = -1;
	char path[4096];
	int r;

	if (snprintf(path, sizeof(path), "%s/.", root ? root : name) >= (int)sizeof(path))
		return fail(cx, OCIT_E_LIMIT, "'%s': path of more than %zu bytes",
			root ? root : name, sizeof(path) - 3);
	if (!root)
		return file_open_dir(cx, AT_FDCWD, path, FILE_ANYWHERE, ret);
	r = file_open_dir(cx, AT_FDCWD, path, FILE_ANYWHERE, &root_fd);
	if (r < 0)
		return r;
	return file_open_dir(cx, root_fd, name + strspn(name, "/"), FILE_IN_ROOT, ret);
}

/* Open the store directory once. *ret_there false: there is none. */
static int store_open(struct ctx *cx, struct nix_db *n, bool *ret_there)
{
	int r;

	if (n->store_fd < 0) {
		r = dir_open(cx, n->root, n->store, &n->store_fd);
		if (r < 0 && r != OCIT_E_NOT_FOUND)
			return within(cx, r, "store directory");
		ctx_clear(cx);
	}
	*ret_there = n->store_fd >= 0;
	return 0;
}

/* Only looked at: closing a descriptor of it would drop the locks that others in this process have.
 */
static int check_file(struct ctx *cx, const char *path)
{
	struct file_info info;
	int r = file_look(cx, AT_FDCWD, path, FILE_ANYWHERE, &info);

	if (r == OCIT_E_NOT_FOUND)
		return fail(cx, OCIT_E_NOT_FOUND, "it does not exist");
	if (r < 0)
		return r;
	if (info.kind != FILE_REGULAR)
		return fail(cx, OCIT_E_FORMAT, "%s",
			info.kind == FILE_SYMLINK ? "it is a symbolic link"
						  : "it is not a regular file");
	if (info.size % PAGE_MIN)
		return fail(cx, OCIT_E_FORMAT,
			"a file of %llu bytes is no SQLite database, whose pages have %d or more",
			(unsigned long long)info.size, PAGE_MIN);
	return 0;
}

/* What was named must be there, also when nothing turns out to need it: a slip of the hand is told.
 */
static int check_given(struct ctx *cx, struct nix_db *n, const struct spec *spec)
{
	bool there = true;
	int r = 0;

	if (spec->db)
		r = within(cx, check_file(cx, spec->db), "Nix database '%s' (--db)", spec->db);
	if (r == 0 && spec->store)
		r = within(cx, store_open(cx, n, &there), "store '%s' (--store)", spec->store);
	if (r < 0 || there)
		return r;
	return advise(cx,
		fail(cx, OCIT_E_NOT_FOUND, "store '%s' (--store): there is no directory '%s'",
			spec->store, n->store),
		"a chroot store DIR holds DIR/nix/store and DIR/nix/var/nix/db");
}

static int nix_open(struct ctx *cx, const struct spec *spec, struct source **ret)
{
	AUTO(nix_db) struct nix_db *n = mem_alloc(sizeof(*n));
	int r;

	if (!n)
		return fail_nomem(cx);
	n->source.ops = &source_nix_db;
	n->store_fd = -1;
	arena_init(&n->arena);
	nix_rows_init(&n->rows, NULL);
	n->rows.file.dirfd = -1;
	r = nix_locate(cx, n, spec);
	if (r == 0)
		r = check_given(cx, n, spec);
	if (r < 0)
		return r;
	n->rows.store_dir = n->store_dir;
	n->rows.file.name = n->db_name;
	*ret = &take(&n)->source;
	return 0;
}

static bool nix_claims(const struct source *s, const char *path)
{
	const struct nix_db *n = (const struct nix_db *)s;

	return path_within(path, n->store_dir) && path[strlen(n->store_dir)] == '/';
}

static int nix_probe(struct ctx *cx, struct source *s, const char *path, struct probe *ret)
{
	struct nix_db *n = nix_of(s);
	bool there = false;
	int r;

	r = store_open(cx, n, &there);
	if (r < 0)
		return r;
	if (!there) {
		*ret = (struct probe){ .kind = PROBE_ABSENT };
		return 0;
	}
	return nix_walk(cx, n->store_fd, n->store_dir, path, ret);
}

struct held_fd {
	int fd;
};

static void held_fd_free(void *p)
{
	struct held_fd *held = p;

	fd_close(held->fd);
	mem_free(held);
}

/* A database without a store is good enough to explain; every path of an empty directory is then
 * missing, and whoever copies says so. */
static int store_pretend(struct ctx *cx, struct nix_db *n)
{
	AUTO(scratch) struct scratch scratch = SCRATCH_NONE;
	int r = scratch_open(cx, &scratch);

	if (r == 0)
		n->store_fd = scratch_keep(&scratch);
	return r;
}

/* The plan reads from the store long after this source is closed. */
static int place_make(struct ctx *cx, struct nix_db *n, struct facts *f)
{
	struct held_fd *held;
	bool there = false;
	int r;

	if (n->has_place)
		return 0;
	r = store_open(cx, n, &there);
	if (r == 0 && !there)
		r = store_pretend(cx, n);
	if (r < 0)
		return r;
	held = mem_alloc(sizeof(*held));
	if (!held)
		return fail_nomem(cx);
	held->fd = n->store_fd;
	n->store_handed = true;
	r = graph_own(cx, f->graph, held, held_fd_free);
	if (r == 0)
		r = facts_place(cx, f, n->store_fd, n->store, &n->place);
	if (r < 0)
		return r;
	n->has_place = true;
	return 0;
}

static int row_add(struct ctx *cx, struct nix_db *n, struct facts *f, struct nix_row *row)
{
	const char *base = path_base(row->path);
	const char *label = base + NIX_HASH_LEN + 1;
	size_t version = nix_name_version(label);
	char name[NIX_NAME_MAX + 1];
	struct unit unit = {
		.id = row->path,
		.name = name,
		.version = version ? label + version : NULL,
		.source = source_nix_db.name,
		.size = row->nar_size,
		.hash = { .algo = DIGEST_SHA256, .len = sizeof(row->sha256) },
		.key = (uint64_t)row->id,
	};
	struct node node = {
		.path = row->path,
		.kind = NODE_TREE,
		.size = row->nar_size,
		.where = base,
	};
	int r;

	memcpy(unit.hash.bytes, row->sha256, sizeof(row->sha256));
	snprintf(name, sizeof(name), "%.*s", version ? (int)version - 1 : NIX_NAME_MAX, label);
	r = place_make(cx, n, f);
	if (r == 0)
		r = facts_unit(cx, f, &unit, &node.unit);
	node.place = n->place;
	if (r == 0)
		r = facts_node(cx, f, &node, &row->node, NULL);
	return r;
}

/* Most references lead to what was pushed already. */
static int row_push(struct ctx *cx, struct nix_db *n, struct facts *f, struct nix_row *row)
{
	return row->node == UINT32_MAX ? row_add(cx, n, f, row) : 0;
}

/* Text that names a path which is not there does not stop anything, but is said. */
static int leave_out(struct ctx *cx, struct facts *f, const struct want *want, const char *why)
{
	const struct node *from = facts_get(f, want->from);

	ctx_clear(cx);
	if (want->rule != RULE_TEXT)
		return 0;
	return facts_note(cx, f, "'%s' names '%s', which is left out: %s",
		from ? from->path : "the command", want->path, why);
}

/* Read a store path and its closure. Not registered: *ret NULL. */
static int row_read(struct ctx *cx, struct nix_db *n, const char *path, struct nix_row **ret)
{
	bool found = false;
	uint32_t row;
	int r = 0;

	*ret = nix_rows_get(&n->rows, path);
	if (*ret)
		return 0;
	if (n->rows.file.dirfd < 0)
		r = dir_open(cx, n->db_named ? NULL : n->root, n->db_dir, &n->rows.file.dirfd);
	if (r == 0)
		r = nix_rows_read(cx, &n->rows, path, &found, &row);
	if (r == 0 && found)
		*ret = &n->rows.rows[row];
	return r == OCIT_E_NOT_FOUND ? r : within(cx, r, "Nix database '%s'", n->db);
}

/*
 * In prose a full stop follows, in a shell an "=": both may stand in names. So a name from the
 * middle of a text that is not registered is tried without what it ends in.
 */
static int row_read_text(
	struct ctx *cx, struct nix_db *n, const struct want *want, char *path, struct nix_row **ret)
{
	size_t len = strlen(path);
	bool text = want->rule == RULE_TEXT || want->rule == RULE_ARGUMENT ||
		    want->rule == RULE_ENVIRONMENT;
	int r = row_read(cx, n, path, ret);

	for (int i = 0; i < TRAILING_MAX && r == 0 && !*ret && text; i++) {
		if (!strchr(".?=", path[len - 1]) || path[len - 2] == '-')
			break;
		path[--len] = '\0';
		r = row_read(cx, n, path, ret);
	}
	return r;
}

static int fail_fault(struct ctx *cx, const char *path, enum nix_fault fault)
{
	return fail(cx, OCIT_E_FORMAT, "'%.*s' is not a store path: %s", SHOWN_MAX, path,
		nix_fault_text(fault));
}

static int fail_unregistered(struct ctx *cx, const struct nix_db *n, const char *path)
{
	return advise(cx,
		fail(cx, OCIT_E_NOT_FOUND, "'%s' is not registered in the Nix database '%s'", path,
			n->db),
		"'nix-store --realise PATH' makes it valid; 'nix-store --query --hash PATH' shows "
		"whether it is");
}

static int fail_no_database(struct ctx *cx, const struct nix_db *n, const char *path)
{
	return advise(cx,
		fail(cx, OCIT_E_NOT_FOUND,
			"'%s' names a store path, but there is no Nix database '%s'", path, n->db),
		"name another store with --store DIR, or its database with --db FILE");
}

/* The store path that want lies in, in path; NIX_FINE, or what is wrong with it. */
static enum nix_fault want_store_path(
	const struct nix_db *n, const struct want *want, char *path, bool *ret_inside)
{
	size_t len;
	const char *entry = nix_path_entry(want->path, n->store_dir, &len);

	memcpy(path, want->path, (size_t)(entry - want->path) + len);
	*ret_inside = entry[len];
	return nix_name_check(entry, len);
}

static int nix_resolve(struct ctx *cx, struct source *s, struct facts *f, const struct want *want)
{
	struct nix_db *n = nix_of(s);
	AUTO(mem) char *path = mem_alloc(strlen(want->path) + 1);
	struct nix_row *row = NULL;
	enum nix_fault fault;
	bool inside;
	int r;

	if (!path)
		return fail_nomem(cx);
	fault = want_store_path(n, want, path, &inside);
	if (fault != NIX_FINE)
		return want->optional ? 0 : fail_fault(cx, path, fault);
	r = inside ? row_read(cx, n, path, &row) : row_read_text(cx, n, want, path, &row);
	if (r == OCIT_E_NOT_FOUND)
		return want->optional ? leave_out(cx, f, want, "there is no Nix database")
				      : fail_no_database(cx, n, path);
	if (r == 0 && !row)
		return want->optional ? leave_out(cx, f, want, "it is not registered")
				      : fail_unregistered(cx, n, path);
	if (r == 0)
		r = row_push(cx, n, f, row);
	if (r < 0)
		return r;
	return facts_edge(cx, f, want->from, row->node, want->rule, want->detail);
}

static int fail_not_in_store(
	struct ctx *cx, struct nix_db *n, const char *path, const char *store_path)
{
	struct probe probe;
	int r = nix_probe(cx, &n->source, store_path, &probe);

	if (r < 0)
		return r;
	mem_free(probe.elsewhere);
	if (probe.kind == PROBE_ABSENT)
		return fail(cx, OCIT_E_NOT_FOUND,
			"'%s' is registered in the Nix database '%s' but not there in the store "
			"'%s'",
			store_path, n->db, n->store);
	return fail(cx, OCIT_E_NOT_FOUND, "'%s' has no '%s'", store_path,
		path + strlen(store_path) + 1);
}

static int nix_missing(struct ctx *cx, struct source *s, const char *path)
{
	struct nix_db *n = nix_of(s);
	const struct want want = { .path = path };
	AUTO(mem) char *store_path = mem_alloc(strlen(path) + 1);
	struct nix_row *row = NULL;
	bool inside;
	int r;

	if (!store_path)
		return fail_nomem(cx);
	if (want_store_path(n, &want, store_path, &inside) != NIX_FINE)
		return 0;
	r = row_read(cx, n, store_path, &row);
	if (r == OCIT_E_NOT_FOUND)
		return fail_no_database(cx, n, store_path);
	if (r < 0)
		return r;
	return row ? fail_not_in_store(cx, n, path, store_path)
		   : fail_unregistered(cx, n, store_path);
}

static int nix_expand(struct ctx *cx, struct source *s, struct facts *f, uint32_t node)
{
	struct nix_db *n = nix_of(s);
	const struct nix_row *row = nix_rows_get(&n->rows, facts_get(f, node)->path);
	int r = 0;

	if (!row)
		return fail(cx, OCIT_E_BUG, "this store path was never read");
	for (size_t i = 0; i < row->n_refs && r == 0; i++) {
		struct nix_row *to = &n->rows.rows[n->rows.refs[row->first_ref + i]];

		r = row_push(cx, n, f, to);
		if (r == 0)
			r = facts_edge(cx, f, node, to->node, RULE_REFERENCE, NULL);
	}
	return r;
}

static int mention_push(struct ctx *cx, const struct nix_db *n, struct facts *f,
	const struct nix_mention *m, const struct want *why)
{
	/* Scripts carry names that were made invalid on purpose, and examples. */
	bool text = why->rule == RULE_TEXT;
	struct want want = *why;
	AUTO(mem) char *path = NULL;
	size_t size = strlen(n->store_dir) + m->len + 2;

	if (m->fault != NIX_FINE && (text || why->optional))
		return 0;
	if (m->fault != NIX_FINE)
		return fail(cx, OCIT_E_FORMAT, "'%s/%.*s' is not a store path: %s", n->store_dir,
			m->len < SHOWN_MAX ? (int)m->len : SHOWN_MAX, m->at,
			nix_fault_text(m->fault));
	path = mem_alloc(size);
	if (!path)
		return fail_nomem(cx);
	snprintf(path, size, "%s/%.*s", n->store_dir, (int)m->len, m->at);
	want.path = path;
	want.optional = text || why->optional;
	return facts_want(cx, f, &want);
}

static int nix_scan(struct ctx *cx, struct source *s, struct facts *f, const char *text, size_t len,
	const struct want *why)
{
	const struct nix_db *n = nix_of(s);
	AUTO(map) struct map seen;
	struct nix_mention m;
	size_t pos = 0;
	int r = 0;

	map_init(&seen);
	while (r == 0 && nix_mention_next(text, len, n->store_dir, &pos, &m)) {
		uint32_t before;

		if (map_find(&seen, m.at, m.len, &before))
			continue;
		if (map_put(&seen, m.at, m.len, 0) < 0)
			return fail_nomem(cx);
		r = poll_cancel(cx);
		if (r == 0)
			r = mention_push(cx, n, f, &m, why);
	}
	return r;
}

const struct source_ops source_nix_db = {
	.name = "nix",
	.summary = "store paths and their references, from the Nix database",
	.open = nix_open,
	.claims = nix_claims,
	.probe = nix_probe,
	.missing = nix_missing,
	.resolve = nix_resolve,
	.expand = nix_expand,
	.scan = nix_scan,
	.close = nix_close,
};
