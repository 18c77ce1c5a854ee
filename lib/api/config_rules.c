/* SPDX-License-Identifier: Apache-2.0 */
/* api/config_rules.c: the rules of inspect/ over a document that is not written yet. */
#include "api/config_rules.h"

#include "base/ctx.h"
#include "base/text.h"
#include "codec/json.h"
#include "inspect/rules.h"
#include "model/plan.h"
#include "model/report.h"
#include "model/spec.h"

static int fail_finding(struct ctx *cx, const struct spec *spec, const struct finding *f)
{
	bool profile = spec->seccomp && text_starts(f->subject, "linux.seccomp");

	return spec_within(cx, fail(cx, OCIT_E_FORMAT, "'%s': %s", f->subject, f->text), spec,
		profile || !spec->config ? "seccomp" : "config");
}

int config_rules(struct ctx *cx, const struct spec *spec, const struct plan *plan)
{
	static const struct json_limits wide = {
		.bytes = JSON_BYTES_MAX, .members = JSON_MEMBERS_MAX, .wide = true
	};
	AUTO(json) struct json *doc = NULL;
	AUTO(report) struct report *report = NULL;
	int r;

	if (!spec->config && !spec->seccomp)
		return 0;
	r = json_parse_limited(cx, plan->config, plan->config_len, "config.json", &wide, &doc);
	if (!r)
		r = report_new(cx, &report);
	if (!r)
		r = rules_config(cx, json_root(doc), report);
	for (size_t i = 0; !r && i < report->count; i++)
		if (report->findings[i].severity == FINDING_ERROR)
			r = fail_finding(cx, spec, &report->findings[i]);
	return r;
}
