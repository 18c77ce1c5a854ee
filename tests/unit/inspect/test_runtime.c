/* SPDX-License-Identifier: Apache-2.0 */
/* unit/inspect/test_runtime.c: what a runtime that tells, and one that does not, would make of a
 * config.json. */
#include "support/test.h"

#include <string.h>

#include "base/ctx.h"
#include "codec/json.h"
#include "inspect/bundle.h"
#include "inspect/runtime.h"
#include "inspect/runtime_version.h"
#include "model/report.h"

/* A small runtime: what it lists it can do. */
static const char small[] =
	"{\"ociVersionMin\":\"1.0.0\",\"ociVersionMax\":\"1.1.0\",\"hooks\":[\"poststop\"],"
	"\"mountOptions\":[\"ro\",\"rro\"],\"linux\":{\"namespaces\":[\"pid\",\"mount\"],"
	"\"capabilities\":[\"CAP_KILL\"],\"seccomp\":{\"enabled\":true,"
	"\"actions\":[\"SCMP_ACT_ALLOW\",\"SCMP_ACT_ERRNO\"],\"operators\":[\"SCMP_CMP_EQ\"],"
	"\"archs\":[\"SCMP_ARCH_X86_64\"]}}}";

static struct report *judge_version(
	const char *name, const char *version, const char *config, const char *features)
{
	const struct runtime runtime = { .name = name, .version = version };
	struct bundle b = { .fd = -1, .rootfs = -1 };
	AUTO(json) struct json *doc = NULL;
	struct report *report;
	struct ctx cx;

	assert_int_equal(ctx_init(&cx, NULL), 0);
	assert_int_equal(json_parse(&cx, config, strlen(config), "config", &b.config), 0);
	if (features)
		assert_int_equal(json_parse(&cx, features, strlen(features), "features", &doc), 0);
	assert_int_equal(report_new(&cx, &report), 0);
	assert_int_equal(runtime_check(&cx, &b, &runtime, doc ? json_root(doc) : NULL, report), 0);
	json_free(b.config);
	return report;
}

static struct report *judge(const char *name, const char *config, const char *features)
{
	return judge_version(name, NULL, config, features);
}

static const struct {
	const char *config, *subject, *text;
	int severity;
} rows[] = {
	{ "{\"ociVersion\":\"1.2.0\"}", "ociVersion", "1.2.0 is newer than 1.1.0", FINDING_INFO },
	{ "{\"hooks\":{\"poststop\":[],\"prestart\":[]}}", "hooks", "does not know 'prestart'",
		FINDING_ERROR },
	{ "{\"linux\":{\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"time\"}]}}",
		"linux.namespaces[1]", "does not know 'time'", FINDING_ERROR },
	{ "{\"process\":{\"capabilities\":{\"bounding\":[\"CAP_KILL\",\"CAP_BPF\"]}}}",
		"process.capabilities.bounding", "does not know 'CAP_BPF'", FINDING_INFO },
	{ "{\"mounts\":[{},{\"options\":[\"ro\",\"rro\",\"size=5\",\"idmap\"]}]}",
		"mounts[1].options", "does not know 'idmap'", FINDING_ERROR },
	{ "{\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_LOG\"}}}",
		"linux.seccomp.defaultAction", "does not know 'SCMP_ACT_LOG'", FINDING_ERROR },
	{ "{\"linux\":{\"seccomp\":{\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_RISCV64\"]}"
	  "}}",
		"linux.seccomp.architectures", "'SCMP_ARCH_RISCV64'", FINDING_ERROR },
	{ "{\"linux\":{\"seccomp\":{\"syscalls\":[{\"action\":\"SCMP_ACT_ALLOW\"},"
	  "{\"action\":\"SCMP_ACT_NOTIFY\"}]}}}",
		"linux.seccomp.syscalls[1]", "'SCMP_ACT_NOTIFY'", FINDING_ERROR },
	{ "{\"linux\":{\"seccomp\":{\"syscalls\":[{\"args\":[{\"op\":\"SCMP_CMP_EQ\"},"
	  "{\"op\":\"SCMP_CMP_GE\"}]}]}}}",
		"linux.seccomp.syscalls[0]", "'SCMP_CMP_GE'", FINDING_ERROR },
	{ "{\"linux\":{\"netDevices\":{}}}", "linux.netDevices", "cannot do this", FINDING_ERROR },
	{ "{\"linux\":{\"memoryPolicy\":{}}}", "linux.memoryPolicy", "cannot do this",
		FINDING_ERROR },
	{ "{\"process\":{}}", "process.capabilities", "runc keeps all", FINDING_ERROR },
};

