/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/fuzz_schema.c: any document can be checked; the first byte says as what. */
#include "base/mem.h"
#include "codec/json.h"
#include "fuzz/fuzz.h"
#include "model/report.h"
#include "model/schema.h"

static void check_finding(const struct finding *f)
{
	static const char *const rules[] = { "schema", "unknown-member", "platform", "version" };
	size_t i = 0;

	while (i < sizeof(rules) / sizeof(rules[0]) && strcmp(f->rule, rules[i]) != 0)
		i++;
	FUZZ_CHECK(i < sizeof(rules) / sizeof(rules[0]));
	FUZZ_CHECK((f->severity == FINDING_ERROR) == (i == 0));
	FUZZ_CHECK(*f->text && strlen(f->text) < 4096 && strlen(f->subject) < 4096);
	FUZZ_CHECK(*f->subject || i == 0);
}

static void check_document(enum schema_kind kind, const struct json_value *v)
{
	AUTO(report) struct report *report = NULL;
	const char *version = "1.0.0";
	size_t errors = 0;
	struct ctx cx;
	int r;

	fuzz_ctx(&cx);
	FUZZ_CHECK(report_new(&cx, &report) == 0);
	r = schema_check(&cx, kind, v, report, &version);
	fuzz_judge(&cx, r);
	FUZZ_CHECK(r == 0 || r == OCIT_E_LIMIT);
	for (size_t i = 0; i < report->count; i++) {
		check_finding(&report->findings[i]);
		errors += report->findings[i].severity == FINDING_ERROR;
	}
	FUZZ_CHECK(errors == report->errors);
	FUZZ_CHECK(!strncmp(version, "1.", 2));
	FUZZ_CHECK(kind == SCHEMA_CONFIG || !strcmp(version, "1.0.0"));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const struct json_limits limits = {
		.bytes = JSON_BYTES_MAX, .members = 1 << 20, .wide = true
	};
	AUTO(json) struct json *doc = NULL;
	struct ctx cx;
	int r;

	if (!len)
		return 0;
	fuzz_ctx(&cx);
	r = json_parse_limited(&cx, bytes + 1, len - 1, "t", &limits, &doc);
	fuzz_judge(&cx, r);
	if (r == 0)
		check_document((enum schema_kind)(bytes[0] % SCHEMA_KINDS), json_root(doc));
	return 0;
}
