/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/api/test_ocitools.c: contexts, errors and descriptions through the public header. */
#include <ocitools.h>

#include "support/test.h"

static void codes_have_names(void **state)
{
	static const struct {
		int code;
		const char *name;
	} cases[] = {
		{ OCIT_OK, "ok" },
		{ OCIT_E_USAGE, "usage" },
		{ OCIT_E_NOMEM, "nomem" },
		{ OCIT_E_SYSTEM, "system" },
		{ OCIT_E_NOT_FOUND, "not-found" },
		{ OCIT_E_EXISTS, "exists" },
		{ OCIT_E_FORMAT, "format" },
		{ OCIT_E_INTEGRITY, "integrity" },
		{ OCIT_E_POLICY, "policy" },
		{ OCIT_E_LIMIT, "limit" },
		{ OCIT_E_NETWORK, "network" },
		{ OCIT_E_UNSUPPORTED, "unsupported" },
		{ OCIT_E_CANCELLED, "cancelled" },
		{ OCIT_E_BUG, "bug" },
		{ OCIT_E_BUSY, "busy" },
		{ 1, "unknown" },
		{ OCIT_E_BUSY - 1, "unknown" },
		{ INT32_MIN, "unknown" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(ocit_code_name(cases[i].code), cases[i].name);
}

static void a_new_context_has_no_error(void **state)
{
	ocit_config config = OCIT_CONFIG_INIT;
	ocit_ctx *ctx;

	(void)state;
	assert_int_equal(ocit_ctx_new(&ctx, &config), 0);
	assert_int_equal(ocit_ctx_error(ctx)->size, sizeof(ocit_error));
	assert_int_equal(ocit_ctx_error(ctx)->code, OCIT_OK);
	assert_string_equal(ocit_ctx_error(ctx)->message, "");
	assert_null(ocit_ctx_error(ctx)->hint);
	ocit_ctx_free(ctx);
	ocit_ctx_free(NULL);
}

static void bad_configs_are_refused(void **state)
{
	struct {
		ocit_config config;
		char more[8];
	} newer = { .config = OCIT_CONFIG_INIT };
	ocit_config small = OCIT_CONFIG_INIT;
	ocit_config flags = OCIT_CONFIG_INIT;
	ocit_config threads = OCIT_CONFIG_INIT;
	ocit_ctx *ctx = NULL;

	(void)state;
	small.size = sizeof(small) - 1;
	flags.flags = 1;
	threads.threads = 65;
	assert_int_equal(ocit_ctx_new(NULL, NULL), OCIT_E_USAGE);
	assert_int_equal(ocit_ctx_new(&ctx, &small), OCIT_E_USAGE);
	assert_int_equal(ocit_ctx_new(&ctx, &threads), OCIT_E_USAGE);
	assert_int_equal(ocit_ctx_new(&ctx, &flags), OCIT_E_UNSUPPORTED);
	assert_null(ctx);
	newer.config.size = sizeof(newer);
	assert_int_equal(ocit_ctx_new(&ctx, &newer.config), 0);
	ocit_ctx_free(ctx);
	newer.more[3] = 1;
	assert_int_equal(ocit_ctx_new(&ctx, &newer.config), OCIT_E_UNSUPPORTED);
}

static void a_missing_context_is_a_usage_error(void **state)
{
	ocit_spec *spec = NULL;

	(void)state;
	assert_int_equal(ocit_spec_new(NULL, &spec), OCIT_E_USAGE);
	assert_int_equal(ocit_spec_load(NULL, NULL, "", 0, NULL), OCIT_E_USAGE);
	assert_int_equal(ocit_spec_option(NULL, NULL, "arg", "x"), OCIT_E_USAGE);
	assert_int_equal(ocit_ctx_error(NULL)->code, OCIT_E_USAGE);
	assert_string_equal(ocit_ctx_error(NULL)->message, "no context");
	ocit_ctx_cancel(NULL);
	ocit_spec_free(NULL);
}

/* A context and an empty description in it. */
static ocit_ctx *setup_spec(ocit_spec **ret)
{
	ocit_ctx *ctx;

	assert_int_equal(ocit_ctx_new(&ctx, NULL), 0);
	assert_int_equal(ocit_spec_new(ctx, ret), 0);
	return ctx;
}

static void missing_arguments_are_named(void **state)
{
	ocit_spec *spec;
	ocit_ctx *ctx = setup_spec(&spec);

	(void)state;
	assert_int_equal(ocit_spec_new(ctx, NULL), OCIT_E_USAGE);
	assert_non_null(strstr(ocit_ctx_error(ctx)->message, "ret"));
	assert_int_equal(ocit_spec_load(ctx, NULL, "{}", 2, "x"), OCIT_E_USAGE);
	assert_non_null(strstr(ocit_ctx_error(ctx)->message, "spec"));
	assert_int_equal(ocit_spec_load(ctx, spec, NULL, 2, "x"), OCIT_E_USAGE);
	assert_non_null(strstr(ocit_ctx_error(ctx)->message, "json"));
	assert_int_equal(ocit_spec_option(ctx, NULL, "arg", "x"), OCIT_E_USAGE);
	assert_non_null(strstr(ocit_ctx_error(ctx)->message, "spec"));
	assert_int_equal(ocit_spec_option(ctx, spec, NULL, "x"), OCIT_E_USAGE);
	assert_non_null(strstr(ocit_ctx_error(ctx)->message, "option"));
	assert_int_equal(ocit_spec_option(ctx, spec, "arg", NULL), OCIT_E_USAGE);
	assert_non_null(strstr(ocit_ctx_error(ctx)->message, "value"));
	ocit_spec_free(spec);
	ocit_ctx_free(ctx);
}

static void a_failure_has_a_message_and_the_next_success_has_none(void **state)
{
	ocit_spec *spec;
	ocit_ctx *ctx = setup_spec(&spec);

	(void)state;
	assert_int_equal(ocit_spec_option(ctx, spec, "read-onyl", "true"), OCIT_E_USAGE);
	assert_int_equal(ocit_ctx_error(ctx)->code, OCIT_E_USAGE);
	assert_non_null(strstr(ocit_ctx_error(ctx)->message, "read-onyl"));
	assert_non_null(strstr(ocit_ctx_error(ctx)->hint, "read-only"));
	assert_int_equal(ocit_spec_option(ctx, spec, "read-only", "true"), 0);
	assert_int_equal(ocit_ctx_error(ctx)->code, OCIT_OK);
	assert_string_equal(ocit_ctx_error(ctx)->message, "");
	assert_null(ocit_ctx_error(ctx)->hint);
	ocit_spec_free(spec);
	ocit_ctx_free(ctx);
}

static void documents_are_named_in_their_errors(void **state)
{
	ocit_spec *spec;
	ocit_ctx *ctx = setup_spec(&spec);

	(void)state;
	assert_int_equal(ocit_spec_load(ctx, spec, "{\"args\":3}", 10, "my.json"), OCIT_E_FORMAT);
	assert_non_null(strstr(ocit_ctx_error(ctx)->message, "my.json"));
	assert_int_equal(ocit_spec_load(ctx, spec, NULL, 0, NULL), OCIT_E_FORMAT);
	assert_non_null(strstr(ocit_ctx_error(ctx)->message, "description"));
	ocit_spec_free(spec);
	ocit_ctx_free(ctx);
}

static void specs_outlive_their_context(void **state)
{
	ocit_spec *spec;
	ocit_ctx *ctx = setup_spec(&spec);

	(void)state;
	ocit_ctx_free(ctx);
	assert_int_equal(ocit_ctx_new(&ctx, NULL), 0);
	assert_int_equal(ocit_spec_option(ctx, spec, "arg", "x"), 0);
	ocit_spec_free(spec);
	ocit_ctx_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_have_names),
		cmocka_unit_test(a_new_context_has_no_error),
		cmocka_unit_test(bad_configs_are_refused),
		cmocka_unit_test(a_missing_context_is_a_usage_error),
		cmocka_unit_test(missing_arguments_are_named),
		cmocka_unit_test(a_failure_has_a_message_and_the_next_success_has_none),
		cmocka_unit_test(documents_are_named_in_their_errors),
		cmocka_unit_test(specs_outlive_their_context),
	};

	return cmocka_run_group_tests_name("api/ocitools", tests, NULL, NULL);
}
