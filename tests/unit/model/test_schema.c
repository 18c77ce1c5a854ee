/* SPDX-License-Identifier: Apache-2.0 */
/* unit/model/test_schema.c: every violation is found, with its path, and nothing else is. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "codec/json.h"
#include "model/report.h"
#include "model/schema.h"

static const struct json_limits wide = { .bytes = 16 << 20, .members = 1 << 20, .wide = true };

struct checked {
	struct ctx cx;
	struct json *doc;
	struct report *report;
	const char *version;
};

static void checked_done(struct checked *c)
{
	json_free(c->doc);
	report_free(c->report);
}

static void check(struct checked *c, const char *kind, const char *text)
{
	enum schema_kind k;

	*c = (struct checked){ 0 };
	assert_int_equal(ctx_init(&c->cx, NULL), 0);
	assert_true(schema_kind_find(kind, &k));
	assert_int_equal(json_parse_limited(&c->cx, text, strlen(text), kind, &wide, &c->doc), 0);
	assert_int_equal(report_new(&c->cx, &c->report), 0);
	assert_int_equal(schema_check(&c->cx, k, json_root(c->doc), c->report, &c->version), 0);
}

/* All findings as lines "rule subject: text". */
static char *lines_of(const struct report *r)
{
	char *out = calloc(1, 65536), *at = out;

	assert_non_null(out);
	for (size_t i = 0; i < r->count; i++)
		at += snprintf(at, (size_t)(out + 65536 - at), "%s %s: %s\n", r->findings[i].rule,
			r->findings[i].subject, r->findings[i].text);
	return out;
}

static void expect(const char *kind, const char *text, const char *lines)
{
	struct checked c;
	char *got;

	check(&c, kind, text);
	got = lines_of(c.report);
	assert_string_equal(got, lines);
	free(got);
	checked_done(&c);
}

static void every_violation_has_its_path(void **state)
{
	(void)state;
	expect("config",
		"{\"ociVersion\":\"1.0.0\",\"root\":{\"readonly\":1},\"process\":{\"args\":[\"a\","
		"2],"
		"\"rlimits\":[{\"type\":\"nofile\",\"soft\":\"1024\",\"hard\":-1}],\"env\":{}},"
		"\"linux\":{\"sysctl\":{\"net.ipv4.ip_forward\":1},\"namespaces\":[{\"type\":"
		"\"net\"},"
		"7]},\"hooks\":null}",
		"schema root.path: required, but missing\n"
		"schema root.readonly: expected boolean, found integer\n"
		"schema process.cwd: required, but missing\n"
		"schema process.args[1]: expected string, found integer\n"
		"schema process.rlimits[0].type: expected a resource limit, 'RLIMIT_' and "
		"upper-case letters, found 'nofile'\n"
		"schema process.rlimits[0].soft: expected uint64, found string\n"
		"schema process.rlimits[0].hard: expected uint64, found -1\n"
		"schema process.env: expected array, found object\n"
		"schema linux.sysctl[\"net.ipv4.ip_forward\"]: expected string, found integer\n"
		"schema linux.namespaces[0].type: expected one of 'mount', 'pid', 'network', "
		"'uts', "
		"'ipc', 'user', 'cgroup', 'time', found 'net'\n"
		"schema linux.namespaces[1]: expected object, found integer\n"
		"schema hooks: expected object, found null\n");
	expect("config", "[]", "schema : expected object, found array\n");
	expect("config", "{}", "schema ociVersion: required, but missing\n");
}

