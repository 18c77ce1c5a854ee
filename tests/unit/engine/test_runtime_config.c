/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/engine/test_runtime_config.c: config.json against golden files, and field by field. */
#include <stdio.h>
#include <stdlib.h>

#include "codec/json.h"
#include "model/report.h"
#include "model/schema.h"
#include "support/config.h"

/* The golden files show what a hardened and a seed bundle get; a change of them is a decision. */
static const char hardened[] =
	"{\"args\":[\"/bin/sh\",\"-c\",\"\",\"a b\"],"
	"\"mounts\":{\"/data\":{\"type\":\"none\",\"source\":\"/var/lib/mydata\","
	"\"options\":[\"bind\"]}},\"env\":{\"LANG\":\"C.UTF-8\"}}";
static const char seed[] =
	"{\"args\":[\"/bin/sh\",\"-c\",\"\",\"a b\"],\"profile\":\"seed\","
	"\"mounts\":{\"/data\":{\"type\":\"none\",\"source\":\"/var/lib/mydata\","
	"\"options\":[\"bind\"]}}}";

static void golden_path(const char *name, char *to, size_t room)
{
	const char *source = getenv("OCITOOLS_SOURCE");

	assert_non_null(source); /* the test runner sets it */
	snprintf(to, room, "%s/tests/golden/%s", source, name);
}

static void golden_update(const char *path, const struct buf *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text->data, 1, text->len, f), text->len);
	assert_int_equal(fclose(f), 0);
}

static void golden_compare(const char *path, const struct buf *text)
{
	static char expected[1 << 16];
	FILE *f = fopen(path, "r");
	size_t n;

	assert_non_null(f);
	n = fread(expected, 1, sizeof(expected), f);
	fclose(f);
	for (size_t i = 0; i < n && i < text->len; i++)
		if (expected[i] != text->data[i])
			test_fail("%s differs at byte %zu: '%.40s'", path, i, text->data + i);
	assert_int_equal(n, text->len);
}

static void assert_golden(const char *json, const char *name)
{
	AUTO(buf) struct buf text;
	char path[4096];

	golden_path(name, path, sizeof(path));
	config_of(json, &text);
	if (getenv("OCITOOLS_UPDATE_GOLDEN"))
		golden_update(path, &text);
	golden_compare(path, &text);
}

static void the_hardened_profile_is_the_golden_one(void **state)
{
	(void)state;
	assert_golden(hardened, "config-hardened.json");
}

static void the_seed_profile_is_the_golden_one(void **state)
{
	(void)state;
	assert_golden(seed, "config-seed.json");
}

static void assert_same(const char *a, const char *b)
{
	AUTO(buf) struct buf x, y;

	config_of(a, &x);
	config_of(b, &y);
	assert_string_equal(x.data, y.data);
}

static void all_defaults_written_out_change_nothing(void **state)
{
	(void)state;
	assert_same("{\"args\":[\"a\"]}",
		"{\"args\":[\"a\"],\"mounts\":{},\"readonly\":false,\"env\":{},\"cwd\":\"/\","
		"\"user\":\"0:0\",\"hostname\":\"container\",\"terminal\":false,\"capabilities\":[]"
		","
		"\"noNewPrivileges\":true,\"profile\":\"hardened\",\"network\":\"none\","
		"\"rlimits\":{\"NOFILE\":{\"soft\":1024,\"hard\":1024},"
		"\"CORE\":{\"soft\":0,\"hard\":0}},\"resources\":{\"pids\":1024},\"sysctl\":{},"
		"\"seccomp\":\"default\",\"devices\":[],\"rootless\":false,\"config\":{},"
		"\"packages\":[],\"include\":[],\"without\":[],\"keep\":[],\"image\":{}}");
}

