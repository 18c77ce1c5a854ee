/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/source/test_nix_db.c: store paths become nodes; what names them in text, and where the
 * links inside them lead. */
#include <errno.h>

#include "base/ctx.h"
#include "model/spec.h"
#include "source/source.h"
#include "support/nix_db.h"

extern const struct source_ops source_nix_db;

#define ZEROS "00000000000000000000000000000"
#define APP   "/nix/store/" ZEROS "001-app-1.0"
#define LIB   "/nix/store/" ZEROS "002-lib-2.0"
#define DATA  "/nix/store/" ZEROS "003-data"
#define OTHER "/nix/store/" ZEROS "004-other"
#define NONE  "/nix/store/" ZEROS "009-none"

/* A chroot store in t.dir, and a source that reads it. */
struct world {
	struct nix_temp t;
	struct spec spec;
	struct ctx cx;
	struct graph *graph;
	struct facts facts;
	struct source *source;
	char base[2 * NIX_TEXT], db[2 * NIX_TEXT];
};

static void make_dirs(const struct nix_temp *t, const char *path)
{
	char part[NIX_TEXT];

	for (size_t i = 1; i <= strlen(path); i++) {
		if (path[i] && path[i] != '/')
			continue;
		snprintf(part, sizeof(part), "%.*s", (int)i, path);
		if (mkdirat(t->fd, part, 0755) < 0)
			assert_int_equal(errno, EEXIST);
	}
}

/* A file with this mode at the place where the store path would have it. */
static void make_file(const struct nix_temp *t, const char *path, mode_t mode)
{
	int fd = openat(t->fd, path + 1, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "x", 1), 1);
	close(fd);
}

static void make_link(const struct nix_temp *t, const char *path, const char *target)
{
	assert_int_equal(symlinkat(target, t->fd, path + 1), 0);
}

static void make_store(const struct nix_temp *t)
{
	make_dirs(t, &APP[1]);
	make_dirs(t, &LIB[1]);
	make_dirs(t, "nix/var/nix/db");
	nix_db_make(t, "nix/var/nix/db/db.sqlite", "wal");
}

static void world_open(struct world *w)
{
	assert_int_equal(ctx_init(&w->cx, NULL), 0);
	assert_int_equal(graph_new(&w->cx, &w->graph), 0);
	facts_init(&w->facts, w->graph);
	assert_int_equal(source_nix_db.open(&w->cx, &w->spec, &w->source), 0);
	assert_non_null(w->source);
	assert_ptr_equal(w->source->ops, &source_nix_db);
}

static void world_close(struct world *w)
{
	if (w->source)
		w->source->ops->close(w->source);
	facts_done(&w->facts);
	graph_unref(w->graph);
	w->source = NULL;
	w->graph = NULL;
}

static void world_reopen(struct world *w)
{
	world_close(w);
	world_open(w);
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	if (!w)
		return -1;
	nix_temp_make(&w->t);
	make_store(&w->t);
	snprintf(w->base, sizeof(w->base), "%s", w->t.dir);
	w->spec = (struct spec){ .source = "auto", .store = w->base };
	world_open(w);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	world_close(w);
	nix_temp_remove(&w->t);
	free(w);
	return 0;
}

static int resolve(struct world *w, const char *path, enum rule rule, bool optional)
{
	struct want want = {
		.path = path,
		.from = GRAPH_ROOT,
		.rule = rule,
		.detail = "args[0]",
		.optional = optional,
	};

	assert_true(w->source->ops->claims(w->source, path));
	return w->source->ops->resolve(&w->cx, w->source, &w->facts, &want);
}

/* Expand every node, as the engine does. */
static int expand_all(struct world *w)
{
	int r = 0;

	for (uint32_t i = 0; i < w->graph->n_nodes && r == 0; i++)
		r = w->source->ops->expand(&w->cx, w->source, &w->facts, i);
	return r;
}

static void assert_closure(struct world *w, const char *root, size_t count)
{
	assert_int_equal(resolve(w, root, RULE_PROGRAM, false), 0);
	assert_int_equal(expand_all(w), 0);
	assert_int_equal(w->graph->n_nodes, count);
	assert_non_null(graph_find(w->graph, root));
}

