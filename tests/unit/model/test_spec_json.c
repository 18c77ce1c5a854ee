/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/model/test_spec_json.c: documents that are taken, and those that are not. */
#include "support/spec.h"

static void every_served_field_is_read(void **state)
{
	struct ctx cx;
	AUTO(spec)
	struct spec *s = spec_of(&cx,
		"{\"args\":[\"/bin/sh\",\"-c\",\"\",\"a b\",\"\\u00e4\"],"
		"\"mounts\":{\"/data\":{\"type\":\"none\",\"source\":\"/"
		"srv\",\"options\":[\"bind\"]},"
		"\"/t\":{\"type\":\"tmpfs\",\"options\":[]},\"/u\":{}},"
		"\"readonly\":true,\"env\":{\"B\":\"2\",\"A\":\"\"},\"cwd\":\"/srv\","
		"\"user\":\"1000:1000\",\"hostname\":\"h\",\"terminal\":true,"
		"\"capabilities\":[\"net_raw\",\"CAP_CHOWN\",\"NET_RAW\"],"
		"\"noNewPrivileges\":false,\"profile\":\"hardened\",\"network\":\"none\","
		"\"seccomp\":\"unconfined\","
		"\"rlimits\":{\"stack\":{\"soft\":1,\"hard\":\"unlimited\"},"
		"\"RLIMIT_AS\":{\"soft\":9223372036854775807,\"hard\":9223372036854775807}},"
		"\"resources\":{\"memory\":\"512m\",\"cpus\":\"1.5\",\"pids\":7},"
		"\"sysctl\":{\"net.ipv4.ip_forward\":\"1\",\"kernel.shmmax\":\"9\"},"
		"\"include\":[\"/etc/x\",{\"path\":\"y:z\",\"destination\":\"/y\"}]}");

	(void)state;
	assert_int_equal(spec_check(&cx, s), 0);
	assert_int_equal(s->n_args, 5);
	assert_string_equal(s->args[2], "");
	assert_string_equal(s->args[4], "\xc3\xa4");
	assert_int_equal(s->n_mounts, 3);
	assert_string_equal(s->mounts[0].destination, "/data");
	assert_string_equal(s->mounts[0].options[0], "bind");
	assert_true(s->mounts[1].has_options);
	assert_null(s->mounts[1].source);
	assert_false(s->mounts[2].has_options);
	assert_null(s->mounts[2].type);
	assert_true(s->readonly && s->terminal && s->seccomp_unconfined);
	assert_false(s->no_new_privileges);
	assert_string_equal(s->env[0], "B=2");
	assert_string_equal(s->env[1], "A=");
	assert_string_equal(s->cwd, "/srv");
	assert_string_equal(s->user, "1000:1000");
	assert_int_equal(s->n_capabilities, 2);
	assert_string_equal(s->capabilities[0], "CAP_CHOWN");
	assert_string_equal(s->capabilities[1], "CAP_NET_RAW");
	assert_true(spec_has_capability(s, "CAP_NET_RAW"));
	assert_false(spec_has_capability(s, "CAP_SYS_ADMIN"));
	assert_int_equal(s->n_limits, 2);
	assert_string_equal(s->limits[0].name, "RLIMIT_AS");
	assert_true(s->limits[1].soft == 1 && s->limits[1].hard == UINT64_MAX);
	assert_int_equal(s->resources.memory, 512 << 20);
	assert_int_equal(s->resources.cpu_quota, 150000);
	assert_int_equal(s->resources.pids, 7);
	assert_string_equal(s->sysctls[0].name, "kernel.shmmax");
	assert_string_equal(s->sysctls[1].value, "1");
	assert_string_equal(s->includes[0].path, "/etc/x");
	assert_null(s->includes[0].destination);
	assert_string_equal(s->includes[1].path, "y:z");
	assert_string_equal(s->includes[1].destination, "/y");
}

static void defaults_of_unserved_fields_are_taken(void **state)
{
	struct ctx cx;
	AUTO(spec)
	struct spec *s = spec_of(&cx,
		"{\"args\":[\"a\"],\"rootless\":false,\"devices\":[],\"config\":{},\"packages\":[],"
		"\"without\":[],\"keep\":[],\"image\":{},\"network\":\"none\",\"seccomp\":"
		"\"default\","
		"\"rlimits\":{},\"resources\":{},\"sysctl\":{},\"include\":[],\"mounts\":{},"
		"\"env\":{},"
		"\"capabilities\":[]}");

	(void)state;
	assert_int_equal(spec_check(&cx, s), 0);
}

static void unserved_values_are_refused_by_name(void **state)
{
	static const struct bad_spec rows[] = {
		{ NULL, "{\"rootless\":1}", OCIT_E_FORMAT, "'rootless': expected ", NULL },
		{ NULL, "{\"image\":{\"a\":1}}", OCIT_E_UNSUPPORTED, "'image'", NULL },
		{ NULL, "{\"image\":{\"tag\":\"x\"}}", OCIT_E_UNSUPPORTED, "'image'", NULL },
	};

	(void)state;
	specs_refused(rows, ARRAY_LEN(rows));
}

