/* SPDX-License-Identifier: Apache-2.0 */
/* engine/accounts.c: as few accounts as programs need to know who they are. */
#include "engine/accounts.h"

#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/spec.h"

/* Larger ids are taken for negative ones by some programs. */
enum { ID_MAX = 2147483647, NOBODY = 65534, NAME_MAX_BYTES = 32 };

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

/* One half of spec.user. what: "user" or "group". */
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

static const char *group_text(struct arena *a, const struct accounts *who)
{
	const char *run_group = "";

	if (!is_built_in(groups, who->gid))
		run_group = arena_printf(a, "user:*:%u:\n", who->gid);
	if (!run_group)
		return NULL;
	return arena_printf(a, "root:*:0:\n%snogroup:*:%d:\n", run_group, NOBODY);
}

/* A process of an id outside the maps could not even be started. */
static int check_mapped(struct ctx *cx, const struct spec *s, const struct accounts *who)
{
	bool uid = id_is_mapped(&s->uid_maps, who->uid);

	if (!spec_is_rootless(s) || (uid && id_is_mapped(&s->gid_maps, who->gid)))
		return 0;
	return advise(cx,
		fail(cx, OCIT_E_FORMAT, "%s id %u is not mapped", uid ? "group" : "user",
			uid ? who->gid : who->uid),
		"the user namespace has only the ids of its maps: add a range with --uidmap and "
		"--gidmap");
}

int accounts_build(struct ctx *cx, const struct spec *spec, const char *shell, struct arena *a,
	struct accounts *ret)
{
	struct accounts who = { .home = "/" };
	int r = spec->user ? parse_user(cx, spec->user, &who) : 0;

	if (!r)
		r = check_mapped(cx, spec, &who);
	if (r < 0)
		return spec_within(cx, r, spec, "user");
	who.passwd = passwd_text(a, &who, shell ? shell : no_login);
	who.group = group_text(a, &who);
	if (!who.passwd || !who.group)
		return fail_nomem(cx);
	if (who.uid == 0)
		who.home = "/root";
	*ret = who;
	return 0;
}
