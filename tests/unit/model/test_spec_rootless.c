/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/model/test_spec_rootless.c: which id maps are taken, and which are refused (case 38).
 */
#include "support/spec.h"

static void assert_map(const struct id_map *m, uint32_t container, uint32_t host, uint32_t size)
{
	assert_int_equal(m->container, container);
	assert_int_equal(m->host, host);
	assert_int_equal(m->size, size);
}

static void one_id_stands_for_root(void **state)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_empty(&cx);
	AUTO(spec) struct spec *both = spec_of(&cx, "{\"args\":[\"a\"],\"rootless\":\"1000:100\"}");

	(void)state;
	assert_false(spec_is_rootless(s));
	spec_set(&cx, s, "rootless", "1000");
	assert_true(spec_is_rootless(s));
	assert_map(&s->uid_maps.list[0], 0, 1000, 1);
	assert_map(&s->gid_maps.list[0], 0, 1000, 1);
	assert_map(&both->uid_maps.list[0], 0, 1000, 1);
	assert_map(&both->gid_maps.list[0], 0, 100, 1);
	assert_int_equal(spec_check(&cx, both), 0);
}

static void ranges_are_taken_in_order_and_cover_what_they_say(void **state)
{
	static const char json[] =
		"{\"args\":[\"a\"],\"rootless\":{\"uidMappings\":["
		"{\"containerID\":0,\"hostID\":1000,\"size\":1},"
		"{\"containerID\":1,\"hostID\":100000,\"size\":65535},"
		"{\"containerID\":4294967294,\"hostID\":4294967294,\"size\":1}],"
		"\"gidMappings\":[{\"containerID\":0,\"hostID\":0,\"size\":4294967295}]}}";
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_of(&cx, json);

	(void)state;
	assert_int_equal(spec_check(&cx, s), 0);
	assert_int_equal(s->uid_maps.n, 3);
	assert_map(&s->uid_maps.list[1], 1, 100000, 65535);
	assert_true(id_is_mapped(&s->uid_maps, 0));
	assert_true(id_is_mapped(&s->uid_maps, 65535));
	assert_false(id_is_mapped(&s->uid_maps, 65536));
	assert_false(id_is_mapped(&s->uid_maps, 4294967293));
	assert_true(id_is_mapped(&s->uid_maps, 4294967294));
	assert_true(id_is_mapped(&s->gid_maps, 4294967294));
}

static void options_may_come_in_any_number(void **state)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_empty(&cx);

	(void)state;
	spec_set(&cx, s, "arg", "a");
	spec_set(&cx, s, "uidmap", "1:100000:10");
	spec_set(&cx, s, "gidmap", "0:100:1");
	spec_set(&cx, s, "uidmap", "0:1000:1");
	assert_int_equal(spec_check(&cx, s), 0);
	assert_map(&s->uid_maps.list[0], 1, 100000, 10);
	assert_map(&s->uid_maps.list[1], 0, 1000, 1);
}

static void the_caller_is_filled_in_by_who_can_ask(void **state)
{
	struct ctx cx;
	AUTO(arena) struct arena a;
	AUTO(spec) struct spec *s = spec_of(&cx, "{\"args\":[\"a\"],\"rootless\":true}");
	AUTO(spec) struct spec *off = spec_of(&cx, "{\"args\":[\"a\"],\"rootless\":false}");

	(void)state;
	arena_init(&a);
	assert_true(spec_is_rootless(s));
	assert_false(spec_is_rootless(off));
	assert_int_equal(spec_check(&cx, s), 0);
	assert_int_equal(spec_map_caller(&cx, off, 0, 0, &a), 0);
	assert_false(spec_is_rootless(off));
	assert_int_equal(spec_map_caller(&cx, s, 0, 0, &a), OCIT_E_FORMAT);
	assert_contains(ctx_message(&cx), "'rootless': means the caller, who is root");
	ctx_clear(&cx);
	assert_int_equal(spec_map_caller(&cx, s, 5, 6, &a), 0);
	assert_map(&s->uid_maps.list[0], 0, 5, 1);
	assert_map(&s->gid_maps.list[0], 0, 6, 1);
}

