/* SPDX-License-Identifier: Apache-2.0 */
/* engine/accounts.c: as few accounts as programs need to know who they are. */
#include "engine/accounts.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/graph.h"
#include "model/spec.h"

/* Larger ids are taken for negative ones by some programs. */
enum { ID_MAX = 2147483647, NOBODY = 65534, NAME_MAX_BYTES = 32, GROUP_BYTES_MAX = 8 << 20 };

const char accounts_no_login[] = "/sbin/nologin";

static const struct known_account users[] = {
	{ .name = "root", .id = 0, .gid = 0, .home = "/root" },
	{ .name = "nobody", .id = NOBODY, .gid = NOBODY, .home = "/" },
};
static const struct known_account groups[] = {
	{ .name = "root", .id = 0 },
	{ .name = "nogroup", .id = NOBODY },
};

enum { BUILT_IN = sizeof(users) / sizeof(users[0]), FIRST_SYSTEM = 100, LAST_SYSTEM = 999 };

/* Users, or groups: those that every container has, and those of the tree. */
struct table {
	const char *what; /* "user" or "group" */
	const struct known_account *built_in, *more;
	size_t n_more;
};

static struct table user_table(const struct known_accounts *known)
{
	return (struct table){ "user", users, known ? known->users : NULL,
		known ? known->n_users : 0 };
}

static struct table group_table(const struct known_accounts *known)
{
	return (struct table){ "group", groups, known ? known->groups : NULL,
		known ? known->n_groups : 0 };
}

static const struct known_account *at(const struct table *t, size_t i)
{
	return i < BUILT_IN ? &t->built_in[i] : &t->more[i - BUILT_IN];
}

static const struct known_account *find_name(const struct table *t, const char *s, size_t len)
{
	for (size_t i = 0; i < BUILT_IN + t->n_more; i++)
		if (strlen(at(t, i)->name) == len && !memcmp(at(t, i)->name, s, len))
			return at(t, i);
	return NULL;
}

static const struct known_account *find_id(const struct table *t, uint32_t id)
{
	for (size_t i = 0; i < BUILT_IN + t->n_more; i++)
		if (at(t, i)->id == id)
			return at(t, i);
	return NULL;
}

static uint32_t inside(const struct known_account *list, size_t n, uint32_t outside)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].outside == outside)
			return list[i].id;
	return outside;
}

uint32_t accounts_user(const struct known_accounts *known, uint32_t outside)
{
	return inside(known->users, known->n_users, outside);
}

uint32_t accounts_group(const struct known_accounts *known, uint32_t outside)
{
	return inside(known->groups, known->n_groups, outside);
}

/* Accounts come sorted by name. */
static struct known_account *know(struct arena *a, const struct account *list, size_t n)
{
	struct known_account *known = arena_array(a, n, sizeof(*known));
	uint32_t next = FIRST_SYSTEM;

	for (size_t i = 0; known && i < n; i++) {
		bool renumbered = list[i].id >= FIRST_SYSTEM && list[i].id <= LAST_SYSTEM;

		known[i] = (struct known_account){
			.name = list[i].name,
			.outside = list[i].id,
			.id = renumbered ? next++ : list[i].id,
			.gid = list[i].gid,
			.home = list[i].home,
			.shell = list[i].shell,
		};
	}
	return known;
}

int accounts_know(
	struct ctx *cx, const struct graph *g, struct arena *a, struct known_accounts *ret)
{
	*ret = (struct known_accounts){
		.users = know(a, g->users, g->n_users),
		.groups = know(a, g->groups, g->n_groups),
		.n_users = g->n_users,
		.n_groups = g->n_groups,
	};
	if (!ret->users || !ret->groups)
		return fail_nomem(cx);
	for (size_t i = 0; i < ret->n_users; i++)
		ret->users[i].gid = accounts_group(ret, ret->users[i].gid);
	return 0;
}

/* Of letters only the ASCII ones: what the locale thinks must not matter. */
static bool is_name(const char *s, size_t len)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz_";
	static const char more[] = "abcdefghijklmnopqrstuvwxyz_0123456789-";

	if (!len || len > NAME_MAX_BYTES || !strchr(first, s[0]))
		return false;
	for (size_t i = 1; i < len; i++)
		if (!strchr(more, s[i]))
			return false;
	return true;
}

