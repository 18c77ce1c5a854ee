/* SPDX-License-Identifier: Apache-2.0 */
/* source/dpkg_status.c: what is installed, and what was diverted. */
#include "source/dpkg_status.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/text.h"
#include "codec/deb822.h"
#include "codec/relations.h"

/* A paragraph in the making; texts point into the file. */
struct paragraph {
	struct deb822_field package, status, version, arch, source, section, essential, multi;
	struct deb822_field depends, pre_depends, recommends, provides, conffiles;
};

void dpkg_tables_init(struct dpkg_tables *t)
{
	*t = (struct dpkg_tables){ .packages = NULL };
	arena_init(&t->arena);
	map_init(&t->diverted);
	map_init(&t->names);
	map_init(&t->provided);
}

void dpkg_tables_done(struct dpkg_tables *t)
{
	mem_free(t->packages);
	mem_free(t->diversions);
	map_done(&t->diverted);
	map_done(&t->names);
	map_done(&t->provided);
	arena_done(&t->arena);
}

struct known {
	const char *name;
	size_t offset;
};

static const struct known known[] = {
	{ "Package", offsetof(struct paragraph, package) },
	{ "Status", offsetof(struct paragraph, status) },
	{ "Version", offsetof(struct paragraph, version) },
	{ "Architecture", offsetof(struct paragraph, arch) },
	{ "Source", offsetof(struct paragraph, source) },
	{ "Section", offsetof(struct paragraph, section) },
	{ "Essential", offsetof(struct paragraph, essential) },
	{ "Multi-Arch", offsetof(struct paragraph, multi) },
	{ "Depends", offsetof(struct paragraph, depends) },
	{ "Pre-Depends", offsetof(struct paragraph, pre_depends) },
	{ "Recommends", offsetof(struct paragraph, recommends) },
	{ "Provides", offsetof(struct paragraph, provides) },
	{ "Conffiles", offsetof(struct paragraph, conffiles) },
};

static void keep(struct paragraph *p, const struct deb822_field *f)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (deb822_is(f, known[i].name))
			*(struct deb822_field *)(void *)((char *)p + known[i].offset) = *f;
}

/* The last word of Status: "install ok installed". Of these the files are there. */
static bool has_files(const struct deb822_field *status)
{
	static const char *const states[] = { "installed", "triggers-pending", "triggers-awaited",
		"half-configured", "unpacked", "half-installed" };
	size_t at = status->len;

	while (at && status->value[at - 1] != ' ')
		at--;
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strlen(states[i]) == status->len - at &&
			!memcmp(status->value + at, states[i], status->len - at))
			return true;
	return false;
}

/* Letters that stand in names of files and in identifiers. */
static bool is_word(const struct deb822_field *f, const char *more)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";

	if (!f->len || !f->value[0] || !strchr(letters, f->value[0]))
		return false;
	for (size_t i = 0; i < f->len; i++)
		if (!f->value[i] || (!strchr(letters, f->value[i]) && !strchr(more, f->value[i])))
			return false;
	return true;
}

static const char *copy(struct dpkg_tables *t, const struct deb822_field *f)
{
	return arena_copy(&t->arena, f->value ? f->value : "", f->len);
}

/* "name (version)": without a field it is the package's own name. */
static const char *source_name(struct dpkg_tables *t, const struct paragraph *p)
{
	struct deb822_field f = p->source.len ? p->source : p->package;
	const char *blank = memchr(f.value, ' ', f.len);

	f.len = blank ? (size_t)(blank - f.value) : f.len;
	return copy(t, &f);
}

static int check(struct ctx *cx, const struct paragraph *p)
{
	if (!is_word(&p->package, "+-."))
		return fail(cx, OCIT_E_FORMAT, "'%.*s' is no name of a package",
			(int)(p->package.len < 60 ? p->package.len : 60),
			p->package.value ? p->package.value : "");
	if (!p->version.len || !is_word(&p->arch, "-"))
		return fail(cx, OCIT_E_FORMAT, "package '%.*s': %s is missing or malformed",
			(int)p->package.len, p->package.value,
			p->version.len ? "Architecture" : "Version");
	return 0;
}

