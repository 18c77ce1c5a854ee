/* SPDX-License-Identifier: Apache-2.0 */
/* unit/api/test_report.c: callers of any age read a report. */
#include "support/test.h"

#include <string.h>

#include "api/api.h"
#include "model/report.h"

static void findings_are_read_by_number(void **state)
{
	AUTO(report) struct report *r = NULL;
	ocit_finding f = { .size = sizeof(f) };
	const ocit_report *report;
	struct ctx cx;

	(void)state;
	assert_int_equal(ctx_init(&cx, NULL), 0);
	assert_int_equal(report_new(&cx, &r), 0);
	assert_int_equal(report_error(&cx, r, "needed", "/bin/sh", "missing"), 0);
	report = (const ocit_report *)r;
	assert_int_equal(ocit_report_errors(report), 1);
	assert_int_equal(ocit_report_finding(report, 0, &f), 0);
	assert_int_equal(f.severity, OCIT_FINDING_ERROR);
	assert_string_equal(f.rule, "needed");
	assert_string_equal(f.subject, "/bin/sh");
	assert_string_equal(f.text, "missing");
	assert_int_equal(ocit_report_finding(report, 1, &f), OCIT_E_NOT_FOUND);
}

static void older_callers_get_what_they_know(void **state)
{
	AUTO(report) struct report *r = NULL;
	ocit_finding f = { .size = offsetof(ocit_finding, text), .text = "mine" };
	struct ctx cx;

	(void)state;
	assert_int_equal(ctx_init(&cx, NULL), 0);
	assert_int_equal(report_new(&cx, &r), 0);
	assert_int_equal(report_info(&cx, r, "root", "", "text"), 0);
	assert_int_equal(ocit_report_finding((const ocit_report *)r, 0, &f), 0);
	assert_int_equal(f.size, offsetof(ocit_finding, text));
	assert_string_equal(f.rule, "root");
	assert_string_equal(f.text, "mine");
}

static void nothing_is_an_empty_report(void **state)
{
	ocit_finding f = { .size = sizeof(f) };

	(void)state;
	assert_int_equal(ocit_report_errors(NULL), 0);
	assert_int_equal(ocit_report_finding(NULL, 0, &f), OCIT_E_NOT_FOUND);
	f.size = 0;
	assert_int_equal(ocit_report_finding(NULL, 0, &f), OCIT_E_USAGE);
	assert_int_equal(ocit_report_finding(NULL, 0, NULL), OCIT_E_USAGE);
	ocit_report_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(findings_are_read_by_number),
		cmocka_unit_test(older_callers_get_what_they_know),
		cmocka_unit_test(nothing_is_an_empty_report),
	};

	return cmocka_run_group_tests_name("api/report", tests, NULL, NULL);
}
