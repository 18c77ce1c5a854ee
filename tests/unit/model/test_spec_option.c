/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/model/test_spec_option.c: fields from the texts of options. */
#include "support/spec.h"

static void args_are_kept_byte_for_byte(void **state)
{
	static const char *const args[] = { "/bin/sh", "-c", "", " a  b ", "\xc3\xa4\xe2\x82\xac",
		"--", "a=b", "\x1b[31m\n" };
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_empty(&cx);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(args); i++)
		spec_set(&cx, s, "arg", args[i]);
	assert_int_equal(s->n_args, ARRAY_LEN(args));
	for (size_t i = 0; i < ARRAY_LEN(args); i++)
		assert_string_equal(s->args[i], args[i]);
	assert_int_equal(spec_check(&cx, s), 0);
}

static void lists_grow_without_losing_anything(void **state)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_empty(&cx);
	char text[32];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "V%d=%d", i, i);
		spec_set(&cx, s, "env", text);
	}
	assert_int_equal(s->n_env, 1000);
	for (int i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "V%d=%d", i, i);
		assert_string_equal(s->env[i], text);
	}
}

static void options_add_to_a_document(void **state)
{
	struct ctx cx;
	AUTO(spec)
	struct spec *s = spec_of(&cx,
		"{\"args\":[\"a\"],\"env\":{\"A\":\"1\"},\"capabilities\":[\"chown\"],"
		"\"mounts\":{\"/a\":{}}}");

	(void)state;
	spec_set(&cx, s, "env", "B=2");
	spec_set(&cx, s, "cap-add", "default");
	spec_set(&cx, s, "volume", "/x:/y");
	spec_set(&cx, s, "include", "/z");
	assert_int_equal(s->n_env, 2);
	assert_int_equal(s->n_capabilities, 14);
	assert_int_equal(s->n_mounts, 2);
	assert_int_equal(spec_check(&cx, s), 0);
}

static void a_command_is_given_once(void **state)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_of(&cx, "{\"args\":[\"a\"]}");

	(void)state;
	assert_int_equal(spec_option(&cx, s, "arg", "b"), OCIT_E_USAGE);
	assert_string_equal(ctx_message(&cx), "the document has 'args' already");
	assert_contains(cx.hint, "leave 'args' out of the document");
	assert_int_equal(s->n_args, 1);
}

static void what_a_document_gave_is_not_set_twice_but_given(void **state)
{
	struct ctx cx;
	AUTO(spec)
	struct spec *s = spec_of(
		&cx, "{\"args\":[\"a\"],\"user\":\"0\",\"resources\":{\"pids\":1}}");

	(void)state;
	assert_int_equal(spec_option(&cx, s, "user", "1"), OCIT_E_USAGE);
	assert_string_equal(ctx_message(&cx),
		"'user' is given by the document already; an option cannot give it again");
	assert_int_equal(spec_option(&cx, s, "pids-limit", "1"), OCIT_E_USAGE);
	assert_contains(ctx_message(&cx), "'resources.pids' is given by the document already");
	assert_string_equal(s->user, "0");
}

static void scalars_are_set_once(void **state)
{
	static const char *const pairs[][2] = {
		{ "workdir", "/" },
		{ "user", "0" },
		{ "hostname", "h" },
		{ "tty", "true" },
		{ "read-only", "false" },
		{ "no-new-privileges", "true" },
		{ "profile", "hardened" },
		{ "network", "none" },
		{ "seccomp", "default" },
		{ "memory", "1g" },
		{ "cpus", "1" },
		{ "pids-limit", "9" },
		{ "source", "nix" },
		{ "root", "/r" },
		{ "store", "/s" },
		{ "store-dir", "/d" },
		{ "db", "/db" },
		{ "directory", "/w" },
		{ "timestamp", "5" },
		{ "strict", "true" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		struct ctx cx;
		AUTO(spec) struct spec *s = spec_empty(&cx);

		spec_set(&cx, s, pairs[i][0], pairs[i][1]);
		assert_int_equal(spec_option(&cx, s, pairs[i][0], pairs[i][1]), OCIT_E_USAGE);
		assert_contains(ctx_message(&cx), "': is set twice");
		assert_contains(ctx_message(&cx), pairs[i][0]);
	}
}

static void simple_values_land_in_their_members(void **state)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_empty(&cx);

	(void)state;
	spec_set(&cx, s, "source", "files");
	spec_set(&cx, s, "root", "/r");
	spec_set(&cx, s, "store", "/s");
	spec_set(&cx, s, "store-dir", "/d");
	spec_set(&cx, s, "db", "/db");
	spec_set(&cx, s, "directory", "/w");
	spec_set(&cx, s, "timestamp", "8589934591");
	spec_set(&cx, s, "strict", "true");
	spec_set(&cx, s, "profile", "seed");
	spec_set(&cx, s, "no-new-privileges", "false");
	assert_string_equal(s->source, "files");
	assert_string_equal(s->root, "/r");
	assert_string_equal(s->store, "/s");
	assert_string_equal(s->store_dir, "/d");
	assert_string_equal(s->db, "/db");
	assert_string_equal(s->directory, "/w");
	assert_true(s->timestamp == 8589934591);
	assert_true(s->strict);
	assert_int_equal(s->profile, PROFILE_SEED);
	assert_false(s->no_new_privileges);
}