static void what_a_runtime_cannot_do_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(report) struct report *report = judge("runc", rows[i].config, small);

		assert_int_equal(report->count, 1);
		assert_string_equal(report->findings[0].rule, "runtime");
		assert_string_equal(report->findings[0].subject, rows[i].subject);
		assert_non_null(strstr(report->findings[0].text, rows[i].text));
		assert_int_equal(report->findings[0].severity, rows[i].severity);
	}
}

static void what_it_can_do_is_not(void **state)
{
	static const char config[] =
		"{\"ociVersion\":\"1.1.0\",\"hooks\":{\"poststop\":[]},\"mounts\":[{\"options\":["
		"\"rro\","
		"\"mode=1777\"]}],\"linux\":{\"namespaces\":[{\"type\":\"pid\"}],\"seccomp\":{"
		"\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":[\"SCMP_ARCH_X86_64\"]}}}";
	AUTO(report) struct report *report = judge("crun", config, small);

	(void)state;
	assert_int_equal(report->count, 0);
}

/* Nothing is known of what a features document does not have, or has as something else. */
static void documents_of_any_shape_are_taken(void **state)
{
	static const char *const features[] = { "{}", "{\"linux\":[]}",
		"{\"hooks\":{},\"mountOptions\":7,\"ociVersionMax\":1}",
		"{\"linux\":{\"namespaces\":null,\"seccomp\":{\"actions\":{}}}}" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(features); i++) {
		AUTO(report)
		struct report *report = judge("crun",
			"{\"ociVersion\":\"0.9.9\",\"hooks\":{\"x\":[]},\"linux\":{\"namespaces\":["
			"7,{}],"
			"\"seccomp\":{\"defaultAction\":\"A\",\"syscalls\":[7]}},\"mounts\":[7]}",
			features[i]);

		assert_int_equal(report->count, 0);
	}
}

static void a_runtime_without_seccomp_is_an_error(void **state)
{
	AUTO(report)
	struct report *report = judge("crun", "{\"linux\":{\"seccomp\":{}}}",
		"{\"linux\":{\"seccomp\":{\"enabled\":false}}}");

	(void)state;
	assert_int_equal(report->errors, 1);
	assert_non_null(strstr(report->findings[0].text, "without seccomp"));
}

#define BURST "{\"linux\":{\"resources\":{\"cpu\":{\"burst\":1}}}}"

static void versions_pass_over_what_is_newer(void **state)
{
	static const struct {
		const char *name, *version, *config, *subject, *text; /* subject NULL: nothing */
	} versions[] = {
		{ "crun", "crun version 1.8.1\ncommit: f8a0", "{\"process\":{\"scheduler\":{}}}",
			"process.scheduler",
			"crun 1.8.1 does not know this; the first that does "
			"is 1.8.5" },
		{ "crun", "crun version 1.8.5", "{\"process\":{\"scheduler\":{}}}", NULL, NULL },
		{ "crun", "crun version 1.11", BURST, NULL, NULL },
		{ "crun", "crun 1.9.2-dirty", BURST, "linux.resources.cpu.burst",
			"crun 1.9.2 does" },
		{ "crun", "crun version 1.3", "{\"mounts\":[{},{\"options\":[\"ro\",\"rro\"]}]}",
			"mounts[1].options[1]", "does not know 'rro'; the first that does is 1.4" },
		{ "crun", "crun version 1.3", "{\"mounts\":[{\"options\":[\"ro\",7,\"ro rro\"]}]}",
			NULL, NULL },
		{ "crun", "crun version 1.8.1",
			"{\"linux\":{\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"time\"}]}}",
			"linux.namespaces[1].type", "does not know 'time'" },
		{ "youki", "youki version 0.0.1", "{\"domainname\":\"x\"}", NULL, NULL },
		{ "crun", "no digits", "{\"domainname\":\"x\"}", NULL, NULL },
		{ "crun", "", "{\"domainname\":\"x\"}", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
		AUTO(report)
		struct report *report = judge_version(
			versions[i].name, versions[i].version, versions[i].config, "{}");

		assert_int_equal(report->errors, versions[i].subject ? 1 : 0);
		assert_int_equal(report->count, report->errors);
		if (!versions[i].subject)
			continue;
		assert_string_equal(report->findings[0].subject, versions[i].subject);
		assert_non_null(strstr(report->findings[0].text, versions[i].text));
	}
}

static void the_version_is_the_first_number(void **state)
{
	static const char *const texts[][2] = {
		{ "runc version 1.1.5+ds1\ncommit: 1.1.5", "1.1.5" },
		{ "crun version 1.8.1", "1.8.1" },
		{ "systemd 252 (252.39-1)", "252" },
		{ "v2.0", "2.0" },
		{ "r2d2 version 3", "3" },
		{ "9", "9" },
		{ "r2d2", "" },
		{ "", "" },
		{ "x 1111111111111111111111111111111111111111", "1111111111111111111111111111111" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		char version[RUNTIME_VERSION_MAX];

		runtime_version_parse(texts[i][0], version);
		assert_string_equal(version, texts[i][1]);
	}
}

static void systemd_nspawn_takes_less_than_others(void **state)
{
	static const struct {
		const char *config, *subject, *text;
		int severity;
	} nspawn[] = {
		{ "{\"domainname\":\"x\"}", "domainname", "does not know it", FINDING_ERROR },
		{ "{\"process\":{\"user\":{\"uid\":0,\"umask\":18}}}", "process.user.umask",
			"refuses the whole file", FINDING_ERROR },
		{ "{\"process\":{\"selinuxLabel\":\"x\"}}", "process.selinuxLabel",
			"passes over it", FINDING_INFO },
		{ "{\"linux\":{\"namespaces\":[{\"type\":\"time\"}]}}", "linux.namespaces[0].type",
			"'time', only pid network mount", FINDING_ERROR },
		{ "{\"linux\":{\"seccomp\":{\"syscalls\":[{},{\"errnoRet\":1}]}}}",
			"linux.seccomp.syscalls[1].errnoRet", "does not know it", FINDING_ERROR },
		{ "{\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_TRACE\"}}}",
			"linux.seccomp.defaultAction", "'SCMP_ACT_TRACE'", FINDING_ERROR },
		{ "{\"linux\":{\"uidMappings\":[{\"containerID\":1}]}}", "linux.uidMappings",
			"one range", FINDING_ERROR },
		{ "{\"linux\":{\"gidMappings\":[{},{}]}}", "linux.gidMappings", "one range",
			FINDING_ERROR },
		{ "{\"linux\":{\"resources\":{\"pids\":{\"limit\":1}}}}", "linux.resources",
			"where that does not run", FINDING_INFO },
		{ "{\"a b\":1}", "a b", "does not know it", FINDING_ERROR },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(nspawn); i++) {
		AUTO(report)
		struct report *report = judge("systemd-nspawn", nspawn[i].config, NULL);

		assert_int_equal(report->count, 1);
		assert_string_equal(report->findings[0].subject, nspawn[i].subject);
		assert_non_null(strstr(report->findings[0].text, nspawn[i].text));
		assert_int_equal(report->findings[0].severity, nspawn[i].severity);
	}
}

static void hooks_need_a_newer_systemd_nspawn(void **state)
{
	static const struct {
		const char *version;
		unsigned errors;
	} versions[] = { { NULL, 1 }, { "systemd 252 (252.39-1)", 1 }, { "systemd 257 (257)", 0 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
		AUTO(report)
		struct report *report = judge_version("systemd-nspawn", versions[i].version,
			"{\"hooks\":{\"poststop\":[]}}", NULL);

		assert_int_equal(report->errors, versions[i].errors);
	}
}

static void who_tells_nothing_is_judged_in_general(void **state)
{
	AUTO(report) struct report *crun = judge("crun", "{}", NULL);
	AUTO(report)
	struct report *old = judge("systemd-nspawn", "{\"ociVersion\":\"1.1.0\"}", NULL);
	AUTO(report)
	struct report *good = judge("systemd-nspawn", "{\"ociVersion\":\"1.0.0\"}", NULL);

	(void)state;
	assert_int_equal(crun->count, 1);
	assert_non_null(strstr(crun->findings[0].text, "does not tell its features"));
	assert_int_equal(old->errors, 1);
	assert_string_equal(old->findings[0].subject, "ociVersion");
	assert_int_equal(good->count, 0);
	assert_true(runtime_is_known("youki"));
	assert_false(runtime_is_known("docker"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_runtime_cannot_do_is_found),
		cmocka_unit_test(what_it_can_do_is_not),
		cmocka_unit_test(documents_of_any_shape_are_taken),
		cmocka_unit_test(a_runtime_without_seccomp_is_an_error),
		cmocka_unit_test(versions_pass_over_what_is_newer),
		cmocka_unit_test(the_version_is_the_first_number),
		cmocka_unit_test(systemd_nspawn_takes_less_than_others),
		cmocka_unit_test(hooks_need_a_newer_systemd_nspawn),
		cmocka_unit_test(who_tells_nothing_is_judged_in_general),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
