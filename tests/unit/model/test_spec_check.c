/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/model/test_spec_check.c: descriptions that are well-formed, yet make no sense. */
#include <stdio.h>
#include <stdlib.h>

#include "support/spec.h"

static void case_006_args_that_name_no_program(void **state)
{
	static const struct bad_spec rows[] = {
		{ NULL, "{}", OCIT_E_FORMAT, "'args' is missing", "'--'" },
		{ NULL, "{\"args\":null}", OCIT_E_FORMAT,
			"'spec.json': 'args': expected array, found null", NULL },
		{ NULL, "{\"args\":[]}", OCIT_E_FORMAT, "'args': is empty", NULL },
		{ NULL, "{\"args\":[\"\"]}", OCIT_E_FORMAT, "'args[0]': is empty", NULL },
		{ NULL, "{\"args\":\"ls\"}", OCIT_E_FORMAT, "'args': expected array, found string",
			NULL },
		{ NULL, "{\"args\":[\"a\",1]}", OCIT_E_FORMAT,
			"'args[1]': expected string, found integer", NULL },
		{ NULL, "{\"args\":[\"a\",[\"b\"]]}", OCIT_E_FORMAT,
			"'args[1]': expected string, found array", NULL },
		{ "arg", "", OCIT_E_FORMAT, "'args[0]': is empty", NULL },
	};

	(void)state;
	specs_refused(rows, ARRAY_LEN(rows));
}

static void case_034_working_directories(void **state)
{
	static const char *const bad[] = { "", "x", "./x", "/x/", "/x//y", "/x/../y", "/.", "/proc",
		"/proc/self/fd/7", "/proc/self/cwd", "/sys/x", "/dev", "/dev/fd/3" };
	static const char *const good[] = { "/", "/x", "/process", "/srv/data" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		spec_refused(&(struct bad_spec){
			"workdir", bad[i], OCIT_E_USAGE, "'cwd' (--workdir): ", NULL });
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct ctx cx;
		AUTO(spec) struct spec *s = spec_of(&cx, "{\"args\":[\"a\"]}");

		spec_set(&cx, s, "workdir", good[i]);
		assert_int_equal(spec_check(&cx, s), 0);
	}
}

static void case_034_a_working_directory_of_5000_bytes(void **state)
{
	char path[5001];

	(void)state;
	memset(path, 'x', sizeof(path) - 1);
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	spec_refused(&(struct bad_spec){ "workdir", path, OCIT_E_USAGE, "4095 bytes", NULL });
}

static void case_035_environments(void **state)
{
	static const struct bad_spec rows[] = {
		{ "env", "NAME", OCIT_E_USAGE, "'--env': expected NAME=VALUE, found 'NAME'", NULL },
		{ "env", "=x", OCIT_E_USAGE, "the name before '=' is empty", NULL },
		{ NULL, "{\"args\":[\"a\"],\"env\":{\"\":\"x\"}}", OCIT_E_FORMAT, "env.''", NULL },
		{ NULL, "{\"args\":[\"a\"],\"env\":{\"A=B\":\"x\"}}", OCIT_E_FORMAT,
			"env.'A=B': a name is not empty and has no '='", NULL },
		{ NULL, "{\"args\":[\"a\"],\"env\":{\"A\":1}}", OCIT_E_FORMAT,
			"'env.A': expected string, found integer", NULL },
		{ NULL, "{\"args\":[\"a\"],\"env\":[\"A=1\",\"B=2\",\"A=3\"]}", OCIT_E_FORMAT,
			"'env': 'A' is set twice", NULL },
		{ NULL, "{\"args\":[\"a\"],\"env\":[\"A\"]}", OCIT_E_FORMAT,
			"'env[0]': expected NAME=VALUE", NULL },
		{ NULL, "{\"args\":[\"a\"],\"env\":\"A=1\"}", OCIT_E_FORMAT,
			"'env': expected object, found string", NULL },
	};

	(void)state;
	specs_refused(rows, ARRAY_LEN(rows));
}

static void case_035_a_variable_of_two_mebibytes(void **state)
{
	size_t len = 2 << 20;
	char *text = malloc(len + 1);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', len);
	text[1] = '=';
	text[len] = '\0';
	spec_refused(&(struct bad_spec){
		"env", text, OCIT_E_LIMIT, "'env[0]' (--env): 2097152 bytes, limit 131071", NULL });
	free(text);
}

