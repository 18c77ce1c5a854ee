/* SPDX-License-Identifier: Apache-2.0 */
/* unit/inspect/test_rules_linux.c: a document for each rule, and one that keeps it. */
#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include "base/ctx.h"
#include "codec/json.h"
#include "inspect/rules.h"
#include "model/report.h"

#define USER "\"namespaces\":[{\"type\":\"user\"}]"
#define ID   "[{\"containerID\":0,\"hostID\":1,\"size\":1}]"
#define MAPS "\"uidMappings\":" ID ",\"gidMappings\":" ID

static const struct {
	const char *text;    /* members of linux, or all where it starts with '{' */
	const char *subject; /* NULL: nothing is wrong */
} rows[] = {
	{ "", NULL },
	{ USER "," MAPS, NULL },
	{ USER ",\"uidMappings\":" ID, "linux.gidMappings" },
	{ USER ",\"gidMappings\":" ID, "linux.uidMappings" },
	{ MAPS, "linux.uidMappings" },
	{ USER, "linux.uidMappings" },
	{ "\"namespaces\":[{\"type\":\"user\",\"path\":\"/proc/1/ns/user\"}]", NULL },
	{ "\"timeOffsets\":{\"boottime\":{\"secs\":1}}", "linux.timeOffsets" },
	{ "\"timeOffsets\":{}", NULL },
	{ "\"timeOffsets\":{\"boottime\":{\"secs\":1}},\"namespaces\":[{\"type\":\"time\"}]",
		NULL },
	{ "\"netDevices\":{\"eth0\":{}}", "linux.netDevices" },
	{ "\"netDevices\":{\"eth0\":{}},\"namespaces\":[{\"type\":\"network\"}]", NULL },
	{ "\"seccomp\":{\"listenerMetadata\":\"x\"}", "linux.seccomp.listenerMetadata" },
	{ "\"seccomp\":{\"listenerMetadata\":\"x\",\"listenerPath\":\"/x\"}", NULL },
	{ "\"memoryPolicy\":{\"mode\":\"MPOL_LOCAL\",\"nodes\":\"0\"}",
		"linux.memoryPolicy.nodes" },
	{ "\"memoryPolicy\":{\"mode\":\"MPOL_LOCAL\",\"nodes\":\"\"}", NULL },
	{ "\"memoryPolicy\":{\"mode\":\"MPOL_BIND\"}", "linux.memoryPolicy.nodes" },
	{ "\"memoryPolicy\":{\"mode\":\"MPOL_BIND\",\"nodes\":\"0\"}", NULL },
	{ "{\"mounts\":[{},{\"uidMappings\":" ID "}]}", "mounts[1]" },
	{ "{\"mounts\":[{\"options\":[\"idmap\"]}]}", "mounts[0]" },
	{ "{\"mounts\":[{\"options\":[\"idmap\"]," MAPS "}]}", NULL },
	{ "{\"mounts\":[{\"options\":[\"ridmap\"]}],\"linux\":{" USER "," MAPS "}}", NULL },
	{ "{\"linux\":[]}", NULL },
	{ "{\"linux\":{\"namespaces\":[7,{},{\"type\":7}],\"memoryPolicy\":[]},\"mounts\":[7]}",
		NULL },
};

static void members_that_need_one_another(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(report) struct report *report = NULL;
		AUTO(json) struct json *doc = NULL;
		char text[1024];
		struct ctx cx;

		snprintf(text, sizeof(text), *rows[i].text == '{' ? "%s" : "{\"linux\":{%s}}",
			rows[i].text);
		assert_int_equal(ctx_init(&cx, NULL), 0);
		assert_int_equal(json_parse(&cx, text, strlen(text), "test", &doc), 0);
		assert_int_equal(report_new(&cx, &report), 0);
		assert_int_equal(rules_linux(&cx, json_root(doc), report), 0);
		assert_int_equal(report->errors, rows[i].subject ? 1 : 0);
		if (rows[i].subject)
			assert_string_equal(report->findings[0].subject, rows[i].subject);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_that_need_one_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
