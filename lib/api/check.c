/* SPDX-License-Identifier: Apache-2.0 */
/* api/check.c: looking at what exists. */
#include "inspect/check.h"

#include "api/api.h"
#include "base/mem.h"
#include "inspect/bundle.h"
#include "model/report.h"
#include "source/source.h"

static int check(struct ctx *cx, int dirfd, const char *name, unsigned flags, ocit_report **ret)
{
	AUTO(bundle) struct bundle b;
	AUTO(report) struct report *report = NULL;
	unsigned inner = flags & OCIT_CHECK_NO_HASHES ? CHECK_NO_HASHES : 0;
	int r = bundle_open(cx, dirfd, name, &b);

	if (!r)
		r = report_new(cx, &report);
	if (!r)
		r = bundle_check(cx, &b, source_table, source_table_len, inner, report);
	if (!r)
		*ret = (ocit_report *)take(&report);
	return r;
}

int ocit_check(ocit_ctx *ctx, int dirfd, const char *name, unsigned flags, ocit_report **ret)
{
	struct ctx *cx;

	if (!ctx)
		return OCIT_E_USAGE;
	cx = api_enter(ctx);
	if (!name || !*name || !ret)
		return api_leave(
			ctx, fail(cx, OCIT_E_USAGE, "ocit_check: no %s", ret ? "name" : "ret"));
	if (flags & ~(unsigned)OCIT_CHECK_NO_HASHES)
		return api_leave(
			ctx, fail(cx, OCIT_E_UNSUPPORTED,
				     "ocit_check: flags 0x%x are newer than this library", flags));
	return api_leave(ctx, check(cx, dirfd, name, flags, ret));
}