static void integers_are_exact(void **state)
{
	static const struct {
		const char *member, *value, *found;
	} rows[] = {
		{ "hard", "18446744073709551615", NULL },
		{ "hard", "9223372036854775808", NULL },
		{ "hard", "18446744073709551616", "expected uint64, found 18446744073709551616" },
		{ "hard", "-9223372036854775809", "expected uint64, found -9223372036854775809" },
		{ "hard", "1.0", "expected uint64, found real number" },
		{ "hard", "1e3", "expected uint64, found real number" },
	};
	char text[512];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct checked c;

		snprintf(text, sizeof(text),
			"{\"ociVersion\":\"1.3.0\",\"process\":{\"cwd\":\"/\",\"rlimits\":[{"
			"\"type\":\"RLIMIT_CORE\",\"soft\":0,\"%s\":%s}]}}",
			rows[i].member, rows[i].value);
		check(&c, "config", text);
		assert_int_equal(c.report->count, rows[i].found ? 1 : 0);
		if (rows[i].found) {
			assert_string_equal(
				c.report->findings[0].subject, "process.rlimits[0].hard");
			assert_string_equal(c.report->findings[0].text, rows[i].found);
		}
		checked_done(&c);
	}
}

static void ranges_are_those_of_the_member(void **state)
{
	static const struct {
		const char *path, *text, *found;
	} others[] = {
		{ "linux.seccomp.defaultErrnoRet",
			"\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ERRNO\","
			"\"defaultErrnoRet\":4294967296}}",
			"expected uint32, found 4294967296" },
		{ "process.oomScoreAdj",
			"\"process\":{\"cwd\":\"/\",\"oomScoreAdj\":9223372036854775808}",
			"expected int64, found 9223372036854775808" },
		{ "process.ioPriority.priority",
			"\"process\":{\"cwd\":\"/\",\"ioPriority\":{\"class\":\"IOPRIO_CLASS_BE\","
			"\"priority\":-2147483649}}",
			"expected int32, found -2147483649" },
		{ "hooks.poststop[0].timeout",
			"\"hooks\":{\"poststop\":[{\"path\":\"/x\",\"timeout\":0}]}",
			"expected at least 1, found 0" },
		{ "linux.devices[0].fileMode",
			"\"linux\":{\"devices\":[{\"type\":\"c\",\"path\":\"/"
			"x\",\"fileMode\":512}]}",
			"expected at most 511, found 512" },
	};
	char text[512];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		struct checked c;

		snprintf(text, sizeof(text), "{\"ociVersion\":\"1.3.0\",%s}", others[i].text);
		check(&c, "config", text);
		assert_int_equal(c.report->count, 1);
		assert_string_equal(c.report->findings[0].subject, others[i].path);
		assert_string_equal(c.report->findings[0].text, others[i].found);
		checked_done(&c);
	}
}

static void unknown_members_are_told_apart(void **state)
{
	struct checked c;

	(void)state;
	check(&c, "config",
		"{\"ociVersion\":\"1.0.0\",\"x-mine\":{\"a\":[1.5]},\"root\":{\"path\":\"r\","
		"\"readOnly\":true}}");
	assert_int_equal(c.report->count, 2);
	assert_int_equal(c.report->errors, 0);
	assert_string_equal(c.report->findings[0].rule, "unknown-member");
	assert_string_equal(c.report->findings[0].subject, "x-mine");
	assert_string_equal(c.report->findings[0].text, "the specification has no such member");
	assert_string_equal(c.report->findings[1].subject, "root.readOnly");
	assert_non_null(strstr(c.report->findings[1].text, "was 'readonly' meant?"));
	checked_done(&c);
}

