/* SPDX-License-Identifier: Apache-2.0 */
/* unit/api/test_schema.c: a document's findings are a report, what is no document is an error. */
#include "support/test.h"

#include <string.h>

#include <ocitools.h>

static int check(ocit_ctx *ctx, const char *kind, const char *text, ocit_report **ret)
{
	return ocit_schema_check(ctx, kind, text, text ? strlen(text) : 0, "doc", ret);
}

static void findings_are_a_report(void **state)
{
	ocit_finding f = { .size = sizeof(f) };
	ocit_report *report = NULL;
	ocit_ctx *ctx;

	(void)state;
	assert_int_equal(ocit_ctx_new(&ctx, NULL), 0);
	assert_int_equal(check(ctx, "config",
				 "{\"ociVersion\":\"1.0.0\",\"mine\":0,\"process\":{\"cwd\":\"/"
				 "\",\"args\":[],"
				 "\"rlimits\":[{\"type\":\"RLIMIT_CORE\",\"hard\":\"9\","
				 "\"soft\":18446744073709551615}]}}",
				 &report),
		0);
	assert_int_equal(ocit_report_errors(report), 1);
	assert_int_equal(ocit_report_finding(report, 0, &f), 0);
	assert_string_equal(f.rule, "unknown-member");
	assert_int_equal(f.severity, OCIT_FINDING_INFO);
	assert_int_equal(ocit_report_finding(report, 1, &f), 0);
	assert_string_equal(f.rule, "schema");
	assert_string_equal(f.subject, "process.rlimits[0].hard");
	assert_string_equal(f.text, "expected uint64, found string");
	assert_int_equal(ocit_report_finding(report, 2, &f), OCIT_E_NOT_FOUND);
	ocit_report_free(report);
	ocit_ctx_free(ctx);
}

static void what_is_no_document_is_an_error(void **state)
{
	ocit_report *report = NULL;
	ocit_ctx *ctx;

	(void)state;
	assert_int_equal(ocit_ctx_new(&ctx, NULL), 0);
	assert_int_equal(check(ctx, "layout", "{", &report), OCIT_E_FORMAT);
	assert_non_null(strstr(ocit_ctx_error(ctx)->message, "doc:1:2"));
	assert_int_equal(check(ctx, "layout", NULL, &report), OCIT_E_FORMAT);
	assert_int_equal(check(ctx, "bundle", "{}", &report), OCIT_E_USAGE);
	assert_int_equal(check(ctx, NULL, "{}", &report), OCIT_E_USAGE);
	assert_int_equal(check(ctx, "layout", "{}", NULL), OCIT_E_USAGE);
	assert_int_equal(ocit_schema_check(ctx, "layout", NULL, 1, "doc", &report), OCIT_E_USAGE);
	assert_int_equal(check(NULL, "layout", "{}", &report), OCIT_E_USAGE);
	assert_null(report);
	ocit_ctx_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(findings_are_a_report),
		cmocka_unit_test(what_is_no_document_is_an_error),
	};

	return cmocka_run_group_tests_name("api/schema", tests, NULL, NULL);
}
