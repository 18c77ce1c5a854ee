/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/model/test_spec.c: defaults, and what follows from a description. */
#include "support/spec.h"

static void an_empty_description_has_the_defaults(void **state)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_empty(&cx);

	(void)state;
	assert_int_equal(s->n_args + s->n_mounts + s->n_env + s->n_capabilities, 0);
	assert_false(s->readonly);
	assert_false(s->terminal);
	assert_false(s->strict);
	assert_true(s->no_new_privileges);
	assert_int_equal(s->profile, PROFILE_HARDENED);
	assert_int_equal(s->resources.pids, 1024);
	assert_int_equal(s->timestamp, 1);
	assert_string_equal(s->source, "auto");
	assert_string_equal(s->store_dir, "/nix/store");
	assert_string_equal(spec_hostname(s), "container");
	assert_string_equal(
		spec_path(s), "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
}

static void path_and_hostname_are_those_given(void **state)
{
	struct ctx cx;
	AUTO(spec)
	struct spec *s = spec_of(&cx, "{\"args\":[\"a\"],\"env\":{\"XPATH\":\"/x\",\"PATH\":\"/"
				      "bin\"},\"hostname\":\"h\"}");

	(void)state;
	assert_int_equal(spec_check(&cx, s), 0);
	assert_string_equal(spec_path(s), "/bin");
	assert_string_equal(spec_hostname(s), "h");
}

static void free_takes_null(void **state)
{
	(void)state;
	spec_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_description_has_the_defaults),
		cmocka_unit_test(path_and_hostname_are_those_given),
		cmocka_unit_test(free_takes_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
