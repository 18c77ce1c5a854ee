/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/model/test_capability.c: names in every spelling, and names that are none. */
#include "model/capability.h"
#include "support/test.h"

static void spellings_of_one_name(void **state)
{
	static const char *const spellings[] = { "CAP_NET_RAW", "NET_RAW", "net_raw", "cap_net_raw",
		"Cap_Net_Raw" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(spellings); i++)
		assert_string_equal(capability_find(spellings[i]), "CAP_NET_RAW");
}

static void unknown_names_are_none(void **state)
{
	static const char *const names[] = { "", "CAP_", "CAP", "ALL", "NET_RAW ",
		"CAP_CAP_NET_RAW", "NET-RAW" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_null(capability_find(names[i]));
}

static void the_nearest_name_is_offered(void **state)
{
	(void)state;
	assert_string_equal(capability_nearest("net_rw"), "CAP_NET_RAW");
	assert_string_equal(capability_nearest("CAP_SYS_ADMN"), "CAP_SYS_ADMIN");
	assert_string_equal(capability_nearest("SETUIDS"), "CAP_SETUID");
	assert_string_equal(capability_nearest("net_bind_servce"), "CAP_NET_BIND_SERVICE");
}

static void what_is_no_slip_has_no_nearest_name(void **state)
{
	static const char *const words[] = { "", "CAP_", "ALL", "bogus", "CHOWN,KILL",
		"NET_BIND_SERVICE_LOW", "a_name_that_is_much_longer_than_any_that_there_is" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		assert_null(capability_nearest(words[i]));
}

static void the_defaults_are_fourteen_sorted_and_known(void **state)
{
	const char *const *names;
	size_t n;

	(void)state;
	names = capability_defaults(&n);
	assert_int_equal(n, 14);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(capability_find(names[i]), names[i]);
		assert_true(!i || strcmp(names[i - 1], names[i]) < 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spellings_of_one_name),
		cmocka_unit_test(unknown_names_are_none),
		cmocka_unit_test(the_nearest_name_is_offered),
		cmocka_unit_test(what_is_no_slip_has_no_nearest_name),
		cmocka_unit_test(the_defaults_are_fourteen_sorted_and_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
