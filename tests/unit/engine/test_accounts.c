/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/engine/test_accounts.c: every form of a user gives exact ids or an error. */
#include "base/ctx.h"
#include "engine/accounts.h"
#include "model/spec.h"
#include "support/test.h"

static const struct {
	const char *user;
	uint32_t uid, gid;
	const char *home;
} good[] = {
	{ NULL, 0, 0, "/root" },
	{ "0", 0, 0, "/root" },
	{ "0:0", 0, 0, "/root" },
	{ "root", 0, 0, "/root" },
	{ "root:nogroup", 0, 65534, "/root" },
	{ "nobody", 65534, 65534, "/" },
	{ "65534", 65534, 65534, "/" },
	{ "1000", 1000, 1000, "/" },
	{ "1000:0", 1000, 0, "/" },
	{ "1000:root", 1000, 0, "/" },
	{ "1000:100", 1000, 100, "/" },
	{ "2147483647:2147483647", 2147483647, 2147483647, "/" },
};

static void case_037_user_forms_give_exact_ids(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		AUTO(arena) struct arena a;
		struct accounts who;
		struct spec spec = { .user = good[i].user };
		struct ctx cx;

		arena_init(&a);
		assert_int_equal(ctx_init(&cx, NULL), 0);
		assert_int_equal(accounts_build(&cx, &spec, NULL, "/bin/sh", &a, &who), 0);
		assert_int_equal(who.uid, good[i].uid);
		assert_int_equal(who.gid, good[i].gid);
		assert_string_equal(who.home, good[i].home);
	}
}

static const struct {
	const char *user;
	int code;
	const char *message;
} bad[] = {
	{ "", OCIT_E_FORMAT, "user '' is neither a name nor a number up to 2147483647" },
	{ "-1", OCIT_E_FORMAT, "user '-1' is neither a name nor a number up to 2147483647" },
	{ "+0", OCIT_E_FORMAT, "user '+0' is neither a name nor a number up to 2147483647" },
	{ " 0", OCIT_E_FORMAT, "user ' 0' is neither a name nor a number up to 2147483647" },
	{ "0 ", OCIT_E_FORMAT, "user '0 ' is neither a name nor a number up to 2147483647" },
	{ "0x0", OCIT_E_FORMAT, "user '0x0' is neither a name nor a number up to 2147483647" },
	{ "00", OCIT_E_FORMAT, "user '00' is neither a name nor a number up to 2147483647" },
	{ "2147483648", OCIT_E_FORMAT, "user 2147483648, limit 2147483647" },
	{ "4294967296", OCIT_E_FORMAT, "user 4294967296, limit 2147483647" },
	{ "1000:99999999999", OCIT_E_FORMAT, "group 99999999999, limit 2147483647" },
	{ "99999999999999999999999", OCIT_E_FORMAT,
		"user '99999999999999999999999' is neither a name nor a number up to 2147483647" },
	{ "1000:", OCIT_E_FORMAT, "group '' is neither a name nor a number up to 2147483647" },
	{ "1000:0:0", OCIT_E_FORMAT,
		"group '0:0' is neither a name nor a number up to 2147483647" },
	{ ":0", OCIT_E_FORMAT, "user '' is neither a name nor a number up to 2147483647" },
	{ "Root", OCIT_E_FORMAT, "user 'Root' is neither a name nor a number up to 2147483647" },
	{ "root\n", OCIT_E_FORMAT,
		"user 'root\\x0a' is neither a name nor a number up to 2147483647" },
	{ "www-data", OCIT_E_NOT_FOUND,
		"user 'www-data' does not exist, there are root and nobody" },
	{ "root:wheel", OCIT_E_NOT_FOUND,
		"group 'wheel' does not exist, there are root and nogroup" },
	{ "nogroup", OCIT_E_NOT_FOUND, "user 'nogroup' does not exist, there are root and nobody" },
};

