/* SPDX-License-Identifier: Apache-2.0 */
/* source/packages.c: which packages become live, from the command on along what they depend on. */
#include "source/packages.h"

#include <string.h>

#include "base/text.h"
#include "codec/shell_words.h"
#include "source/host_tables.h"

void packages_close(struct packages *p)
{
	if (!p)
		return;
	mem_free(p->state);
	mem_free(p->queue);
	mem_free(p->dirs);
	mem_free(p->scripts);
	mem_free(p->paths);
	mem_free(p->conffiles);
	map_done(&p->conffile_index);
	mem_free(p->installed);
	mem_free(p->changes);
	mem_free(p);
}

const struct dpkg_package *packages_get(const struct files *fs, uint32_t package)
{
	return &fs->db->t.packages[package];
}

static uint32_t find_named(const struct files *fs, const char *name)
{
	const char *colon = strchr(name, ':');
	const struct dpkg_package by = { .arch = colon ? colon + 1 : NULL };
	size_t len = colon ? (size_t)(colon - name) : strlen(name);
	uint32_t found = dpkg_status_find(&fs->db->t, name, len, colon ? &by : NULL);

	if (found == DPKG_NONE || !colon || !strcmp(packages_get(fs, found)->arch, by.arch))
		return found;
	return DPKG_NONE;
}

static int find_all_named(struct ctx *cx, struct files *fs, const char *option,
	const char *const *names, size_t n, unsigned flag)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t found = find_named(fs, names[i]);

		if (found == DPKG_NONE)
			return advise(cx,
				fail(cx, OCIT_E_NOT_FOUND, "%s: package '%s' is not installed",
					option, names[i]),
				"dpkg-query -W lists the packages of this machine");
		fs->packages->state[found].flags |= flag;
	}
	return 0;
}

static void mark_known(struct files *fs)
{
	for (size_t i = 0; i < host_packages_len; i++) {
		const struct host_package *row = &host_packages[i];
		unsigned flag = !strcmp(row->kind, "single")       ? PACKAGE_SINGLE
				: !strcmp(row->kind, "maintainer") ? PACKAGE_MAINTAINER
								   : 0;
		uint32_t at = flag ? dpkg_status_find(
					     &fs->db->t, row->name, strlen(row->name), NULL)
				   : DPKG_NONE;

		/* Of several architectures all. */
		for (; at < fs->db->t.n_packages && !strcmp(packages_get(fs, at)->name, row->name);
			at++)
			fs->packages->state[at].flags |= flag;
	}
}

int packages_open(struct ctx *cx, const struct spec *spec, struct files *fs)
{
	struct packages *p = mem_alloc(sizeof(*p));
	int r;

	fs->packages = p;
	if (!p)
		return fail_nomem(cx);
	p->named = spec->packages;
	p->n_named = spec->n_packages;
	p->recommends = spec->recommends;
	p->keep = spec->keep;
	p->conffiles_are_meant = spec->conffiles == CONFFILES_HOST;
	map_init(&p->conffile_index);
	p->locales = spec->locales;
	p->n_locales = spec->n_locales;
	p->state = mem_array(fs->db->t.n_packages, sizeof(*p->state));
	if (!p->state)
		return fail_nomem(cx);
	for (size_t i = 0; i < fs->db->t.n_packages; i++)
		p->state[i].cause.entry = GRAPH_NONE;
	mark_known(fs);
	r = find_all_named(cx, fs, "--package", spec->packages, spec->n_packages, PACKAGE_NAMED);
	if (r == 0)
		r = find_all_named(
			cx, fs, "--without", spec->without, spec->n_without, PACKAGE_DROPPED);
	return r;
}

