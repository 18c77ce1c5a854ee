/* SPDX-License-Identifier: Apache-2.0 */
/* api/diff.c: two bundles beside each other. */
#include "inspect/diff.h"

#include "api/api.h"
#include "base/mem.h"
#include "inspect/bundle.h"
#include "model/report.h"

static int diff(struct ctx *cx, int dirfd, const char *first, const char *second, ocit_report **ret)
{
	AUTO(bundle) struct bundle a = { .fd = -1, .rootfs = -1 };
	AUTO(bundle) struct bundle b = { .fd = -1, .rootfs = -1 };
	AUTO(report) struct report *report = NULL;
	int r = bundle_open(cx, dirfd, first, &a);

	if (!r)
		r = bundle_open(cx, dirfd, second, &b);
	if (!r)
		r = report_new(cx, &report);
	if (!r)
		r = bundle_diff(cx, &a, &b, report);
	if (!r)
		*ret = (ocit_report *)take(&report);
	return r;
}

int ocit_diff(ocit_ctx *ctx, int dirfd, const char *first, const char *second, ocit_report **ret)
{
	struct ctx *cx;

	if (!ctx)
		return OCIT_E_USAGE;
	cx = api_enter(ctx);
	if (!first || !*first || !second || !*second || !ret)
		return api_leave(ctx, fail(cx, OCIT_E_USAGE, "ocit_diff: no %s",
					      !ret                ? "ret"
					      : !first || !*first ? "first"
								  : "second"));
	return api_leave(ctx, diff(cx, dirfd, first, second, ret));
}