static void case_037_other_user_forms_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		AUTO(arena) struct arena a;
		struct accounts who = { .uid = 77 };
		struct spec spec = { .user = bad[i].user };
		struct ctx cx;

		arena_init(&a);
		assert_int_equal(ctx_init(&cx, NULL), 0);
		assert_int_equal(
			accounts_build(&cx, &spec, NULL, "/bin/sh", &a, &who), bad[i].code);
		assert_memory_equal(ctx_message(&cx), "'user': ", 8);
		assert_string_equal(ctx_message(&cx) + 8, bad[i].message);
		assert_int_equal(who.uid, 77);
	}
}

static void the_option_that_gave_the_user_is_named(void **state)
{
	AUTO(spec) struct spec *spec = NULL;
	AUTO(arena) struct arena a;
	struct accounts who;
	struct ctx cx;

	(void)state;
	arena_init(&a);
	assert_int_equal(ctx_init(&cx, NULL), 0);
	assert_int_equal(spec_new(&cx, &spec), 0);
	assert_int_equal(spec_option(&cx, spec, "user", "bob"), 0);
	assert_int_equal(accounts_build(&cx, spec, NULL, NULL, &a, &who), OCIT_E_NOT_FOUND);
	assert_string_equal(ctx_message(&cx),
		"'user' (--user): user 'bob' does not exist, there are root and nobody");
}

static const struct {
	const char *user, *shell, *passwd, *group;
} texts[] = {
	{ NULL, "/bin/sh",
		"root:*:0:0:root:/root:/bin/sh\n"
		"nobody:*:65534:65534:nobody:/:/sbin/nologin\n",
		"root:*:0:\nnogroup:*:65534:\n" },
	{ "nobody", NULL,
		"root:*:0:0:root:/root:/sbin/nologin\n"
		"nobody:*:65534:65534:nobody:/:/sbin/nologin\n",
		"root:*:0:\nnogroup:*:65534:\n" },
	{ "1000", "/bin/sh",
		"root:*:0:0:root:/root:/bin/sh\n"
		"user:*:1000:1000:user:/:/bin/sh\n"
		"nobody:*:65534:65534:nobody:/:/sbin/nologin\n",
		"root:*:0:\nuser:*:1000:\nnogroup:*:65534:\n" },
	{ "1000:0", NULL,
		"root:*:0:0:root:/root:/sbin/nologin\n"
		"user:*:1000:0:user:/:/sbin/nologin\n"
		"nobody:*:65534:65534:nobody:/:/sbin/nologin\n",
		"root:*:0:\nnogroup:*:65534:\n" },
	{ "0:5", "/bin/sh",
		"root:*:0:0:root:/root:/bin/sh\n"
		"nobody:*:65534:65534:nobody:/:/sbin/nologin\n",
		"root:*:0:\nuser:*:5:\nnogroup:*:65534:\n" },
};

static void files_hold_root_nobody_and_the_run_user(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		AUTO(arena) struct arena a;
		struct accounts who;
		struct spec spec = { .user = texts[i].user };
		struct ctx cx;

		arena_init(&a);
		assert_int_equal(ctx_init(&cx, NULL), 0);
		assert_int_equal(accounts_build(&cx, &spec, NULL, texts[i].shell, &a, &who), 0);
		assert_string_equal(who.passwd, texts[i].passwd);
		assert_string_equal(who.group, texts[i].group);
	}
}