/* In the queue once, until it is served. */
static int enqueue(struct ctx *cx, struct packages *p, uint32_t package)
{
	struct package_state *s = &p->state[package];

	if (s->flags & PACKAGE_QUEUED)
		return 0;
	if (mem_grow(&p->queue, &p->cap_queue, p->n_queue + 1, sizeof(*p->queue)) < 0)
		return fail_nomem(cx);
	s->flags |= PACKAGE_QUEUED;
	p->queue[p->n_queue++] = package;
	return 0;
}

/* The first cause counts. What was to come alone and is needed in earnest brings all it depends on.
 */
static int make_live(struct ctx *cx, struct files *fs, uint32_t package, unsigned flags,
	const struct package_cause *cause)
{
	struct package_state *s = &fs->packages->state[package];
	unsigned before = s->flags;

	if (before & PACKAGE_DROPPED)
		return 0;
	if (!(before & PACKAGE_LIVE)) {
		s->cause = *cause;
	} else if (!(flags & PACKAGE_ALONE)) {
		s->flags &= ~(unsigned)PACKAGE_ALONE;
	} else {
		flags = 0;
	}
	s->flags |= PACKAGE_LIVE | flags;
	return s->flags == before ? 0 : enqueue(cx, fs->packages, package);
}

/* A file of it was reached, which stands for it in reasons. */
static int make_live_by(
	struct ctx *cx, struct files *fs, uint32_t package, unsigned flags, uint32_t node)
{
	const struct package_cause cause = { .entry = node, .from = node, .rule = RULE_PACKAGE };

	return make_live(cx, fs, package, flags, &cause);
}

/* Another package brings it. */
static int make_live_from(
	struct ctx *cx, struct files *fs, uint32_t package, uint32_t by, enum rule rule)
{
	const struct package_cause cause = {
		.entry = GRAPH_NONE,
		.from = fs->packages->state[by].cause.entry,
		.rule = rule,
	};

	return make_live(cx, fs, package, 0, &cause);
}

struct reaching {
	uint8_t *seen;
	uint32_t *todo;
	size_t n_todo;
};

static int add_target(void *data, uint32_t package)
{
	struct reaching *w = data;

	if (!w->seen[package])
		w->todo[w->n_todo++] = package;
	w->seen[package] = 1;
	return 0;
}

/* Does a package depend on another, perhaps through others? */
static int depends_on(struct ctx *cx, const struct files *fs, uint32_t from, uint32_t on, bool *ret)
{
	const struct dpkg_tables *t = &fs->db->t;
	AUTO(mem) uint8_t *seen = mem_array(t->n_packages, sizeof(*seen));
	AUTO(mem) uint32_t *todo = mem_array(t->n_packages, sizeof(*todo));
	struct reaching w = { seen, todo, 0 };

	if (!seen || !todo)
		return fail_nomem(cx);
	(void)add_target(&w, from);
	while (w.n_todo) {
		const struct dpkg_package *p = packages_get(fs, w.todo[--w.n_todo]);

		(void)dpkg_status_targets(t, &p->depends, p, add_target, &w);
		(void)dpkg_status_targets(t, &p->pre_depends, p, add_target, &w);
	}
	*ret = seen[on];
	return 0;
}

/* The package that this one is a part of, and that is installed: DPKG_NONE for none. */
static int find_umbrella(struct ctx *cx, const struct files *fs, uint32_t package, uint32_t *ret)
{
	const struct dpkg_package *part = packages_get(fs, package);

	*ret = DPKG_NONE;
	for (size_t i = 0; i < host_packages_len; i++) {
		const char *end = host_packages[i].name;
		uint32_t whole;
		bool is_part;
		int r;

		if (strcmp(host_packages[i].kind, "umbrella") != 0 || !text_ends(part->name, end))
			continue;
		whole = dpkg_status_find(
			&fs->db->t, part->name, strlen(part->name) - strlen(end), part);
		if (whole == DPKG_NONE ||
			strcmp(packages_get(fs, whole)->source, part->source) != 0)
			continue;
		r = depends_on(cx, fs, whole, package, &is_part);
		if (r < 0)
			return r;
		if (is_part)
			*ret = whole;
	}
	return 0;
}

