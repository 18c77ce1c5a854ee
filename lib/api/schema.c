/* SPDX-License-Identifier: Apache-2.0 */
/* api/schema.c: one document against its specification. */
#include "model/schema.h"

#include "api/api.h"
#include "base/mem.h"
#include "codec/json.h"
#include "model/report.h"

static const struct json_limits limits = {
	.bytes = JSON_BYTES_MAX, .members = 1 << 20, .wide = true
};

static int check(struct ctx *cx, enum schema_kind kind, const struct json *doc, ocit_report **ret)
{
	AUTO(report) struct report *report = NULL;
	int r = report_new(cx, &report);

	if (!r)
		r = schema_check(cx, kind, json_root(doc), report, NULL);
	if (!r)
		*ret = (ocit_report *)take(&report);
	return r;
}

int ocit_schema_check(ocit_ctx *ctx, const char *kind, const void *json, size_t len,
	const char *name, ocit_report **ret)
{
	AUTO(json) struct json *doc = NULL;
	enum schema_kind k;
	struct ctx *cx;
	int r;

	if (!ctx)
		return OCIT_E_USAGE;
	cx = api_enter(ctx);
	if (!kind || !ret || (!json && len))
		return api_leave(ctx, fail(cx, OCIT_E_USAGE, "ocit_schema_check: %s is NULL",
					      !kind  ? "kind"
					      : !ret ? "ret"
						     : "json"));
	if (!schema_kind_find(kind, &k))
		return api_leave(ctx, fail(cx, OCIT_E_USAGE, "kind '%s': unknown", kind));
	r = json_parse_limited(cx, json ? json : "", len, name ? name : "document", &limits, &doc);
	return api_leave(ctx, r < 0 ? r : check(cx, k, doc, ret));
}