static void only_what_lies_below_the_store_is_claimed(void **state)
{
	const struct world *w = *state;
	const struct source *s = w->source;

	assert_true(s->ops->claims(s, "/nix/store/x"));
	assert_true(s->ops->claims(s, APP "/bin/app"));
	assert_false(s->ops->claims(s, "/nix/store"));
	assert_false(s->ops->claims(s, "/nix/storex/y"));
	assert_false(s->ops->claims(s, "/nix"));
	assert_false(s->ops->claims(s, "/"));
	assert_false(s->ops->claims(s, "/usr/bin/env"));
}

static void a_store_path_becomes_a_tree_with_what_the_database_knows(void **state)
{
	struct world *w = *state;
	char hash[DIGEST_TEXT_MAX];
	const struct node *node;
	const struct unit *unit;

	assert_int_equal(resolve(w, APP "/bin/app", RULE_PROGRAM, false), 0);
	assert_int_equal(w->graph->n_nodes, 1);
	node = graph_find(w->graph, APP);
	assert_non_null(node);
	assert_int_equal(node->kind, NODE_TREE);
	assert_int_equal(node->uid, 0);
	assert_int_equal(node->gid, 0);
	assert_int_equal(node->size, 104);
	assert_string_equal(node->where, &APP[strlen("/nix/store/")]);
	unit = facts_get_unit(&w->facts, node->unit);
	assert_non_null(unit);
	assert_string_equal(unit->id, APP);
	assert_string_equal(unit->name, "app");
	assert_string_equal(unit->version, "1.0");
	assert_string_equal(unit->source, "nix");
	assert_int_equal(unit->size, 104);
	assert_int_equal(unit->key, 1);
	digest_text(&unit->hash, hash);
	assert_string_equal(hash, "sha256:" ZEROS ZEROS "000001");
	assert_int_equal(w->graph->n_edges, 1);
	assert_int_equal(w->graph->edges[0].from, GRAPH_ROOT);
	assert_int_equal(w->graph->edges[0].rule, RULE_PROGRAM);
	assert_string_equal(w->graph->edges[0].detail, "args[0]");
}

static void expanding_gives_the_closure_with_references_as_reasons(void **state)
{
	struct world *w = *state;
	size_t references = 0;

	assert_closure(w, APP, 3);
	assert_non_null(graph_find(w->graph, LIB));
	assert_non_null(graph_find(w->graph, DATA));
	assert_null(graph_find(w->graph, OTHER));
	assert_null(facts_get_unit(&w->facts, graph_find(w->graph, DATA)->unit)->version);
	for (size_t i = 0; i < w->graph->n_edges; i++) {
		references += w->graph->edges[i].rule == RULE_REFERENCE;
		assert_true(w->graph->edges[i].from != w->graph->edges[i].to);
	}
	assert_int_equal(references, 3);
	assert_int_equal(w->graph->n_places, 1);
	/* A second root adds what it brings and no more. */
	assert_int_equal(resolve(w, OTHER, RULE_INCLUDE, false), 0);
	assert_int_equal(resolve(w, LIB, RULE_ARGUMENT, false), 0);
	assert_int_equal(expand_all(w), 0);
	assert_int_equal(w->graph->n_nodes, 4);
	assert_int_equal(w->graph->n_places, 1);
	assert_int_equal(graph_freeze(&w->cx, w->graph), 0);
}

static void the_place_is_open_when_the_source_is_closed(void **state)
{
	struct world *w = *state;
	const struct node *node;
	const struct place *place;

	assert_closure(w, APP, 3);
	w->source->ops->close(w->source);
	w->source = NULL;
	node = graph_find(w->graph, APP);
	place = &w->graph->places[node->place];
	assert_non_null(strstr(place->name, "/nix/store"));
	assert_int_equal(faccessat(place->dirfd, node->where, F_OK, 0), 0);
}