/* The command is of this package. Essential ones are not listed as dependencies and would be large:
 * their files go in where they are reached. */
static int reach_root(struct ctx *cx, struct files *fs, uint32_t package, uint32_t node)
{
	uint32_t whole;
	int r = find_umbrella(cx, fs, package, &whole);

	if (r == 0 && whole != DPKG_NONE)
		r = make_live(cx, fs, whole, PACKAGE_ROOT,
			&(struct package_cause){ GRAPH_NONE, node, RULE_PACKAGE });
	if (r < 0 || packages_get(fs, package)->essential ||
		fs->packages->state[package].flags & PACKAGE_SINGLE)
		return r;
	return make_live_by(cx, fs, package, PACKAGE_ROOT, node);
}

static int reach_file(struct ctx *cx, struct files *fs, uint32_t package, uint32_t node)
{
	if (packages_get(fs, package)->essential ||
		fs->packages->state[package].flags & PACKAGE_SINGLE)
		return 0;
	return make_live_by(cx, fs, package, 0, node);
}

/* Modules of an interpreter that no package needs to depend on lie in its own package. */
static int reach_interpreter(struct ctx *cx, struct files *fs, struct facts *f, uint32_t package,
	const struct spot *s, const struct want *why)
{
	const struct node *from = facts_get(f, why->from);
	uint32_t spot = FILES_NONE;

	if (from)
		(void)map_find(&fs->index, from->path, strlen(from->path), &spot);
	if (spot != FILES_NONE && fs->spots[spot].roles & (ROLE_PROGRAM | ROLE_NAMED))
		return reach_root(cx, fs, package, s->node);
	/* "#!/usr/bin/env NAME": env needs nothing but itself. */
	if (spot != FILES_NONE && fs->spots[spot].object->shebang.program && !why->detail)
		return 0;
	if (!packages_get(fs, package)->essential || shell_is_known(s->path))
		return 0;
	return make_live_by(cx, fs, package, PACKAGE_ALONE, s->node);
}

int packages_trust(struct ctx *cx, struct files *fs, const char *path, bool *ret)
{
	uint32_t owner = DPKG_NONE;
	int r = fs->packages ? dpkg_db_owner(cx, fs->db, path, &owner) : 0;

	*ret = owner != DPKG_NONE;
	return r;
}

static bool is_known_word(const char *word)
{
	for (size_t i = 0; i < host_packages_len; i++)
		if (!strcmp(host_packages[i].kind, "word") && !strcmp(host_packages[i].name, word))
			return true;
	return false;
}

int packages_may_name(
	struct ctx *cx, struct files *fs, const char *word, const char *path, bool *ret)
{
	uint32_t owner;
	int r = dpkg_db_owner(cx, fs->db, path, &owner);

	*ret = is_known_word(word) ||
	       (r == 0 && owner != DPKG_NONE && packages_get(fs, owner)->essential);
	return r;
}

/* What stands behind "-c" and in scripts of nobody is the user's: what it names is meant. */
static int reach_by_text(struct ctx *cx, struct files *fs, struct facts *f, uint32_t package,
	uint32_t node, const struct want *why)
{
	const struct node *from = facts_get(f, why->from);
	bool trusted = false;
	uint32_t spot = FILES_NONE;
	int r = 0;

	if (from && map_find(&fs->index, from->path, strlen(from->path), &spot) &&
		fs->spots[spot].object && fs->spots[spot].object->kind == OBJECT_SCRIPT)
		r = packages_trust(cx, fs, from->path, &trusted);
	return r < 0 || trusted ? r : reach_file(cx, fs, package, node);
}

