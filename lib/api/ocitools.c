/* SPDX-License-Identifier: Apache-2.0 */
/* api/ocitools.c: contexts, errors and descriptions as the public header promises them. */
#include "api/api.h"

#include <assert.h>

#include "base/mem.h"
#include "model/spec.h"

#define STRING(x)  STRING_(x)
#define STRING_(x) #x

const char *ocit_version(void)
{
	return STRING(OCITOOLS_VERSION);
}

static const char *const code_names[] = {
	[-OCIT_OK] = "ok",
	[-OCIT_E_USAGE] = "usage",
	[-OCIT_E_NOMEM] = "nomem",
	[-OCIT_E_SYSTEM] = "system",
	[-OCIT_E_NOT_FOUND] = "not-found",
	[-OCIT_E_EXISTS] = "exists",
	[-OCIT_E_FORMAT] = "format",
	[-OCIT_E_INTEGRITY] = "integrity",
	[-OCIT_E_POLICY] = "policy",
	[-OCIT_E_LIMIT] = "limit",
	[-OCIT_E_NETWORK] = "network",
	[-OCIT_E_UNSUPPORTED] = "unsupported",
	[-OCIT_E_CANCELLED] = "cancelled",
	[-OCIT_E_BUG] = "bug",
	[-OCIT_E_BUSY] = "busy",
};

const char *ocit_code_name(int code)
{
	int last = (int)(sizeof(code_names) / sizeof(code_names[0])) - 1;

	return code <= 0 && code >= -last ? code_names[-code] : "unknown";
}

struct ctx *api_enter(ocit_ctx *ctx)
{
	ctx_clear(&ctx->cx);
	return &ctx->cx;
}

int api_leave(ocit_ctx *ctx, int r)
{
	struct ctx *cx = &ctx->cx;

	assert((r < 0) == (*ctx_message(cx) != '\0'));
	if (r >= 0)
		ctx_clear(cx);
	else if (!*ctx_message(cx))
		fail(cx, r, "failed without saying why");
	ctx->error = (ocit_error){
		.size = sizeof(ctx->error),
		.code = r < 0 ? r : OCIT_OK,
		.sys = cx->sys,
		.message = ctx_message(cx),
		.hint = *cx->hint ? cx->hint : NULL,
		.program = cx->program,
	};
	return r;
}

int ocit_ctx_new(ocit_ctx **ret, const ocit_config *config)
{
	AUTO(mem) ocit_ctx *ctx = mem_alloc(sizeof(*ctx));
	int r;

	if (!ret)
		return OCIT_E_USAGE;
	if (!ctx)
		return OCIT_E_NOMEM;
	r = ctx_init(&ctx->cx, config);
	if (r < 0)
		return r;
	api_leave(ctx, 0);
	*ret = take(&ctx);
	return 0;
}

void ocit_ctx_free(ocit_ctx *ctx)
{
	mem_free(ctx);
}

void ocit_ctx_cancel(ocit_ctx *ctx)
{
	if (ctx)
		atomic_store_explicit(ctx->cx.cancel, 1, memory_order_relaxed);
}

const ocit_error *ocit_ctx_error(const ocit_ctx *ctx)
{
	static const ocit_error none = {
		.size = sizeof(none),
		.code = OCIT_E_USAGE,
		.message = "no context",
	};

	return ctx ? &ctx->error : &none;
}

int ocit_spec_new(ocit_ctx *ctx, ocit_spec **ret)
{
	struct spec *spec;
	struct ctx *cx;
	int r;

	if (!ctx)
		return OCIT_E_USAGE;
	cx = api_enter(ctx);
	if (!ret)
		return api_leave(ctx, fail(cx, OCIT_E_USAGE, "ocit_spec_new: ret is NULL"));
	r = spec_new(cx, &spec);
	if (r == 0)
		*ret = (ocit_spec *)spec;
	return api_leave(ctx, r);
}

void ocit_spec_free(ocit_spec *spec)
{
	if (spec)
		spec_free(spec_of(spec));
}

int ocit_spec_load(ocit_ctx *ctx, ocit_spec *spec, const void *json, size_t len, const char *name)
{
	struct ctx *cx;

	if (!ctx)
		return OCIT_E_USAGE;
	cx = api_enter(ctx);
	if (!spec || (!json && len))
		return api_leave(ctx, fail(cx, OCIT_E_USAGE, "ocit_spec_load: %s is NULL",
					      spec ? "json" : "spec"));
	return api_leave(ctx,
		spec_load(cx, spec_of(spec), json ? json : "", len, name ? name : "description"));
}

int ocit_spec_is_given(const ocit_spec *spec, const char *name)
{
	return spec && name && spec_is_given((const struct spec *)spec, name);
}

int ocit_spec_option(ocit_ctx *ctx, ocit_spec *spec, const char *option, const char *value)
{
	struct ctx *cx;

	if (!ctx)
		return OCIT_E_USAGE;
	cx = api_enter(ctx);
	if (!spec || !option || !value)
		return api_leave(ctx, fail(cx, OCIT_E_USAGE, "ocit_spec_option: %s is NULL",
					      !spec     ? "spec"
					      : !option ? "option"
							: "value"));
	return api_leave(ctx, spec_option(cx, spec_of(spec), option, value));
}
