/* SPDX-License-Identifier: Apache-2.0 */
/* engine/accounts.c: as few accounts as programs need to know who they are. */
#include "engine/accounts.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/spec.h"

/* Larger ids are taken for negative ones by some programs. */
enum { ID_MAX = 2147483647, NOBODY = 65534, NAME_MAX_BYTES = 32, GROUP_BYTES_MAX = 8 << 20 };

static const char no_login[] = "/sbin/nologin";

struct account {
	const char *name;
	uint32_t id;
};

static const struct account users[] = { { "root", 0 }, { "nobody", NOBODY } };
static const struct account groups[] = { { "root", 0 }, { "nogroup", NOBODY } };

enum { BUILT_IN = sizeof(users) / sizeof(users[0]) };

static const struct account *find_name(const struct account *table, const char *s, size_t len)
{
	for (size_t i = 0; i < BUILT_IN; i++)
		if (strlen(table[i].name) == len && !memcmp(table[i].name, s, len))
			return &table[i];
	return NULL;
}

static bool is_built_in(const struct account *table, uint32_t id)
{
	for (size_t i = 0; i < BUILT_IN; i++)
		if (table[i].id == id)
			return true;
	return false;
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

/* One half of spec.user or of an owner. what: "user" or "group". */
static int parse_half(struct ctx *cx, const char *what, const struct account *table, const char *s,
	size_t len, uint32_t *ret)
{
	const struct account *known = find_name(table, s, len);
	uint64_t id;

	if (known) {
		*ret = known->id;
		return 0;
	}
	if (text_u64(s, len, ID_MAX, &id)) {
		*ret = (uint32_t)id;
		return 0;
	}
	if (text_u64(s, len, UINT64_MAX, &id))
		return fail(cx, OCIT_E_FORMAT, "%s %llu, limit %d", what, (unsigned long long)id,
			ID_MAX);
	if (!is_name(s, len))
		return fail(cx, OCIT_E_FORMAT, "%s '%.*s' is neither a name nor a number up to %d",
			what, (int)(len < 200 ? len : 200), s, ID_MAX);
	return advise(cx,
		fail(cx, OCIT_E_NOT_FOUND, "%s '%.*s' does not exist, there are %s and %s", what,
			(int)len, s, table[0].name, table[1].name),
		"give its number");
}

static int parse_user(struct ctx *cx, const char *text, struct accounts *ret)
{
	size_t len = strcspn(text, ":");
	const char *group = text[len] ? text + len + 1 : NULL;
	uint32_t uid, gid;
	int r = parse_half(cx, "user", users, text, len, &uid);

	if (r < 0)
		return r;
	gid = uid;
	if (group)
		r = parse_half(cx, "group", groups, group, strlen(group), &gid);
	if (r < 0)
		return r;
	ret->uid = uid;
	ret->gid = gid;
	return 0;
}

static int compare_ids(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The kernel keeps them as a set, and gid among them changes nothing. */
static int parse_groups(
	struct ctx *cx, const struct spec *spec, struct arena *a, struct accounts *who)
{
	uint32_t *ids = arena_array(a, spec->n_groups, sizeof(*ids));
	size_t n = 0;

	if (!ids)
		return fail_nomem(cx);
	for (size_t i = 0; i < spec->n_groups; i++) {
		const char *text = spec->groups[i];
		int r = parse_half(cx, "group", groups, text, strlen(text), &ids[i]);

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
static const char *passwd_text(struct arena *a, const struct accounts *who, const char *shell)
{
	const char *run_user = "";

	if (!is_built_in(users, who->uid))
		run_user = arena_printf(a, "user:*:%u:%u:user:/:%s\n", who->uid, who->gid, shell);
	if (!run_user)
		return NULL;
	return arena_printf(a, "root:*:0:0:root:/root:%s\n%snobody:*:%d:%d:nobody:/:%s\n", shell,
		run_user, NOBODY, NOBODY, no_login);
}

static bool is_member(const struct accounts *who, uint32_t gid)
{
	return who->n_groups && bsearch(&gid, who->groups, who->n_groups, sizeof(gid), compare_ids);
}

/* Additional groups name the user, so that programs that look him up find what the kernel knows. */
static void group_lines(struct buf *b, const struct accounts *who)
{
	const char *user = who->uid == 0 ? "root" : who->uid == NOBODY ? "nobody" : "user";

	buf_printf(b, "root:*:0:%s\n", is_member(who, 0) ? user : "");
	if (!is_built_in(groups, who->gid))
		buf_printf(b, "user:*:%u:\n", who->gid);
	for (size_t i = 0; i < who->n_groups; i++)
		if (!is_built_in(groups, who->groups[i]))
			buf_printf(b, "group%u:*:%u:%s\n", who->groups[i], who->groups[i], user);
	buf_printf(b, "nogroup:*:%d:%s\n", NOBODY, is_member(who, NOBODY) ? user : "");
}

static const char *group_text(struct arena *a, const struct accounts *who)
{
	AUTO(buf) struct buf b;

	buf_init(&b, GROUP_BYTES_MAX);
	group_lines(&b, who);
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

static int parse(struct ctx *cx, const struct spec *spec, struct arena *a, struct accounts *ret)
{
	int r = 0;

	if (spec->user)
		r = spec_within(cx, parse_user(cx, spec->user, ret), spec, "user");
	if (!r && spec->n_groups)
		r = spec_within(cx, parse_groups(cx, spec, a, ret), spec, "groups");
	return r < 0 ? r : check_mapped(cx, spec, ret);
}

int accounts_build(struct ctx *cx, const struct spec *spec, const char *shell, struct arena *a,
	struct accounts *ret)
{
	struct accounts who = { .home = "/" };
	int r = parse(cx, spec, a, &who);

	if (r < 0)
		return r;
	who.passwd = passwd_text(a, &who, shell ? shell : no_login);
	who.group = group_text(a, &who);
	if (!who.passwd || !who.group)
		return fail_nomem(cx);
	if (who.uid == 0)
		who.home = "/root";
	*ret = who;
	return 0;
}

int accounts_find(struct ctx *cx, const struct spec *spec, const char *owner, uint32_t *ret_uid,
	uint32_t *ret_gid)
{
	struct accounts who = { .home = NULL };
	int r = parse_user(cx, owner, &who);
	bool foreign_user, foreign_group;

	if (r < 0)
		return r;
	foreign_user = spec_is_rootless(spec) && !id_is_mapped(&spec->uid_maps, who.uid);
	foreign_group = spec_is_rootless(spec) && !id_is_mapped(&spec->gid_maps, who.gid);
	if (foreign_user || foreign_group)
		return not_mapped(
			cx, foreign_user ? "user" : "group", foreign_user ? who.uid : who.gid);
	*ret_uid = who.uid;
	*ret_gid = who.gid;
	return 0;
}
