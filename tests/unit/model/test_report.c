/* SPDX-License-Identifier: Apache-2.0 */
/* unit/model/test_report.c: findings keep their order, their words and their count. */
#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include "base/ctx.h"
#include "model/report.h"

static void findings_are_copied_in_order(void **state)
{
	AUTO(report) struct report *r = NULL;
	char subject[] = "/bin/sh";
	struct ctx cx;

	(void)state;
	assert_int_equal(ctx_init(&cx, NULL), 0);
	assert_int_equal(report_new(&cx, &r), 0);
	assert_int_equal(report_error(&cx, r, "needed", subject, "%s is missing", "libc.so.6"), 0);
	subject[0] = 'X';
	assert_int_equal(report_info(&cx, r, "root", "", "%d groups", 2), 0);
	assert_int_equal(r->count, 2);
	assert_int_equal(r->errors, 1);
	assert_int_equal(r->findings[0].severity, FINDING_ERROR);
	assert_string_equal(r->findings[0].rule, "needed");
	assert_string_equal(r->findings[0].subject, "/bin/sh");
	assert_string_equal(r->findings[0].text, "libc.so.6 is missing");
	assert_int_equal(r->findings[1].severity, FINDING_INFO);
	assert_string_equal(r->findings[1].text, "2 groups");
}

static void their_number_is_bounded(void **state)
{
	AUTO(report) struct report *r = NULL;
	struct ctx cx;

	(void)state;
	assert_int_equal(ctx_init(&cx, NULL), 0);
	assert_int_equal(report_new(&cx, &r), 0);
	for (int i = 0; i < REPORT_MAX + 10; i++)
		assert_int_equal(report_info(&cx, r, "r", "s", "t"), 0);
	assert_int_equal(r->errors, 1);
	assert_int_equal(r->count, REPORT_MAX);
	assert_string_equal(r->findings[REPORT_MAX - 1].rule, "report");
	assert_string_equal(r->findings[REPORT_MAX - 2].rule, "r");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(findings_are_copied_in_order),
		cmocka_unit_test(their_number_is_bounded),
	};

	return cmocka_run_group_tests_name("model/report", tests, NULL, NULL);
}
