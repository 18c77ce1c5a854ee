/* SPDX-License-Identifier: Apache-2.0 */
/* api/check.c: looking at what exists. */
#include "inspect/check.h"

#include <stdio.h>
#include <string.h>

#include "api/api.h"
#include "base/mem.h"
#include "codec/json.h"
#include "inspect/bundle.h"
#include "inspect/runtime.h"
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

/* The words of a program are a document of somebody else's. */
static int parse(struct ctx *cx, const char *runtime, const char *text, struct json **ret)
{
	static const struct json_limits limits = {
		.bytes = 1 << 20, .members = JSON_MEMBERS_MAX, .wide = true
	};
	char name[64];
	int r;

	if (!text)
		return 0;
	snprintf(name, sizeof(name), "%s features", runtime);
	r = json_parse_limited(cx, text, strlen(text), name, &limits, ret);
	if (!r && json_type(json_root(*ret)) != JSON_OBJECT)
		r = fail(cx, OCIT_E_FORMAT, "'%s': expected object, found %s", name,
			json_type_name(json_type(json_root(*ret))));
	return r;
}

static int check_runtime(
	struct ctx *cx, const struct bundle *b, const ocit_runtime *given, ocit_report **ret)
{
	const struct runtime runtime = { .name = given->name, .version = given->version };
	AUTO(report) struct report *report = NULL;
	AUTO(json) struct json *doc = NULL;
	int r = parse(cx, given->name, given->features, &doc);

	if (!r)
		r = report_new(cx, &report);
	if (!r)
		r = runtime_check(cx, b, &runtime, doc ? json_root(doc) : NULL, report);
	if (!r)
		*ret = (ocit_report *)take(&report);
	return r;
}

static int runtime_valid(struct ctx *cx, const ocit_runtime *runtime)
{
	if (!runtime)
		return fail(cx, OCIT_E_USAGE, "ocit_check_runtime: no runtime");
	if (runtime->size != sizeof(*runtime))
		return fail(cx, OCIT_E_USAGE, "ocit_runtime.size is %zu, %zu is expected",
			runtime->size, sizeof(*runtime));
	if (!runtime->name || !runtime_is_known(runtime->name))
		return fail(cx, OCIT_E_USAGE, "runtime '%s' is not known",
			runtime->name ? runtime->name : "");
	return 0;
}

int ocit_check_runtime(
	ocit_ctx *ctx, int dirfd, const char *name, const ocit_runtime *runtime, ocit_report **ret)
{
	AUTO(bundle) struct bundle b = { .fd = -1, .rootfs = -1 };
	struct ctx *cx;
	int r;

	if (!ctx)
		return OCIT_E_USAGE;
	cx = api_enter(ctx);
	if (!name || !*name || !ret)
		return api_leave(ctx,
			fail(cx, OCIT_E_USAGE, "ocit_check_runtime: no %s", ret ? "name" : "ret"));
	r = runtime_valid(cx, runtime);
	if (!r)
		r = bundle_open(cx, dirfd, name, &b);
	if (!r)
		r = check_runtime(cx, &b, runtime, ret);
	return api_leave(ctx, r);
}
