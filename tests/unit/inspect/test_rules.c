/* SPDX-License-Identifier: Apache-2.0 */
/* unit/inspect/test_rules.c: one document for each rule, and the finding it must give. */
#include "support/test.h"

#include <string.h>

#include "base/ctx.h"
#include "inspect/fields.h"
#include "inspect/rules.h"
#include "model/report.h"

#define PROCESS(more)                                                                              \
	"{\"ociVersion\":\"1.0.2\",\"process\":{\"args\":[\"/sh\"],\"cwd\":\"/\"" more "}}"
#define TOP(more)                                                                                  \
	"{\"ociVersion\":\"1.0.2\",\"process\":{\"args\":[\"/sh\"],\"cwd\":\"/\"}," more "}"

#define VALUES(all) "{\"ociVersion\":\"1.0.2\"," all "}"
#define LINUX(all)  "\"linux\":{" all "}"
#define UTS         LINUX("\"namespaces\":[{\"type\":\"uts\"}]")
#define LONG        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

typedef int rules_fn(struct ctx *, const struct json_value *, struct report *);

static struct report *judge(rules_fn *rules, const char *text)
{
	AUTO(json) struct json *doc = NULL;
	struct report *report;
	struct ctx cx;

	assert_int_equal(ctx_init(&cx, NULL), 0);
	if (json_parse(&cx, text, strlen(text), "test", &doc) < 0)
		print_error("%s: %s\n", text, ctx_message(&cx));
	assert_non_null(doc);
	assert_int_equal(report_new(&cx, &report), 0);
	assert_int_equal(rules(&cx, json_root(doc), report), 0);
	return report;
}