static int reach(struct ctx *cx, struct files *fs, struct facts *f, uint32_t package,
	const struct spot *s, const struct want *why)
{
	switch (why->rule) {
	case RULE_PROGRAM:
	case RULE_ARGUMENT:
		return reach_root(cx, fs, package, s->node);
	case RULE_SHEBANG:
		return reach_interpreter(cx, fs, f, package, s, why);
	case RULE_TEXT:
		return reach_by_text(cx, fs, f, package, s->node, why);
	case RULE_INCLUDE:
		return s->info.mode & 0111 ? reach_file(cx, fs, package, s->node) : 0;
	case RULE_NEEDED:
	case RULE_DLOPEN:
	case RULE_IMPORT:
		return reach_file(cx, fs, package, s->node);
	default:
		return 0;
	}
}

static int note_dropped(struct ctx *cx, const struct files *fs, struct facts *f, uint32_t package,
	const struct spot *s, const struct want *why)
{
	return facts_note(cx, f, "'%s' of package '%s' is left out on request: '%s' needs it",
		s->path, packages_get(fs, package)->name, facts_get(f, why->from)->path);
}

int packages_drops(struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot,
	const struct want *why, bool *ret)
{
	const struct spot *s = &fs->spots[spot];
	uint32_t package;
	int r;

	*ret = false;
	if (!fs->packages)
		return 0;
	r = dpkg_db_owner(cx, fs->db, s->path, &package);
	/* What was asked for by name wins over what was left out by package. */
	if (r < 0 || package == DPKG_NONE || why->from == GRAPH_ROOT ||
		!(fs->packages->state[package].flags & PACKAGE_DROPPED))
		return r;
	*ret = true;
	return note_dropped(cx, fs, f, package, s, why);
}

int packages_reach(
	struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot, const struct want *why)
{
	uint32_t package = DPKG_NONE;
	int r = 0;

	if (fs->packages)
		r = dpkg_db_owner(cx, fs->db, fs->spots[spot].path, &package);
	return r < 0 || package == DPKG_NONE ? r : reach(cx, fs, f, package, &fs->spots[spot], why);
}

struct dependencies {
	struct ctx *cx;
	struct files *fs;
	struct facts *f;
	uint32_t package;
};

static int note_without(const struct dependencies *d, uint32_t target)
{
	return facts_note(d->cx, d->f, "package '%s' is left out on request: '%s' depends on it",
		packages_get(d->fs, target)->name, packages_get(d->fs, d->package)->name);
}

/* Libraries come in, with what else is in their packages, where something loads them. */
static int on_dependency(void *data, uint32_t target)
{
	const struct dependencies *d = data;
	const struct package_state *s = &d->fs->packages->state[target];
	bool library;
	int r;

	if (s->flags & PACKAGE_DROPPED)
		return note_without(d, target);
	if (packages_get(d->fs, target)->essential ||
		s->flags & (PACKAGE_SINGLE | PACKAGE_MAINTAINER))
		return 0;
	r = packages_judge(d->cx, d->fs, target, &library);
	if (r < 0 || library)
		return r;
	return make_live_from(d->cx, d->fs, target, d->package, RULE_DEPENDS);
}

static int on_recommended(void *data, uint32_t target)
{
	const struct dependencies *d = data;
	const struct package_state *s = &d->fs->packages->state[target];
	const struct dpkg_package *t = packages_get(d->fs, target);

	if (t->essential || s->flags & (PACKAGE_DROPPED | PACKAGE_SINGLE | PACKAGE_MAINTAINER))
		return 0;
	if (d->fs->packages->recommends == RECOMMENDS_SOURCE &&
		strcmp(t->source, packages_get(d->fs, d->package)->source) != 0 &&
		!dpkg_package_is_dev(t))
		return 0;
	return make_live_from(d->cx, d->fs, target, d->package, RULE_RECOMMENDS);
}

static int depend(struct ctx *cx, struct files *fs, struct facts *f, uint32_t package)
{
	struct dependencies d = { cx, fs, f, package };
	const struct dpkg_package *p = packages_get(fs, package);
	int r = dpkg_status_targets(&fs->db->t, &p->pre_depends, p, on_dependency, &d);

	return r ? r : dpkg_status_targets(&fs->db->t, &p->depends, p, on_dependency, &d);
}