/* Each document needs its version, and no higher one. */
static void the_lowest_version_is_found(void **state)
{
	static const struct {
		const char *version, *text;
	} rows[] = {
		{ "1.0.0", "\"root\":{\"path\":\"r\"}" },
		{ "1.0.0", "\"process\":{\"cwd\":\"/\",\"args\":[]}" },
		{ "1.0.2", "\"process\":{\"cwd\":\"/\"}" },
		{ "1.0.2", "\"process\":{\"cwd\":\"/\",\"args\":[],\"user\":{\"umask\":18}}" },
		{ "1.0.2", "\"hooks\":{\"createRuntime\":[]}" },
		{ "1.0.2", "\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_LOG\"}}" },
		{ "1.0.0", "\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_KILL\"}}" },
		{ "1.1.0", "\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_NOTIFY\"}}" },
		{ "1.1.0", "\"linux\":{\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"time\"}]}" },
		{ "1.1.0",
			"\"mounts\":[{\"destination\":\"/x\",\"options\":[\"rbind\",\"rro\"]}]" },
		{ "1.0.0", "\"mounts\":[{\"destination\":\"/x\",\"options\":[\"rbind\",\"ro\"]}]" },
		{ "1.1.0", "\"domainname\":\"\"" },
		{ "1.1.0", "\"linux\":{\"resources\":{\"unified\":{}}}" },
		{ "1.2.0", "\"mounts\":[{\"destination\":\"/x\",\"options\":[\"idmap\"]}]" },
		{ "1.2.1", "\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_KILL\","
			   "\"architectures\":[\"SCMP_ARCH_LOONGARCH64\"]}}" },
		{ "1.2.1", "\"process\":{\"cwd\":\"/\",\"execCPUAffinity\":{\"final\":\"0-1\"}}" },
		{ "1.3.0", "\"linux\":{\"netDevices\":{}}" },
		{ "1.3.0", "\"linux\":{\"resources\":{\"pids\":{}}}" },
		{ "1.0.0", "\"linux\":{\"resources\":{\"pids\":{\"limit\":-1}}}" },
		{ "1.3.0", "\"freebsd\":{}" },
	};
	char text[512];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct checked c;

		snprintf(text, sizeof(text), "{\"ociVersion\":\"1.3.0\",%s}", rows[i].text);
		check(&c, "config", text);
		assert_string_equal(c.version, rows[i].version);
		assert_int_equal(c.report->errors, 0);
		checked_done(&c);
	}
}

static void a_config_may_be_for_others_or_older_than_it_says(void **state)
{
	(void)state;
	expect("config", "{\"ociVersion\":\"1.3.0\",\"freebsd\":{}}",
		"platform freebsd: not for Linux: this is a configuration for FreeBSD\n");
	expect("config", "{\"ociVersion\":\"1.1.0-rc.2\",\"zos\":{},\"linux\":{}}",
		"platform zos: not for Linux: this is also a configuration for z/OS\n");
	expect("config", "{\"ociVersion\":\"1.0.2-dev\",\"domainname\":\"d\"}",
		"version ociVersion: '1.0.2-dev' is older than 1.1.0, the lowest that has "
		"everything used here\n");
	expect("config", "{\"ociVersion\":\"2.0.0+x\"}",
		"version ociVersion: '2.0.0+x' is newer than 1.3.0, which is the version known "
		"here\n");
	expect("config", "{\"ociVersion\":\"1.0\"}",
		"schema ociVersion: expected a semantic version, such as '1.0.2', found '1.0'\n");
}

#define DIGEST     "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define DESCRIPTOR "{\"mediaType\":\"a/b\",\"size\":0,\"digest\":\"" DIGEST "\"}"