/* A value of every served option that shows in config.json, and those that act elsewhere. */
static const struct {
	const char *option, *value; /* NULL: not a matter of config.json */
} samples[] = {
	{ "arg", "x" },
	{ "config-merge", "{\"process\":{\"oomScoreAdj\":1}}" },
	{ "volume", "/a:/b" },
	{ "mount", "type=tmpfs,dst=/x" },
	{ "tmpfs", "/x" },
	{ "read-only", "true" },
	{ "env", "A=1" },
	{ "workdir", "/srv" },
	{ "hostname", "h" },
	{ "tty", "true" },
	{ "cap-add", "CHOWN" },
	{ "no-new-privileges", "false" },
	{ "profile", "seed" },
	{ "seccomp", "unconfined" },
	{ "ulimit", "core=1" },
	{ "memory", "1m" },
	{ "cpus", "1" },
	{ "pids-limit", "1" },
	{ "sysctl", "net.x=1" },
	{ "user", NULL },
	{ "group-add", NULL },
	{ "device", NULL }, /* it is looked at before */
	{ "network", "host" },
	{ "rootless", "1000" },
	{ "uidmap", "0:1000:1" },
	{ "gidmap", "0:1000:1" },
	{ "include", NULL },
	{ "source", NULL },
	{ "root", NULL },
	{ "store", NULL },
	{ "store-dir", NULL },
	{ "db", NULL },
	{ "directory", NULL },
	{ "timestamp", NULL },
	{ "strict", NULL },
	{ "gconv", NULL },
	{ "nss", NULL },
	{ "package", NULL },
	{ "without", NULL },
	{ "keep", NULL },
	{ "recommends", NULL },
	{ "conffiles", NULL },
	{ "keep-setuid", NULL },
};

static void assert_option_shows(const char *option, const char *value)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_empty(&cx);
	AUTO(buf) struct buf before, after;

	config_of("{\"args\":[\"a\"]}", &before);
	buf_init(&after, 1 << 20);
	spec_set(&cx, s, "arg", "a");
	spec_set(&cx, s, option, value);
	assert_int_equal(config_write(&cx, s, &after), 0);
	if (!strcmp(before.data, after.data))
		test_fail("--%s %s changes nothing", option, value);
}

static void every_served_option_shows(void **state)
{
	const struct spec_field *fields;
	size_t n = spec_fields(&fields);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		size_t at = 0;

		if (!fields[i].served || !fields[i].option)
			continue;
		while (at < ARRAY_LEN(samples) && strcmp(samples[at].option, fields[i].option) != 0)
			at++;
		if (at == ARRAY_LEN(samples))
			test_fail("--%s has no sample here", fields[i].option);
		if (samples[at].value)
			assert_option_shows(samples[at].option, samples[at].value);
	}
}

static void assert_has(const char *json, const char *part)
{
	AUTO(buf) struct buf text;

	config_of(json, &text);
	assert_contains(text.data, part);
}

static void assert_has_not(const char *json, const char *part)
{
	AUTO(buf) struct buf text;

	config_of(json, &text);
	if (strstr(text.data, part))
		test_fail("%s gives %s", json, part);
}

/* The specification has nothing to say, and needs no other version than the one that is written. */
static void assert_valid(const struct buf *text)
{
	static const struct json_limits wide = { .bytes = 1 << 20, .members = 65536, .wide = true };
	AUTO(report) struct report *report = NULL;
	AUTO(json) struct json *doc = NULL;
	const char *version = "";
	struct ctx cx;

	ctx_init(&cx, NULL);
	assert_int_equal(json_parse_limited(&cx, text->data, text->len, "c", &wide, &doc), 0);
	assert_int_equal(report_new(&cx, &report), 0);
	assert_int_equal(schema_check(&cx, SCHEMA_CONFIG, json_root(doc), report, &version), 0);
	if (report->count)
		test_fail("%s: %s", report->findings[0].subject, report->findings[0].text);
	assert_string_equal(version, json_string(json_member(json_root(doc), "ociVersion")));
}

static void what_is_written_is_valid_and_claims_no_more_than_it_needs(void **state)
{
	static const char *const rows[] = {
		hardened,
		seed,
		"{\"args\":[\"a\"],\"seccomp\":\"unconfined\"}",
		"{\"args\":[\"a\"],\"seccomp\":\"unconfined\",\"mounts\":{\"/x\":{\"source\":\"/"
		"x\","
		"\"options\":[\"rbind\",\"rro\"]}}}",
		"{\"args\":[\"a\"],\"devices\":[{\"path\":\"/dev/x\",\"type\":\"c\",\"major\":1,"
		"\"minor\":2,\"fileMode\":0,\"uid\":4294967294}]}",
		"{\"args\":[\"a\"],\"rootless\":\"1000:100\",\"network\":\"host\"}",
		"{\"args\":[\"a\"],\"rootless\":\"1000:100\",\"profile\":\"seed\"}",
		"{\"args\":[\"a\"],\"rlimits\":{\"CORE\":{\"soft\":0,\"hard\":\"unlimited\"}},"
		"\"user\":\"7:8\",\"terminal\":"
		"true}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(buf) struct buf text;

		config_of(rows[i], &text);
		assert_valid(&text);
	}
}