#define MAPS(uid) "{\"args\":[\"a\"],\"rootless\":{\"uidMappings\":[" uid "]}}"

static void case_038_documents_that_are_refused(void **state)
{
	static const struct bad_spec rows[] = {
		{ NULL, "{\"rootless\":[]}", OCIT_E_FORMAT, "expected boolean, string or object",
			NULL },
		{ NULL, "{\"rootless\":\"\"}", OCIT_E_FORMAT, "found ''", NULL },
		{ NULL, "{\"rootless\":{}}", OCIT_E_FORMAT, "'rootless': maps no ids", NULL },
		{ NULL, "{\"rootless\":{\"uids\":[]}}", OCIT_E_FORMAT, "'rootless.uids'",
			"known are uidMappings and gidMappings" },
		{ NULL, MAPS("1"), OCIT_E_FORMAT, "'rootless.uidMappings[0]': expected object",
			NULL },
		{ NULL, MAPS("{\"containerID\":0,\"hostID\":1}"), OCIT_E_FORMAT,
			"'rootless.uidMappings[0]': 'size' is missing", NULL },
		{ NULL, MAPS("{\"containerID\":0,\"hostID\":-1,\"size\":1}"), OCIT_E_FORMAT,
			"'rootless.uidMappings[0].hostID': -1 is not from 0 to 4294967295", NULL },
		{ NULL, MAPS("{\"containerID\":4294967296,\"hostID\":1,\"size\":1}"), OCIT_E_FORMAT,
			"4294967296 is not from 0", NULL },
		{ NULL, MAPS("{\"containerID\":0,\"hostID\":1,\"size\":\"1\"}"), OCIT_E_FORMAT,
			"expected integer, found string", NULL },
		{ NULL, MAPS("{\"container\":0,\"hostID\":1,\"size\":1}"), OCIT_E_FORMAT,
			"uidMappings[0].container'", "containerID, hostID and size" },
		{ NULL, MAPS("{\"containerID\":0,\"hostID\":1,\"size\":0}"), OCIT_E_FORMAT,
			"the size is 0", NULL },
		{ NULL, MAPS("{\"containerID\":0,\"hostID\":4294967295,\"size\":1}"), OCIT_E_FORMAT,
			"1 ids from 4294967295 on end beyond 4294967294", NULL },
		{ NULL, MAPS("{\"containerID\":2,\"hostID\":1,\"size\":4294967295}"), OCIT_E_FORMAT,
			"end beyond 4294967294", NULL },
		{ NULL,
			MAPS("{\"containerID\":0,\"hostID\":1,\"size\":9},"
			     "{\"containerID\":8,\"hostID\":100,\"size\":1}"),
			OCIT_E_FORMAT,
			"'rootless.uidMappings[1]': the range of 1 from container id 8 on is "
			"mapped in part already",
			NULL },
		{ NULL,
			MAPS("{\"containerID\":0,\"hostID\":9,\"size\":1},"
			     "{\"containerID\":8,\"hostID\":0,\"size\":10}"),
			OCIT_E_FORMAT, "the range of 10 from host id 0 on", NULL },
		{ NULL, MAPS("{\"containerID\":0,\"hostID\":9,\"size\":1}"), OCIT_E_FORMAT,
			"'rootless': 'gidMappings' is missing", NULL },
	};

	(void)state;
	specs_refused(rows, ARRAY_LEN(rows));
}