static void documents_of_images(void **state)
{
	(void)state;
	expect("layout", "{\"imageLayoutVersion\":\"1.0.0\"}", "");
	expect("layout", "{\"imageLayoutVersion\":\"1.0.1\"}",
		"schema imageLayoutVersion: expected '1.0.0', found '1.0.1'\n");
	expect("descriptor", DESCRIPTOR, "");
	expect("index", "{\"schemaVersion\":2,\"manifests\":[" DESCRIPTOR "]}", "");
	expect("index", "{\"schemaVersion\":1,\"manifests\":null}",
		"schema schemaVersion: expected at least 2, found 1\n"
		"schema manifests: expected array, found null\n");
	expect("manifest",
		"{\"schemaVersion\":3,\"config\":" DESCRIPTOR ",\"layers\":[],\"subject\":{}}",
		"schema schemaVersion: expected at most 2, found 3\n"
		"schema layers: expected at least one element\n"
		"schema subject.mediaType: required, but missing\n"
		"schema subject.digest: required, but missing\n"
		"schema subject.size: required, but missing\n");
	expect("image-config",
		"{\"architecture\":\"amd64\",\"os\":\"linux\",\"os.version\":1,\"rootfs\":{"
		"\"type\":"
		"\"layers\",\"diff_ids\":[\"" DIGEST
		"\"]},\"config\":{\"Cmd\":null,\"Entrypoint\":["
		"null],\"Volumes\":{\"/a\":{},\"/"
		"b\":[]},\"Env\":[\"A=\",\"B\"],\"Healthcheck\":7}}",
		"schema [\"os.version\"]: expected string, found integer\n"
		"schema config.Entrypoint[0]: expected string, found null\n"
		"schema config.Volumes[\"/b\"]: expected object, found array\n"
		"schema config.Env[1]: expected an environment variable, NAME=VALUE, found 'B'\n");
}

static void long_names_and_values_are_shortened(void **state)
{
	struct checked c;
	char text[4096];
	int n = snprintf(text, sizeof(text), "{\"ociVersion\":\"");

	(void)state;
	for (int i = 0; i < 63; i++)
		text[n++] = 'x';
	n += snprintf(text + n, sizeof(text) - (size_t)n, "\xc3\xa4yyy\",\"annotations\":{\"");
	for (int i = 0; i < 1000; i++)
		text[n++] = 'k';
	snprintf(text + n, sizeof(text) - (size_t)n, "\":0}}");
	check(&c, "config", text);
	assert_int_equal(c.report->count, 2);
	assert_non_null(strstr(c.report->findings[0].text, "xxx...'"));
	assert_true(strlen(c.report->findings[1].subject) < 100);
	assert_non_null(strstr(c.report->findings[1].subject, "kkk..."));
	checked_done(&c);
}

/* Deep documents do not recurse, large ones end at the limit of a report. */
static void hostile_documents_are_survived(void **state)
{
	enum { ELEMENTS = REPORT_MAX + 10 };
	char deep[160] = "{\"ociVersion\":\"1.0.0\",\"x\":";
	enum schema_kind kind = SCHEMA_CONFIG;
	char *many = malloc(ELEMENTS * 2 + 64), *at = many;
	struct report *report;
	struct json *doc;
	struct checked c;

	(void)state;
	memset(deep + strlen(deep), '[', 60);
	memset(deep + strlen(deep), ']', 60);
	strcat(deep, "}");
	check(&c, "config", deep);
	assert_int_equal(c.report->errors, 0);
	checked_done(&c);

	assert_non_null(many);
	at += sprintf(at, "{\"ociVersion\":\"1.0.0\",\"mounts\":[0");
	for (int i = 1; i < ELEMENTS; i++, at += 2)
		memcpy(at, ",0", 2);
	strcpy(at, "]}");
	ctx_init(&c.cx, NULL);
	assert_int_equal(json_parse_limited(&c.cx, many, strlen(many), "t", &wide, &doc), 0);
	assert_int_equal(report_new(&c.cx, &report), 0);
	assert_int_equal(schema_check(&c.cx, kind, json_root(doc), report, NULL), 0);
	assert_int_equal(report->count, REPORT_MAX);
	report_free(report);
	json_free(doc);
	free(many);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_violation_has_its_path),
		cmocka_unit_test(integers_are_exact),
		cmocka_unit_test(ranges_are_those_of_the_member),
		cmocka_unit_test(unknown_members_are_told_apart),
		cmocka_unit_test(the_lowest_version_is_found),
		cmocka_unit_test(a_config_may_be_for_others_or_older_than_it_says),
		cmocka_unit_test(documents_of_images),
		cmocka_unit_test(long_names_and_values_are_shortened),
		cmocka_unit_test(hostile_documents_are_survived),
	};

	return cmocka_run_group_tests_name("model/schema", tests, NULL, NULL);
}