static void a_database_without_a_store_is_enough_to_explain(void **state)
{
	struct world *w = *state;
	const struct node *node;

	snprintf(w->db, sizeof(w->db), "%s/nix/var/nix/db/db.sqlite", w->t.dir);
	/* A tree without a store: one that is named must be there. */
	make_dirs(&w->t, "empty");
	snprintf(w->base, sizeof(w->base), "%s/empty", w->t.dir);
	w->spec.root = w->base;
	w->spec.store = NULL;
	w->spec.db = w->db;
	world_reopen(w);
	assert_closure(w, APP, 3);
	node = graph_find(w->graph, APP);
	assert_int_equal(faccessat(w->graph->places[node->place].dirfd, node->where, F_OK, 0), -1);
	assert_int_equal(errno, ENOENT);
}

static void a_path_that_is_not_registered_is_an_error_unless_optional(void **state)
{
	struct world *w = *state;

	assert_int_equal(resolve(w, NONE "/bin/x", RULE_PROGRAM, false), OCIT_E_NOT_FOUND);
	assert_non_null(strstr(ctx_message(&w->cx), "'" NONE "' is not registered"));
	assert_non_null(strstr(w->cx.hint, "nix-store --realise"));
	ctx_clear(&w->cx);
	assert_int_equal(resolve(w, NONE, RULE_SYMLINK, true), 0);
	assert_int_equal(w->graph->n_notes, 0);
	assert_int_equal(resolve(w, NONE, RULE_TEXT, true), 0);
	assert_int_equal(w->graph->n_notes, 1);
	assert_non_null(strstr(w->graph->notes[0], NONE));
	assert_string_equal(ctx_message(&w->cx), "");
	assert_int_equal(w->graph->n_nodes, 0);
}

static void what_is_no_store_path_is_said_so(void **state)
{
	static const struct {
		const char *path, *words;
	} cases[] = {
		{ "/nix/store/x", "'/nix/store/x' is not a store path: not 32 digits" },
		{ "/nix/store/.links/abc", "'/nix/store/.links' is not a store path" },
		{ "/nix/store/" ZEROS "00e-x/bin/y", "00e-x' is not a store path: its hash part" },
		{ "/nix/store/" ZEROS "001-..", "looks like" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(resolve(w, cases[i].path, RULE_ARGUMENT, false), OCIT_E_FORMAT);
		assert_non_null(strstr(ctx_message(&w->cx), cases[i].words));
		ctx_clear(&w->cx);
		assert_int_equal(resolve(w, cases[i].path, RULE_ARGUMENT, true), 0);
	}
}

static void case_041_without_a_database_the_path_and_the_file_are_named(void **state)
{
	static const char *const gone[] = { "nix/var/nix/db/db.sqlite", "nix/var/nix/db" };
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(gone); i++) {
		char file[3 * NIX_TEXT];

		assert_int_equal(unlinkat(w->t.fd, gone[i], i ? AT_REMOVEDIR : 0), 0);
		world_reopen(w);
		snprintf(file, sizeof(file),
			"'" APP "' names a store path, but there is no Nix database "
			"'%s/nix/var/nix/db/db.sqlite'",
			w->t.dir);
		assert_int_equal(resolve(w, APP, RULE_PROGRAM, false), OCIT_E_NOT_FOUND);
		assert_string_equal(ctx_message(&w->cx), file);
		assert_non_null(strstr(w->cx.hint, "--store"));
		ctx_clear(&w->cx);
		assert_int_equal(resolve(w, APP, RULE_TEXT, true), 0);
		assert_int_equal(w->graph->n_notes, 1);
	}
}

static void case_041_an_error_names_the_database(void **state)
{
	struct world *w = *state;
	char file[3 * NIX_TEXT];

	assert_int_equal(unlinkat(w->t.fd, "nix/var/nix/db/db.sqlite", 0), 0);
	make_file(&w->t, "/nix/var/nix/db/db.sqlite", 0644);
	snprintf(file, sizeof(file), "Nix database '%s/nix/var/nix/db/db.sqlite': ", w->t.dir);
	assert_int_equal(resolve(w, APP, RULE_PROGRAM, false), OCIT_E_FORMAT);
	assert_non_null(strstr(ctx_message(&w->cx), file));
}