static void malformed_values_are_usage_errors(void **state)
{
	static const struct bad_spec rows[] = {
		{ "read-only", "yes", OCIT_E_USAGE,
			"'--read-only': expected true or false, found 'yes'", NULL },
		{ "read-only", "", OCIT_E_USAGE, "expected true or false", NULL },
		{ "timestamp", "-1", OCIT_E_USAGE, "'--timestamp'", NULL },
		{ "timestamp", "1e9", OCIT_E_USAGE, "'--timestamp'", NULL },
		{ "timestamp", "8589934592", OCIT_E_USAGE, "8589934591", NULL },
		{ "source", "rpm", OCIT_E_USAGE, "expected auto, nix, dpkg or files", NULL },
		{ "root", "", OCIT_E_USAGE, "'--root': is empty", NULL },
		{ "include", "", OCIT_E_USAGE, "the path is empty", NULL },
		{ "include", "/a:b", OCIT_E_USAGE, "destination 'b'", NULL },
		{ "include", "/a:", OCIT_E_USAGE, "destination ''", NULL },
		{ "include", "/a:/", OCIT_E_USAGE, "destination '/'", NULL },
		{ "include", "/a:/b/../c", OCIT_E_USAGE, "destination", NULL },
		{ "include", "/a:/proc/x", OCIT_E_USAGE, "place of the runtime", NULL },
		{ "include", "/a:/b:/c", OCIT_E_USAGE,
			"expected mode=MODE or owner=USER[:GROUP], found '/c'", "document" },
		{ "arg", "\xff", OCIT_E_USAGE, "byte 0 is not UTF-8", NULL },
		{ "env", "A=\xc0\x80", OCIT_E_USAGE, "byte 2 is not UTF-8", NULL },
		{ "network", "bridge", OCIT_E_USAGE, "'--network': expected none or host", NULL },
		{ "rootless", "maybe", OCIT_E_USAGE, "expected true, false or UID[:GID]", NULL },
		{ "cap-add", "net_rw", OCIT_E_USAGE, "'--cap-add': unknown capability 'net_rw'",
			"did you mean 'CAP_NET_RAW'?" },
		{ "cap-add", "ALL", OCIT_E_USAGE, "unknown capability 'ALL'", "capabilities(7)" },
		{ "cap-add", "CHOWN,KILL", OCIT_E_USAGE, "unknown capability 'CHOWN,KILL'",
			"one name each" },
		{ "config-merge", "x.json", OCIT_E_FORMAT, "--config-merge:1:1", NULL },
		{ "config-merge", "[]", OCIT_E_FORMAT, "'--config-merge': expected object", NULL },
		{ "seccomp", "{", OCIT_E_FORMAT, "--seccomp:1:2", NULL },
		{ "seccomp", "{}", OCIT_E_FORMAT, "'--seccomp': 'defaultAction' is missing", NULL },
		{ "seccomp", "none", OCIT_E_USAGE, "'--seccomp': expected default", NULL },
		{ "read-onyl", "true", OCIT_E_USAGE, "unknown option '--read-onyl'",
			"did you mean '--read-only'" },
		{ "x\x1b[2J", "", OCIT_E_USAGE, "unknown option '--x\\x1b[2J'", NULL },
	};

	(void)state;
	specs_refused(rows, ARRAY_LEN(rows));
}

static void paths_of_the_host_may_be_any_bytes(void **state)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_empty(&cx);

	(void)state;
	spec_set(&cx, s, "root", "/\xff");
	spec_set(&cx, s, "include", "/\xfe:/x");
	assert_string_equal(s->root, "/\xff");
	assert_string_equal(s->includes[0].path, "/\xfe");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(args_are_kept_byte_for_byte),
		cmocka_unit_test(lists_grow_without_losing_anything),
		cmocka_unit_test(options_add_to_a_document),
		cmocka_unit_test(a_command_is_given_once),
		cmocka_unit_test(what_a_document_gave_is_not_set_twice_but_given),
		cmocka_unit_test(scalars_are_set_once),
		cmocka_unit_test(simple_values_land_in_their_members),
		cmocka_unit_test(malformed_values_are_usage_errors),
		cmocka_unit_test(paths_of_the_host_may_be_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