static void arguments_may_be_as_long_as_the_kernel_takes(void **state)
{
	static char text[131073];
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_of(&cx, "{\"args\":[\"a\"]}");

	(void)state;
	memset(text, 'x', 131071);
	spec_set(&cx, s, "env", "A=1");
	assert_int_equal(spec_check(&cx, s), 0);
	spec_free(take(&s));
	s = spec_empty(&cx);
	spec_set(&cx, s, "arg", "a");
	spec_set(&cx, s, "arg", text);
	assert_int_equal(spec_check(&cx, s), 0);
	text[131071] = 'x';
	spec_set(&cx, s, "arg", text);
	assert_int_equal(spec_check(&cx, s), OCIT_E_LIMIT);
	assert_contains(ctx_message(&cx), "'args[2]': 131072 bytes");
}

static void case_039_host_names(void **state)
{
	static const char long_name[] =
		"a2345678901234567890123456789012345678901234567890123456789012345";
	static const char *const bad[] = { "", "a/b", "a b", "a_b", "-a", "a-", "a..b", ".a", "a.",
		"a\nb", "\xc3\xa4" };
	static const char *const good[] = { "a", "A-1.example", long_name + 1 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		spec_refused(&(struct bad_spec){
			"hostname", bad[i], OCIT_E_USAGE, "'hostname' (--hostname): ", NULL });
	spec_refused(&(struct bad_spec){
		"hostname", long_name, OCIT_E_USAGE, "65 bytes, limit 64", NULL });
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct ctx cx;
		AUTO(spec) struct spec *s = spec_of(&cx, "{\"args\":[\"a\"]}");

		spec_set(&cx, s, "hostname", good[i]);
		assert_int_equal(spec_check(&cx, s), 0);
	}
}

/* The same value is a wrong command line or a wrong document. */
static void values_of_documents_are_format_errors(void **state)
{
	static const struct bad_spec rows[] = {
		{ NULL, "{\"args\":[\"a\"],\"cwd\":\"work\"}", OCIT_E_FORMAT, "'cwd': 'work'",
			NULL },
		{ NULL, "{\"args\":[\"a\"],\"hostname\":\"my_host\"}", OCIT_E_FORMAT,
			"'hostname': 'my_host'", NULL },
		{ NULL, "{\"args\":[\"a\"],\"user\":\"\"}", OCIT_E_FORMAT, "'user': is empty",
			NULL },
	};

	(void)state;
	specs_refused(rows, ARRAY_LEN(rows));
}

static void variables_are_given_once(void **state)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_of(&cx, "{\"args\":[\"a\"]}");
	AUTO(spec) struct spec *both = spec_of(&cx, "{\"args\":[\"a\"],\"env\":{\"A\":\"1\"}}");
	AUTO(spec) struct spec *list = spec_of(&cx, "{\"args\":[\"a\"],\"env\":[\"A=1\",\"A=1\"]}");

	(void)state;
	spec_set(&cx, s, "env", "A=1");
	spec_set(&cx, s, "env", "A=2");
	assert_int_equal(spec_check(&cx, s), OCIT_E_USAGE);
	assert_string_equal(ctx_message(&cx), "'env' (--env): 'A' is set twice");
	spec_set(&cx, both, "env", "A=1");
	assert_int_equal(spec_check(&cx, both), OCIT_E_USAGE);
	assert_string_equal(ctx_message(&cx), "'env' (--env): 'A' is given by the document "
					      "already; an option cannot give it again");
	spec_set(&cx, list, "env", "B=1");
	assert_int_equal(spec_check(&cx, list), OCIT_E_FORMAT);
	assert_string_equal(ctx_message(&cx), "'env': 'A' is set twice");
}

static void places_must_be_absolute(void **state)
{
	static const struct bad_spec rows[] = {
		{ "store-dir", "store", OCIT_E_USAGE, "'--store-dir': 'store'", NULL },
		{ "store-dir", "/", OCIT_E_USAGE, "'--store-dir': '/'", NULL },
		{ "store-dir", "/nix/../x", OCIT_E_USAGE, "'--store-dir'", NULL },
		{ "directory", "here", OCIT_E_USAGE, "'--directory': 'here' is not absolute",
			NULL },
		{ "user", "", OCIT_E_FORMAT, "'user' (--user): is empty", NULL },
	};

	(void)state;
	specs_refused(rows, ARRAY_LEN(rows));
}