static void case_038_who_is_not_mapped_cannot_run(void **state)
{
	static const struct {
		const char *user, *message; /* NULL: fine */
	} rows[] = {
		{ NULL, NULL },
		{ "0:2", NULL },
		{ "1", "'user': user id 1 is not mapped" },
		{ "0:3", "'user': group id 3 is not mapped" },
		{ "nobody", "'user': user id 65534 is not mapped" },
	};
	struct id_map user = { .container = 0, .host = 1000, .size = 1 };
	struct id_map group = { .container = 0, .host = 100, .size = 3 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(arena) struct arena a;
		struct accounts who;
		struct spec spec = {
			.user = rows[i].user,
			.uid_maps = { .list = &user, .n = 1 },
			.gid_maps = { .list = &group, .n = 1 },
		};
		struct ctx cx;

		arena_init(&a);
		assert_int_equal(ctx_init(&cx, NULL), 0);
		assert_int_equal(accounts_build(&cx, &spec, NULL, NULL, &a, &who),
			rows[i].message ? OCIT_E_FORMAT : 0);
		if (rows[i].message)
			assert_string_equal(ctx_message(&cx), rows[i].message);
	}
}

static void additional_groups_are_a_set_with_entries(void **state)
{
	static const struct {
		const char *user;
		const char *groups[6];
		size_t n, n_ids;
		uint32_t ids[4];
		const char *text;
	} rows[] = {
		{ NULL, { "27", "root", "27" }, 3, 1, { 27 },
			"root:*:0:\ngroup27:*:27:root\nnogroup:*:65534:\n" },
		{ "1000", { "nogroup", "0", "2147483647", "7", "1000" }, 5, 4,
			{ 0, 7, 65534, 2147483647 },
			"root:*:0:user\nuser:*:1000:\ngroup7:*:7:user\n"
			"group2147483647:*:2147483647:user\nnogroup:*:65534:user\n" },
		{ "nobody", { "5" }, 1, 1, { 5 },
			"root:*:0:\ngroup5:*:5:nobody\nnogroup:*:65534:\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(arena) struct arena a;
		struct accounts who;
		struct spec spec = {
			.user = rows[i].user,
			.groups = (const char **)rows[i].groups,
			.n_groups = rows[i].n,
		};
		struct ctx cx;

		arena_init(&a);
		assert_int_equal(ctx_init(&cx, NULL), 0);
		assert_int_equal(accounts_build(&cx, &spec, NULL, NULL, &a, &who), 0);
		assert_int_equal(who.n_groups, rows[i].n_ids);
		assert_memory_equal(who.groups, rows[i].ids, rows[i].n_ids * sizeof(uint32_t));
		assert_string_equal(who.group, rows[i].text);
	}
}

static void groups_that_are_refused(void **state)
{
	static const struct {
		const char *group;
		int code;
		const char *message;
	} rows[] = {
		{ "audio", OCIT_E_NOT_FOUND,
			"'groups': group 'audio' does not exist, there are root and nogroup" },
		{ "-1", OCIT_E_FORMAT,
			"'groups': group '-1' is neither a name nor a number up to 2147483647" },
		{ "2147483648", OCIT_E_FORMAT, "'groups': group 2147483648, limit 2147483647" },
		{ "9", OCIT_E_FORMAT, "'groups': group id 9 is not mapped" },
	};
	struct id_map one = { .container = 0, .host = 1000, .size = 1 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(arena) struct arena a;
		struct accounts who;
		const char *groups[] = { rows[i].group };
		struct spec spec = {
			.groups = groups,
			.n_groups = 1,
			.uid_maps = { .list = &one, .n = 1 },
			.gid_maps = { .list = &one, .n = 1 },
		};
		struct ctx cx;

		arena_init(&a);
		assert_int_equal(ctx_init(&cx, NULL), 0);
		assert_int_equal(accounts_build(&cx, &spec, NULL, NULL, &a, &who), rows[i].code);
		assert_string_equal(ctx_message(&cx), rows[i].message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(case_037_user_forms_give_exact_ids),
		cmocka_unit_test(case_037_other_user_forms_are_refused),
		cmocka_unit_test(the_option_that_gave_the_user_is_named),
		cmocka_unit_test(case_038_who_is_not_mapped_cannot_run),
		cmocka_unit_test(additional_groups_are_a_set_with_entries),
		cmocka_unit_test(groups_that_are_refused),
		cmocka_unit_test(files_hold_root_nobody_and_the_run_user),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