/* What scanning text wants, one a line. */
static int scan(struct world *w, const char *text, enum rule rule, char *ret, size_t size)
{
	const struct want why = { .from = GRAPH_ROOT, .rule = rule, .detail = "args[1]" };
	struct want want;
	size_t len = 0;
	int r = w->source->ops->scan(&w->cx, w->source, &w->facts, text, strlen(text), &why);

	ret[0] = '\0';
	while (facts_next(&w->facts, &want)) {
		assert_int_equal(want.rule, rule);
		assert_string_equal(want.detail, "args[1]");
		assert_int_equal(want.optional, rule == RULE_TEXT);
		len += (size_t)snprintf(ret + len, size - len, "%s\n", want.path);
	}
	return r;
}

static void text_gives_each_store_path_once(void **state)
{
	struct world *w = *state;
	char found[1024];

	assert_int_equal(scan(w, "PATH=" APP "/bin:" LIB "/bin:\"" APP "/sbin\" -x",
				 RULE_ENVIRONMENT, found, sizeof(found)),
		0);
	assert_string_equal(found, APP "\n" LIB "\n");
	assert_int_equal(scan(w, "/nix/store and /nix/store/ and /nix/store/.links", RULE_ARGUMENT,
				 found, sizeof(found)),
		0);
	assert_string_equal(found, "");
	assert_int_equal(scan(w, "#! " APP "\n# " NONE "\n", RULE_TEXT, found, sizeof(found)), 0);
	assert_string_equal(found, APP "\n" NONE "\n");
}

static void a_wrong_hash_part_is_an_error_in_arguments_only(void **state)
{
	static const char text[] = "--x=/nix/store/" ZEROS "0e0-x " APP;
	struct world *w = *state;
	char found[1024];

	assert_int_equal(scan(w, text, RULE_ARGUMENT, found, sizeof(found)), OCIT_E_FORMAT);
	assert_non_null(strstr(ctx_message(&w->cx), "'/nix/store/" ZEROS "0e0-x' is not a store"));
	ctx_clear(&w->cx);
	assert_int_equal(scan(w, text, RULE_TEXT, found, sizeof(found)), 0);
	assert_string_equal(found, APP "\n");
}

static void what_follows_a_name_in_prose_is_not_part_of_it(void **state)
{
	struct world *w = *state;

	assert_int_equal(resolve(w, DATA ".", RULE_ARGUMENT, false), 0);
	assert_int_equal(resolve(w, LIB "=", RULE_ENVIRONMENT, false), 0);
	assert_int_equal(resolve(w, OTHER "...", RULE_TEXT, true), 0);
	assert_int_equal(w->graph->n_nodes, 3);
	assert_int_equal(w->graph->n_notes, 0);
	assert_int_equal(resolve(w, DATA ".", RULE_INCLUDE, false), OCIT_E_NOT_FOUND);
	ctx_clear(&w->cx);
	assert_int_equal(resolve(w, DATA "./x", RULE_ARGUMENT, false), OCIT_E_NOT_FOUND);
	ctx_clear(&w->cx);
	assert_int_equal(resolve(w, DATA "x", RULE_ARGUMENT, false), OCIT_E_NOT_FOUND);
	assert_non_null(strstr(ctx_message(&w->cx), "'" DATA "x'"));
}

static void make_probe_tree(const struct nix_temp *t)
{
	make_dirs(t, &APP[1]);
	make_dirs(t, "nix/store/" ZEROS "001-app-1.0/bin");
	make_dirs(t, "nix/store/" ZEROS "002-lib-2.0/deep/er");
	make_file(t, APP "/bin/app", 0555);
	make_file(t, APP "/bin/text", 0444);
	make_file(t, APP "/bin/group", 0454);
	make_file(t, LIB "/deep/er/run", 0555);
	make_file(t, DATA, 0444);
	make_link(t, APP "/bin/same", "app");
	make_link(t, APP "/bin/up", "../../" ZEROS "002-lib-2.0/deep/er/run");
	make_link(t, APP "/bin/abs", LIB "/deep/er/run");
	make_link(t, APP "/lib", LIB "/deep");
	make_link(t, APP "/back", "lib/../deep/er/run");
	make_link(t, APP "/out", "/etc/ssl//certs/./x");
	make_link(t, APP "/out-up", "../../../etc/passwd");
	make_link(t, APP "/out-dots", "/nix/store/../var/x");
	make_link(t, APP "/top", "/nix/store");
	make_link(t, APP "/dangling", "nowhere");
	make_link(t, APP "/loop", "loop");
	make_link(t, APP "/through", "bin/app/x");
	make_link(t, "/nix/store/" ZEROS "004-other", LIB);
}

