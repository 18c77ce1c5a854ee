/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/engine/test_seccomp_table.c: the data of the profile is in order. */
#include "base/text.h"
#include "engine/seccomp_table.h"
#include "model/capability.h"
#include "support/test.h"

static void assert_sorted(const struct call_list *calls)
{
	for (size_t i = 1; i < calls->count; i++)
		assert_true(strcmp(calls->names[i - 1], calls->names[i]) < 0);
}

static void tables_are_sorted_and_name_no_call_twice(void **state)
{
	(void)state;
	assert_sorted(&seccomp_common);
	assert_sorted(&seccomp_legacy);
	for (const struct capability_calls *c = seccomp_capabilities; c->capability; c++)
		assert_sorted(&c->calls);
	for (size_t i = 0; i < seccomp_legacy.count; i++)
		for (size_t j = 0; j < seccomp_common.count; j++)
			assert_string_not_equal(seccomp_legacy.names[i], seccomp_common.names[j]);
}

static void every_group_belongs_to_a_known_capability(void **state)
{
	(void)state;
	for (const struct capability_calls *c = seccomp_capabilities; c->capability; c++)
		assert_string_equal(capability_find(c->capability), c->capability);
}

static void machines_are_there_once(void **state)
{
	(void)state;
	for (const struct seccomp_machine *m = seccomp_machines; m->machine; m++) {
		assert_true(text_starts(m->arch, "SCMP_ARCH_"));
		assert_sorted(&m->calls);
		for (const struct seccomp_machine *n = seccomp_machines; n < m; n++)
			assert_true(n->machine != m->machine);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_are_sorted_and_name_no_call_twice),
		cmocka_unit_test(every_group_belongs_to_a_known_capability),
		cmocka_unit_test(machines_are_there_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