static int recommend(struct ctx *cx, struct files *fs, struct facts *f, uint32_t package)
{
	struct dependencies d = { cx, fs, f, package };
	const struct dpkg_package *p = packages_get(fs, package);

	if (fs->packages->recommends == RECOMMENDS_NONE)
		return 0;
	return dpkg_status_targets(&fs->db->t, &p->recommends, p, on_recommended, &d);
}

/* The steps of a live package that are not done yet. */
static int serve(struct ctx *cx, struct files *fs, struct facts *f, uint32_t package)
{
	struct package_state *s = &fs->packages->state[package];
	unsigned before = s->flags;
	int r = 0;

	s->flags |= PACKAGE_FILED;
	s->flags &= ~(unsigned)PACKAGE_QUEUED;
	if (!(before & PACKAGE_FILED))
		r = packages_file(cx, fs, f, package);
	if (r == 0 && !(s->flags & (PACKAGE_DEPENDED | PACKAGE_ALONE))) {
		s->flags |= PACKAGE_DEPENDED;
		r = depend(cx, fs, f, package);
	}
	if (r == 0 && (s->flags & (PACKAGE_ROOT | PACKAGE_RECOMMENDED)) == PACKAGE_ROOT) {
		s->flags |= PACKAGE_RECOMMENDED;
		r = recommend(cx, fs, f, package);
	}
	return within(cx, r, "package '%s'", packages_get(fs, package)->name);
}

static int start(struct ctx *cx, struct files *fs)
{
	struct packages *p = fs->packages;
	int r = 0;

	p->started = true;
	for (size_t i = 0; i < fs->db->t.n_packages && r == 0; i++)
		if (p->state[i].flags & PACKAGE_NAMED)
			r = make_live(cx, fs, (uint32_t)i, PACKAGE_NAMED | PACKAGE_ROOT,
				&(struct package_cause){ GRAPH_NONE, GRAPH_ROOT, RULE_NAMED });
	return r;
}

int packages_postinsts(struct ctx *cx, struct files *fs, packages_script_fn *fn, void *data)
{
	int r = 0;

	for (size_t i = 0; fs->packages && i < fs->db->t.n_packages && r == 0; i++) {
		const char *path = NULL;

		if (!(fs->packages->state[i].flags & PACKAGE_LIVE))
			continue;
		r = dpkg_db_info(cx, fs->db, (uint32_t)i, "postinst", &path);
		if (r == 0)
			r = fn(data, path);
	}
	return r;
}

static int serve_all(struct ctx *cx, struct files *fs, struct facts *f)
{
	struct packages *p = fs->packages;
	int r = p->started ? 0 : start(cx, fs);

	while (p->next < p->n_queue && r == 0) {
		r = poll_cancel(cx);
		if (r == 0)
			r = serve(cx, fs, f, p->queue[p->next++]);
	}
	return r;
}

int packages_settle(struct ctx *cx, struct source *s, struct facts *f)
{
	static int (*const finders[])(struct ctx *, struct files *, struct facts *) = {
		packages_push_scripts,
		packages_push_generated,
		packages_push_alternatives,
		files_push_services,
		files_push_accounts,
		packages_push_changed,
	};
	struct files *fs = (struct files *)s;
	size_t before = f->graph->n_nodes;
	int r = fs->packages ? serve_all(cx, fs, f) : 0;

	/* What each of them looks for depends on everything that comes before. Where nothing of the
	 * tree is in, nothing of it is looked for. */
	for (size_t i = 0;
		fs->packages && fs->handed && i < sizeof(finders) / sizeof(finders[0]) && r == 0;
		i++)
		if (f->graph->n_nodes == before && f->next_want == f->n_wants)
			r = finders[i](cx, fs, f);
	return r;
}