static void probing_follows_links_by_what_they_say(void **state)
{
	static const struct {
		const char *path;
		enum probe_kind kind;
		bool executable;
		const char *elsewhere;
	} cases[] = {
		{ APP "/bin/app", PROBE_REGULAR, true, NULL },
		{ APP "/bin/text", PROBE_REGULAR, false, NULL },
		{ APP "/bin/group", PROBE_REGULAR, false, NULL },
		{ APP "/bin", PROBE_DIR, true, NULL },
		{ APP, PROBE_DIR, true, NULL },
		{ DATA, PROBE_REGULAR, false, NULL },
		{ DATA "/x", PROBE_ABSENT, false, NULL },
		{ APP "/bin/none", PROBE_ABSENT, false, NULL },
		{ NONE "/bin/x", PROBE_ABSENT, false, NULL },
		{ APP "/bin/same", PROBE_REGULAR, true, NULL },
		{ APP "/bin/up", PROBE_REGULAR, true, NULL },
		{ APP "/bin/abs", PROBE_REGULAR, true, NULL },
		{ APP "/lib/er/run", PROBE_REGULAR, true, NULL },
		{ APP "/lib/er", PROBE_DIR, true, NULL },
		/* ".." behind a link goes up from where the link leads. */
		{ APP "/back", PROBE_REGULAR, true, NULL },
		{ OTHER "/deep/er/run", PROBE_REGULAR, true, NULL },
		{ APP "/top/" ZEROS "003-data", PROBE_REGULAR, false, NULL },
		{ APP "/dangling", PROBE_ABSENT, false, NULL },
		{ APP "/through", PROBE_ABSENT, false, NULL },
		{ APP "/loop", PROBE_LOOP, false, NULL },
		{ APP "/out", PROBE_ELSEWHERE, false, "/etc/ssl/certs/x" },
		{ APP "/out/more", PROBE_ELSEWHERE, false, "/etc/ssl/certs/x/more" },
		{ APP "/out-up", PROBE_ELSEWHERE, false, "/etc/passwd" },
		{ APP "/out-dots", PROBE_ELSEWHERE, false, "/nix/var/x" },
	};
	struct world *w = *state;

	make_probe_tree(&w->t);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct probe probe = { .kind = PROBE_OTHER };

		assert_int_equal(
			w->source->ops->probe(&w->cx, w->source, cases[i].path, &probe), 0);
		if (probe.kind != cases[i].kind)
			print_error("%s: kind %d\n", cases[i].path, (int)probe.kind);
		assert_int_equal(probe.kind, cases[i].kind);
		if (cases[i].kind != PROBE_DIR)
			assert_int_equal(probe.executable, cases[i].executable);
		assert_int_equal(!probe.elsewhere, !cases[i].elsewhere);
		if (cases[i].elsewhere)
			assert_string_equal(probe.elsewhere, cases[i].elsewhere);
		mem_free(probe.elsewhere);
	}
	assert_string_equal(ctx_message(&w->cx), "");
}

static void without_a_store_nothing_is_there(void **state)
{
	struct world *w = *state;
	struct probe probe = { .kind = PROBE_OTHER };

	/* A tree that happens to have no store, as most hosts. */
	snprintf(w->base, sizeof(w->base), "%s/nowhere", w->t.dir);
	w->spec.root = w->base;
	w->spec.store = NULL;
	world_reopen(w);
	assert_int_equal(w->source->ops->probe(&w->cx, w->source, APP "/bin/app", &probe), 0);
	assert_int_equal(probe.kind, PROBE_ABSENT);
	assert_string_equal(ctx_message(&w->cx), "");
}