static void case_038_options_that_are_refused(void **state)
{
	static const struct bad_spec rows[] = {
		{ "rootless", "", OCIT_E_USAGE, "expected true, false or UID[:GID], found ''",
			NULL },
		{ "rootless", "1:", OCIT_E_USAGE, "found '1:'", NULL },
		{ "rootless", "1:2:3", OCIT_E_USAGE, "found '1:2:3'", NULL },
		{ "rootless", "-1", OCIT_E_USAGE, "found '-1'", NULL },
		{ "rootless", "4294967295", OCIT_E_USAGE, "end beyond", NULL },
		{ "rootless", "4294967296", OCIT_E_USAGE, "found '4294967296'", NULL },
		{ "uidmap", "0:1", OCIT_E_USAGE, "expected CONTAINER:HOST:SIZE, found '0:1'",
			NULL },
		{ "uidmap", "0:1:1:1", OCIT_E_USAGE, "expected CONTAINER:HOST:SIZE", NULL },
		{ "uidmap", "0:1:0", OCIT_E_USAGE, "'--uidmap': the size is 0", NULL },
		{ "gidmap", "0:root:1", OCIT_E_USAGE, "found '0:root:1'", NULL },
		{ "uidmap", "0:1:1", OCIT_E_USAGE, "'--uidmap': needs --gidmap beside it", NULL },
		{ "gidmap", "0:1:1", OCIT_E_USAGE, "'--gidmap': needs --uidmap beside it", NULL },
	};

	(void)state;
	specs_refused(rows, ARRAY_LEN(rows));
}

static void case_038_root_must_be_mapped(void **state)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_empty(&cx);

	(void)state;
	spec_set(&cx, s, "arg", "a");
	spec_set(&cx, s, "uidmap", "0:1000:1");
	spec_set(&cx, s, "gidmap", "1:1000:1");
	assert_int_equal(spec_check(&cx, s), OCIT_E_USAGE);
	assert_contains(ctx_message(&cx), "'--gidmap': no range of gids has the container's id 0");
}

static void one_field_makes_the_maps(void **state)
{
	static const char *const first[][2] = {
		{ "rootless", "true" },
		{ "rootless", "5" },
		{ "rootless", "false" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(first); i++) {
		struct ctx cx;
		AUTO(spec) struct spec *s = spec_empty(&cx);

		spec_set(&cx, s, "arg", "a");
		spec_set(&cx, s, "gidmap", "0:1:1");
		spec_set(&cx, s, first[i][0], first[i][1]);
		assert_int_equal(spec_check(&cx, s), OCIT_E_USAGE);
		assert_contains(ctx_message(&cx), "'--gidmap': 'rootless' is given, too");
	}
}

static void devices_keep_their_names_and_rights(void **state)
{
	static const char *const rows[][2] = {
		{ "/dev/kvm", NULL },
		{ "/dev/kvm:/dev/kvm:mrw", NULL },
		{ "/dev/kvm:/dev/x", "'devices' (--device): '/dev/kvm' cannot be called '/dev/x'" },
		{ "/dev/kvm:rw", "'/dev/kvm': access 'rw' cannot be enforced" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ctx cx;
		AUTO(spec) struct spec *s = spec_empty(&cx);

		spec_set(&cx, s, "arg", "a");
		spec_set(&cx, s, "rootless", "true");
		spec_set(&cx, s, "device", rows[i][0]);
		assert_int_equal(spec_check(&cx, s), rows[i][1] ? OCIT_E_USAGE : 0);
		if (rows[i][1])
			assert_contains(ctx_message(&cx), rows[i][1]);
	}
}

static void the_kernel_takes_340_ranges(void **state)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_empty(&cx);
	char text[64];

	(void)state;
	for (int i = 0; i < 340; i++) {
		snprintf(text, sizeof(text), "%d:%d:1", i, 1000 + i);
		spec_set(&cx, s, "uidmap", text);
	}
	assert_int_equal(spec_option(&cx, s, "uidmap", "340:5:1"), OCIT_E_USAGE);
	assert_contains(ctx_message(&cx), "more than 340 ranges");
	for (int i = 0; i < 340; i++)
		assert_map(&s->uid_maps.list[i], (uint32_t)i, (uint32_t)(1000 + i), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_id_stands_for_root),
		cmocka_unit_test(ranges_are_taken_in_order_and_cover_what_they_say),
		cmocka_unit_test(options_may_come_in_any_number),
		cmocka_unit_test(the_caller_is_filled_in_by_who_can_ask),
		cmocka_unit_test(case_038_documents_that_are_refused),
		cmocka_unit_test(case_038_options_that_are_refused),
		cmocka_unit_test(case_038_root_must_be_mapped),
		cmocka_unit_test(one_field_makes_the_maps),
		cmocka_unit_test(devices_keep_their_names_and_rights),
		cmocka_unit_test(the_kernel_takes_340_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
