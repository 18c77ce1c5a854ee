/* SPDX-License-Identifier: Apache-2.0 */
/* source/files_accounts.c: which users and groups of the tree the container needs to know: those
 * that the description names, that own a file, or that a configuration or a package talks of. */
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "codec/passwd.h"
#include "source/files.h"

/* Larger files below /etc are bundles of certificates, whose letters spell anything. */
enum { DATABASE_MAX = 16 << 20, CONFIG_MAX = 128 << 10, SYSTEM_MAX = 999, NAME_BYTES_MAX = 32 };

static const char name_letters[] =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

struct found {
	struct account account;
	bool needed;
};

/* One of the two databases. */
struct database {
	struct found *list;
	size_t n, cap;
	struct map names;
};

struct accounts_search {
	struct ctx *cx;
	struct files *fs;
	struct facts *f;
	struct arena arena;
	struct database users, groups, *filling;
	struct buf text;
};

static void auto_accounts_search(struct accounts_search *s)
{
	mem_free(s->users.list);
	mem_free(s->groups.list);
	map_done(&s->users.names);
	map_done(&s->groups.names);
	buf_done(&s->text);
	arena_done(&s->arena);
}

static int on_line(void *data, const struct passwd_line *line)
{
	struct accounts_search *s = data;
	struct database *d = s->filling;
	struct account a = {
		.name = arena_copy(&s->arena, line->name.text, line->name.len),
		.id = line->id,
		.gid = line->gid,
		.home = arena_copy(&s->arena, line->home.len ? line->home.text : "/",
			line->home.len ? line->home.len : 1),
		.shell = arena_copy(
			&s->arena, line->shell.len ? line->shell.text : "", line->shell.len),
	};

	if (!a.name || !a.home || !a.shell ||
		mem_grow(&d->list, &d->cap, d->n + 1, sizeof(*d->list)) < 0 ||
		map_put(&d->names, a.name, line->name.len, (uint32_t)d->n) < 0)
		return fail_nomem(s->cx);
	d->list[d->n++] = (struct found){ .account = a };
	return 0;
}

/* A text of the tree; none is an empty one, and so is one that this user may not read. */
static int read_text(struct accounts_search *s, const char *path, size_t max)
{
	int r;

	buf_done(&s->text);
	buf_init(&s->text, max);
	r = file_read(s->cx, files_root_fd(s->fs), path + 1, FILE_IN_ROOT, &s->text);
	if (r == OCIT_E_NOMEM)
		return r;
	if (r < 0) {
		ctx_clear(s->cx);
		buf_clear(&s->text);
	}
	return 0;
}

static int read_database(struct accounts_search *s, struct database *d, const char *path,
	int (*read)(const char *, size_t, passwd_fn *, void *))
{
	int r = read_text(s, path, DATABASE_MAX);

	s->filling = d;
	return r < 0 || !s->text.len ? r : read(s->text.data, s->text.len, on_line, s);
}

/* Ids above those of the system belong to people, who are no part of a program. */
static void need_word(struct database *d, const char *word, size_t len, uint32_t max)
{
	uint32_t at;

	if (map_find(&d->names, word, len, &at) && d->list[at].account.id <= max)
		d->list[at].needed = true;
}

static void need_id(struct database *d, uint32_t id)
{
	for (size_t i = 0; i < d->n; i++)
		d->list[i].needed |= d->list[i].account.id == id;
}

static void need_words(struct accounts_search *s)
{
	const char *text = s->text.data, *end = text + s->text.len;

	if (!s->text.len || memchr(text, '\0', s->text.len))
		return;
	while (text < end) {
		const char *word = text;

		while (text < end && strchr(name_letters, *text))
			text++;
		if (text > word && text - word <= NAME_BYTES_MAX) {
			need_word(&s->users, word, (size_t)(text - word), SYSTEM_MAX);
			need_word(&s->groups, word, (size_t)(text - word), SYSTEM_MAX);
		}
		text += text == word;
	}
}

/* "USER[:GROUP]" of the description: whoever it is. */
static void need_named(struct accounts_search *s, const char *text)
{
	size_t len = text ? strcspn(text, ":") : 0;

	if (!text)
		return;
	need_word(&s->users, text, len, UINT32_MAX);
	if (text[len])
		need_word(&s->groups, text + len + 1, strlen(text + len + 1), UINT32_MAX);
}

static void need_described(struct accounts_search *s)
{
	const struct spec *spec = s->fs->spec;

	need_named(s, spec->user);
	for (size_t i = 0; i < spec->n_groups; i++)
		need_word(&s->groups, spec->groups[i], strlen(spec->groups[i]), UINT32_MAX);
	for (size_t i = 0; i < spec->n_includes; i++)
		need_named(s, spec->includes[i].owner);
}

static int need_of_node(struct accounts_search *s, const struct node *n)
{
	int r = 0;

	if (n->uid)
		need_id(&s->users, n->uid);
	if (n->gid)
		need_id(&s->groups, n->gid);
	if (n->kind == NODE_FILE && n->size <= CONFIG_MAX && path_within(n->path, "/etc"))
		r = read_text(s, n->path, CONFIG_MAX);
	if (r == 0 && s->text.len)
		need_words(s);
	buf_clear(&s->text);
	return r;
}

static int on_postinst(void *data, const char *path)
{
	struct accounts_search *s = data;
	int r = read_text(s, path, DATABASE_MAX);

	if (r == 0)
		need_words(s);
	buf_clear(&s->text);
	return r;
}

static int need_of_nodes(struct accounts_search *s)
{
	int r = 0;

	for (size_t i = 0; i < s->f->graph->n_nodes && r == 0; i++)
		if (s->f->graph->nodes[i].source == s->f->current)
			r = need_of_node(s, &s->f->graph->nodes[i]);
	return r < 0 ? r : packages_postinsts(s->cx, s->fs, on_postinst, s);
}

/* Every container has these two. */
static bool is_built_in(const char *name, uint32_t id)
{
	return !id || id == 65534 || !strcmp(name, "root") || !strcmp(name, "nobody") ||
	       !strcmp(name, "nogroup");
}

static int push(struct accounts_search *s, const struct database *d,
	int (*add)(struct ctx *, struct graph *, const struct account *))
{
	int r = 0;

	for (size_t i = 0; i < d->n && r == 0; i++) {
		const struct account *a = &d->list[i].account;

		if (d->list[i].needed && !is_built_in(a->name, a->id))
			r = add(s->cx, s->f->graph, a);
	}
	return r;
}

int files_push_accounts(struct ctx *cx, struct files *fs, struct facts *f)
{
	AUTO(accounts_search) struct accounts_search s = { .cx = cx, .fs = fs, .f = f };
	int r;

	arena_init(&s.arena);
	map_init(&s.users.names);
	map_init(&s.groups.names);
	buf_init(&s.text, DATABASE_MAX);
	r = read_database(&s, &s.users, "/etc/passwd", passwd_read);
	if (r == 0)
		r = read_database(&s, &s.groups, "/etc/group", passwd_read_groups);
	buf_clear(&s.text);
	if (r < 0 || (!s.users.n && !s.groups.n))
		return r;
	need_described(&s);
	r = need_of_nodes(&s);
	for (size_t i = 0; i < s.users.n; i++)
		if (s.users.list[i].needed)
			need_id(&s.groups, s.users.list[i].account.gid);
	if (r == 0)
		r = push(&s, &s.users, graph_add_user);
	return r < 0 ? r : push(&s, &s.groups, graph_add_group);
}
