/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/engine/test_includes.c: includes that move, or have another mode or owner. */
#include "plan_items.h"

#define MOVE(from, to)                                                                             \
	{                                                                                          \
		.path = (from), .destination = (to)                                                \
	}

static void assert_dressed(
	const struct plan *p, const char *path, uint32_t mode, uint32_t uid, uint32_t gid)
{
	const struct entry *e = entry_of(p, path);

	assert_non_null(e);
	assert_int_equal(e->mode, mode);
	assert_int_equal(e->uid, uid);
	assert_int_equal(e->gid, gid);
}

static void includes_can_have_another_mode_and_owner(void **state)
{
	static const struct item items[] = {
		{ "/bin/a", NODE_FILE, NULL, RULE_PROGRAM, 0755, NULL, NULL },
		{ "/conf", NODE_LINK, "real", RULE_INCLUDE, 0777, NULL, "include[0]" },
		{ "/real", NODE_DIR, NULL, RULE_SYMLINK, 0700, "/conf", NULL },
		{ "/real/key", NODE_FILE, NULL, RULE_INCLUDE, 0600, "/real", NULL },
		{ "/real/link", NODE_LINK, "key", RULE_INCLUDE, 0777, "/real", NULL },
		{ "/real/open", NODE_FILE, NULL, RULE_INCLUDE, 0644, "/real", NULL },
		{ "/realm", NODE_FILE, NULL, RULE_INCLUDE, 0644, "/real", NULL },
		{ "/one", NODE_FILE, NULL, RULE_INCLUDE, 0600, NULL, "include[2]" },
		{ 0 },
	};
	static struct include includes[] = {
		{ .path = "/conf", .has_mode = true, .mode = 0640, .owner = "7:8" },
		{ .path = "/real/key", .has_mode = true, .mode = 0 },
		{ .path = "/one", .destination = "/opt/uno", .owner = "nobody" },
	};
	AUTO(plan) struct plan *p = NULL;

	(void)state;
	spec->includes = includes;
	spec->n_includes = ARRAY_LEN(includes);
	assert_int_equal(plan_items(items, &p), 0);
	assert_dressed(p, "/bin/a", 0755, 5, 6);
	assert_dressed(p, "/conf", 0777, 5, 6);
	assert_dressed(p, "/real", 0750, 7, 8);
	assert_dressed(p, "/real/key", 0, 5, 6);
	assert_dressed(p, "/real/link", 0777, 7, 8);
	assert_dressed(p, "/real/open", 0640, 7, 8);
	assert_dressed(p, "/realm", 0644, 5, 6);
	assert_dressed(p, "/opt/uno", 0600, 65534, 65534);
}

static void an_include_has_one_mode_and_owner(void **state)
{
	static const struct item items[] = {
		{ "/bin/a", NODE_FILE, NULL, RULE_PROGRAM, 0755, NULL, NULL },
		{ "/l", NODE_LINK, "one", RULE_INCLUDE, 0777, NULL, "include[0]" },
		{ "/one", NODE_FILE, NULL, RULE_INCLUDE, 0, NULL, "include[1]" },
		{ 0 },
	};
	static struct include includes[] = { { .path = "/l", .owner = "1" },
		{ .path = "/one", .owner = "2" } };
	struct plan *p = NULL;

	(void)state;
	spec->includes = includes;
	spec->n_includes = ARRAY_LEN(includes);
	assert_int_equal(plan_items(items, &p), OCIT_E_FORMAT);
	assert_string_equal(ctx_message(&cx), "include '/one': its mode or owner is given twice");
}

static void the_owner_of_an_include_is_an_id_of_the_container(void **state)
{
	static const struct item items[] = {
		{ "/bin/a", NODE_FILE, NULL, RULE_PROGRAM, 0755, NULL, NULL },
		{ "/one", NODE_FILE, NULL, RULE_INCLUDE, 0, NULL, "include[0]" },
		{ 0 },
	};
	static struct id_map map = { .container = 0, .host = 1000, .size = 1 };
	static const struct {
		const char *owner, *message;
	} rows[] = { { "33", "include '/one': user id 33 is not mapped" },
		{ "0:33", "include '/one': group id 33 is not mapped" } };
	struct include include = { .path = "/one" };

	(void)state;
	spec->includes = &include;
	spec->n_includes = 1;
	spec->uid_maps = spec->gid_maps = (struct id_maps){ .list = &map, .n = 1 };
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct plan *p = NULL;

		include.owner = rows[i].owner;
		assert_int_equal(plan_items(items, &p), OCIT_E_FORMAT);
		assert_string_equal(ctx_message(&cx), rows[i].message);
	}
}