static void a_store_or_database_that_was_named_must_be_there(void **state)
{
	struct world *w = *state;
	struct source *none = NULL;

	snprintf(w->base, sizeof(w->base), "%s/nowhere", w->t.dir);
	assert_int_equal(source_nix_db.open(&w->cx, &w->spec, &none), OCIT_E_NOT_FOUND);
	assert_non_null(strstr(ctx_message(&w->cx), "(--store): there is no directory '"));
	w->spec.db = w->base;
	assert_int_equal(source_nix_db.open(&w->cx, &w->spec, &none), OCIT_E_NOT_FOUND);
	assert_non_null(strstr(ctx_message(&w->cx), "(--db)"));
	assert_null(none);
	ctx_clear(&w->cx);
}

static void a_store_that_was_named_must_be_there_beside_a_database(void **state)
{
	struct world *w = *state;
	struct source *none = NULL;

	snprintf(w->db, sizeof(w->db), "%s/nix/var/nix/db/db.sqlite", w->t.dir);
	w->spec.db = w->db;
	snprintf(w->base, sizeof(w->base), "%s/nowhere", w->t.dir);
	assert_int_equal(source_nix_db.open(&w->cx, &w->spec, &none), OCIT_E_NOT_FOUND);
	assert_non_null(strstr(ctx_message(&w->cx), "(--store)"));
	make_file(&w->t, "/plain", 0644);
	snprintf(w->base, sizeof(w->base), "%s/plain", w->t.dir);
	assert_int_equal(source_nix_db.open(&w->cx, &w->spec, &none), OCIT_E_FORMAT);
	assert_non_null(strstr(ctx_message(&w->cx), "(--store)"));
	assert_null(none);
	ctx_clear(&w->cx);
}

static void what_cannot_be_a_database_is_refused_when_it_is_named(void **state)
{
	static const struct {
		const char *name, *says;
	} cases[] = {
		{ "nix", "not a regular file" },
		{ "nix/", "not a regular file" },
		{ "link", "symbolic link" },
		{ "plain", "a file of 1 bytes is no SQLite database" },
	};
	struct world *w = *state;
	struct source *none = NULL;

	make_file(&w->t, "/plain", 0644);
	make_link(&w->t, "/link", "nix/var/nix/db/db.sqlite");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		snprintf(w->db, sizeof(w->db), "%s/%s", w->t.dir, cases[i].name);
		w->spec.db = w->db;
		assert_int_equal(source_nix_db.open(&w->cx, &w->spec, &none), OCIT_E_FORMAT);
		assert_non_null(strstr(ctx_message(&w->cx), "(--db)"));
		assert_non_null(strstr(ctx_message(&w->cx), cases[i].says));
		assert_null(none);
	}
	ctx_clear(&w->cx);
}