/* One half of spec.user or of an owner. *ret_known may be NULL: a number that nobody has. */
static int parse_half(struct ctx *cx, const struct table *t, const char *s, size_t len,
	uint32_t *ret, const struct known_account **ret_known)
{
	uint64_t id;

	*ret_known = find_name(t, s, len);
	if (*ret_known) {
		*ret = (*ret_known)->id;
		return 0;
	}
	if (text_u64(s, len, ID_MAX, &id)) {
		*ret = (uint32_t)id;
		*ret_known = find_id(t, *ret);
		return 0;
	}
	if (text_u64(s, len, UINT64_MAX, &id))
		return fail(cx, OCIT_E_FORMAT, "%s %llu, limit %d", t->what, (unsigned long long)id,
			ID_MAX);
	if (!is_name(s, len))
		return fail(cx, OCIT_E_FORMAT, "%s '%.*s' is neither a name nor a number up to %d",
			t->what, (int)(len < 200 ? len : 200), s, ID_MAX);
	return advise(cx,
		fail(cx, OCIT_E_NOT_FOUND, "%s '%.*s' does not exist, there are %s and %s", t->what,
			(int)len, s, t->built_in[0].name, t->built_in[1].name),
		"give its number");
}

/* Without a group it is the user's own; a number that nobody has is its own group. */
static int parse_user(
	struct ctx *cx, const struct known_accounts *known, const char *text, struct accounts *ret)
{
	const struct table t = user_table(known), g = group_table(known);
	size_t len = strcspn(text, ":");
	const char *group = text[len] ? text + len + 1 : NULL;
	const struct known_account *account, *ignored;
	uint32_t uid, gid;
	int r = parse_half(cx, &t, text, len, &uid, &account);

	if (r < 0)
		return r;
	gid = account ? account->gid : uid;
	if (group)
		r = parse_half(cx, &g, group, strlen(group), &gid, &ignored);
	if (r < 0)
		return r;
	ret->uid = uid;
	ret->gid = gid;
	ret->home = account ? account->home : "/";
	return 0;
}