static void case_004_duplicate_key(void **state)
{
	static const struct bad_spec rows[] = {
		{ NULL, "{\"cwd\":\"/\",\"cwd\":\"/\"}", OCIT_E_FORMAT, "cwd", NULL },
		{ NULL, "{\"cwd\":\"/\",\"\\u0063wd\":\"/\"}", OCIT_E_FORMAT, "cwd", NULL },
		{ NULL, "{\"mounts\":{\"/a\":{},\"/a\":{}}}", OCIT_E_FORMAT, "/a", NULL },
		{ NULL, "{\"mounts\":{\"/a\":{\"type\":\"x\",\"type\":\"x\"}}}", OCIT_E_FORMAT,
			"type", NULL },
		{ NULL,
			"{\"rlimits\":{\"CORE\":{\"soft\":0,\"hard\":0},\"RLIMIT_CORE\":{\"soft\":"
			"0,"
			"\"hard\":0}}}",
			OCIT_E_FORMAT, "'RLIMIT_CORE' is set twice", NULL },
	};

	(void)state;
	specs_refused(rows, ARRAY_LEN(rows));
}

static void case_005_unknown_key(void **state)
{
	static const struct bad_spec rows[] = {
		{ NULL, "{\"mount\":{}}", OCIT_E_FORMAT, "'mount': unknown field",
			"did you mean 'mounts'" },
		{ NULL, "{\"Env\":{}}", OCIT_E_FORMAT, "'Env'", "'env'" },
		{ NULL, "{\"resources\":{\"memry\":1}}", OCIT_E_FORMAT, "'resources.memry'",
			"'memory'" },
		{ NULL, "{\"resources.memory\":1}", OCIT_E_FORMAT, "unknown field", NULL },
		{ NULL, "{\"resources\":{\"\":1}}", OCIT_E_FORMAT, "resources.''", NULL },
		{ NULL, "{\"xyzzy plugh\":1}", OCIT_E_FORMAT, "'xyzzy plugh': unknown field",
			NULL },
		{ NULL, "{\"strict\":true}", OCIT_E_FORMAT,
			"'strict': is not a field of the description", "--strict" },
		{ NULL, "{\"mounts\":{\"/data\":{\"option\":[]}}}", OCIT_E_FORMAT,
			"mounts.'/data'.option: is not a known member",
			"type, source and options" },
		{ NULL, "{\"include\":[{\"path\":\"/x\",\"to\":\"/y\"}]}", OCIT_E_FORMAT,
			"'include[0].to'", "path, destination, mode and owner" },
		{ NULL, "{\"rlimits\":{\"CORE\":{\"max\":1}}}", OCIT_E_FORMAT, "'rlimits.CORE.max'",
			"soft and hard" },
	};

	(void)state;
	specs_refused(rows, ARRAY_LEN(rows));
}

static void wrong_types_name_the_path(void **state)
{
	static const struct bad_spec rows[] = {
		{ NULL, "[]", OCIT_E_FORMAT, "'spec.json': expected object, found array", NULL },
		{ NULL, "{\"mounts\":{\"/data\":{\"options\":[\"bind\",5]}}}", OCIT_E_FORMAT,
			"mounts.'/data'.options[1]: expected string, found integer", NULL },
		{ NULL, "{\"mounts\":{\"/data\":{\"options\":null}}}", OCIT_E_FORMAT,
			"mounts.'/data'.options: expected array, found null", NULL },
		{ NULL, "{\"mounts\":{\"/data\":\"/x\"}}", OCIT_E_FORMAT,
			"mounts.'/data': expected object, found string", NULL },
		{ NULL, "{\"mounts\":{\"/data\":{\"type\":\"\"}}}", OCIT_E_FORMAT,
			"mounts.'/data'.type: is empty", NULL },
		{ NULL, "{\"readonly\":\"true\"}", OCIT_E_FORMAT, "'readonly': expected ", NULL },
		{ NULL, "{\"capabilities\":\"default\"}", OCIT_E_FORMAT,
			"'capabilities': expected array", NULL },
		{ NULL, "{\"capabilities\":[\"FOO\"]}", OCIT_E_FORMAT,
			"'capabilities[0]': unknown capability 'FOO'", "default" },
		{ NULL, "{\"include\":[5]}", OCIT_E_FORMAT,
			"'include[0]': expected object, found integer", NULL },
		{ NULL, "{\"include\":[{}]}", OCIT_E_FORMAT, "'include[0]': 'path' is missing",
			NULL },
		{ NULL, "{\"include\":[{\"path\":5}]}", OCIT_E_FORMAT, "'include[0].path'", NULL },
		{ NULL, "{\"sysctl\":{\"net.x\":1}}", OCIT_E_FORMAT,
			"sysctl.'net.x': expected string", NULL },
		{ NULL, "{\"profile\":\"soft\"}", OCIT_E_FORMAT,
			"'profile': expected hardened or seed, found 'soft'", NULL },
		{ NULL, "{\"seccomp\":\"/x.json\"}", OCIT_E_FORMAT,
			"'seccomp': expected default, unconfined or an object, found '/x.json'",
			"--seccomp takes the name of its file" },
		{ NULL, "{\"seccomp\":[]}", OCIT_E_FORMAT,
			"'seccomp': expected string or object, found array", NULL },
		{ NULL, "{\"seccomp\":{}}", OCIT_E_FORMAT, "'seccomp': 'defaultAction' is missing",
			NULL },
		{ NULL, "{\"seccomp\":{\"archMap\":[]}}", OCIT_E_FORMAT,
			"'seccomp': has 'archMap': this is the form of docker and podman",
			"architectures" },
		{ NULL, "{\"groups\":[1]}", OCIT_E_FORMAT, "'groups[0]': expected string", NULL },
		{ NULL, "{\"network\":\"bridge\"}", OCIT_E_FORMAT,
			"'network': expected none or host", NULL },
	};

	(void)state;
	specs_refused(rows, ARRAY_LEN(rows));
}