static void includes_with_a_destination_move(void **state)
{
	static const struct item items[] = {
		{ "/bin/a", NODE_FILE, NULL, RULE_PROGRAM, 0755, NULL, NULL },
		{ "/conf", NODE_LINK, "real", RULE_INCLUDE, 0, NULL, "include[0]" },
		{ "/real", NODE_DIR, NULL, RULE_SYMLINK, 0750, "/conf", NULL },
		{ "/real/own", NODE_FILE, NULL, RULE_INCLUDE, 0, "/real", NULL },
		{ "/real/shared", NODE_FILE, NULL, RULE_INCLUDE, 0, "/real", NULL },
		{ "/real/shared", NODE_FILE, NULL, RULE_TEXT, 0, "/bin/a", NULL },
		{ "/one", NODE_FILE, NULL, RULE_INCLUDE, 0, NULL, "include[1]" },
		{ "/both", NODE_FILE, NULL, RULE_INCLUDE, 0, NULL, "include[2]" },
		{ "/both", NODE_FILE, NULL, RULE_INCLUDE, 0, NULL, "include[3]" },
		{ "/store/t", NODE_TREE, NULL, RULE_INCLUDE, 0, NULL, "include[4]" },
		{ 0 },
	};
	static struct include includes[] = { MOVE("/conf", "/etc/app"), MOVE("/one", "/opt/uno"),
		MOVE("/both", "/opt/beide"), { .path = "/both" }, MOVE("/store/t", "/opt/t") };
	AUTO(plan) struct plan *p = NULL;

	(void)state;
	spec->includes = includes;
	spec->n_includes = ARRAY_LEN(includes);
	assert_int_equal(plan_items(items, &p), 0);
	assert_int_equal(entry_of(p, "/etc/app")->kind, NODE_DIR);
	assert_int_equal(entry_of(p, "/etc/app")->mode, 0750);
	assert_non_null(entry_of(p, "/etc/app/own"));
	assert_non_null(entry_of(p, "/etc/app/shared"));
	assert_null(entry_of(p, "/real/own"));
	assert_non_null(entry_of(p, "/real/shared"));
	assert_non_null(entry_of(p, "/opt/uno"));
	assert_string_equal(entry_of(p, "/opt/uno")->where, "one");
	assert_null(entry_of(p, "/one"));
	assert_non_null(entry_of(p, "/both"));
	assert_non_null(entry_of(p, "/opt/beide"));
	assert_int_equal(entry_of(p, "/opt/t")->kind, NODE_TREE);
	assert_null(entry_of(p, "/store/t"));
}

static void includes_that_cannot_move_are_refused(void **state)
{
	static const struct item items[] = {
		{ "/bin/a", NODE_FILE, NULL, RULE_PROGRAM, 0755, NULL, NULL },
		{ "/one", NODE_FILE, NULL, RULE_INCLUDE, 0, NULL, "include[0]" },
		{ "/store/t", NODE_TREE, NULL, RULE_INCLUDE, 0, NULL, "include[0]" },
		{ 0 },
	};
	static const struct {
		struct include include;
		int code;
		const char *message;
	} rows[] = {
		{ MOVE("/store/t/x", "/y"), OCIT_E_UNSUPPORTED,
			"include '/store/t/x': '/store/t/x' lies inside a store path and cannot be "
			"moved to '/y'" },
		{ MOVE("/one", "/bin/a"), OCIT_E_FORMAT,
			"include '/one' at '/bin/a': '/bin/a' is there twice" },
		{ MOVE("/one", "/proc/x"), OCIT_E_FORMAT,
			"include '/one': destination '/proc/x' is not ours to fill" },
		{ MOVE("/one", "/"), OCIT_E_FORMAT,
			"include '/one': destination '/' is not ours to fill" },
		{ { .path = "/store/t", .has_mode = true, .mode = 0600 }, OCIT_E_UNSUPPORTED,
			"include '/store/t': '/store/t' belongs to the store, where modes and "
			"owners never change" },
		{ { .path = "/store/t/x", .owner = "0" }, OCIT_E_UNSUPPORTED,
			"include '/store/t/x': '/store/t/x' belongs to the store, where modes and "
			"owners never change" },
		{ { .path = "/one", .owner = "www" }, OCIT_E_NOT_FOUND,
			"include '/one': user 'www' does not exist, there are root and nobody" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct include include = rows[i].include;
		struct plan *p = NULL;

		spec->includes = &include;
		spec->n_includes = 1;
		assert_int_equal(plan_items(items, &p), rows[i].code);
		assert_string_equal(ctx_message(&cx), rows[i].message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(includes_can_have_another_mode_and_owner),
		T(an_include_has_one_mode_and_owner),
		T(the_owner_of_an_include_is_an_id_of_the_container),
		T(includes_with_a_destination_move),
		T(includes_that_cannot_move_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