static int add(struct ctx *cx, struct dpkg_tables *t, const struct paragraph *p)
{
	struct dpkg_package pkg = {
		.name = copy(t, &p->package),
		.arch = copy(t, &p->arch),
		.version = copy(t, &p->version),
		.source = source_name(t, p),
		.section = p->section.len ? copy(t, &p->section) : NULL,
		.essential = deb822_says(&p->essential, "yes"),
		.same = deb822_says(&p->multi, "same"),
		.depends = p->depends,
		.pre_depends = p->pre_depends,
		.recommends = p->recommends,
		.provides = p->provides,
		.conffiles = p->conffiles,
	};

	if (!pkg.name || !pkg.arch || !pkg.version || !pkg.source ||
		(p->section.len && !pkg.section))
		return fail_nomem(cx);
	pkg.id = arena_printf(&t->arena, "%s:%s", pkg.name, pkg.arch);
	if (!pkg.id)
		return fail_nomem(cx);
	if (t->n_packages == DPKG_PACKAGES_MAX)
		return fail(cx, OCIT_E_LIMIT, "more than %d packages", DPKG_PACKAGES_MAX);
	if (mem_grow(&t->packages, &t->cap_packages, t->n_packages + 1, sizeof(pkg)) < 0)
		return fail_nomem(cx);
	t->packages[t->n_packages++] = pkg;
	return 0;
}

static int end_paragraph(struct ctx *cx, struct dpkg_tables *t, const struct paragraph *p)
{
	int r;

	if (!has_files(&p->status))
		return 0;
	r = check(cx, p);
	return r < 0 ? r : add(cx, t, p);
}

static int compare_packages(const void *a, const void *b)
{
	const struct dpkg_package *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : strcmp(x->arch, y->arch);
}

struct providing {
	struct ctx *cx;
	struct dpkg_tables *t;
	uint32_t package;
};

static int put_first(struct ctx *cx, struct map *m, const char *name, size_t len, uint32_t package)
{
	uint32_t before;

	if (map_find(m, name, len, &before))
		return 0;
	return map_put(m, name, len, package) < 0 ? fail_nomem(cx) : 0;
}

static int on_provided(void *data, const struct relation *r)
{
	struct providing *p = data;

	return put_first(p->cx, &p->t->provided, r->name, r->name_len, p->package);
}

static int index_names(struct ctx *cx, struct dpkg_tables *t)
{
	int r = 0;

	for (size_t i = 0; i < t->n_packages && r == 0; i++) {
		const struct dpkg_package *p = &t->packages[i];
		struct providing providing = { cx, t, (uint32_t)i };

		r = put_first(cx, &t->names, p->name, strlen(p->name), (uint32_t)i);
		if (r == 0)
			r = relations_read(
				p->provides.value, p->provides.len, on_provided, &providing);
	}
	return r;
}

static int sort(struct ctx *cx, struct dpkg_tables *t)
{
	qsort(t->packages, t->n_packages, sizeof(*t->packages), compare_packages);
	for (size_t i = 1; i < t->n_packages; i++)
		if (!compare_packages(&t->packages[i - 1], &t->packages[i]))
			return fail(cx, OCIT_E_FORMAT, "package '%s' is there twice",
				t->packages[i].id);
	return index_names(cx, t);
}

int dpkg_status_read(struct ctx *cx, struct dpkg_tables *t, const char *text, size_t len)
{
	struct paragraph p = { .package = { .name = NULL } };
	struct deb822 d;

	deb822_init(&d, text, len);
	for (;;) {
		enum deb822_event event;
		struct deb822_field f;
		int r = deb822_next(cx, &d, &f, &event);

		if (r == 0 && event == DEB822_END)
			return sort(cx, t);
		if (r == 0 && event == DEB822_FIELD)
			keep(&p, &f);
		if (r == 0 && event == DEB822_PARAGRAPH) {
			r = end_paragraph(cx, t, &p);
			p = (struct paragraph){ .package = { .name = NULL } };
		}
		if (r < 0)
			return r;
	}
}

bool dpkg_package_is_dev(const struct dpkg_package *p)
{
	const char *slash = p->section ? strrchr(p->section, '/') : NULL;

	return p->section && !strcmp(slash ? slash + 1 : p->section, "libdevel");
}