static void options_of_the_store_go_with_a_source_that_asks_it(void **state)
{
	static const char *const options[] = { "store", "store-dir", "db" };
	static const char *const sources[] = { "auto", "nix" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(options); i++) {
		struct ctx cx;
		AUTO(spec) struct spec *s = spec_of(&cx, "{\"args\":[\"a\"]}");
		char message[64];

		spec_set(&cx, s, options[i], "/x");
		assert_int_equal(spec_check(&cx, s), 0);
		s->source = sources[i % 2];
		assert_int_equal(spec_check(&cx, s), 0);
		spec_set(&cx, s, "source", "files");
		assert_int_equal(spec_check(&cx, s), OCIT_E_USAGE);
		snprintf(message, sizeof(message), "'--%s': has no effect with '--source files'",
			options[i]);
		assert_non_null(strstr(ctx_message(&cx), message));
	}
}

static void the_seed_profile_refuses_what_it_does_not_write(void **state)
{
	static const struct bad_spec rows[] = {
		{ NULL, "{\"args\":[\"a\"],\"profile\":\"seed\",\"resources\":{\"memory\":\"1g\"}}",
			OCIT_E_FORMAT, "'resources.memory': is not written", "hardened" },
		{ NULL, "{\"args\":[\"a\"],\"profile\":\"seed\",\"resources\":{\"cpus\":1}}",
			OCIT_E_FORMAT, "'resources.cpus'", NULL },
		{ NULL, "{\"args\":[\"a\"],\"profile\":\"seed\",\"resources\":{\"pids\":1024}}",
			OCIT_E_FORMAT, "'resources.pids'", NULL },
		{ NULL,
			"{\"args\":[\"a\"],\"profile\":\"seed\",\"rlimits\":{\"CORE\":{\"soft\":0,"
			"\"hard\":0}}}",
			OCIT_E_FORMAT, "'rlimits'", NULL },
		{ NULL, "{\"args\":[\"a\"],\"profile\":\"seed\",\"seccomp\":\"default\"}",
			OCIT_E_FORMAT, "'seccomp'", NULL },
	};
	struct ctx cx;
	AUTO(spec)
	struct spec *s = spec_of(&cx, "{\"args\":[\"a\"],\"profile\":\"seed\",\"seccomp\":"
				      "\"unconfined\",\"resources\":{}}");

	(void)state;
	assert_int_equal(spec_check(&cx, s), 0);
	specs_refused(rows, ARRAY_LEN(rows));
}

static void an_option_that_the_seed_profile_refuses_is_named(void **state)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_of(&cx, "{\"args\":[\"a\"],\"profile\":\"seed\"}");

	(void)state;
	spec_set(&cx, s, "pids-limit", "7");
	assert_int_equal(spec_check(&cx, s), OCIT_E_USAGE);
	assert_contains(ctx_message(&cx), "'resources.pids' (--pids-limit): is not written");
}

static void parameters_of_the_network_are_the_hosts_with_it(void **state)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_empty(&cx);

	(void)state;
	spec_set(&cx, s, "arg", "a");
	spec_set(&cx, s, "sysctl", "net.ipv4.ip_forward=1");
	assert_int_equal(spec_check(&cx, s), 0);
	spec_set(&cx, s, "network", "host");
	assert_int_equal(spec_check(&cx, s), OCIT_E_USAGE);
	assert_contains(ctx_message(&cx), "'net.ipv4.ip_forward' is the host's");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(case_006_args_that_name_no_program),
		cmocka_unit_test(case_034_working_directories),
		cmocka_unit_test(case_034_a_working_directory_of_5000_bytes),
		cmocka_unit_test(case_035_environments),
		cmocka_unit_test(case_035_a_variable_of_two_mebibytes),
		cmocka_unit_test(arguments_may_be_as_long_as_the_kernel_takes),
		cmocka_unit_test(case_039_host_names),
		cmocka_unit_test(values_of_documents_are_format_errors),
		cmocka_unit_test(variables_are_given_once),
		cmocka_unit_test(places_must_be_absolute),
		cmocka_unit_test(options_of_the_store_go_with_a_source_that_asks_it),
		cmocka_unit_test(the_seed_profile_refuses_what_it_does_not_write),
		cmocka_unit_test(an_option_that_the_seed_profile_refuses_is_named),
		cmocka_unit_test(parameters_of_the_network_are_the_hosts_with_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