static int compare_ids(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The kernel keeps them as a set, and gid among them changes nothing. */
static int parse_groups(struct ctx *cx, const struct spec *spec, const struct known_accounts *known,
	struct arena *a, struct accounts *who)
{
	const struct table t = group_table(known);
	uint32_t *ids = arena_array(a, spec->n_groups, sizeof(*ids));
	size_t n = 0;

	if (!ids)
		return fail_nomem(cx);
	for (size_t i = 0; i < spec->n_groups; i++) {
		const char *text = spec->groups[i];
		const struct known_account *ignored;
		int r = parse_half(cx, &t, text, strlen(text), &ids[i], &ignored);

		if (r < 0)
			return r;
	}
	qsort(ids, spec->n_groups, sizeof(*ids), compare_ids);
	for (size_t i = 0; i < spec->n_groups; i++)
		if (ids[i] != who->gid && (!n || ids[n - 1] != ids[i]))
			ids[n++] = ids[i];
	who->groups = ids;
	who->n_groups = n;
	return 0;
}

/* The password is "*": with "x" and no shadow file PAM refuses the account. */
static void user_line(struct buf *b, const struct known_account *u, const char *shell)
{
	buf_printf(b, "%s:*:%u:%u:%s:%s:%s\n", u->name, u->id, u->gid, u->name, u->home, shell);
}

static const char *passwd_text(struct arena *a, const struct known_accounts *known,
	const struct accounts *who, const char *shell)
{
	const struct table t = user_table(known);
	AUTO(buf) struct buf b;

	buf_init(&b, GROUP_BYTES_MAX);
	user_line(&b, &users[0], shell);
	if (!find_id(&t, who->uid))
		user_line(&b,
			&(struct known_account){
				.name = "user", .id = who->uid, .gid = who->gid, .home = "/" },
			shell);
	for (size_t i = 0; i < t.n_more; i++)
		user_line(&b, &t.more[i], t.more[i].shell);
	user_line(&b, &users[1], accounts_no_login);
	return b.error ? NULL : arena_copy(a, b.data, b.len);
}

static bool is_member(const struct accounts *who, uint32_t gid)
{
	return who->n_groups && bsearch(&gid, who->groups, who->n_groups, sizeof(gid), compare_ids);
}

static void group_line(
	struct buf *b, const char *name, uint32_t id, const struct accounts *who, const char *user)
{
	buf_printf(b, "%s:*:%u:%s\n", name, id, is_member(who, id) ? user : "");
}

/* Additional groups name the user, so that programs that look him up find what the kernel knows. */
static void group_lines(
	struct buf *b, const struct known_accounts *known, const struct accounts *who)
{
	const struct table t = group_table(known), u = user_table(known);
	const struct known_account *account = find_id(&u, who->uid);
	const char *user = account ? account->name : "user";

	group_line(b, groups[0].name, groups[0].id, who, user);
	if (!find_id(&t, who->gid))
		group_line(b, "user", who->gid, who, user);
	for (size_t i = 0; i < who->n_groups; i++)
		if (!find_id(&t, who->groups[i]))
			buf_printf(b, "group%u:*:%u:%s\n", who->groups[i], who->groups[i], user);
	for (size_t i = 0; i < t.n_more; i++)
		group_line(b, t.more[i].name, t.more[i].id, who, user);
	group_line(b, groups[1].name, groups[1].id, who, user);
}

static const char *group_text(
	struct arena *a, const struct known_accounts *known, const struct accounts *who)
{
	AUTO(buf) struct buf b;

	buf_init(&b, GROUP_BYTES_MAX);
	group_lines(&b, known, who);
	return b.error ? NULL : arena_copy(a, b.data, b.len);
}

/* The first id of the command that the user namespace does not have. */
static bool find_foreign(
	const struct spec *s, const struct accounts *who, const char **ret_field, uint32_t *ret_id)
{
	*ret_field = "user";
	*ret_id = who->uid;
	if (!id_is_mapped(&s->uid_maps, who->uid))
		return true;
	*ret_id = who->gid;
	if (!id_is_mapped(&s->gid_maps, who->gid))
		return true;
	*ret_field = "groups";
	for (size_t i = 0; i < who->n_groups; i++) {
		*ret_id = who->groups[i];
		if (!id_is_mapped(&s->gid_maps, who->groups[i]))
			return true;
	}
	return false;
}

static int not_mapped(struct ctx *cx, const char *what, uint32_t id)
{
	return advise(cx, fail(cx, OCIT_E_FORMAT, "%s id %u is not mapped", what, id),
		"the user namespace has only the ids of its maps: add a range with --uidmap and "
		"--gidmap");
}

/* A process of an id outside the maps could not even be started. */
static int check_mapped(struct ctx *cx, const struct spec *s, const struct accounts *who)
{
	const char *field;
	uint32_t id;
	bool user;

	if (!spec_is_rootless(s) || !find_foreign(s, who, &field, &id))
		return 0;
	user = id == who->uid && !id_is_mapped(&s->uid_maps, id);
	return spec_within(cx, not_mapped(cx, user ? "user" : "group", id), s, field);
}

static int parse(struct ctx *cx, const struct spec *spec, const struct known_accounts *known,
	struct arena *a, struct accounts *ret)
{
	int r = 0;

	if (spec->user)
		r = spec_within(cx, parse_user(cx, known, spec->user, ret), spec, "user");
	if (!r && spec->n_groups)
		r = spec_within(cx, parse_groups(cx, spec, known, a, ret), spec, "groups");
	return r < 0 ? r : check_mapped(cx, spec, ret);
}

int accounts_build(struct ctx *cx, const struct spec *spec, const struct known_accounts *known,
	const char *shell, struct arena *a, struct accounts *ret)
{
	struct accounts who = { .home = "/root" };
	int r = parse(cx, spec, known, a, &who);

	if (r < 0)
		return r;
	who.passwd = passwd_text(a, known, &who, shell ? shell : accounts_no_login);
	who.group = group_text(a, known, &who);
	if (!who.passwd || !who.group)
		return fail_nomem(cx);
	*ret = who;
	return 0;
}

int accounts_find(struct ctx *cx, const struct spec *spec, const struct known_accounts *known,
	const char *owner, struct accounts *ret)
{
	struct accounts who = { .home = NULL };
	int r = parse_user(cx, known, owner, &who);
	bool foreign_user, foreign_group;

	if (r < 0)
		return r;
	foreign_user = spec_is_rootless(spec) && !id_is_mapped(&spec->uid_maps, who.uid);
	foreign_group = spec_is_rootless(spec) && !id_is_mapped(&spec->gid_maps, who.gid);
	if (foreign_user || foreign_group)
		return not_mapped(
			cx, foreign_user ? "user" : "group", foreign_user ? who.uid : who.gid);
	*ret = who;
	return 0;
}