static void the_database_is_asked_about_what_is_missing(void **state)
{
	static const struct {
		const char *path, *says;
	} cases[] = {
		{ NONE "/bin/x", "'" NONE "' is not registered in the Nix database '" },
		{ OTHER "/bin/x", "'" OTHER "' is registered in the Nix database '" },
		{ APP "/bin/x", "'" APP "' has no 'bin/x'" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		ctx_clear(&w->cx);
		assert_int_equal(w->source->ops->missing(&w->cx, w->source, cases[i].path),
			OCIT_E_NOT_FOUND);
		assert_non_null(strstr(ctx_message(&w->cx), cases[i].says));
	}
	ctx_clear(&w->cx);
	assert_int_equal(w->source->ops->missing(&w->cx, w->source, "/nix/store/plain"), 0);
	assert_int_equal(unlinkat(w->t.fd, "nix/var/nix/db/db.sqlite", 0), 0);
	world_reopen(w);
	assert_int_equal(w->source->ops->missing(&w->cx, w->source, NONE "/x"), OCIT_E_NOT_FOUND);
	assert_non_null(strstr(ctx_message(&w->cx), "there is no Nix database '"));
	ctx_clear(&w->cx);
}

static void case_054_a_tree_is_read_like_a_store(void **state)
{
	struct world *w = *state;
	const struct node *node;

	w->spec.root = w->base;
	w->spec.store = NULL;
	world_reopen(w);
	assert_closure(w, APP, 3);
	/* Links in a tree mean the tree. */
	assert_int_equal(renameat(w->t.fd, "nix", w->t.fd, "moved"), 0);
	make_link(&w->t, "/nix", "/moved");
	world_reopen(w);
	assert_closure(w, APP, 3);
	node = graph_find(w->graph, APP);
	assert_int_equal(faccessat(w->graph->places[node->place].dirfd, node->where, F_OK, 0), 0);
}

static void case_054_a_store_behind_a_link_keeps_its_names(void **state)
{
	struct world *w = *state;
	const struct node *node;

	assert_int_equal(renameat(w->t.fd, "nix/store", w->t.fd, "elsewhere"), 0);
	make_link(&w->t, "/nix/store", "../elsewhere");
	world_reopen(w);
	assert_closure(w, APP, 3);
	node = graph_find(w->graph, APP);
	assert_string_equal(node->path, APP);
	assert_int_equal(faccessat(w->graph->places[node->place].dirfd, node->where, F_OK, 0), 0);
}

static void case_054_a_store_with_another_name(void **state)
{
	static const char path[] = "/gnu/store/" ZEROS "001-app-1.0";
	struct world *w = *state;
	sqlite3 *db;

	snprintf(w->db, sizeof(w->db), "%s/gnu.sqlite", w->t.dir);
	nix_db_make(&w->t, "gnu.sqlite", "delete");
	w->spec.store_dir = "/gnu/store";
	w->spec.db = w->db;
	world_reopen(w);
	assert_int_equal(resolve(w, path, RULE_PROGRAM, false), OCIT_E_NOT_FOUND);
	world_close(w); /* readers of a database without log keep writers out */
	db = nix_db_open(&w->t, "gnu.sqlite");
	nix_exec(db, "update ValidPaths set path = '/gnu/store/' || substr(path, 12) where id < 3");
	sqlite3_close(db);
	world_reopen(w);
	assert_false(w->source->ops->claims(w->source, APP));
	/* Row 3 is still below /nix/store. */
	assert_int_equal(resolve(w, path, RULE_PROGRAM, false), OCIT_E_FORMAT);
	assert_non_null(strstr(ctx_message(&w->cx), "row 3 of ValidPaths: path '" DATA "'"));
	assert_non_null(strstr(w->cx.hint, "--store-dir"));
	world_close(w);
	db = nix_db_open(&w->t, "gnu.sqlite");
	nix_exec(db, "update ValidPaths set path = '/gnu/store/' || substr(path, 12) where id > 2");
	sqlite3_close(db);
	world_reopen(w);
	assert_closure(w, path, 3);
}

static void a_database_named_by_its_file(void **state)
{
	struct world *w = *state;

	snprintf(w->db, sizeof(w->db), "%s/named.sqlite", w->t.dir);
	nix_db_make(&w->t, "named.sqlite", "wal");
	assert_int_equal(unlinkat(w->t.fd, "nix/var/nix/db/db.sqlite", 0), 0);
	w->spec.db = w->db;
	world_reopen(w);
	assert_closure(w, APP, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_what_lies_below_the_store_is_claimed),
		TEST(a_store_path_becomes_a_tree_with_what_the_database_knows),
		TEST(expanding_gives_the_closure_with_references_as_reasons),
		TEST(the_place_is_open_when_the_source_is_closed),
		TEST(a_database_without_a_store_is_enough_to_explain),
		TEST(a_path_that_is_not_registered_is_an_error_unless_optional),
		TEST(what_is_no_store_path_is_said_so),
		TEST(case_041_without_a_database_the_path_and_the_file_are_named),
		TEST(case_041_an_error_names_the_database),
		TEST(text_gives_each_store_path_once),
		TEST(a_wrong_hash_part_is_an_error_in_arguments_only),
		TEST(what_follows_a_name_in_prose_is_not_part_of_it),
		TEST(probing_follows_links_by_what_they_say),
		TEST(without_a_store_nothing_is_there),
		TEST(a_store_or_database_that_was_named_must_be_there),
		TEST(a_store_that_was_named_must_be_there_beside_a_database),
		TEST(what_cannot_be_a_database_is_refused_when_it_is_named),
		TEST(the_database_is_asked_about_what_is_missing),
		TEST(case_054_a_tree_is_read_like_a_store),
		TEST(case_054_a_store_behind_a_link_keeps_its_names),
		TEST(case_054_a_store_with_another_name),
		TEST(a_database_named_by_its_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
