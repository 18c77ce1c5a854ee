/* SPDX-License-Identifier: Apache-2.0 */
/* api/report.c: the public view of a report. */
#include "model/report.h"

#include <string.h>

#include "api/api.h"

void ocit_report_free(ocit_report *report)
{
	report_free(report_of(report));
}

size_t ocit_report_errors(const ocit_report *report)
{
	return report ? report_of(report)->errors : 0;
}

int ocit_report_finding(const ocit_report *report, size_t i, ocit_finding *ret)
{
	const struct report *r = report_of(report);
	size_t size = ret ? ret->size : 0;
	ocit_finding f;

	if (size < sizeof(f.size))
		return OCIT_E_USAGE;
	if (!r || i >= r->count)
		return OCIT_E_NOT_FOUND;
	f = (ocit_finding){
		.size = size,
		.severity = (int)r->findings[i].severity,
		.rule = r->findings[i].rule,
		.subject = r->findings[i].subject,
		.text = r->findings[i].text,
	};
	/* An older caller knows fewer members, a newer one more: those stay as they are. */
	memcpy(ret, &f, size < sizeof(f) ? size : sizeof(f));
	return 0;
}