static const struct {
	const char *text, *subject, *words;
} bad[] = {
	{ "{\"ociVersion\":\"1.0.0\"}", "process", "missing" },
	{ "{\"ociVersion\":\"1.0.0\",\"process\":{\"args\":[],\"cwd\":\"/\"}}", "process.args",
		"missing or empty" },
	{ "{\"ociVersion\":\"1.0.0\",\"process\":{\"args\":[\"\"],\"cwd\":\"/\"}}",
		"process.args[0]", "empty" },
	{ "{\"ociVersion\":\"1.0.0\",\"process\":{\"args\":[\"/sh\"],\"cwd\":\"a\"}}",
		"process.cwd", "not absolute" },
	{ "{\"ociVersion\":\"1.0.0\",\"process\":{\"args\":[\"/sh\"],\"cwd\":\"/proc/self/fd/7\"}}",
		"process.cwd", "has open" },
	{ VALUES("\"process\":{\"args\":[\"sh\"],\"cwd\":\"/\"}"), "process.env", "has no PATH" },
	{ VALUES("\"process\":{\"args\":[\"sh\"],\"cwd\":\"/\",\"env\":[\"A=1\",\"XPATH=/\"]}"),
		"process.env", "has no PATH" },
	{ PROCESS(",\"oomScoreAdj\":1001"), "process.oomScoreAdj",
		"1001 is not from -1000 to 1000" },
	{ TOP("\"hostname\":\"h\""), "hostname", "namespace of the type uts" },
	{ TOP("\"domainname\":\"h\",\"linux\":{\"namespaces\":[]}"), "domainname", "type uts" },
	{ TOP("\"hostname\":\"" LONG "h\"," UTS), "hostname", "more than 64 bytes" },
	{ TOP(LINUX("\"resources\":{\"memory\":{\"swappiness\":101}}")),
		"linux.resources.memory.swappiness", "101 is not from 0 to 100" },
	{ TOP(LINUX("\"seccomp\":{\"defaultErrnoRet\":4096}")), "linux.seccomp.defaultErrnoRet",
		"4096" },
	{ TOP(LINUX("\"seccomp\":{\"syscalls\":[{},{\"args\":[{\"index\":6}]}]}")),
		"linux.seccomp.syscalls[1].args[0].index", "6 is not from 0 to 5" },
	{ TOP(LINUX("\"seccomp\":{\"syscalls\":[{\"names\":[\"a\",\"\"]}]}")),
		"linux.seccomp.syscalls[0].names[1]", "is empty" },
	{ TOP(LINUX("\"seccomp\":{\"syscalls\":[{\"action\":\"SCMP_ACT_NOTIFY\"}]}")),
		"linux.seccomp.syscalls[0].action", "needs a listenerPath" },
	{ TOP(LINUX("\"seccomp\":{\"listenerPath\":\"/l\",\"defaultAction\":\"SCMP_ACT_NOTIFY\"}")),
		"linux.seccomp.defaultAction", "cannot be the default" },
	{ TOP(LINUX("\"sysctl\":{\"net.x\":\"1\",\"kernel.panic\":\"1\"}")), "linux.sysctl",
		"'kernel.panic' belongs to the host" },
	{ TOP(LINUX("\"intelRdt\":{\"closID\":\"../x\"}")), "linux.intelRdt.closID",
		"name of one directory" },
	{ TOP(LINUX("\"uidMappings\":[{\"size\":0}],\"gidMappings\":[{\"size\":1}],"
		    "\"namespaces\":[{\"type\":\"user\"}]")),
		"linux.uidMappings[0].size", "0 is not from 1 to" },
	{ PROCESS(",\"env\":[\"A=1\",\"B\"]"), "process.env[1]", "NAME=VALUE" },
	{ PROCESS(",\"env\":[\"=1\"]"), "process.env[0]", "NAME=VALUE" },
	{ PROCESS(",\"capabilities\":{\"bounding\":[\"CAP_FLY\"]}"),
		"process.capabilities.bounding", "'CAP_FLY' is no capability" },
	{ PROCESS(",\"capabilities\":{\"bounding\":[\"kill\"]}"), "process.capabilities.bounding",
		"'kill' is no capability" },
	{ PROCESS(",\"capabilities\":{\"effective\":[\"CAP_KILL\"]}"),
		"process.capabilities.effective", "not among 'permitted'" },
	{ PROCESS(",\"capabilities\":{\"permitted\":[\"CAP_KILL\"],\"ambient\":[\"CAP_KILL\"]}"),
		"process.capabilities.ambient", "not among 'inheritable'" },
	{ PROCESS(",\"rlimits\":[{\"type\":\"RLIMIT_CPU\",\"soft\":2,\"hard\":1}]"),
		"process.rlimits[0]", "soft 2 is above hard 1" },
	{ PROCESS(",\"rlimits\":[{\"type\":\"RLIMIT_CPU\",\"soft\":1,\"hard\":1},"
		  "{\"type\":\"RLIMIT_CPU\",\"soft\":1,\"hard\":1}]"),
		"process.rlimits[1]", "given twice" },
	{ TOP("\"mounts\":[{\"destination\":\"tmp\"}]"), "mounts[0]", "not absolute" },
	{ TOP("\"mounts\":[{\"destination\":\"/\"}]"), "mounts[0]", "hide" },
	{ TOP("\"mounts\":[{\"destination\":\"/a/../b\"}]"), "mounts[0]", "no plain path" },
	{ TOP("\"mounts\":[{\"destination\":\"/a\"},{\"destination\":\"/a\"}]"), "mounts[1]",
		"given twice" },
	{ TOP("\"hooks\":{\"poststop\":[{\"path\":\"bin/x\"}]}"), "hooks.poststop[0]",
		"not absolute" },
	{ TOP("\"hooks\":{\"prestart\":[{\"path\":\"/x\",\"env\":[\"A\"]}]}"),
		"hooks.prestart[0][0]", "NAME=VALUE" },
	{ TOP("\"annotations\":{\"\":\"x\"}"), "annotations", "empty" },
	{ TOP("\"annotations\":{\"org.opencontainers.x\":\"x\"}"), "annotations", "reserved" },
	{ TOP("\"annotations\":{\"x\":\"x\"}"), "annotations", "reverse domain" },
	{ TOP("\"linux\":{\"resources\":{\"devices\":[{\"type\":\"u\"}]}}"),
		"linux.resources.devices[0]", "type 'u'" },
	{ TOP("\"linux\":{\"resources\":{\"devices\":[{\"access\":\"rx\"}]}}"),
		"linux.resources.devices[0]", "access 'rx'" },
	{ TOP("\"linux\":{\"resources\":{\"memory\":{\"limit\":2,\"swap\":1}}}"),
		"linux.resources.memory", "swap 1 is below" },
	{ TOP("\"linux\":{\"resources\":{\"memory\":{\"limit\":2,\"reservation\":3}}}"),
		"linux.resources.memory", "reservation 3 is above" },
	{ TOP("\"linux\":{\"resources\":{\"blockIO\":{\"weightDevice\":[{\"major\":1}]}}}"),
		"linux.resources.blockIO.weightDevice[0]", "neither" },
	{ TOP("\"linux\":{\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"pid\"}]}"),
		"linux.namespaces[1]", "given twice" },
};

static void each_rule_has_a_document_that_breaks_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		AUTO(report) struct report *r = judge(rules_config, bad[i].text);

		if (r->errors != 1 || strcmp(r->findings[0].subject, bad[i].subject) != 0 ||
			!strstr(r->findings[0].text, bad[i].words))
			print_error("%s: %zu errors, first '%s': %s\n", bad[i].text, r->errors,
				r->count ? r->findings[0].subject : "",
				r->count ? r->findings[0].text : "none");
		assert_int_equal(r->errors, 1);
		assert_string_equal(r->findings[0].subject, bad[i].subject);
		assert_non_null(strstr(r->findings[0].text, bad[i].words));
		assert_string_equal(r->findings[0].rule, "config");
	}
}