uint32_t dpkg_status_find(
	const struct dpkg_tables *t, const char *name, size_t len, const struct dpkg_package *by)
{
	uint32_t first;

	if (!map_find(&t->names, name, len, &first))
		return DPKG_NONE;
	for (size_t i = first; by && i < t->n_packages; i++) {
		const struct dpkg_package *p = &t->packages[i];

		if (strncmp(p->name, name, len) != 0 || p->name[len])
			break;
		if (!strcmp(p->arch, by->arch))
			return (uint32_t)i;
	}
	return first;
}

uint32_t dpkg_status_provider(
	const struct dpkg_tables *t, const char *name, size_t len, const struct dpkg_package *by)
{
	uint32_t found = dpkg_status_find(t, name, len, by);

	if (found == DPKG_NONE)
		(void)map_find(&t->provided, name, len, &found);
	return found;
}

/* One group of alternatives on its way through a field. */
struct targets {
	const struct dpkg_tables *t;
	const struct dpkg_package *by;
	dpkg_target_fn *fn;
	void *data;
	uint32_t real, virtual; /* the first of each in this group */
};

static int end_group(struct targets *g)
{
	uint32_t found = g->real != DPKG_NONE ? g->real : g->virtual;

	g->real = g->virtual = DPKG_NONE;
	return found == DPKG_NONE ? 0 : g->fn(g->data, found);
}

static int on_relation(void *data, const struct relation *r)
{
	struct targets *g = data;
	int done = r->alternative ? 0 : end_group(g);

	if (g->real == DPKG_NONE)
		g->real = dpkg_status_find(g->t, r->name, r->name_len, g->by);
	if (g->real == DPKG_NONE && g->virtual == DPKG_NONE)
		g->virtual = dpkg_status_provider(g->t, r->name, r->name_len, g->by);
	return done;
}

int dpkg_status_targets(const struct dpkg_tables *t, const struct deb822_field *field,
	const struct dpkg_package *by, dpkg_target_fn *fn, void *data)
{
	struct targets g = { t, by, fn, data, DPKG_NONE, DPKG_NONE };
	int done = relations_read(field->value, field->len, on_relation, &g);

	return done ? done : end_group(&g);
}

/* The next line without its newline; false at the end. */
static bool next_line(const char **text, size_t *len, struct deb822_field *ret)
{
	const char *end = *len ? memchr(*text, '\n', *len) : NULL;
	size_t n = end ? (size_t)(end - *text) : *len;

	if (!*len)
		return false;
	*ret = (struct deb822_field){ .value = *text, .len = n };
	*text += n + (end != NULL);
	*len -= n + (end != NULL);
	return true;
}

static int add_diversion(struct ctx *cx, struct dpkg_tables *t, const struct deb822_field line[3])
{
	struct dpkg_diversion d = { .from = copy(t, &line[0]), .to = copy(t, &line[1]) };

	if (!deb822_says(&line[2], ":"))
		d.by = copy(t, &line[2]);
	if (!d.from || !d.to || (!d.by && !deb822_says(&line[2], ":")))
		return fail_nomem(cx);
	if (strlen(d.from) != line[0].len || !path_is_clean(d.from) ||
		strlen(d.to) != line[1].len || !path_is_clean(d.to))
		return fail(cx, OCIT_E_FORMAT,
			"'%.200s' or what it is diverted to is no clean path", d.from);
	if (mem_grow(&t->diversions, &t->cap_diversions, t->n_diversions + 1, sizeof(d)) < 0 ||
		map_put(&t->diverted, d.from, strlen(d.from), (uint32_t)t->n_diversions) < 0)
		return fail_nomem(cx);
	t->diversions[t->n_diversions++] = d;
	return 0;
}

int dpkg_diversions_read(struct ctx *cx, struct dpkg_tables *t, const char *text, size_t len)
{
	struct deb822_field line[3];
	int r = 0;

	while (r == 0 && next_line(&text, &len, &line[0])) {
		if (!next_line(&text, &len, &line[1]) || !next_line(&text, &len, &line[2]))
			return fail(cx, OCIT_E_FORMAT, "ends within a diversion of three lines");
		r = add_diversion(cx, t, line);
	}
	return r;
}
