/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/fuzz_rules.c: the rules of 'check' survive a config.json of any shape, and each
 * finding says what and where. */
#include "codec/json.h"
#include "fuzz/fuzz.h"
#include "inspect/rules.h"
#include "model/report.h"

static void check_findings(const struct report *report)
{
	size_t errors = 0;

	for (size_t i = 0; i < report->count; i++) {
		const struct finding *f = &report->findings[i];

		FUZZ_CHECK(*f->text && strlen(f->text) < 4096 && strlen(f->subject) < 4096);
		FUZZ_CHECK(!strcmp(f->rule, "config") || !strcmp(f->rule, "hardening"));
		errors += f->severity == FINDING_ERROR;
	}
	FUZZ_CHECK(errors == report->errors);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const struct json_limits limits = {
		.bytes = JSON_BYTES_MAX, .members = JSON_MEMBERS_MAX, .wide = true
	};
	AUTO(json) struct json *doc = NULL;
	AUTO(report) struct report *report = NULL;
	struct ctx cx;

	fuzz_ctx(&cx);
	FUZZ_CHECK(report_new(&cx, &report) == 0);
	if (json_parse_limited(&cx, bytes, len, "t", &limits, &doc) < 0)
		return 0;
	FUZZ_CHECK(rules_config(&cx, json_root(doc), report) == 0);
	FUZZ_CHECK(rules_hardening(&cx, json_root(doc), report) == 0);
	fuzz_judge(&cx, 0);
	check_findings(report);
	return 0;
}