static void case_007_numbers(void **state)
{
	static const struct bad_spec rows[] = {
		{ NULL, "{\"resources\":{\"pids\":-1}}", OCIT_E_FORMAT, "'resources.pids'", NULL },
		{ NULL, "{\"resources\":{\"pids\":0}}", OCIT_E_FORMAT, "found '0'", NULL },
		{ NULL, "{\"resources\":{\"pids\":1.0}}", OCIT_E_FORMAT,
			"expected integer or string", NULL },
		{ NULL, "{\"resources\":{\"pids\":true}}", OCIT_E_FORMAT,
			"expected integer or string", NULL },
		{ NULL, "{\"resources\":{\"memory\":9223372036854775808}}", OCIT_E_FORMAT,
			"spec.json", NULL },
		{ NULL, "{\"resources\":{\"memory\":1e400}}", OCIT_E_FORMAT, "spec.json", NULL },
		{ NULL, "{\"resources\":{\"memory\":01}}", OCIT_E_FORMAT, "spec.json", NULL },
		{ NULL, "{\"rlimits\":{\"CORE\":{\"soft\":-1,\"hard\":0}}}", OCIT_E_FORMAT,
			"'rlimits.CORE.soft': expected a number or unlimited, found -1", NULL },
		{ NULL, "{\"rlimits\":{\"CORE\":{\"soft\":2,\"hard\":1}}}", OCIT_E_FORMAT,
			"the soft limit 2 of 'CORE' is above the hard limit 1", NULL },
		{ NULL, "{\"rlimits\":{\"CORE\":{\"soft\":2}}}", OCIT_E_FORMAT,
			"'rlimits.CORE': 'hard' is missing", NULL },
		{ NULL, "{\"rlimits\":{\"CORE\":{\"soft\":true,\"hard\":1}}}", OCIT_E_FORMAT,
			"expected integer or string", NULL },
	};

	(void)state;
	specs_refused(rows, ARRAY_LEN(rows));
}

static void a_document_cannot_be_loaded_over_another(void **state)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_of(&cx, "{\"args\":[\"a\"],\"env\":{\"A\":\"1\"}}");
	static const char second[] = "{\"env\":{\"B\":\"1\"}}";

	(void)state;
	assert_int_equal(spec_load(&cx, s, second, sizeof(second) - 1, "b.json"), OCIT_E_FORMAT);
	assert_string_equal(ctx_message(&cx), "'b.json': 'env': is set twice");
}

static void long_names_are_cut_in_messages_only(void **state)
{
	char json[1200] = "{\"";
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_empty(&cx);

	(void)state;
	memset(json + 2, 'k', 1000);
	memcpy(json + 1002, "\":1}", 5);
	assert_int_equal(spec_load(&cx, s, json, strlen(json), "a.json"), OCIT_E_FORMAT);
	assert_true(strlen(ctx_message(&cx)) < 400);
	assert_contains(ctx_message(&cx), "unknown field");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_served_field_is_read),
		cmocka_unit_test(defaults_of_unserved_fields_are_taken),
		cmocka_unit_test(unserved_values_are_refused_by_name),
		cmocka_unit_test(case_004_duplicate_key),
		cmocka_unit_test(case_005_unknown_key),
		cmocka_unit_test(wrong_types_name_the_path),
		cmocka_unit_test(case_007_numbers),
		cmocka_unit_test(a_document_cannot_be_loaded_over_another),
		cmocka_unit_test(long_names_are_cut_in_messages_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