static void what_keeps_the_rules_passes(void **state)
{
	static const char *const good[] = {
		PROCESS(""),
		PROCESS(",\"env\":[\"_A1=\",\"b=c=d\"],\"capabilities\":{\"permitted\":[\"CAP_"
			"KILL\"],"
			"\"inheritable\":[\"CAP_KILL\"],\"effective\":[\"CAP_KILL\"],"
			"\"ambient\":[\"CAP_KILL\"]}"),
		PROCESS(",\"rlimits\":[{\"type\":\"RLIMIT_CPU\",\"soft\":1,"
			"\"hard\":9223372036854775807}]"),
		TOP("\"annotations\":{\"com.example.key\":\"\",\"org.opencontainers.image.author\":"
		    "\"x\"}"),
		TOP("\"hooks\":{\"poststop\":[{\"path\":\"/bin/x\",\"env\":[\"A=\"]}]}"),
		TOP("\"mounts\":[{\"destination\":\"/a\"},{\"destination\":\"/a/b\"}]"),
		VALUES("\"process\":{\"args\":[\"sh\"],\"cwd\":\"/\",\"env\":[\"PATH=/\"]}"),
		TOP("\"hostname\":\"" LONG "\"," UTS),
		TOP(LINUX("\"seccomp\":{\"listenerPath\":\"/l\",\"defaultErrnoRet\":4095,"
			  "\"syscalls\":[{\"action\":\"SCMP_ACT_NOTIFY\",\"args\":[{\"index\":5}]}]"
			  "}")),
		TOP(LINUX("\"intelRdt\":{\"closID\":\"x\"},\"sysctl\":{\"kernel.sem\":\"1\"}")),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		AUTO(report) struct report *r = judge(rules_config, good[i]);

		if (r->count)
			print_error("%s: '%s': %s\n", good[i], r->findings[0].subject,
				r->findings[0].text);
		assert_int_equal(r->count, 0);
	}
}

/* What every runtime takes and POSIX lets be is no error. */
static void odd_names_of_variables_are_information(void **state)
{
	AUTO(report)
	struct report *r = judge(rules_config, PROCESS(",\"env\":[\"1A=1\",\"a.b=\",\"A=1\"]"));

	(void)state;
	assert_int_equal(r->count, 2);
	assert_int_equal(r->errors, 0);
	assert_string_equal(r->findings[0].subject, "process.env[0]");
	assert_string_equal(r->findings[1].subject, "process.env[1]");
	assert_non_null(strstr(r->findings[1].text, "the name 'a.b'"));
}

/* Types are the schema's business: here nothing may crash. */
static void documents_of_any_shape_are_survived(void **state)
{
	static const char *const odd[] = {
		"{}",
		"[]",
		"null",
		"{\"process\":[],\"mounts\":{},\"linux\":[],\"hooks\":1,\"annotations\":[]}",
		"{\"process\":{\"args\":[1],\"env\":[1,null],\"rlimits\":[1],\"capabilities\":[]}}",
		"{\"mounts\":[1,null],\"linux\":{\"namespaces\":[1],\"devices\":[[]]}}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		AUTO(report) struct report *r = judge(rules_config, odd[i]);
		AUTO(report) struct report *h = judge(rules_hardening, odd[i]);

		assert_int_equal(r->errors, r->count);
		assert_int_equal(h->errors, 0);
		assert_true(h->count > 0);
	}
}

static bool has(const struct report *r, const char *subject)
{
	for (size_t i = 0; i < r->count; i++)
		if (!strcmp(r->findings[i].subject, subject))
			return true;
	return false;
}

static void what_is_not_hardened_is_told(void **state)
{
	AUTO(report) struct report *r = judge(rules_hardening, PROCESS(""));

	(void)state;
	assert_true(has(r, "process.capabilities"));
	assert_true(has(r, "process.noNewPrivileges"));
	assert_true(has(r, "process.user"));
	assert_true(has(r, "linux.namespaces"));
	assert_true(has(r, "linux.seccomp"));
	assert_true(has(r, "linux.maskedPaths"));
	assert_true(has(r, "linux.readonlyPaths"));
	assert_true(has(r, "linux.resources.pids"));
	assert_true(has(r, "root.readonly"));
	assert_int_equal(r->errors, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_has_a_document_that_breaks_it),
		cmocka_unit_test(what_keeps_the_rules_passes),
		cmocka_unit_test(odd_names_of_variables_are_information),
		cmocka_unit_test(documents_of_any_shape_are_survived),
		cmocka_unit_test(what_is_not_hardened_is_told),
	};

	return cmocka_run_group_tests_name("inspect/rules", tests, NULL, NULL);
}