static void the_version_is_the_lowest_that_suffices(void **state)
{
	static const char *const rows[][2] = {
		{ "{\"args\":[\"a\"]}", "\"ociVersion\": \"1.1.0\"" },
		{ "{\"args\":[\"a\"],\"profile\":\"seed\"}", "\"ociVersion\": \"1.0.0\"" },
		{ "{\"args\":[\"a\"],\"seccomp\":\"unconfined\"}", "\"ociVersion\": \"1.0.0\"" },
		{ "{\"args\":[\"a\"],\"seccomp\":\"unconfined\",\"mounts\":{\"/x\":{\"source\":\"/"
		  "x\","
		  "\"options\":[\"rbind\",\"rro\"]}}}",
			"\"ociVersion\": \"1.1.0\"" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_has(rows[i][0], rows[i][1]);
}

static void a_newer_machine_lifts_the_version(void **state)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_of(&cx, "{\"args\":[\"a\"]}");
	AUTO(buf) struct buf text;

	(void)state;
	buf_init(&text, 1 << 20);
	assert_int_equal(config_write_for(&cx, s, 258, &text), 0);
	assert_contains(text.data, "\"ociVersion\": \"1.2.1\"");
	assert_valid(&text);
}

static void the_seed_profile_refuses_options_that_are_newer_than_it(void **state)
{
	struct ctx cx;
	AUTO(spec)
	struct spec *s = spec_of(&cx,
		"{\"args\":[\"a\"],\"profile\":\"seed\",\"mounts\":{\"/x\":{\"source\":\"/x\","
		"\"options\":[\"rbind\",\"rro\"]}}}");
	AUTO(buf) struct buf text;

	(void)state;
	buf_init(&text, 1 << 20);
	assert_int_equal(config_write(&cx, s, &text), OCIT_E_FORMAT);
	assert_contains(ctx_message(&cx), "mount '/x': option 'rro' is newer");
}

static void environments_are_merged_in_place(void **state)
{
	(void)state;
	assert_has("{\"args\":[\"a\"],\"terminal\":true,"
		   "\"env\":{\"Z\":\"1\",\"HOME\":\"/h\",\"A\":\"2\"}}",
		"\"env\": [\n"
		"      \"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\",\n"
		"      \"HOME=/h\",\n"
		"      \"TERM=xterm\",\n"
		"      \"Z=1\",\n"
		"      \"A=2\"\n"
		"    ]");
	assert_has("{\"args\":[\"a\"],\"env\":{\"TERM\":\"dumb\",\"PATH\":\"\"}}",
		"\"env\": [\n"
		"      \"PATH=\",\n"
		"      \"HOME=/root\",\n"
		"      \"TERM=dumb\"\n"
		"    ]");
	assert_has_not("{\"args\":[\"a\"]}", "TERM=");
}

static void a_user_namespace_comes_with_its_maps_and_without_limits(void **state)
{
	static const char json[] =
		"{\"args\":[\"a\"],\"rootless\":{"
		"\"gidMappings\":[{\"containerID\":0,\"hostID\":100,\"size\":1}],\"uidMappings\":["
		"{\"containerID\":0,\"hostID\":1000,\"size\":1},"
		"{\"size\":65535,\"containerID\":1,\"hostID\":100000}]}}";

	(void)state;
	assert_has(json, "\"linux\": {\n"
			 "    \"uidMappings\": [\n"
			 "      {\n"
			 "        \"containerID\": 0,\n"
			 "        \"hostID\": 1000,\n"
			 "        \"size\": 1\n"
			 "      },\n"
			 "      {\n"
			 "        \"containerID\": 1,\n"
			 "        \"hostID\": 100000,\n"
			 "        \"size\": 65535\n"
			 "      }\n"
			 "    ],\n"
			 "    \"gidMappings\": [\n"
			 "      {\n"
			 "        \"containerID\": 0,\n"
			 "        \"hostID\": 100,\n"
			 "        \"size\": 1\n"
			 "      }\n"
			 "    ],\n"
			 "    \"namespaces\": [\n"
			 "      {\n"
			 "        \"type\": \"user\"\n"
			 "      },\n");
	assert_has_not(json, "\"resources\"");
	assert_has_not("{\"args\":[\"a\"]}", "\"user\"\n");
	assert_has_not("{\"args\":[\"a\"]}", "Mappings");
}

static void limits_of_a_user_namespace_are_those_asked_for(void **state)
{
	static const char json[] =
		"{\"args\":[\"a\"],\"rootless\":\"7\",\"resources\":{\"memory\":1024}}";

	(void)state;
	assert_has(json, "\"resources\": {\n"
			 "      \"memory\": {\n"
			 "        \"limit\": 1024\n"
			 "      }\n"
			 "    }");
	assert_has("{\"args\":[\"a\"],\"rootless\":\"7\",\"resources\":{\"pids\":1024}}",
		"\"limit\": 1024");
	assert_has_not(
		"{\"args\":[\"a\"],\"rootless\":\"7\",\"resources\":{\"pids\":\"unlimited\"}}",
		"\"resources\"");
}

static void a_profile_of_the_users_takes_the_place_of_ours(void **state)
{
	static const char json[] = "{\"args\":[\"a\"],\"seccomp\":{\"defaultAction\":\"SCMP_ACT_"
				   "ALLOW\",\"syscalls\":[{"
				   "\"names\":[\"mount\"],\"action\":\"SCMP_ACT_ERRNO\","
				   "\"errnoRet\":13}]}}";

	(void)state;
	assert_has(json, "\"seccomp\": {\n"
			 "      \"defaultAction\": \"SCMP_ACT_ALLOW\",\n"
			 "      \"syscalls\": [\n");
	assert_has(json, "\"ociVersion\": \"1.1.0\"");
	assert_has_not(json, "clone3");
	assert_has("{\"args\":[\"a\"],\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\"}}",
		"\"ociVersion\": \"1.0.0\"");
}

static void profiles_are_judged_with_all_of_config(void **state)
{
	static const char *const rows[][2] = {
		{ "{\"defaultAction\":\"ALLOW\"}",
			"'seccomp': 'linux.seccomp.defaultAction': expected one of" },
		{ "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"a\"],"
		  "\"action\":\"SCMP_ACT_ALLOW\",\"includes\":{}}]}",
			"'seccomp': 'linux.seccomp.syscalls[0].includes'" },
		{ "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":{}}",
			"'seccomp': 'linux.seccomp.syscalls': expected array" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ctx cx;
		AUTO(buf) struct buf text, json;

		buf_init(&json, 1 << 20);
		buf_init(&text, 1 << 20);
		buf_printf(&json, "{\"args\":[\"a\"],\"seccomp\":%s}", rows[i][0]);
		AUTO(spec) struct spec *s = spec_of(&cx, json.data);

		assert_int_equal(config_write(&cx, s, &text), OCIT_E_FORMAT);
		assert_contains(ctx_message(&cx), rows[i][1]);
	}
}

static void devices_get_a_node_and_a_rule(void **state)
{
	static const char json[] =
		"{\"args\":[\"a\"],\"devices\":[{\"path\":\"/dev/x\",\"type\":\"c\",\"major\":10,"
		"\"minor\":229,\"fileMode\":384,\"uid\":0,\"gid\":7,\"access\":\"rw\"},"
		"{\"path\":\"/dev/y\",\"type\":\"b\",\"major\":7,\"minor\":0}]}";

	(void)state;
	assert_has(json, "\"allow\": true,\n"
			 "          \"type\": \"c\",\n"
			 "          \"major\": 10,\n"
			 "          \"minor\": 229,\n"
			 "          \"access\": \"rw\"\n");
	assert_has(json, "\"devices\": [\n"
			 "      {\n"
			 "        \"type\": \"c\",\n"
			 "        \"path\": \"/dev/x\",\n"
			 "        \"major\": 10,\n"
			 "        \"minor\": 229,\n"
			 "        \"fileMode\": 384,\n"
			 "        \"uid\": 0,\n"
			 "        \"gid\": 7\n"
			 "      },\n"
			 "      {\n"
			 "        \"type\": \"b\",\n"
			 "        \"path\": \"/dev/y\",\n"
			 "        \"major\": 7,\n"
			 "        \"minor\": 0\n"
			 "      }\n"
			 "    ],\n"
			 "    \"seccomp\"");
}

static void the_network_of_the_host_is_no_namespace(void **state)
{
	(void)state;
	assert_has("{\"args\":[\"a\"]}", "\"type\": \"network\"");
	assert_has_not("{\"args\":[\"a\"],\"network\":\"host\"}", "\"type\": \"network\"");
}

static void limits_replace_defaults_and_stay_sorted(void **state)
{
	(void)state;
	assert_has("{\"args\":[\"a\"],\"rlimits\":{\"STACK\":{\"soft\":1,\"hard\":\"unlimited\"},"
		   "\"AS\":{\"soft\":2,\"hard\":2},\"NOFILE\":{\"soft\":3,\"hard\":4}}}",
		"\"rlimits\": [\n"
		"      {\n"
		"        \"type\": \"RLIMIT_AS\",\n"
		"        \"hard\": 2,\n"
		"        \"soft\": 2\n"
		"      },\n"
		"      {\n"
		"        \"type\": \"RLIMIT_CORE\",\n"
		"        \"hard\": 0,\n"
		"        \"soft\": 0\n"
		"      },\n"
		"      {\n"
		"        \"type\": \"RLIMIT_NOFILE\",\n"
		"        \"hard\": 4,\n"
		"        \"soft\": 3\n"
		"      },\n"
		"      {\n"
		"        \"type\": \"RLIMIT_STACK\",\n"
		"        \"hard\": 18446744073709551615,\n"
		"        \"soft\": 1\n"
		"      }\n"
		"    ]");
}

static void members_that_were_not_given_are_absent(void **state)
{
	static const char *const parts[] = { "null", "additionalGids", "\"memory\"", "\"cpu\"",
		"sysctl", "platform" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		assert_has_not(
			"{\"args\":[\"a\"],\"mounts\":{\"/t\":{\"type\":\"tmpfs\"}}}", parts[i]);
	assert_has_not("{\"args\":[\"a\"],\"resources\":{\"pids\":\"unlimited\"}}", "\"pids\"");
	assert_has("{\"args\":[\"a\"],\"mounts\":{\"/t\":{\"type\":\"tmpfs\"}}}",
		"\"destination\": \"/t\",\n      \"type\": \"tmpfs\"\n    }");
}

static void users_and_groups_are_written(void **state)
{
	static const uint32_t groups[] = { 5, UINT32_MAX - 1 };
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_of(&cx, "{\"args\":[\"a\"]}");
	AUTO(buf) struct buf text;
	struct mount_list none = { 0 };
	struct runtime_config rc = {
		.spec = s,
		.mounts = &none,
		.cwd = "/",
		.home = "/",
		.uid = UINT32_MAX - 1,
		.gid = 7,
		.groups = groups,
		.n_groups = ARRAY_LEN(groups),
		.machine = EM_X86_64,
	};

	(void)state;
	buf_init(&text, 1 << 20);
	assert_int_equal(runtime_config_write(&cx, &rc, &text), 0);
	assert_contains(text.data,
		"\"user\": {\n      \"uid\": 4294967294,\n      \"gid\": 7,\n"
		"      \"additionalGids\": [\n        5,\n        4294967294\n      ]\n    }");
	rc.cwd = "/\xff";
	assert_int_equal(runtime_config_write(&cx, &rc, &text), OCIT_E_FORMAT);
	assert_contains(ctx_message(&cx), "byte 1 is not UTF-8");
}

static void a_full_buffer_is_an_error(void **state)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_of(&cx, "{\"args\":[\"a\"]}");
	AUTO(buf) struct buf text;

	(void)state;
	buf_init(&text, 100);
	assert_int_equal(config_write(&cx, s, &text), OCIT_E_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_hardened_profile_is_the_golden_one),
		cmocka_unit_test(the_seed_profile_is_the_golden_one),
		cmocka_unit_test(all_defaults_written_out_change_nothing),
		cmocka_unit_test(every_served_option_shows),
		cmocka_unit_test(what_is_written_is_valid_and_claims_no_more_than_it_needs),
		cmocka_unit_test(the_version_is_the_lowest_that_suffices),
		cmocka_unit_test(a_newer_machine_lifts_the_version),
		cmocka_unit_test(the_seed_profile_refuses_options_that_are_newer_than_it),
		cmocka_unit_test(environments_are_merged_in_place),
		cmocka_unit_test(a_user_namespace_comes_with_its_maps_and_without_limits),
		cmocka_unit_test(limits_of_a_user_namespace_are_those_asked_for),
		cmocka_unit_test(a_profile_of_the_users_takes_the_place_of_ours),
		cmocka_unit_test(profiles_are_judged_with_all_of_config),
		cmocka_unit_test(devices_get_a_node_and_a_rule),
		cmocka_unit_test(the_network_of_the_host_is_no_namespace),
		cmocka_unit_test(limits_replace_defaults_and_stay_sorted),
		cmocka_unit_test(members_that_were_not_given_are_absent),
		cmocka_unit_test(users_and_groups_are_written),
		cmocka_unit_test(a_full_buffer_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
